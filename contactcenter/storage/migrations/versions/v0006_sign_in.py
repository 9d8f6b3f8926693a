"""Second factors, passkeys, outside identities, API keys, links that set passwords, mail to be sent."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TABLES = (
    "old_passwords",
    "password_links",
    "authenticators",
    "recovery_codes",
    "remembered_devices",
    "passkeys",
    "api_keys",
    "outside_identities",
    "outgoing_mail",
)


def _column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


def _text(name: str, length: int) -> sa.Column[Any]:
    return _column(name, sa.String(length=length))


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id_users"), ondelete="CASCADE"
    )


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    _sessions_know_more()
    _passwords()
    _second_factors()
    _keys_and_providers()
    op.create_table(
        "outgoing_mail",
        _text("id", 32),
        _column("content", sa.LargeBinary()),
        _column("made_at", _MOMENT),
        _column("due_at", _MOMENT),
        _column("attempts", sa.Integer()),
        _primary("outgoing_mail", "id"),
    )
    _index("outgoing_mail", "due_at")


def _sessions_know_more() -> None:
    with op.batch_alter_table("sessions") as batch:
        for name, length in (("address", 64), ("device", 100), ("method", 32)):
            batch.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch.add_column(sa.Column("authenticated_at", _MOMENT, nullable=True))
    op.execute("UPDATE sessions SET method = 'password', authenticated_at = created_at")
    with op.batch_alter_table("sessions") as batch:
        for name, length in (("address", 64), ("device", 100), ("method", 32)):
            batch.alter_column(name, existing_type=sa.String(length=length), server_default=None)
        batch.alter_column("authenticated_at", existing_type=_MOMENT, nullable=False)


def _passwords() -> None:
    op.create_table(
        "old_passwords",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        _text("user_id", 32),
        _text("password_hash", 200),
        _column("replaced_at", _MOMENT),
        _of_user("old_passwords"),
        _primary("old_passwords", "id"),
    )
    _index("old_passwords", "user_id")
    op.create_table(
        "password_links",
        _text("token_hash", 64),
        _text("user_id", 32),
        _text("purpose", 16),
        _column("made_at", _MOMENT),
        _column("expires_at", _MOMENT),
        _of_user("password_links"),
        _primary("password_links", "token_hash"),
    )
    _index("password_links", "user_id")


def _second_factors() -> None:
    op.create_table(
        "authenticators",
        _text("user_id", 32),
        _column("secret", sa.LargeBinary()),
        _column("last_step", sa.BigInteger()),
        _column("made_at", _MOMENT),
        _of_user("authenticators"),
        _primary("authenticators", "user_id"),
    )
    op.create_table(
        "recovery_codes",
        _text("user_id", 32),
        _text("code_hash", 64),
        _of_user("recovery_codes"),
        _primary("recovery_codes", "user_id", "code_hash"),
    )
    op.create_table(
        "remembered_devices",
        _text("id", 32),
        _text("token_hash", 64),
        _text("user_id", 32),
        _text("device", 100),
        _text("address", 64),
        _column("made_at", _MOMENT),
        _column("used_at", _MOMENT),
        _column("expires_at", _MOMENT),
        _of_user("remembered_devices"),
        _primary("remembered_devices", "id"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_remembered_devices_token_hash")),
    )
    _index("remembered_devices", "user_id")
    op.create_table(
        "passkeys",
        _text("id", 32),
        _text("credential_id", 1400),
        _text("user_id", 32),
        _text("name", 200),
        _column("public_key", sa.LargeBinary()),
        _column("sign_count", sa.BigInteger()),
        _column("transports", sa.JSON()),
        _column("made_at", _MOMENT),
        _column("used_at", _MOMENT, nullable=True),
        _of_user("passkeys"),
        _primary("passkeys", "id"),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    _index("passkeys", "user_id")


def _keys_and_providers() -> None:
    op.create_table(
        "api_keys",
        _text("id", 32),
        _text("secret_hash", 64),
        _text("prefix", 16),
        _text("user_id", 32),
        _text("name", 200),
        _column("permissions", sa.JSON()),
        _column("made_at", _MOMENT),
        _column("expires_at", _MOMENT, nullable=True),
        _column("used_at", _MOMENT, nullable=True),
        _of_user("api_keys"),
        _primary("api_keys", "id"),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_keys_secret_hash")),
    )
    _index("api_keys", "user_id")
    op.create_table(
        "outside_identities",
        _text("provider", 64),
        _text("subject", 255),
        _text("user_id", 32),
        _column("made_at", _MOMENT),
        _column("used_at", _MOMENT, nullable=True),
        _of_user("outside_identities"),
        _primary("outside_identities", "provider", "subject"),
    )
    _index("outside_identities", "user_id")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    with op.batch_alter_table("sessions") as batch:
        for name in ("authenticated_at", "method", "device", "address"):
            batch.drop_column(name)

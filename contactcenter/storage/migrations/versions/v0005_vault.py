"""Data keys; secrets of telephones become octets that wait to be sealed when the first key is made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SECRETS = (("ha1_md5", 32), ("ha1_sha256", 64))


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_for", sa.String(length=16), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
        sa.UniqueConstraint("active_for", name=op.f("uq_data_keys_active_for")),
    )
    accounts = sa.table("sip_accounts", *(sa.column(name) for name in ("username", *dict(_SECRETS))))
    rows = op.get_bind().execute(sa.select(accounts)).mappings().all()
    with op.batch_alter_table("sip_accounts") as batch:
        for name, _ in _SECRETS:
            batch.drop_column(name)
            batch.add_column(sa.Column(f"{name}_new", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("sip_accounts") as batch:
        for name, _ in _SECRETS:
            batch.alter_column(f"{name}_new", new_column_name=name, existing_type=sa.LargeBinary())
    # 0 marks a value that the vault seals when it makes its first key (vault.keyring.PLAIN).
    values = sa.table(
        "sip_accounts", sa.column("username"), *(sa.column(name, sa.LargeBinary()) for name, _ in _SECRETS)
    )
    for row in rows:
        waiting = {name: b"\x00" + row[name].encode() for name, _ in _SECRETS}
        op.get_bind().execute(sa.update(values).where(values.c.username == row["username"]).values(waiting))
    with op.batch_alter_table("sip_accounts") as batch:
        for name, _ in _SECRETS:
            batch.alter_column(name, existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    """The secrets cannot be opened here: telephones need new passwords."""
    with op.batch_alter_table("sip_accounts") as batch:
        for name, length in _SECRETS:
            batch.drop_column(name)
            batch.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.drop_table("data_keys")

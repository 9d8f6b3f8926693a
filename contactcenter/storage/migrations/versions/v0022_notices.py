"""Notices to people and what each wants of them; what was told of tickets; types whose customers get no mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _notifications()
    op.create_table(
        "ticket_tellings",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_tellings_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "sequence", name=op.f("pk_ticket_tellings")),
    )
    op.create_index(op.f("ix_ticket_tellings_at"), "ticket_tellings", ["at"], unique=False)
    op.create_table(
        "ticket_notice_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", _SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_notice_marks")),
    )
    with op.batch_alter_table("ticket_types") as table:
        table.add_column(sa.Column("customer_mails", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("ticket_types") as table:
        table.alter_column("customer_mails", existing_type=sa.Boolean(), server_default=None)


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("object_kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=True),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("read_at", _MOMENT, nullable=True),
        sa.Column("mail_at", _MOMENT, nullable=True),
        sa.Column("push_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notifications_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("user_id", "source", name=op.f("uq_notifications_user_id_source")),
    )
    op.create_index(
        "ix_notifications_user_id_object_kind_object_id", "notifications", ["user_id", "object_kind", "object_id"]
    )
    for column in ("customer_id", "made_at", "mail_at", "push_at"):
        op.create_index(op.f(f"ix_notifications_{column}"), "notifications", [column], unique=False)
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notification_preferences_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_preferences")),
    )


def downgrade() -> None:
    with op.batch_alter_table("ticket_types") as table:
        table.drop_column("customer_mails")
    for name in ("ticket_notice_marks", "ticket_tellings", "notification_preferences", "notifications"):
        op.drop_table(name)

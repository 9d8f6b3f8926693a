"""Automation of tickets: rules with their log and timers, macros, ready answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = (
    "ticket_rule_timers",
    "ticket_rule_runs",
    "ticket_turns",
    "ticket_rules",
    "ticket_rule_marks",
    "ticket_replies",
    "ticket_macros",
)


def upgrade() -> None:
    _shelf()
    _rules()
    _log()


def _shelf() -> None:
    op.create_table(
        "ticket_macros",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_macros")),
    )
    op.create_index(op.f("ix_ticket_macros_owner_id"), "ticket_macros", ["owner_id"], unique=False)
    op.create_table(
        "ticket_replies",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_replies")),
    )
    op.create_index(op.f("ix_ticket_replies_owner_id"), "ticket_replies", ["owner_id"], unique=False)


def _rules() -> None:
    op.create_table(
        "ticket_rule_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", _SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_rule_marks")),
    )
    op.create_table(
        "ticket_rules",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_rules")),
    )
    op.create_table(
        "ticket_turns",
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_ticket_turns")),
    )


def _log() -> None:
    op.create_table(
        "ticket_rule_runs",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("rule_name", sa.String(length=200), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("said", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_rule_runs_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_rule_runs")),
        sa.UniqueConstraint("rule_id", "ticket_id", "mark", name=op.f("uq_ticket_rule_runs_rule_id_ticket_id_mark")),
    )
    op.create_index(op.f("ix_ticket_rule_runs_at"), "ticket_rule_runs", ["at"], unique=False)
    op.create_index("ix_ticket_rule_runs_rule_id_id", "ticket_rule_runs", ["rule_id", "id"], unique=False)
    op.create_index(op.f("ix_ticket_rule_runs_ticket_id"), "ticket_rule_runs", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_rule_timers",
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("again_at", _MOMENT, nullable=True),
        sa.Column("fired", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_rule_timers_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rule_id", "ticket_id", name=op.f("pk_ticket_rule_timers")),
    )
    op.create_index(op.f("ix_ticket_rule_timers_ticket_id"), "ticket_rule_timers", ["ticket_id"], unique=False)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)

"""Changes of many tickets at once go on after a restart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket_bulks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.String(length=32), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("total", "done", "failed", "below", "asked")),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["undoes"], ["ticket_bulks.id"], name=op.f("fk_ticket_bulks_undoes_ticket_bulks"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_bulks")),
    )
    op.create_index(op.f("ix_ticket_bulks_state"), "ticket_bulks", ["state"])
    op.create_table(
        "ticket_bulk_items",
        sa.Column("bulk_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        _of_a_bulk("ticket_bulk_items"),
        sa.PrimaryKeyConstraint("bulk_id", "position", name=op.f("pk_ticket_bulk_items")),
    )
    op.create_table(
        "ticket_bulk_changes",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("bulk_id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        _of_a_bulk("ticket_bulk_changes"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_bulk_changes_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_bulk_changes")),
        sa.UniqueConstraint("bulk_id", "ticket_id", name=op.f("uq_ticket_bulk_changes_bulk_id_ticket_id")),
    )
    op.create_index(op.f("ix_ticket_bulk_changes_ticket_id"), "ticket_bulk_changes", ["ticket_id"])


def _of_a_bulk(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_bulk_id_ticket_bulks")
    return sa.ForeignKeyConstraint(["bulk_id"], ["ticket_bulks.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("ticket_bulk_changes")
    op.drop_table("ticket_bulk_items")
    op.drop_table("ticket_bulks")

"""Imports of tickets: the jobs, what of them was not taken, and where tickets came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket_imports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("total", "position", "taken", "known", "refused", "remarks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_imports")),
    )
    op.create_index(op.f("ix_ticket_imports_state"), "ticket_imports", ["state"], unique=False)
    op.create_table(
        "ticket_import_remarks",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("record", sa.String(length=120), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["ticket_imports.id"],
            name=op.f("fk_ticket_import_remarks_import_id_ticket_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_import_remarks")),
    )
    op.create_index("ix_ticket_import_remarks_import_id_id", "ticket_import_remarks", ["import_id", "id"], unique=False)
    op.create_table(
        "ticket_origins",
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_origins_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("origin", "external_id", name=op.f("pk_ticket_origins")),
    )
    for column in ("import_id", "ticket_id"):
        op.create_index(op.f(f"ix_ticket_origins_{column}"), "ticket_origins", [column], unique=False)


def downgrade() -> None:
    op.drop_table("ticket_origins")
    op.drop_table("ticket_import_remarks")
    op.drop_table("ticket_imports")

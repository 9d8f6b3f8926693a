"""Trunks, the numbers that come in by them, names of telephones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trunks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("password", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trunks")),
    )
    op.create_table(
        "called_numbers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("pattern", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("flow", sa.String(length=64), nullable=False),
        sa.Column("trunk_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["trunk_id"], ["trunks.id"], name=op.f("fk_called_numbers_trunk_id_trunks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_called_numbers")),
    )
    op.create_index(op.f("ix_called_numbers_trunk_id"), "called_numbers", ["trunk_id"])
    with op.batch_alter_table("sip_accounts") as batch:
        batch.add_column(sa.Column("name", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sip_accounts") as batch:
        batch.alter_column("name", existing_type=sa.String(length=200), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("sip_accounts") as batch:
        batch.drop_column("disabled_at")
        batch.drop_column("name")
    op.drop_table("called_numbers")
    op.drop_table("trunks")

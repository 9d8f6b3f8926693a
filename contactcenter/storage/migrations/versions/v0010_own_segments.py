"""Segments that one person keeps to themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("customer_segments") as batch:
        batch.add_column(sa.Column("owner_id", sa.String(64), nullable=True))
        batch.create_index(op.f("ix_customer_segments_owner_id"), ["owner_id"])


def downgrade() -> None:
    with op.batch_alter_table("customer_segments") as batch:
        batch.drop_index(op.f("ix_customer_segments_owner_id"))
        batch.drop_column("owner_id")

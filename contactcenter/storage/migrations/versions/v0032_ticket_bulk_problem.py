"""Why a change of many tickets ended before it was through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket_bulks", sa.Column("problem", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("ticket_bulks", "problem")

"""What becomes of the tickets below one whose change of state somebody has to agree to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket_approvals", sa.Column("children", sa.String(length=8), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ticket_approvals") as batch:
        batch.drop_column("children")

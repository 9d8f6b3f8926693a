"""Links by which somebody outside answers in a side conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket_sides") as table:
        table.add_column(sa.Column("link_epoch", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("ticket_sides") as table:
        table.alter_column("link_epoch", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("ticket_sides") as table:
        table.drop_column("ended_at")
        table.drop_column("link_epoch")

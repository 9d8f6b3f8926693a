"""Tickets that the routing engine offers to agents: types that are pushed, and the skills types and categories ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket_types", sa.Column("push", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in ("ticket_types", "ticket_categories"):
        op.add_column(table, sa.Column("skills", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    for table, columns in (("ticket_types", ("push", "skills")), ("ticket_categories", ("skills",))):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, server_default=None)


def downgrade() -> None:
    op.drop_column("ticket_categories", "skills")
    op.drop_column("ticket_types", "skills")
    op.drop_column("ticket_types", "push")

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

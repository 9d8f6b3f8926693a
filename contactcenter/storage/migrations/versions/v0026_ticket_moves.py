"""Looking up when tickets came into other states."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOVES = "kind IN ('made', 'changed')"


def upgrade() -> None:
    where = sa.text(MOVES)
    op.create_index("ix_ticket_entries_moved_at", "ticket_entries", ["at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_ticket_entries_moved_at", table_name="ticket_entries")

"""Who recorded a consent, merged customers or released a hold, by id: a name alone cannot be forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("customer_consents", "recorded_by_id", "recorded_by"),
    ("customer_merges", "by_id", "by_name"),
    ("legal_holds", "released_by_id", "released_by"),
)


def upgrade() -> None:
    for table, column, name in _COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.String(64), nullable=False, server_default=""))
        # Of two people of one name nobody can say any more which it was.
        op.execute(
            f"UPDATE {table} SET {column} = (SELECT CASE WHEN COUNT(*) = 1 THEN MIN(users.id) ELSE '' END "  # noqa: S608
            f"FROM users WHERE users.name = {table}.{name})"
        )
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.String(64), existing_nullable=False, server_default=None)


def downgrade() -> None:
    for table, column, _ in _COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)

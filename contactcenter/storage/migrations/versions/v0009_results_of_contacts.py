"""Results that ask for a note, and results no longer given that past contacts still name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = ("note_required", "retired")


def upgrade() -> None:
    with op.batch_alter_table("dispositions") as batch:
        for name in _COLUMNS:
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("dispositions") as batch:
        for name in _COLUMNS:
            batch.alter_column(name, existing_type=sa.Boolean(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("dispositions") as batch:
        for name in _COLUMNS:
            batch.drop_column(name)

"""What throttles count, so that a restart forgets nothing; how somebody came in whose device is remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "failed_attempts",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("before_at", _MOMENT, nullable=False),
        sa.Column("forget_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_failed_attempts")),
    )
    op.create_index("ix_failed_attempts_purpose", "failed_attempts", ["purpose", "forget_at"], unique=False)
    with op.batch_alter_table("remembered_devices") as batch:
        batch.add_column(sa.Column("method", sa.String(length=32), nullable=False, server_default=""))
    with op.batch_alter_table("remembered_devices") as batch:
        batch.alter_column("method", existing_type=sa.String(length=32), server_default=None)


def downgrade() -> None:
    op.drop_column("remembered_devices", "method")
    op.drop_table("failed_attempts")

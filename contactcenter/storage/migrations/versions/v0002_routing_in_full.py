"""Skill expressions, overflow rules, tiers, routing profiles, calendars, pause reasons in occupancy."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_QUEUE_COLUMNS: list[tuple[str, sa.types.TypeEngine[Any], str | None]] = [
    ("required_skills", sa.JSON(), "[]"),
    ("preferred_skills", sa.JSON(), "[]"),
    ("relax", sa.JSON(), "[]"),
    ("tier_delay_s", sa.Double(), None),
    ("ring_next_s", sa.Double(), "10"),
    ("fair_window_s", sa.Double(), "3600"),
    ("overflow", sa.JSON(), "[]"),
    ("ageing_s", sa.Double(), None),
    ("cost", sa.Double(), "1"),
    ("target_wait_s", sa.Double(), None),
    ("keeps_clock", sa.Boolean(), "true"),
]
"""Name, type, and what queues that exist get; None: nothing."""


def upgrade() -> None:
    _make_tables()
    _widen_tables()
    _move_data()
    with op.batch_alter_table("queues") as batch:
        batch.drop_constraint(op.f("fk_queues_overflow_queue_id_queues"), type_="foreignkey")
        batch.drop_column("overflow_queue_id")
        batch.drop_column("max_wait_s")
        for name, kind, filling in _QUEUE_COLUMNS:
            if filling is not None:
                batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with op.batch_alter_table("queue_members") as batch:
        for name, kind in (("tier", sa.Integer()), ("position", sa.Integer()), ("weight", sa.Double())):
            batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with op.batch_alter_table("pause_reasons") as batch:
        batch.alter_column("occupancy", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    op.drop_table("queue_skills")


def _make_tables() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("weekly", sa.JSON(), nullable=False),
        sa.Column("exceptions", sa.JSON(), nullable=False),
        sa.Column("holidays", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("emergency", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
    )
    op.create_table(
        "routing_profiles",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_profiles")),
    )
    op.create_table(
        "routing_settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_routing_settings")),
    )


def _widen_tables() -> None:
    with op.batch_alter_table("queues") as batch:
        for name, kind, filling in _QUEUE_COLUMNS:
            default = None if filling is None else sa.text(filling if filling == "true" else f"'{filling}'")
            batch.add_column(sa.Column(name, kind, nullable=filling is None, server_default=default))
        # Was always 30 s, which _move_data writes; None means from now on: not before the agent is ready anew.
        batch.add_column(sa.Column("refusal_lapse_s", sa.Double(), nullable=True))
        batch.add_column(sa.Column("calendar_id", sa.String(length=64), nullable=True))
        batch.create_foreign_key(
            op.f("fk_queues_calendar_id_calendars"), "calendars", ["calendar_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("queue_members") as batch:
        batch.add_column(sa.Column("tier", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("weight", sa.Double(), nullable=False, server_default="1"))
    with op.batch_alter_table("pause_reasons") as batch:
        batch.add_column(sa.Column("occupancy", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("agent_profiles") as batch:
        batch.add_column(sa.Column("profile_id", sa.String(length=64), nullable=True))
        batch.create_foreign_key(
            op.f("fk_agent_profiles_profile_id_routing_profiles"),
            "routing_profiles",
            ["profile_id"],
            ["id"],
            ondelete="SET NULL",
        )


def _move_data() -> None:
    """The longest wait and where to go then become an overflow rule, rows of required skills an expression."""
    queues = sa.table(
        "queues",
        sa.column("id", sa.String()),
        sa.column("max_wait_s", sa.Double()),
        sa.column("overflow_queue_id", sa.String()),
        sa.column("required_skills", sa.JSON()),
        sa.column("overflow", sa.JSON()),
        sa.column("refusal_lapse_s", sa.Double()),
    )
    queue_skills = sa.table(
        "queue_skills",
        sa.column("queue_id", sa.String()),
        sa.column("skill_id", sa.String()),
        sa.column("level", sa.Integer()),
    )
    connection = op.get_bind()
    skills: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(sa.select(queue_skills).order_by(queue_skills.c.queue_id, queue_skills.c.skill_id)):
        skills[row.queue_id].append({"type": "skill", "skill": row.skill_id, "level": row.level})
    for row in connection.execute(sa.select(queues.c.id, queues.c.max_wait_s, queues.c.overflow_queue_id)).all():
        values: dict[str, Any] = {
            "required_skills": skills[row.id],
            "overflow": _rules(row.max_wait_s, row.overflow_queue_id),
            "refusal_lapse_s": 30.0,
        }
        connection.execute(sa.update(queues).where(queues.c.id == row.id).values(values))


def _rules(max_wait_s: float | None, queue_id: str | None) -> list[dict[str, Any]]:
    """Without a longest wait the overflow queue was never used."""
    if max_wait_s is None:
        return []
    to = {"kind": "leave", "value": None} if queue_id is None else {"kind": "queue", "value": queue_id}
    return [{"cause": "max-wait", "to": to, "limit": max_wait_s, "absent": []}]

"""Tickets: what they are, their thread and history, and what they are set up with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from contactcenter.storage.search import TextIndex

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = (
    "ticket_watchers",
    "ticket_types",
    "ticket_tags",
    "ticket_messages",
    "ticket_links",
    "ticket_interactions",
    "ticket_entries",
    "ticket_attachments",
    "ticket_approvals",
    "tickets",
    "ticket_views",
    "ticket_states",
    "ticket_sla_policies",
    "ticket_fields",
    "ticket_counter",
    "ticket_categories",
)
_STATES = (
    ("open", "Open", "Received"),
    ("in_progress", "In progress", "In work"),
    ("pending", "Pending", "Waiting for you"),
    ("resolved", "Resolved", "Solved"),
    ("closed", "Closed", "Closed"),
    ("reopened", "Reopened", "In work again"),
)
_TYPES = (
    ("question", "Question", 2),
    ("incident", "Incident", 3),
    ("request", "Request", 2),
    ("complaint", "Complaint", 3),
    ("compliment", "Compliment", 1),
)
_WAYS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("in_progress", ("open", "pending", "reopened"), ()),
    ("pending", ("open", "in_progress", "reopened"), ()),
    ("resolved", ("open", "in_progress", "pending", "reopened"), ()),
    ("closed", ("resolved",), ()),
    ("reopened", ("resolved", "closed"), ()),
    ("in_progress", ("pending",), ("customer",)),
    ("reopened", ("resolved",), ("customer",)),
    ("closed", ("resolved",), ("customer",)),
)
_HOUR = 3600.0
_SEARCH = TextIndex("ticket_search")
_TARGETS = {"urgent": (1, 2, 8), "high": (2, 4, 24), "medium": (8, 8, 72), "low": (24, 24, 168)}


def upgrade() -> None:
    _set_up_tables()
    _ticket_tables()
    _ready_made()


def _set_up_tables() -> None:
    op.create_table(
        "ticket_categories",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.String(length=64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["ticket_categories.id"], name=op.f("fk_ticket_categories_parent_id_ticket_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_categories")),
    )
    op.create_table(
        "ticket_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_serial", _SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_counter")),
    )
    op.create_table(
        "ticket_fields",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_fields")),
    )
    op.create_table(
        "ticket_sla_policies",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("calendar_id", sa.String(length=64), nullable=True),
        sa.Column("calendar", sa.JSON(), nullable=True),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_ticket_sla_policies")),
    )
    op.create_table(
        "ticket_states",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("customer_name", sa.String(length=200), nullable=False),
        sa.Column("state_class", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_states")),
    )
    op.create_table(
        "ticket_views",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("order", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_views")),
    )
    op.create_index(op.f("ix_ticket_views_owner_id"), "ticket_views", ["owner_id"])
    op.create_table(
        "ticket_types",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("initial_state", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=True),
        sa.Column("team_id", sa.String(length=64), nullable=True),
        sa.Column("transitions", sa.JSON(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("close_after_days", sa.Integer(), nullable=True),
        sa.Column("for_customers", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initial_state"], ["ticket_states.id"], name=op.f("fk_ticket_types_initial_state_ticket_states")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_types")),
    )


def _ticket_tables() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("serial", _SERIAL, nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("type_id", sa.String(length=64), nullable=False),
        sa.Column("category_id", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("state_class", sa.String(length=16), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("requester_id", sa.String(length=32), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("queue_id", sa.String(length=64), nullable=True),
        sa.Column("team_id", sa.String(length=64), nullable=True),
        sa.Column("assignee_id", sa.String(length=32), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("resolved_at", _MOMENT, nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sla", sa.JSON(), nullable=False),
        sa.Column("sla_policy", sa.String(length=80), nullable=True),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("sla_at", _MOMENT, nullable=True),
        sa.Column("close_at", _MOMENT, nullable=True),
        sa.Column("merged_into", sa.String(length=32), nullable=True),
        sa.Column("link_epoch", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
        sa.UniqueConstraint("request_key", name=op.f("uq_tickets_request_key")),
        sa.UniqueConstraint("serial", name=op.f("uq_tickets_serial")),
    )
    op.create_index("ix_tickets_assignee_id_done_changed_at", "tickets", ["assignee_id", "done", "changed_at"])
    op.create_index(op.f("ix_tickets_category_id"), "tickets", ["category_id"])
    op.create_index(op.f("ix_tickets_changed_at"), "tickets", ["changed_at"])
    op.create_index(op.f("ix_tickets_close_at"), "tickets", ["close_at"])
    op.create_index("ix_tickets_done_changed_at", "tickets", ["done", "changed_at"])
    op.create_index("ix_tickets_done_due_at", "tickets", ["done", "due_at"])
    op.create_index("ix_tickets_done_made_at", "tickets", ["done", "made_at"])
    op.create_index("ix_tickets_done_priority_changed_at", "tickets", ["done", "priority", "changed_at"])
    op.create_index(op.f("ix_tickets_made_at"), "tickets", ["made_at"])
    op.create_index(op.f("ix_tickets_merged_into"), "tickets", ["merged_into"])
    op.create_index(op.f("ix_tickets_organisation_id"), "tickets", ["organisation_id"])
    op.create_index("ix_tickets_queue_id_done_changed_at", "tickets", ["queue_id", "done", "changed_at"])
    op.create_index("ix_tickets_requester_id_changed_at", "tickets", ["requester_id", "changed_at"])
    op.create_index(op.f("ix_tickets_sla_at"), "tickets", ["sla_at"])
    op.create_index(op.f("ix_tickets_sla_policy"), "tickets", ["sla_policy"])
    op.create_index("ix_tickets_state_changed_at", "tickets", ["state", "changed_at"])
    op.create_index("ix_tickets_team_id_done_changed_at", "tickets", ["team_id", "done", "changed_at"])
    op.create_index("ix_tickets_type_id_changed_at", "tickets", ["type_id", "changed_at"])
    op.create_table(
        "ticket_approvals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("approver", sa.String(length=64), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_by_id", sa.String(length=64), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_approvals_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_approvals")),
    )
    op.create_index(op.f("ix_ticket_approvals_approver"), "ticket_approvals", ["approver"])
    op.create_index(op.f("ix_ticket_approvals_ticket_id"), "ticket_approvals", ["ticket_id"])
    op.create_table(
        "ticket_attachments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=True),
        sa.Column("message_id", _SERIAL, nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scan", sa.String(length=16), nullable=False),
        sa.Column("uploaded_by", sa.String(length=80), nullable=False),
        sa.Column("uploaded_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_attachments_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_attachments")),
    )
    op.create_index(op.f("ix_ticket_attachments_message_id"), "ticket_attachments", ["message_id"])
    op.create_index(op.f("ix_ticket_attachments_sha256"), "ticket_attachments", ["sha256"])
    op.create_index(op.f("ix_ticket_attachments_ticket_id"), "ticket_attachments", ["ticket_id"])
    op.create_index(op.f("ix_ticket_attachments_uploaded_at"), "ticket_attachments", ["uploaded_at"])
    op.create_table(
        "ticket_entries",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_entries_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_entries")),
        sa.UniqueConstraint("ticket_id", "sequence", name=op.f("uq_ticket_entries_ticket_id_sequence")),
    )
    op.create_table(
        "ticket_interactions",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("interaction_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_interactions_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "interaction_id", name=op.f("pk_ticket_interactions")),
    )
    op.create_index(op.f("ix_ticket_interactions_interaction_id"), "ticket_interactions", ["interaction_id"])
    op.create_table(
        "ticket_links",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("other_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["tickets.id"], name=op.f("fk_ticket_links_other_id_tickets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_links_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "other_id", name=op.f("pk_ticket_links")),
    )
    op.create_index(op.f("ix_ticket_links_other_id"), "ticket_links", ["other_id"])
    op.create_table(
        "ticket_messages",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("side_id", sa.String(length=32), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_messages_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_messages")),
        sa.UniqueConstraint("request_key", name=op.f("uq_ticket_messages_request_key")),
    )
    op.create_index("ix_ticket_messages_ticket_id_id", "ticket_messages", ["ticket_id", "id"])
    op.create_table(
        "ticket_tags",
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_tags_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tag", "ticket_id", name=op.f("pk_ticket_tags")),
    )
    op.create_index(op.f("ix_ticket_tags_ticket_id"), "ticket_tags", ["ticket_id"])
    op.create_table(
        "ticket_watchers",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_watchers_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "user_id", name=op.f("pk_ticket_watchers")),
    )
    op.create_index(op.f("ix_ticket_watchers_user_id"), "ticket_watchers", ["user_id"])
    _SEARCH.create(op.get_bind())


def _ready_made() -> None:
    """What every helpdesk begins with; all of it can be changed."""
    text, whole, flag, data = sa.String(), sa.Integer(), sa.Boolean(), sa.JSON()
    states = _table(
        "ticket_states", id=text, name=text, customer_name=text, state_class=text, position=whole, retired=flag
    )
    op.bulk_insert(
        states,
        [
            {"id": key, "name": name, "customer_name": told, "state_class": key, "position": place, "retired": False}
            for place, (key, name, told) in enumerate(_STATES)
        ],
    )
    columns: dict[str, Any] = {"id": text, "name": text, "description": text, "initial_state": text, "priority": whole}
    columns |= {"transitions": data, "form": data, "close_after_days": whole, "for_customers": flag}
    types = _table("ticket_types", **columns, position=whole, retired=flag)
    ways = [
        {"target": target, "sources": list(sources), "movers": list(movers), "required": [], "approver": None}
        for target, sources, movers in _WAYS
    ]
    shared = {"description": "", "initial_state": "open", "transitions": ways, "form": [], "close_after_days": 7}
    op.bulk_insert(
        types,
        [
            {"id": key, "name": name, "priority": priority, "position": place, "for_customers": True, "retired": False}
            | shared
            for place, (key, name, priority) in enumerate(_TYPES)
        ],
    )
    columns = {"id": text, "version": whole, "name": text, "position": whole, "made_at": _MOMENT, "retired": flag}
    columns |= dict.fromkeys(("conditions", "targets", "pauses", "chain"), data)
    op.bulk_insert(_table("ticket_sla_policies", **columns), [_standard()])


def _standard() -> dict[str, Any]:
    kinds = ("first_response", "next_response", "resolution")
    targets = {
        word: {kind: hours * _HOUR for kind, hours in zip(kinds, promised, strict=True)}
        for word, promised in _TARGETS.items()
    }
    step = {"notify": ["assignee"], "assign_user": None, "assign_team": None, "raise_priority": False}
    return {
        "id": "standard",
        "version": 1,
        "name": "Standard",
        "position": 1000,
        "conditions": {"all": [], "any": []},
        "targets": targets,
        "pauses": ["pending"],
        "chain": [{"clock": kind, "percent": 80, **step} for kind in kinds],
        "made_at": datetime.now(UTC),
        "retired": False,
    }


def _table(title: str, /, **columns: Any) -> sa.TableClause:
    return sa.table(title, *(sa.column(key, kind) for key, kind in columns.items()))


def downgrade() -> None:
    _SEARCH.drop(op.get_bind())
    for table in _TABLES:
        op.drop_table(table)

"""Tables of what tickets are set up with: types with workflow and form, states, categories, fields, SLA policies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime

REF = String(64)


class TicketState(Base):
    """`name` is what staff read, `customer_name` what the customer reads. `retired`: no longer chosen."""

    __tablename__ = "ticket_states"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    customer_name: Mapped[str] = mapped_column(String(200))
    state_class: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class TicketType(Base):
    """`transitions`, `form` and `skills` are lists of documents as settings.TransitionBody, settings.FormField and
    settings.AskedSkill take them. `push`: the routing engine offers its tickets to agents.
    `close_after_days`: of silence after it was resolved; None: it is not closed by itself. `customer_mails`: customers
    get mail at each step."""

    __tablename__ = "ticket_types"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    initial_state: Mapped[str] = mapped_column(REF, ForeignKey("ticket_states.id"))
    priority: Mapped[int] = mapped_column()
    queue_id: Mapped[str | None] = mapped_column(REF, default=None)
    team_id: Mapped[str | None] = mapped_column(REF, default=None)
    transitions: Mapped[Any] = mapped_column(JSON, default=list)
    form: Mapped[Any] = mapped_column(JSON, default=list)
    close_after_days: Mapped[int | None] = mapped_column(default=None)
    for_customers: Mapped[bool] = mapped_column(default=True)
    customer_mails: Mapped[bool] = mapped_column(default=True)
    push: Mapped[bool] = mapped_column(default=False)
    skills: Mapped[Any] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class TicketCategory(Base):
    """A tree; `retired`: no longer chosen, and so is what lies below. `skills` as those of a type: what whoever is
    offered tickets of this category must bring, and of those below."""

    __tablename__ = "ticket_categories"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[str | None] = mapped_column(REF, ForeignKey("ticket_categories.id"), default=None)
    skills: Mapped[Any] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class TicketField(Base):
    """A custom field: `type` is text, number, date, choice, choices or yes-no."""

    __tablename__ = "ticket_fields"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    help: Mapped[str] = mapped_column(Text, default="")
    type: Mapped[str] = mapped_column(String(16))
    choices: Mapped[Any] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class TicketSlaPolicy(Base):
    """One version of a policy, never changed: a changed policy is a new version, and so is one whose calendar has
    changed. `conditions`, `targets`, `chain` and `calendar` are documents; of a policy the greatest version counts."""

    __tablename__ = "ticket_sla_policies"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(default=0)
    conditions: Mapped[Any] = mapped_column(JSON, default=list)
    targets: Mapped[Any] = mapped_column(JSON, default=dict)
    pauses: Mapped[Any] = mapped_column(JSON, default=list)
    chain: Mapped[Any] = mapped_column(JSON, default=list)
    calendar_id: Mapped[str | None] = mapped_column(REF, default=None)
    calendar: Mapped[Any | None] = mapped_column(JSON(none_as_null=True), default=None)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired: Mapped[bool] = mapped_column(default=False)

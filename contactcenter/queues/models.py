"""Tables of queues, skills, calendars, dispositions and pause reasons."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base


class Queue(Base):
    """Durations in seconds; `service_level_goal` is the share answered within `service_level_target_s`.

    `required_skills`, `preferred_skills`, `relax` and `overflow` are lists in the JSON form that msgspec gives the
    classes of acd/model.py of these names; see there, and acd.model.QueueConfig, for what each setting means.
    """

    __tablename__ = "queues"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    strategy: Mapped[str] = mapped_column(String(32), default="longest-idle")
    required_skills: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    preferred_skills: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    relax: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    tier_delay_s: Mapped[float | None] = mapped_column(default=None)
    ring_timeout_s: Mapped[float] = mapped_column(default=20.0)
    ring_next_s: Mapped[float] = mapped_column(default=10.0)
    wrap_up_s: Mapped[float] = mapped_column(default=60.0)
    wrap_up_forced: Mapped[bool] = mapped_column(default=True)
    # Without evaluates_none an explicit None would be inserted as the default.
    refusal_lapse_s: Mapped[float | None] = mapped_column(Double().evaluates_none(), default=30.0)
    fair_window_s: Mapped[float] = mapped_column(default=3600.0)
    overflow: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    service_level_target_s: Mapped[float] = mapped_column(default=20.0)
    service_level_goal: Mapped[float] = mapped_column(default=0.8)
    weight: Mapped[int] = mapped_column(default=0)
    ageing_s: Mapped[float | None] = mapped_column(default=None)
    cost: Mapped[float] = mapped_column(default=1.0)
    target_wait_s: Mapped[float | None] = mapped_column(default=None)
    keeps_clock: Mapped[bool] = mapped_column(default=True)
    calendar_id: Mapped[str | None] = mapped_column(ForeignKey("calendars.id", ondelete="SET NULL"), default=None)
    position: Mapped[int] = mapped_column(default=0)


class Skill(Base):
    __tablename__ = "skills"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class QueueMember(Base):
    """An agent's place in a queue; see acd.model.Membership."""

    __tablename__ = "queue_members"

    queue_id: Mapped[str] = mapped_column(ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    tier: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    weight: Mapped[float] = mapped_column(default=1.0)


class Calendar(Base):
    """Opening hours. `weekly`, `exceptions`, `holidays` and `emergency` are as the API writes them; see
    calendar_settings.py. `zone` is an IANA time zone."""

    __tablename__ = "calendars"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(64))
    weekly: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    exceptions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    holidays: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    emergency: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)


class RoutingSetting(Base):
    """What holds for routing as a whole, by name: "order" is one of acd.model.Order."""

    __tablename__ = "routing_settings"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class Disposition(Base):
    """A result an agent may give a call; `queue_id` None: in every queue. `parent_id` builds the tree.

    `note_required`: whoever gives it says more in a note. `retired`: past contacts name it, nobody gives it any more.
    """

    __tablename__ = "dispositions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("dispositions.id", ondelete="CASCADE"), default=None)
    queue_id: Mapped[str | None] = mapped_column(ForeignKey("queues.id", ondelete="CASCADE"), default=None)
    position: Mapped[int] = mapped_column(default=0)
    note_required: Mapped[bool] = mapped_column(default=False)
    retired: Mapped[bool] = mapped_column(default=False)


class PauseReason(Base):
    """`paid`: for the time sheet; `occupancy`: a pause for it counts as staffed time in occupancy."""

    __tablename__ = "pause_reasons"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    paid: Mapped[bool] = mapped_column(default=True)
    occupancy: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)

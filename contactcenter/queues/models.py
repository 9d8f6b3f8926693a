"""Tables of queues, skills, dispositions and pause reasons."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base


class Queue(Base):
    """Durations in seconds; `service_level_goal` is the share answered within `service_level_target_s`."""

    __tablename__ = "queues"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    strategy: Mapped[str] = mapped_column(String(32), default="longest-idle")
    ring_timeout_s: Mapped[float] = mapped_column(default=20.0)
    wrap_up_s: Mapped[float] = mapped_column(default=60.0)
    wrap_up_forced: Mapped[bool] = mapped_column(default=True)
    max_wait_s: Mapped[float | None] = mapped_column(default=None)
    overflow_queue_id: Mapped[str | None] = mapped_column(ForeignKey("queues.id", ondelete="SET NULL"), default=None)
    service_level_target_s: Mapped[float] = mapped_column(default=20.0)
    service_level_goal: Mapped[float] = mapped_column(default=0.8)
    weight: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)


class Skill(Base):
    __tablename__ = "skills"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class QueueSkill(Base):
    """A skill an agent must have, at this level or above, to be offered the queue's contacts."""

    __tablename__ = "queue_skills"

    queue_id: Mapped[str] = mapped_column(ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[str] = mapped_column(ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)


class QueueMember(Base):
    __tablename__ = "queue_members"

    queue_id: Mapped[str] = mapped_column(ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)


class Disposition(Base):
    """A result an agent may give a call; `queue_id` None: in every queue. `parent_id` builds the tree."""

    __tablename__ = "dispositions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("dispositions.id", ondelete="CASCADE"), default=None)
    queue_id: Mapped[str | None] = mapped_column(ForeignKey("queues.id", ondelete="CASCADE"), default=None)
    position: Mapped[int] = mapped_column(default=0)


class PauseReason(Base):
    __tablename__ = "pause_reasons"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    paid: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

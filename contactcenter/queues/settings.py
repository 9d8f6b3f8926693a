"""A queue's settings over HTTP and in the database, and the engine's configuration made from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field

from acd.model import (
    Absence,
    AllOf,
    AnyOf,
    Expression,
    Not,
    OverflowCause,
    QueueConfig,
    SkillRequirement,
    TargetKind,
)
from acd.widening import MAX_TIER
from contactcenter.queues.fields import Id, Name, Ref, Settings, Text, Whole
from contactcenter.queues.models import Queue


class SkillIs(Settings):
    """The agent must have `skill` at `level` (1 to 5) or better."""

    type: Literal["skill"]
    skill: Ref
    level: Whole = 1


class AllIs(Settings):
    type: Literal["all"]
    of: list[ExpressionIs]


class AnyIs(Settings):
    type: Literal["any"]
    of: list[ExpressionIs]


class NotIs(Settings):
    type: Literal["not"]
    of: ExpressionIs


ExpressionIs = Annotated[SkillIs | AllIs | AnyIs | NotIs, Field(discriminator="type")]


class RelaxIs(Settings):
    """From `after_s` seconds in the queue on; `reach`: members up to this tier."""

    after_s: float
    level_down: Whole = 0
    drop: list[Ref] = Field(default_factory=list)
    reach: Whole | None = None


class TargetIs(Settings):
    kind: TargetKind
    value: Text | None = None


class OverflowIs(Settings):
    """`limit`: seconds for max-wait and expected-wait, contacts for full. `absent`: for join-empty, leave-empty."""

    cause: OverflowCause
    to: TargetIs = TargetIs(kind=TargetKind.LEAVE)
    limit: float | None = None
    absent: list[Absence] = Field(default_factory=list)


class MemberIs(Settings):
    """`name` is shown only. Lower tiers and positions come first; `weight` is for weighted-random."""

    agent_id: Ref
    name: str = ""
    tier: int = Field(1, ge=1, le=MAX_TIER)
    position: Whole = 0
    weight: float = Field(1.0, gt=0, le=1_000_000)


class QueueBody(Settings):
    """Durations in seconds. `service_level_goal`: the share to be answered within `service_level_target_s`."""

    name: Name
    position: Whole = 0
    service_level_goal: float = Field(0.8, ge=0, le=1)
    strategy: str = "longest-idle"
    required_skills: list[ExpressionIs] = Field(default_factory=list)
    preferred_skills: list[ExpressionIs] = Field(default_factory=list)
    relax: list[RelaxIs] = Field(default_factory=list)
    tier_delay_s: float | None = None
    ring_timeout_s: float = 20.0
    ring_next_s: float = 10.0
    wrap_up_s: float = 60.0
    wrap_up_forced: bool = True
    refusal_lapse_s: float | None = 30.0
    fair_window_s: float = 3600.0
    overflow: list[OverflowIs] = Field(default_factory=list)
    service_level_target_s: float = 20.0
    weight: Whole = 0
    ageing_s: float | None = None
    cost: float = 1.0
    target_wait_s: float | None = None
    keeps_clock: bool = True
    calendar_id: Ref | None = None


class NewQueue(QueueBody):
    """Without an id one is made from the name."""

    id: Id | None = None
    members: list[MemberIs] = Field(default_factory=list)


class ChangedQueue(QueueBody):
    """Everything but the members is replaced, and they too when given. `id` cannot change."""

    id: Ref | None = None
    members: list[MemberIs] | None = None


class QueueSettings(QueueBody):
    id: str
    members: list[MemberIs]


def columns(body: QueueBody) -> dict[str, Any]:
    """For the table of queues, by column."""
    return body.model_dump(mode="json", include=set(QueueBody.model_fields))


def settings_of(queue: Queue, members: list[MemberIs]) -> QueueSettings:
    stored = {name: getattr(queue, name) for name in QueueBody.model_fields}
    return QueueSettings.model_validate({**stored, "id": queue.id, "members": members})


_CONFIGURED = [field for field in QueueConfig.__struct_fields__ if field in QueueBody.model_fields]


def queue_config(queue: Queue) -> QueueConfig:
    """What the engine is told. Raises msgspec.ValidationError for a row that nobody has written through here."""
    stored = {field: getattr(queue, field) for field in _CONFIGURED}
    return msgspec.convert({"queue_id": queue.id, **stored}, QueueConfig, strict=False)


def skills_in(expressions: Iterable[Expression]) -> Iterator[str]:
    """Every skill named, also those an agent must not have."""
    for each in expressions:
        match each:
            case SkillRequirement(skill):
                yield skill
            case Not(inner):
                yield from skills_in([inner])
            case AllOf(inner) | AnyOf(inner):
                yield from skills_in(inner)


def skills_of(config: QueueConfig) -> dict[str, list[str]]:
    """Skills that the queue's settings name, by field."""
    return {
        "required_skills": list(skills_in(config.required_skills)),
        "preferred_skills": list(skills_in(config.preferred_skills)),
        "relax": [skill for step in config.relax for skill in step.drop],
    }

"""What cannot work is refused before it is set up, with a sentence naming the field."""

from __future__ import annotations

from math import isfinite

from acd.capacity import check_capacity
from acd.eligibility import check_expressions, check_levels
from acd.floor import Floor
from acd.model import AgentConfig, OverflowCause, OverflowRule, QueueConfig, Refused, TargetKind
from acd.overflow import overflow_chain
from acd.strategies import STRATEGIES
from acd.widening import MAX_TIER

WITH_VALUE = frozenset({TargetKind.QUEUE, TargetKind.NUMBER})
EMPTY = frozenset({OverflowCause.JOIN_EMPTY, OverflowCause.LEAVE_EMPTY})


def check_queue(floor: Floor, config: QueueConfig) -> None:
    """Raises Refused with "bad-queue", "unknown-strategy" or "overflow-cycle"."""
    if not config.queue_id:
        raise Refused("bad-queue", "queue_id: must not be empty.")
    if config.strategy not in STRATEGIES:
        raise Refused("unknown-strategy", f"strategy: {config.strategy!r} is not one of {', '.join(STRATEGIES)}.")
    check_expressions("bad-queue", "required_skills", config.required_skills)
    check_expressions("bad-queue", "preferred_skills", config.preferred_skills)
    _check_numbers(config)
    _check_relax(config)
    for number, rule in enumerate(config.overflow):
        _check_rule(f"overflow[{number}]", rule)
    chain = overflow_chain(config.queue_id, config.overflow, floor.queues)
    if chain:
        raise Refused("overflow-cycle", f"overflow: contacts would go in a circle: {' → '.join(chain)}.")


def check_agent(config: AgentConfig) -> None:
    """Raises Refused("bad-agent")."""
    if not config.agent_id:
        raise Refused("bad-agent", "agent_id: must not be empty.")
    check_levels("bad-agent", "skills", config.skills.items())
    if config.misses_before_not_responding < 1:
        raise Refused(
            "bad-agent", f"misses_before_not_responding: must be 1 or more, not {config.misses_before_not_responding}."
        )
    for queue_id, membership in config.queues.items():
        if not 1 <= membership.tier <= MAX_TIER:
            raise Refused("bad-agent", f"queues.{queue_id}.tier: must be from 1 to {MAX_TIER}, not {membership.tier}.")
        if not (isfinite(membership.weight) and membership.weight > 0):
            raise Refused("bad-agent", f"queues.{queue_id}.weight: must be a number above 0, not {membership.weight}.")
        if abs(membership.position) > 1_000_000:
            raise Refused(
                "bad-agent", f"queues.{queue_id}.position: must be within a million, not {membership.position}."
            )
    check_capacity(config.capacity)


def _check_numbers(config: QueueConfig) -> None:
    above_zero = {
        "ring_timeout_s": config.ring_timeout_s,
        "ring_next_s": config.ring_next_s,
        "refusal_lapse_s": config.refusal_lapse_s,
        "tier_delay_s": config.tier_delay_s,
        "fair_window_s": config.fair_window_s,
        "ageing_s": config.ageing_s,
        "cost": config.cost,
        "target_wait_s": config.target_wait_s,
    }
    for field, number in above_zero.items():
        if number is not None and not (isfinite(number) and number > 0):
            raise Refused("bad-queue", f"{field}: must be a number above 0, not {number}.")
    not_negative = {"wrap_up_s": config.wrap_up_s, "service_level_target_s": config.service_level_target_s}
    for field, number in not_negative.items():
        if not (isfinite(number) and number >= 0):
            raise Refused("bad-queue", f"{field}: must be a number of seconds from 0, not {number}.")


def _check_relax(config: QueueConfig) -> None:
    before = 0.0
    for number, step in enumerate(config.relax):
        where = f"relax[{number}]"
        if not (isfinite(step.after_s) and step.after_s > before):
            raise Refused(
                "bad-queue",
                f"{where}.after_s: must be above {before:g}, later than the step before, not {step.after_s}.",
            )
        before = step.after_s
        if step.level_down < 0:
            raise Refused(
                "bad-queue", f"{where}.level_down: must be from 0, not {step.level_down}; a step asks for less."
            )
        if step.reach is not None and not 1 <= step.reach <= MAX_TIER:
            raise Refused("bad-queue", f"{where}.reach: must be from 1 to {MAX_TIER}, not {step.reach}.")
        if not (step.level_down or step.drop or step.reach is not None):
            raise Refused("bad-queue", f"{where}: changes nothing; lower levels, drop a skill or widen the reach.")


def _check_rule(where: str, rule: OverflowRule) -> None:
    if rule.cause in EMPTY:
        if not rule.absent:
            raise Refused("bad-queue", f"{where}.absent: say what makes a member count as not there.")
    elif rule.limit is None or not (isfinite(rule.limit) and rule.limit >= 0):
        raise Refused("bad-queue", f"{where}.limit: {rule.cause.value} needs a number from 0, not {rule.limit}.")
    elif rule.cause is not OverflowCause.FULL and rule.limit == 0:
        raise Refused("bad-queue", f"{where}.limit: must be a number of seconds above 0, not 0.")
    if rule.to.kind in WITH_VALUE and not rule.to.value:
        raise Refused("bad-queue", f"{where}.to.value: say which {rule.to.kind.value}.")

"""From a scenario as it is written to the one that runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from acd.model import AgentConfig, AllOf, AnyOf, Capacity, Expression, Membership, Not, QueueConfig, SkillRequirement
from acd.scenario import (
    Answering,
    Arrival,
    BadScenario,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Lognormal,
    Pause,
    Scenario,
    Shift,
    Staff,
    Stream,
    Traits,
)
from acd.simulation import Simulation
from contactcenter.flows.problems import did_you_mean
from contactcenter.whatif.described import (
    MAX_AGENTS,
    AnsweringIs,
    ArrivalsIs,
    DistributionIs,
    Generated,
    GroupIs,
    PlaceIs,
    QueueIs,
    Rules,
    ShiftIs,
)
from contactcenter.whatif.problems import Unusable, unusable
from contactcenter.whatif.times import DAY_S, after


def scenario_of(described: Generated, arrivals: Sequence[Arrival] = ()) -> Scenario:
    """Ready to run. Raises Unusable."""
    queues = tuple(rules_into(QueueConfig(queue_id), queue) for queue_id, queue in described.queues.items())
    if sum(group.count for group in described.agents) > MAX_AGENTS:
        raise Unusable(("agents",), f"There may be {MAX_AGENTS:,} agents at most.")
    agents: list[Staff] = []
    for index, group in enumerate(described.agents):
        known_queues(group.queues, queues, ("agents", index, "queues"))
        agents += group_of(group, queues, described.opens)
    scenario = Scenario(
        duration_s=after(described.opens, described.closes, end=True),
        warm_up_s=described.warm_up,
        seed=described.seed,
        start=described.opens,
        order=described.order,
        queues=queues,
        agents=tuple(agents),
        streams=tuple(_stream(queue_id, one) for queue_id, queue in described.queues.items() for one in queue.arrivals),
        arrivals=tuple(arrivals),
        traits={queue_id: _traits(queue) for queue_id, queue in described.queues.items()},
        answering=answering_of(described.answering),
    )
    check_skills(scenario)
    return runnable(scenario)


def runnable(scenario: Scenario) -> Scenario:
    """The scenario itself, when the engine takes all of it. Raises Unusable."""
    try:
        Simulation(scenario)
    except BadScenario as error:
        raise unusable(error, scenario) from error
    return scenario


def known_queues(named: Iterable[str], queues: Iterable[QueueConfig], path: Sequence[str | int]) -> None:
    known = [queue.queue_id for queue in queues]
    for queue_id in named:
        if queue_id not in known:
            hint = did_you_mean(queue_id, known)
            raise Unusable(path, f"There is no queue {queue_id}" + (f"; {hint}" if hint else "."))


def rules_into(config: QueueConfig, rules: Rules) -> QueueConfig:
    """The configuration with the rules that are given. Raises Unusable."""
    given = rules.model_dump(mode="json", include=set(Rules.model_fields), exclude_unset=True)
    try:
        return msgspec.convert({**msgspec.to_builtins(config), **given}, QueueConfig, strict=False)
    except msgspec.ValidationError as error:
        raise Unusable(("queues", config.queue_id), str(error)) from error


def group_of(group: GroupIs, queues: Sequence[QueueConfig], opens: float) -> list[Staff]:
    skills = required_of(queues, group.queues) if group.skills is None else group.skills
    given: dict[str, Any] = {"misses_before_not_responding": group.misses_before_not_responding}
    if group.capacity is not None:
        given["capacity"] = msgspec.convert(group.capacity.model_dump(), Capacity)
    ids = [group.id] if group.count == 1 else [f"{group.id}-{number}" for number in range(1, group.count + 1)]
    places = places_of(group.queues)
    return [Staff(AgentConfig(each, skills, places, **given), shifts_of(group.shifts, opens)) for each in ids]


def required_of(queues: Iterable[QueueConfig], members_of: Iterable[str]) -> dict[str, int]:
    """Every skill these queues ask for, at the highest level asked."""
    found: dict[str, int] = {}
    for queue in queues:
        if queue.queue_id in members_of:
            for requirement in requirements(queue.required_skills):
                found[requirement.skill] = max(found.get(requirement.skill, 0), requirement.level)
    return found


def requirements(expressions: Iterable[Expression]) -> Iterable[SkillRequirement]:
    """Every skill asked for; those an agent must not have are none."""
    for each in expressions:
        match each:
            case SkillRequirement():
                yield each
            case AllOf(inner) | AnyOf(inner):
                yield from requirements(inner)
            case Not():
                pass


def places_of(places: Mapping[str, PlaceIs]) -> dict[str, Membership]:
    return {queue_id: Membership(place.tier, place.position, place.weight) for queue_id, place in places.items()}


def shifts_of(shifts: Sequence[ShiftIs], opens: float) -> tuple[Shift, ...]:
    """Times of day become seconds from the begin of the run; without shifts the agent is there all the time.

    A shift that is on when the run begins is there from its begin on.
    """
    if not shifts:
        return (Shift(),)
    made = []
    for shift in shifts:
        from_s = after(opens, shift.opens)
        made.append(_shift(shift, from_s))
        if from_s - DAY_S + after(shift.opens, shift.closes, end=True) > 0:
            made.append(_shift(shift, from_s - DAY_S))
    return tuple(sorted(made, key=lambda shift: shift.from_s))


def _shift(shift: ShiftIs, from_s: float) -> Shift:
    """From `from_s` on, or from the begin of the run if that is later."""
    pauses = []
    for pause in shift.pauses:
        begins = from_s + after(shift.opens, pause.opens)
        ends = begins + after(pause.opens, pause.closes, end=True)
        if ends > 0:
            pauses.append(Pause(from_s=max(begins, 0.0), to_s=ends, reason=pause.reason))
    to_s = from_s + after(shift.opens, shift.closes, end=True)
    return Shift(from_s=max(from_s, 0.0), to_s=to_s, pauses=tuple(pauses))


def answering_of(described: AnsweringIs) -> Answering:
    delay = distribution_of(described.delay)
    return Answering(delay=delay, miss=described.miss, returns_s=described.returns)


def distribution_of(described: DistributionIs) -> Distribution:
    if described.values is not None:
        return Empirical(tuple(described.values))
    if described.constant is not None:
        return Constant(described.constant)
    assert described.mean is not None
    return Exponential(described.mean) if described.scv is None else Lognormal(described.mean, described.scv)


def _traits(queue: QueueIs) -> Traits:
    return Traits(
        handling=distribution_of(queue.handling),
        patience=None if queue.patience is None else distribution_of(queue.patience),
        wrap_up=None if queue.wrap_up is None else distribution_of(queue.wrap_up),
    )


def _stream(queue_id: str, arrivals: ArrivalsIs) -> Stream:
    skills = msgspec.convert([each.model_dump(mode="json") for each in arrivals.skills], tuple[Expression, ...])
    return Stream(
        queue_id=queue_id,
        per_hour=tuple(arrivals.per_hour),
        interval_s=arrivals.interval,
        channel=arrivals.channel,
        priority=arrivals.priority,
        skills=skills,
        handling=None if arrivals.handling is None else distribution_of(arrivals.handling),
        patience=None if arrivals.patience is None else distribution_of(arrivals.patience),
    )


def check_skills(scenario: Scenario) -> None:
    """A skill that nobody has is a slip of the pen, or a queue that nobody will ever answer. Raises Unusable."""
    present = {skill for staff in scenario.agents for skill in staff.config.skills}
    for queue in scenario.queues:
        _check_present(queue.required_skills, present, ("queues", queue.queue_id, "required_skills"))
    for stream in scenario.streams:
        _check_present(stream.skills, present, ("queues", stream.queue_id, "arrivals", "skills"))


def _check_present(expressions: Sequence[Expression], present: set[str], path: Sequence[str]) -> None:
    """An alternative of `any` may lack; of those asked for without alternative each must be there."""
    for each in expressions:
        match each:
            case SkillRequirement(skill) if skill not in present:
                hint = did_you_mean(skill, present)
                raise Unusable(path, f"No agent has the skill {skill}" + (f"; {hint}" if hint else "."))
            case AllOf(inner):
                _check_present(inner, present, path)
            case _:
                pass

"""Changes carried out on a scenario; the scenario itself stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from msgspec.structs import replace

from acd.draws import source
from acd.model import QueueConfig
from acd.scenario import Arrival, Constant, Distribution, Empirical, Scenario, Staff, Stream, Traits
from contactcenter.flows.problems import did_you_mean
from contactcenter.whatif.build import (
    answering_of,
    check_skills,
    group_of,
    known_queues,
    places_of,
    rules_into,
    runnable,
    shifts_of,
)
from contactcenter.whatif.described import ALL, Addition, AgentChange, Changes, GroupIs, Removal
from contactcenter.whatif.problems import Unusable

_JITTER_S = 300.0
"""A recorded contact that is doubled comes again within so many seconds of the first."""


def changed(scenario: Scenario, changes: Changes) -> Scenario:
    """Raises Unusable."""
    before = scenario
    scenario = _change_agents(_change_queues(scenario, changes), changes)
    for name in ("arrivals", "handling", "wrap_up", "patience"):
        named = [queue_id for queue_id in getattr(changes, name) if queue_id != ALL]
        known_queues(named, scenario.queues, (name,))
    scenario = _scale_arrivals(scenario, changes.arrivals)
    scenario = _scale_times(scenario, changes)
    if changes.order is not None:
        scenario = replace(scenario, order=changes.order)
    if changes.answering is not None:
        scenario = replace(scenario, answering=answering_of(changes.answering))
    if _all_skills_there(before):
        check_skills(scenario)
    return runnable(scenario)


def _all_skills_there(scenario: Scenario) -> bool:
    """On a day on which nobody served some queue, that is no fault of the changes."""
    try:
        check_skills(scenario)
    except Unusable:
        return False
    return True


def _change_queues(scenario: Scenario, changes: Changes) -> Scenario:
    known_queues(changes.queues, scenario.queues, ("queues",))
    queues = [
        rules_into(queue, changes.queues[queue.queue_id]) if queue.queue_id in changes.queues else queue
        for queue in scenario.queues
    ]
    return replace(scenario, queues=tuple(queues))


def _change_agents(scenario: Scenario, changes: Changes) -> Scenario:
    agents = list(scenario.agents)
    for name, change in changes.agents.set.items():
        meant = _meant(name, agents, ("agents", "set", name))
        if change.queues is not None:
            known_queues(change.queues, scenario.queues, ("agents", "set", name, "queues"))
        agents = [_agent(staff, change, scenario.start) if staff in meant else staff for staff in agents]
    for index, removal in enumerate(changes.agents.remove):
        gone = _removed(removal, agents, scenario, ("agents", "remove", index))
        agents = [staff for staff in agents if staff.config.agent_id not in gone]
    for index, addition in enumerate(changes.agents.add):
        agents += _added(addition, agents, scenario, index)
    return replace(scenario, agents=tuple(agents))


def _meant(name: str, agents: list[Staff], path: tuple[str | int, ...]) -> list[Staff]:
    """The agent of this id, or those of the group."""
    meant = [staff for staff in agents if staff.config.agent_id == name]
    meant = meant or [staff for staff in agents if _of_group(staff.config.agent_id, name)]
    if not meant:
        ids = {staff.config.agent_id for staff in agents}
        hint = did_you_mean(name, ids | {each.rpartition("-")[0] for each in ids if each[-1].isdigit()} - {""})
        raise Unusable(path, f"There is no agent or group {name}" + (f"; {hint}" if hint else "."))
    return meant


def _of_group(agent_id: str, group: str) -> bool:
    name, _, number = agent_id.rpartition("-")
    return name == group and number.isdigit()


def _agent(staff: Staff, change: AgentChange, opens: float) -> Staff:
    config = staff.config
    if change.skills is not None:
        config = replace(config, skills=change.skills)
    if change.queues is not None:
        config = replace(config, queues=places_of(change.queues))
    return Staff(config, staff.shifts if change.shifts is None else shifts_of(change.shifts, opens))


def _removed(
    removal: Removal, agents: list[Staff], scenario: Scenario, path: tuple[str | int, ...]
) -> dict[str, Staff]:
    if removal.agent is not None:
        return {staff.config.agent_id: staff for staff in _meant(removal.agent, agents, (*path, "agent"))}
    assert removal.queue is not None
    known_queues([removal.queue], scenario.queues, (*path, "queue"))
    members = [staff for staff in agents if removal.queue in staff.config.queues]
    if len(members) < removal.count:
        raise Unusable((*path, "count"), f"The queue {removal.queue} has {len(members)} agents.")
    return {staff.config.agent_id: staff for staff in members[len(members) - removal.count :]}


def _added(addition: Addition, agents: list[Staff], scenario: Scenario, index: int) -> list[Staff]:
    path = ("agents", "add", index)
    taken = {staff.config.agent_id for staff in agents}
    group_id = addition.id or _free_id(taken)
    if addition.queues is not None:
        known_queues(addition.queues, scenario.queues, (*path, "queues"))
    if addition.like is not None:
        model = _meant(addition.like, agents, (*path, "like"))[0]
        change = AgentChange(skills=addition.skills, queues=addition.queues, shifts=addition.shifts or None)
        model = _agent(model, change, scenario.start)
        numbers = range(1, addition.count + 1)
        ids = [group_id] if addition.count == 1 else [f"{group_id}-{number}" for number in numbers]
        made = [Staff(replace(model.config, agent_id=each), model.shifts) for each in ids]
    else:
        group = GroupIs.model_validate(
            {"id": group_id, **addition.model_dump(include={"count", "queues", "skills"}), "shifts": addition.shifts}
        )
        made = group_of(group, scenario.queues, scenario.start)
    if taken & {staff.config.agent_id for staff in made}:
        raise Unusable((*path, "id"), f"There are agents called {group_id} already.")
    return made


def _free_id(taken: set[str]) -> str:
    number = 1
    while any(each == f"new{number}" or _of_group(each, f"new{number}") for each in taken):
        number += 1
    return f"new{number}"


def _scale_arrivals(scenario: Scenario, factors: Mapping[str, float]) -> Scenario:
    """Generated arrivals by their rate. Of recorded ones so many are left out, or come again a little later."""
    if not factors:
        return scenario
    streams = [_scaled_stream(stream, _factor(factors, stream.queue_id)) for stream in scenario.streams]
    luck = source(scenario.seed, "scaled arrivals")
    arrivals: list[Arrival] = []
    for arrival in scenario.arrivals:
        arrivals += _scaled_arrival(arrival, _factor(factors, arrival.queue_id), luck, scenario.duration_s)
    return replace(scenario, streams=tuple(streams), arrivals=tuple(sorted(arrivals, key=lambda each: each.at)))


def _factor(factors: Mapping[str, float], queue_id: str) -> float:
    return factors.get(ALL, 1.0) * factors.get(queue_id, 1.0)


def _scaled_stream(stream: Stream, factor: float) -> Stream:
    return replace(stream, per_hour=tuple(rate * factor for rate in stream.per_hour))


def _scaled_arrival(arrival: Arrival, factor: float, luck: Random, duration_s: float) -> list[Arrival]:
    whole, part = divmod(factor, 1.0)
    copies = int(whole) + (luck.random() < part)
    if copies == 0:
        return []
    again = []
    for _ in range(copies - 1):
        at = arrival.at + luck.uniform(0.0, _JITTER_S)
        if at < duration_s:
            again.append(replace(arrival, at=at))
    return [arrival, *again]


def _scale_times(scenario: Scenario, changes: Changes) -> Scenario:
    if not (changes.handling or changes.wrap_up or changes.patience):
        return scenario
    traits = {}
    queues: list[QueueConfig] = []
    for queue in scenario.queues:
        queue_id = queue.queue_id
        wrap_up = _factor(changes.wrap_up, queue_id)
        before = scenario.traits.get(queue_id, Traits())
        traits[queue_id] = Traits(
            handling=_scaled(before.handling, _factor(changes.handling, queue_id)),
            patience=_scaled(before.patience, _factor(changes.patience, queue_id)) if before.patience else None,
            wrap_up=_scaled(before.wrap_up, wrap_up) if before.wrap_up else None,
        )
        # Wrap-up that is never drawn lasts as configured.
        queues.append(queue if before.wrap_up else replace(queue, wrap_up_s=queue.wrap_up_s * wrap_up))
    streams = [_scaled_times_of(stream, changes) for stream in scenario.streams]
    arrivals = [_scaled_person(arrival, changes) for arrival in scenario.arrivals]
    return replace(scenario, queues=tuple(queues), traits=traits, streams=tuple(streams), arrivals=tuple(arrivals))


def _scaled_times_of(stream: Stream, changes: Changes) -> Stream:
    handling, patience = stream.handling, stream.patience
    return replace(
        stream,
        handling=_scaled(handling, _factor(changes.handling, stream.queue_id)) if handling else None,
        patience=_scaled(patience, _factor(changes.patience, stream.queue_id)) if patience else None,
    )


def _scaled_person(arrival: Arrival, changes: Changes) -> Arrival:
    handling, patience = (_factor(each, arrival.queue_id) for each in (changes.handling, changes.patience))
    return replace(
        arrival,
        handling_s=None if arrival.handling_s is None else arrival.handling_s * handling,
        patience_s=None if arrival.patience_s is None else arrival.patience_s * patience,
        waited_s=None if arrival.waited_s is None else arrival.waited_s * patience,
    )


def _scaled(distribution: Distribution, factor: float) -> Distribution:
    if isinstance(distribution, Constant):
        return Constant(distribution.seconds * factor)
    if isinstance(distribution, Empirical):
        return Empirical(tuple(value * factor for value in distribution.values))
    return replace(distribution, mean_s=distribution.mean_s * factor)

"""What the routing engine costs, beside bare dict and heap operations of the same run.

`python -m bench.acd [--json]`. A lifecycle is: queued, offered, accepted, ended, wrap-up completed (four commands). All
times are CPU seconds of this process. Growth is the mean cost of a command at n agents and n waiting over that at 100.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import time
from collections.abc import Iterator
from heapq import heappop, heappush

from acd.commands import (
    AbandonContact,
    AcceptOffer,
    Command,
    CompleteWrapUp,
    ConfigureAgent,
    ConfigureQueue,
    EndContact,
    EnqueueContact,
    SetPresence,
)
from acd.engine import Engine
from acd.events import ContactOffered, Event
from acd.model import AgentConfig, Presence, QueueConfig, SkillRequirement

SKILLS = [f"skill{number}" for number in range(50)]
QUEUES = [f"queue{number}" for number in range(20)]


def build(agents: int, seed: int = 1) -> tuple[Engine, random.Random]:
    """20 queues; each agent in three of them with ten of 50 skills."""
    chance = random.Random(seed)
    engine = Engine()
    for queue_id in QUEUES:
        engine.handle(ConfigureQueue(QueueConfig(queue_id, max_wait_s=3600.0)), 0.0)
    for number in range(agents):
        skills = {skill: chance.randint(1, 5) for skill in chance.sample(SKILLS, 10)}
        engine.handle(ConfigureAgent(AgentConfig(f"a{number}", skills, frozenset(chance.sample(QUEUES, 3)))), 0.0)
        engine.handle(SetPresence(f"a{number}", Presence.AVAILABLE), number * 0.001)
    return engine, chance


def arrival(number: int, chance: random.Random) -> EnqueueContact:
    skills = (SkillRequirement(chance.choice(SKILLS), chance.randint(1, 3)),) if chance.random() < 0.5 else ()
    return EnqueueContact(f"c{number}", chance.choice(QUEUES), priority=chance.randint(0, 2), skills=skills)


def lifecycles_per_s(agents: int, seconds: float) -> tuple[float, float]:
    """Lifecycles and offers per CPU second, with about nine tenths of the agents at work."""
    engine, chance = build(agents)
    now, done, offers = 10.0, 0, 0
    at_work: list[tuple[str, str]] = []
    started = time.process_time()
    number = 0
    while time.process_time() - started < seconds:
        for _ in range(50):
            number += 1
            now += 0.01
            events = engine.handle(arrival(number, chance), now)
            full = len(at_work) > agents * 9 // 10
            if at_work and (full or not any(isinstance(event, ContactOffered) for event in events)):
                contact_id, agent_id = at_work.pop(0)
                events += engine.handle(EndContact(contact_id), now)
                events += engine.handle(CompleteWrapUp(agent_id, contact_id), now)
                done += 1
            for event in events:
                if isinstance(event, ContactOffered):
                    offers += 1
                    engine.handle(AcceptOffer(event.contact_id, event.agent_id), now)
                    at_work.append((event.contact_id, event.agent_id))
            # Contacts whose skill nobody free has pile up otherwise, and the run measures a queue without end.
            line = len(engine.contact_ids()) - len(at_work) if number % 500 == 0 else 0
            if line > agents:
                for contact_id in list_waiting(engine)[: line // 2]:
                    engine.handle(AbandonContact(contact_id), now)
    spent = time.process_time() - started
    return done / spent, offers / spent


def list_waiting(engine: Engine) -> list[str]:
    return [view.contact_id for queue_id in QUEUES for view in engine.waiting(queue_id) if view.offered_to is None]


def command_costs(agents: int, waiting: int, commands: int) -> list[float]:
    """Seconds of each command while `waiting` contacts are in line and everybody is at work."""
    engine, chance = build(agents)
    now, number = 100.0, 0
    ready: list[tuple[str, str]] = []
    events: list[Event] = []
    while len(engine.contact_ids()) - len(ready) < waiting:
        number += 1
        for event in engine.handle(arrival(number, chance), now):
            if isinstance(event, ContactOffered):
                engine.handle(AcceptOffer(event.contact_id, event.agent_id), now)
                ready.append((event.contact_id, event.agent_id))
    costs: list[float] = []

    def timed(command: Command) -> list[Event]:
        began = time.perf_counter()
        found = engine.handle(command, now)
        costs.append(time.perf_counter() - began)
        return found

    while len(costs) < commands:
        number += 1
        now += 0.01
        events = timed(arrival(number, chance))
        contact_id, agent_id = ready.pop(0) if ready else ("", "")
        if contact_id:
            events += timed(EndContact(contact_id))
            events += timed(CompleteWrapUp(agent_id, contact_id))
        for event in events:
            if isinstance(event, ContactOffered):
                timed(AcceptOffer(event.contact_id, event.agent_id))
                ready.append((event.contact_id, event.agent_id))
    return costs


def floor_lifecycles_per_s(agents: int, seconds: float) -> float:
    """The least an engine could do: a heap of idle agents and a dict of contacts, no rules, no events."""
    idle = [(float(number), number) for number in range(agents)]
    contacts: dict[str, int] = {}
    started, done, now = time.process_time(), 0, float(agents)
    while time.process_time() - started < seconds:
        for _ in range(500):
            now += 0.01
            done += 1
            contact_id = f"c{done}"
            _, agent = heappop(idle)
            contacts[contact_id] = agent
            heappush(idle, (now, contacts.pop(contact_id)))
    return done / (time.process_time() - started)


def percentile(costs: list[float], share: float) -> float:
    return sorted(costs)[int(len(costs) * share)]


def lines(result: dict[str, object], floor: float) -> Iterator[str]:
    for agents in (100, 1000):
        rate = result[f"lifecycles_per_s_{agents}"]
        assert isinstance(rate, float)
        yield f"{agents:>6} agents: {rate:>9,.0f} lifecycles/s a core; floor {floor:,.0f}/s, {floor / rate:.1f} x"
    yield f"decisions: {result['decisions_per_s']:,.0f}/s at 1,000 agents"
    for n in (1000, 10000):
        yield f"{n:>6} agents, {n} waiting: p99 of a command {result[f'command_p99_ms_{n}']:.3f} ms"
    yield f"mean seconds a command by n: {result['growth']}"
    yield f"CPU {result['cpu_s']:.1f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost of the routing engine.")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    as_json = parser.parse_args().json
    gc.freeze()
    floor = floor_lifecycles_per_s(1000, 1.0)
    hundred, _ = lifecycles_per_s(100, 3.0)
    thousand, decisions = lifecycles_per_s(1000, 3.0)
    costs = {n: command_costs(n, n, 20_000) for n in (100, 1000, 10000)}
    result: dict[str, object] = {
        "lifecycles_per_s_100": hundred,
        "lifecycles_per_s_1000": thousand,
        "command_p99_ms_1000": percentile(costs[1000], 0.99) * 1000,
        "command_p99_ms_10000": percentile(costs[10000], 0.99) * 1000,
        "growth": {str(n): sum(found) / len(found) for n, found in costs.items()},
        "decisions_per_s": decisions,
        "floor_lifecycles_per_s": floor,
        "cpu_s": time.process_time(),
    }
    for line in lines(result, floor):
        print(line)
    if as_json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()

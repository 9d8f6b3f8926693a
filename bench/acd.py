"""What the routing engine costs, beside bare dict and heap operations of the same run.

`python -m bench.acd [--json]`. A lifecycle is: queued, offered, accepted, ended, wrap-up completed (four commands). All
times are CPU seconds of this process, without making the arrivals, and medians of repeats after one to warm up. Growth
is the mean cost of a command at n agents all at work and n contacts waiting.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import time
from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from statistics import median

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
from acd.model import AgentConfig, OverflowCause, OverflowRule, Presence, QueueConfig, SkillRequirement, members

SKILLS = [f"skill{number}" for number in range(50)]
QUEUES = [f"queue{number}" for number in range(20)]
LIMIT = (OverflowRule(cause=OverflowCause.MAX_WAIT, limit=3600.0),)
REPEATS = 5
BATCH = 500


def build(agents: int, seed: int = 1) -> tuple[Engine, random.Random]:
    """20 queues; each agent in three of them with ten of 50 skills."""
    chance = random.Random(seed)
    engine = Engine()
    for queue_id in QUEUES:
        engine.handle(ConfigureQueue(QueueConfig(queue_id, overflow=LIMIT)), 0.0)
    for number in range(agents):
        skills = {skill: chance.randint(1, 5) for skill in chance.sample(SKILLS, 10)}
        engine.handle(ConfigureAgent(AgentConfig(f"a{number}", skills, members(*chance.sample(QUEUES, 3)))), 0.0)
        engine.handle(SetPresence(f"a{number}", Presence.AVAILABLE), number * 0.001)
    return engine, chance


def arrival(number: int, chance: random.Random) -> EnqueueContact:
    skills = (SkillRequirement(chance.choice(SKILLS), chance.randint(1, 3)),) if chance.random() < 0.5 else ()
    return EnqueueContact(f"c{number}", chance.choice(QUEUES), priority=chance.randint(0, 2), skills=skills)


def lifecycles_per_s(agents: int, repeats: int, batches: int = 20) -> tuple[float, float]:
    """Lifecycles and offers per CPU second, with about nine tenths of the agents at work: medians of the repeats."""
    engine, chance = build(agents)
    at_work: deque[tuple[str, str]] = deque()
    rates: list[tuple[float, float]] = []
    now = 10.0
    for repeat in range(repeats + 1):
        spent, done, offers = 0.0, 0, 0
        for batch in range(batches):
            first = (repeat * batches + batch) * BATCH
            arrivals = [arrival(first + number, chance) for number in range(BATCH)]
            now += BATCH * 0.01
            started = time.process_time()
            finished, offered = serve(engine, arrivals, at_work, agents * 9 // 10, now)
            spent += time.process_time() - started
            done, offers = done + finished, offers + offered
            shorten_line(engine, len(at_work), agents, now)
        if repeat:
            rates.append((done / spent, offers / spent))
    return median(rate for rate, _ in rates), median(rate for _, rate in rates)


def serve(
    engine: Engine, arrivals: list[EnqueueContact], at_work: deque[tuple[str, str]], limit: int, now: float
) -> tuple[int, int]:
    """Whoever is longest at work ends when more than `limit` are, or nobody was free. Returns lifecycles and offers."""
    done = offers = 0
    for command in arrivals:
        events = engine.handle(command, now)
        if at_work and (len(at_work) > limit or not any(isinstance(event, ContactOffered) for event in events)):
            contact_id, agent_id = at_work.popleft()
            events += engine.handle(EndContact(contact_id), now)
            events += engine.handle(CompleteWrapUp(agent_id, contact_id), now)
            done += 1
        for event in events:
            if isinstance(event, ContactOffered):
                offers += 1
                engine.handle(AcceptOffer(event.contact_id, event.agent_id), now)
                at_work.append((event.contact_id, event.agent_id))
    return done, offers


def shorten_line(engine: Engine, at_work: int, limit: int, now: float) -> None:
    """Contacts whose skill nobody free has pile up otherwise, and the run measures a queue without end."""
    line = len(engine.contact_ids()) - at_work
    if line > limit:
        for contact_id in list_waiting(engine)[: line // 2]:
            engine.handle(AbandonContact(contact_id), now)


def list_waiting(engine: Engine) -> list[str]:
    return [view.contact_id for queue_id in QUEUES for view in engine.waiting(queue_id) if not view.offered_to]


def command_costs(agents: int, waiting: int, repeats: int, commands: int) -> tuple[float, float]:
    """Mean and 99th percentile of a command's CPU seconds, while `waiting` contacts are in line and everybody is at
    work: medians of the repeats."""
    engine, chance = build(agents)
    number, at_work = 0, deque[tuple[str, str]]()
    while len(engine.contact_ids()) - len(at_work) < waiting:
        number += 1
        for event in engine.handle(arrival(number, chance), 100.0):
            if isinstance(event, ContactOffered):
                engine.handle(AcceptOffer(event.contact_id, event.agent_id), 100.0)
                at_work.append((event.contact_id, event.agent_id))
    runs: list[list[float]] = []
    for _ in range(repeats + 1):
        number += commands
        arrivals = [arrival(number + place, chance) for place in range(commands // 4)]
        runs.append(timed_commands(engine, arrivals, at_work, 100.0 + number * 0.01))
    runs = runs[1:]
    return median(sum(costs) / len(costs) for costs in runs), median(percentile(costs, 0.99) for costs in runs)


def timed_commands(
    engine: Engine, arrivals: list[EnqueueContact], at_work: deque[tuple[str, str]], now: float
) -> list[float]:
    """CPU seconds of each command: one arrival, one contact ended and wrapped up, and the offers of both accepted."""
    costs: list[float] = []

    def timed(command: Command) -> list[Event]:
        began = time.process_time()
        found = engine.handle(command, now)
        costs.append(time.process_time() - began)
        return found

    for command in arrivals:
        events = timed(command)
        if at_work:
            contact_id, agent_id = at_work.popleft()
            events += timed(EndContact(contact_id))
            events += timed(CompleteWrapUp(agent_id, contact_id))
        for event in events:
            if isinstance(event, ContactOffered):
                timed(AcceptOffer(event.contact_id, event.agent_id))
                at_work.append((event.contact_id, event.agent_id))
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
    floor = median(floor_lifecycles_per_s(1000, 0.3) for _ in range(REPEATS))
    hundred, _ = lifecycles_per_s(100, REPEATS)
    thousand, decisions = lifecycles_per_s(1000, REPEATS)
    costs = {n: command_costs(n, n, REPEATS, 10_000) for n in (100, 1000, 10000)}
    result: dict[str, object] = {
        "lifecycles_per_s_100": hundred,
        "lifecycles_per_s_1000": thousand,
        "command_p99_ms_1000": costs[1000][1] * 1000,
        "command_p99_ms_10000": costs[10000][1] * 1000,
        "growth": {str(n): mean for n, (mean, _) in costs.items()},
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

"""What the routing engine costs, beside a polling loop on SQLite and bare dict and heap operations of the same run.

`python -m bench.acd [--json]`. A lifecycle is: queued, offered, accepted, ended, wrap-up completed (four commands). All
times are CPU seconds of this process, without making the arrivals, and medians of repeats after one to warm up.

100 agents serve 20 queues and nine tenths of them are at work; 1,000 agents serve 100 queues, all at work, with 1,000
contacts waiting. Half of the contacts ask for one of 50 skills, of which each agent has ten. Growth is the mean cost of
a command at n agents all at work and n contacts waiting, in 100 queues. The day is 100,000 contacts for 520 agents in
20 queues, run by acd.simulation. Told waits: bench.estimates.

The engine is the one that the product runs here: compiled where mypyc and a C compiler are at hand, which happens first
(tools/compile_engine.py), unless CONTACTCENTER_COMPILE=0. Lifecycles of the other kind are measured beside it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from statistics import median
from typing import Any

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
from acd.scenario import Exponential, Lognormal, Scenario, Staff, Stream, Traits
from acd.simulation import simulate
from bench import estimates, polling
from bench.product import ROOT, as_the_product
from contactcenter import compiled_engine

SKILLS = [f"skill{number}" for number in range(50)]
LIMIT = (OverflowRule(cause=OverflowCause.MAX_WAIT, limit=3600.0),)
REPEATS = 5
BATCH = 500


def queue_ids(count: int) -> list[str]:
    return [f"queue{number}" for number in range(count)]


def build(agents: int, queues: int, seed: int = 1) -> tuple[Engine, random.Random]:
    """Each agent in three of the queues, with ten of 50 skills."""
    chance = random.Random(seed)
    engine = Engine()
    names = queue_ids(queues)
    for queue_id in names:
        engine.handle(ConfigureQueue(QueueConfig(queue_id, overflow=LIMIT)), 0.0)
    for number in range(agents):
        skills = {skill: chance.randint(1, 5) for skill in chance.sample(SKILLS, 10)}
        engine.handle(ConfigureAgent(AgentConfig(f"a{number}", skills, members(*chance.sample(names, 3)))), 0.0)
        engine.handle(SetPresence(f"a{number}", Presence.AVAILABLE), number * 0.001)
    return engine, chance


def arrival(number: int, names: list[str], chance: random.Random) -> EnqueueContact:
    skills = (SkillRequirement(chance.choice(SKILLS), chance.randint(1, 3)),) if chance.random() < 0.5 else ()
    return EnqueueContact(f"c{number}", chance.choice(names), priority=chance.randint(0, 2), skills=skills)


def lifecycles_per_s(agents: int, queues: int, waiting: int, repeats: int, batches: int = 20) -> tuple[float, float]:
    """Lifecycles and offers per CPU second: medians of the repeats. With some waiting everybody is at work, else about
    nine tenths are."""
    engine, chance = build(agents, queues)
    names = queue_ids(queues)
    at_work: deque[tuple[str, str]] = deque()
    number = fill(engine, names, chance, at_work, waiting) if waiting else 0
    limit = agents if waiting else agents * 9 // 10
    rates: list[tuple[float, float]] = []
    now = 10.0
    for repeat in range(repeats + 1):
        spent, done, offers = 0.0, 0, 0
        for _ in range(batches):
            arrivals = [arrival(number + place, names, chance) for place in range(1, BATCH + 1)]
            number += BATCH
            started = time.process_time()
            finished, offered = serve(engine, arrivals, at_work, limit, now)
            spent += time.process_time() - started
            now += BATCH * 0.01
            done, offers = done + finished, offers + offered
            shorten_line(engine, names, len(at_work), max(waiting, agents), now)
        if repeat:
            rates.append((done / spent, offers / spent))
    return median(rate for rate, _ in rates), median(rate for _, rate in rates)


def fill(engine: Engine, names: list[str], chance: random.Random, at_work: deque[tuple[str, str]], waiting: int) -> int:
    """Until everybody who fits is at work and so many wait. Returns how many came."""
    number = 0
    while len(engine.contact_ids()) - len(at_work) < waiting:
        number += 1
        accept(engine, engine.handle(arrival(number, names, chance), 10.0), at_work, 10.0)
    return number


def serve(
    engine: Engine, arrivals: list[EnqueueContact], at_work: deque[tuple[str, str]], limit: int, now: float
) -> tuple[int, int]:
    """A hundred contacts a second. Whoever is longest at work ends when more than `limit` are, or nobody was free.
    Returns lifecycles and offers."""
    done = offers = 0
    for command in arrivals:
        now += 0.01
        taken = accept(engine, engine.handle(command, now), at_work, now)
        offers += taken
        if at_work and (not taken or len(at_work) > limit):
            contact_id, agent_id = at_work.popleft()
            offers += accept(engine, engine.handle(EndContact(contact_id), now), at_work, now)
            offers += accept(engine, engine.handle(CompleteWrapUp(agent_id, contact_id), now), at_work, now)
            done += 1
    return done, offers


def accept(engine: Engine, events: list[Event], at_work: deque[tuple[str, str]], now: float) -> int:
    """Every offer. Returns how many."""
    offers = 0
    for event in events:
        if type(event) is ContactOffered:
            engine.handle(AcceptOffer(event.contact_id, event.agent_id), now)
            at_work.append((event.contact_id, event.agent_id))
            offers += 1
    return offers


def shorten_line(engine: Engine, names: list[str], at_work: int, limit: int, now: float) -> None:
    """Contacts whose skill nobody free has pile up otherwise, and the run measures a queue without end."""
    line = len(engine.contact_ids()) - at_work
    if line > limit:
        waiting = [view.contact_id for name in names for view in engine.waiting(name) if not view.offered_to]
        for contact_id in random.Random(line).sample(waiting, line - limit):
            engine.handle(AbandonContact(contact_id), now)


def command_costs(agents: int, waiting: int, repeats: int, commands: int) -> tuple[float, float]:
    """Mean and 99th percentile of a command's CPU seconds, while `waiting` contacts are in line and everybody is at
    work: medians of the repeats."""
    engine, chance = build(agents, 100)
    names = queue_ids(100)
    at_work: deque[tuple[str, str]] = deque()
    number = fill(engine, names, chance, at_work, waiting)
    runs: list[list[float]] = []
    for _ in range(repeats + 1):
        number += commands
        arrivals = [arrival(number + place, names, chance) for place in range(commands // 4)]
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


def day() -> Scenario:
    """100,000 contacts in ten hours with a peak before noon; skills, patience, wrap-up, two tiers."""
    names = queue_ids(20)
    chance = random.Random(7)
    agents = []
    for number in range(520):
        skills = {skill: chance.randint(1, 5) for skill in chance.sample(SKILLS, 10)}
        agents.append(Staff(AgentConfig(f"a{number}", skills, members(*chance.sample(names, 3)))))
    shares = (0.8, 1.2, 1.4, 1.2, 1.0, 0.9, 1.0, 1.1, 0.8, 0.6)
    return Scenario(
        duration_s=10 * 3600.0,
        seed=7,
        queues=tuple(QueueConfig(name, wrap_up_s=20.0, overflow=LIMIT) for name in names),
        agents=tuple(agents),
        streams=tuple(
            Stream(queue_id=name, per_hour=tuple(share * 250.5 for share in shares), interval_s=3600.0, skills=skills)
            for name in names
            for skills in ((), (SkillRequirement(chance.choice(SKILLS)),))
        ),
        traits={name: Traits(handling=Lognormal(150.0, 120.0), patience=Exponential(180.0)) for name in names},
    )


def simulated_day() -> tuple[float, int]:
    """CPU seconds, contacts."""
    began = time.process_time()
    report = simulate(day())
    return time.process_time() - began, int(report.total.offered)


def lines(result: dict[str, Any]) -> Iterator[str]:
    yield f"engine: {result['engine']}"
    floor = result["floor_lifecycles_per_s"]
    for agents in (100, 1000):
        rate = result[f"lifecycles_per_s_{agents}"]
        yield f"{agents:>6} agents: {rate:>9,.0f} lifecycles/s a core; floor {floor:,.0f}/s, {floor / rate:.1f} x"
    for agents in (100, 1000):
        if (rate := result.get(f"interpreted_lifecycles_per_s_{agents}")) is not None:
            yield f"{agents:>6} agents, interpreted: {rate:>9,.0f} lifecycles/s a core"
    yield f"decisions: {result['decisions_per_s']:,.0f}/s at 1,000 agents"
    yield (
        f"polling loop on SQLite, 1,000 agents, 1,000 waiting: {result['polling_lifecycles_per_s']:,.0f} lifecycles/s "
        f"(engine over it: {result['polling_baseline_ratio']:.1f}); "
        f"{result['polling_idle_core_share']:.0%} of a core while nothing happens"
    )
    for n in (1000, 10000):
        yield f"{n:>6} agents, {n} waiting: p99 of a command {result[f'command_p99_ms_{n}']:.3f} ms"
    growth = ", ".join(f"{n}: {mean * 1e6:.1f} µs" for n, mean in result["growth"].items())
    yield f"mean of a command by n: {growth}"
    yield f"a day of {result['simulated_contacts']:,} contacts: {result['simulated_day_s']:.1f} s"
    yield f"told waits, mean absolute error over Asterisk's: {result['estimate_mae_ratio']:.3f}"
    coverage = ", ".join(f"{load}: {share:.1%}" for load, share in result["interval_coverage"].items())
    yield f"told waits inside the 80 % interval by load: {coverage}"
    yield f"CPU {result['cpu_s']:.1f} s"


def measure(show: Callable[[str], None]) -> dict[str, Any]:
    floor = median(floor_lifecycles_per_s(1000, 0.3) for _ in range(REPEATS))
    show("lifecycles")
    hundred, _ = lifecycles_per_s(100, 20, 0, REPEATS)
    thousand, decisions = lifecycles_per_s(1000, 100, 1000, REPEATS)
    show("lifecycles with the interpreted engine")
    interpreted = interpreted_lifecycles()
    show("polling loop")
    polled = [polling.measure(1000, 1000, 100, 2.0) for _ in range(3)]
    polled_rate = median(rate for rate, _ in polled)
    costs = {}
    for n in (100, 1000, 10000):
        show(f"commands at {n} agents")
        costs[n] = command_costs(n, n, REPEATS, 10_000)
    show("a simulated day")
    day_s, contacts = simulated_day()
    show("told waits")
    return {
        "lifecycles_per_s_100": hundred,
        "lifecycles_per_s_1000": thousand,
        "engine": compiled_engine.kind(),
        **{f"interpreted_{name}": figure for name, figure in interpreted.items()},
        "command_p99_ms_1000": costs[1000][1] * 1000,
        "command_p99_ms_10000": costs[10000][1] * 1000,
        "growth": {str(n): mean for n, (mean, _) in costs.items()},
        "polling_baseline_ratio": thousand / polled_rate,
        "polling_lifecycles_per_s": polled_rate,
        "polling_idle_core_share": median(share for _, share in polled),
        "simulated_day_s": day_s,
        "simulated_contacts": contacts,
        "decisions_per_s": decisions,
        "floor_lifecycles_per_s": floor,
        **estimates.measure(show),
        "cpu_s": time.process_time(),
    }


def lifecycles() -> dict[str, float]:
    return {
        "lifecycles_per_s_100": lifecycles_per_s(100, 20, 0, REPEATS)[0],
        "lifecycles_per_s_1000": lifecycles_per_s(1000, 100, 1000, REPEATS)[0],
    }


def interpreted_lifecycles() -> dict[str, float]:
    """Nothing where these are interpreted already."""
    if compiled_engine.kind() == "interpreted":
        return {}
    environment = {**os.environ, compiled_engine.SWITCH: "0", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "bench.acd", "--lifecycles"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost of the routing engine.")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--lifecycles", action="store_true", help="only these, as one line of JSON")
    asked = parser.parse_args()
    as_the_product("bench.acd")
    gc.freeze()
    if asked.lifecycles:
        print(json.dumps(lifecycles()))
        return
    result = measure((lambda text: None) if asked.json else (lambda text: print(text, flush=True)))
    for line in lines(result):
        print(line)
    if asked.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()

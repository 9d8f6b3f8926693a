"""How long a snapshot of the routing engine holds the event loop, and what making it elsewhere costs.

    python -m bench.snapshots [--agents 1000]

A floor with two contacts an agent is journaled for a quarter of an hour (a contact takes an agent five minutes), with
the snapshot before it on disk. Then the engine is written out on the loop, as after a gap in the journal, and made from
the files in a process of its own, as every `snapshot_minutes`; a heartbeat says how long nothing else could happen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import tempfile
import time
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import uvloop

from acd import commands as ask
from acd.engine import Engine
from acd.events import ContactOffered, Event
from acd.model import AgentConfig, Presence, QueueConfig, members
from contactcenter import logs
from contactcenter.routing.checkpoint import Answer
from contactcenter.routing.checkpointer import Checkpointer
from contactcenter.routing.driver import RoutingDriver
from contactcenter.routing.keeper import Keeper

BEAT_S = 0.001
HANDLING_S = 300.0
QUARTER_S = 900.0


class Floor:
    """A driver whose clock is turned by hand: every agent is always in a contact, and as many contacts wait."""

    def __init__(self, agents: int) -> None:
        self.now = time.time()
        self.driver = RoutingDriver(Engine(), self._hear, clock=lambda: self.now)
        self._agents = [f"agent{number}" for number in range(agents)]
        self._queues = [f"queue{number}" for number in range(max(1, agents // 50))]
        self._random = Random(1)
        self._contacts = 0
        self._busy: deque[str] = deque()

    def open(self) -> None:
        for queue in self._queues:
            self.driver.submit(ask.ConfigureQueue(QueueConfig(queue, wrap_up_s=0.0, wrap_up_forced=False)))
        for agent in self._agents:
            joined = members(*self._random.sample(self._queues, min(2, len(self._queues))))
            self.driver.submit(ask.ConfigureAgent(AgentConfig(agent, {}, joined)))
            self.driver.submit(ask.SetPresence(agent, Presence.AVAILABLE))
        for _ in range(2 * len(self._agents)):
            self._arrive()

    def run(self, seconds: float) -> None:
        """One contact ends and another comes, so often that each takes `HANDLING_S` in the mean."""
        step = HANDLING_S / len(self._agents)
        for _ in range(int(seconds / step)):
            self.now += step
            self.driver.submit(ask.EndContact(self._busy.popleft()))
            self._arrive()

    def _arrive(self) -> None:
        self._contacts += 1
        contact = f"{self._contacts:08d}-0000-4000-8000-000000000000"
        self.driver.submit(ask.EnqueueContact(contact, self._random.choice(self._queues), channel="chat"))

    def _hear(self, event: Event) -> None:
        if isinstance(event, ContactOffered):
            self.driver.submit(ask.AcceptOffer(event.contact_id, event.agent_id))
            self._busy.append(event.contact_id)


class Heartbeat:
    """The longest time for which the event loop did nothing else, in seconds."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._task = asyncio.get_running_loop().create_task(self._beat())

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(BEAT_S)
            now = time.perf_counter()
            self.longest_s = max(self.longest_s, now - last - BEAT_S)
            last = now

    async def stop(self) -> float:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        return self.longest_s


class Timed(Checkpointer):
    answer: Answer | None = None

    async def make(self, number: int) -> Answer:
        self.answer = await super().make(number)
        return self.answer


async def hold(work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """How long the loop was held, and how long the work took, in seconds."""
    await asyncio.sleep(0.2)
    beat, began = Heartbeat(), time.perf_counter()
    await asyncio.sleep(0.02)
    await work()
    took = time.perf_counter() - began
    return await beat.stop(), took


async def measure(agents: int, folder: Path) -> dict[str, float]:
    floor = Floor(agents)
    checkpointer = Timed(folder)
    keeper = Keeper(floor.driver, folder, snapshot_every_s=1e9, keep_s=1e9, checkpointer=checkpointer)
    await keeper.start()
    floor.open()
    await keeper.snapshot_of_running()
    floor.run(QUARTER_S)
    at_rest, _ = await hold(lambda: asyncio.sleep(1.0))
    by_files, took = await hold(lambda: of_files(keeper))
    floor.run(1.0)
    on_loop, _ = await hold(keeper.snapshot_of_running)
    await keeper.stop()
    answer = checkpointer.answer
    assert answer is not None, keeper.warning
    return {
        "agents": agents,
        "contacts": len(floor.driver.engine.contact_ids()),
        "records": answer.replayed,
        "hold_at_rest_ms": at_rest * 1e3,
        "hold_on_loop_ms": on_loop * 1e3,
        "hold_elsewhere_ms": by_files * 1e3,
        "elsewhere_s": took,
        "elsewhere_inside_s": answer.seconds,
        "elsewhere_mib": answer.memory_kib / 1024,
        "server_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


async def of_files(keeper: Keeper) -> None:
    making = keeper.snapshot_of_files()
    assert making is not None
    await making


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--agents", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    logs.configure(level="error")
    for agents in options.agents:
        with tempfile.TemporaryDirectory() as folder:
            figures = uvloop.run(measure(agents, Path(folder)))
        if options.json:
            print(json.dumps(figures))
            continue
        for name, value in figures.items():
            print(f"{name:>20} {value:10.1f}")
        print()


if __name__ == "__main__":
    main()

"""What the audit trail costs: on a ticket written through the service, per entry sealed, per entry verified.

    python -m bench.audit [--pairs 600] [--url postgresql+asyncpg://…/an_empty_database] [--json FILE]

A ticket is made (600 letters), changed in two fields, and answered, each with and without its entry, in turns, so that
both see the same machine. Compared is the CPU time of the process, all threads; of PostgreSQL that leaves the server's
out, so there the time waited is shown too. Figures are medians; what an entry adds is the median over the pairs.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop

from contactcenter import logs
from contactcenter.actor import Actor, acting
from contactcenter.audit import recorder
from contactcenter.audit.keys import load_keys
from contactcenter.audit.sealer import BATCH, seal
from contactcenter.audit.verification import verify
from contactcenter.storage.database import Database
from contactcenter.tickets.documents import NewMessage, TicketOut
from contactcenter.tickets.model import MessageKind
from tests.tickets.desk import ANNA, Desk, desk

GOAL_PERCENT = 5.0
WORDS = "My last invoice has an item that I did not order. " * 12
AGENT = Actor(kind="user", id="u" * 32, name="Ann Agent", address="10.0.0.9", session_id="s" * 32, request_id="r" * 32)
WARM = 30


@contextmanager
def no_entries() -> Iterator[None]:
    """As if nothing had to be recorded: all ways to an entry lead through here."""
    made = recorder.entry_of
    recorder.entry_of = lambda act, actor, at: None
    try:
        yield
    finally:
        recorder.entry_of = made


class Writes:
    """What is done to tickets, again and again and never the same."""

    def __init__(self, house: Desk) -> None:
        self._house = house
        self._count = 0
        self._tickets: list[TicketOut] = []

    async def make(self) -> None:
        self._count += 1
        ticket = await self._house.make(
            subject=f"An item I did not order {self._count}", description=WORDS, tags=["billing"], priority="high"
        )
        self._tickets = [*self._tickets[-99:], ticket]

    async def change(self) -> None:
        self._count += 1
        one = self._tickets[self._count // 2 % len(self._tickets)]
        priority = ("low", "high")[self._count // 2 % 2]
        await self._house.change(one, subject=f"Another item {self._count}", priority=priority)

    async def say(self) -> None:
        self._count += 1
        one = self._tickets[self._count // 2 % len(self._tickets)]
        body = NewMessage(text=f"We will send you {self._count} new ones.", kind=MessageKind.NOTE)
        await self._house.tickets.say(one.id, body, ANNA)


async def spent(once: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Seconds of CPU, and seconds waited."""
    cpu, wall = time.process_time(), time.perf_counter()
    await once()
    return time.process_time() - cpu, time.perf_counter() - wall


async def compare(pairs: int, once: Callable[[], Awaitable[None]]) -> dict[str, float]:
    without, added, waited = [], [], []
    for number in range(pairs + WARM):
        taken = {}
        # Who comes second finds everything warm.
        for audited in (True, False) if number % 2 else (False, True):
            if audited:
                taken[True] = await spent(once)
            else:
                with no_entries():
                    taken[False] = await spent(once)
        if number >= WARM:
            without.append(taken[False][0])
            added.append(taken[True][0] - taken[False][0])
            waited.append(taken[True][1] - taken[False][1])
    base, more = statistics.median(without), statistics.median(added)
    return {
        "without_us": base * 1e6,
        "added_us": more * 1e6,
        "added_percent": more / base * 100,
        "added_wait_us": statistics.median(waited) * 1e6,
    }


async def of_entries(database: Database, folder: Path) -> dict[str, float]:
    keys = load_keys(folder / "key")
    sealed, began = 0, time.process_time()
    while count := (await seal(database, keys))[1]:
        sealed += count
    sealing = (time.process_time() - began) / sealed
    began = time.process_time()
    verdict = await verify(database, keys, {})
    assert verdict.finding is None, verdict
    return {
        "seal_us_per_entry": sealing * 1e6,
        "seal_batch": BATCH,
        "verify_us_per_entry": (time.process_time() - began) / verdict.checked * 1e6,
    }


async def measure(url: str | None, folder: Path, pairs: int) -> dict[str, Any]:
    async with desk(folder, url) as house:
        writes = Writes(house)
        gc.collect()
        gc.freeze()
        with acting(AGENT):
            found: dict[str, Any] = {"pairs": pairs, "goal_percent": GOAL_PERCENT}
            for name, once in (("make", writes.make), ("change", writes.change), ("say", writes.say)):
                found |= {f"{name}_{key}": value for key, value in (await compare(pairs, once)).items()}
        found |= await of_entries(house.database, folder)
    for name in ("make", "change", "say"):
        whole = found[f"{name}_added_us"] + found["seal_us_per_entry"]
        found[f"{name}_added_and_sealed_percent"] = whole / found[f"{name}_without_us"] * 100
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--url")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    logs.configure(level="error", format="console")
    with tempfile.TemporaryDirectory() as folder:
        result = uvloop.run(measure(options.url, Path(folder), options.pairs))
    for name, value in result.items():
        print(f"{name:28} {value:.1f}" if isinstance(value, float) else f"{name:28} {value}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()

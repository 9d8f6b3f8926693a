"""What a line of customers from a file costs, and how long it keeps everything else waiting.

`python -m bench.customer_import --lines 300`
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from contactcenter.customers.importing import ImportBody, Importer
from contactcenter.customers.service import Customers
from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from tests.fakes.keys import open_vault


def table(lines: int, name: str, tag: str) -> str:
    rows = (
        f"{name} {number},+4930{20_000_000 + number},person{number}@example.com,{tag};other" for number in range(lines)
    )
    return "\n".join(["name,phone,email,tags", *rows])


async def watched(importer: Importer, text: str) -> tuple[float, float, float]:
    """CPU and wall seconds, and the most CPU the loop's thread took between two turns, however busy the machine is."""
    longest, stop = 0.0, False

    async def watch() -> None:
        nonlocal longest
        last = time.thread_time()
        while not stop:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, last = max(longest, now - last), now

    watcher = asyncio.create_task(watch())
    await asyncio.sleep(0)
    cpu, wall = time.process_time(), time.perf_counter()
    await importer.take(ImportBody(csv=text, apply=True))
    wall = time.perf_counter() - wall
    stop = True
    await watcher
    return time.process_time() - cpu, wall, longest


async def unwatched(importer: Importer, text: str) -> float:
    """CPU seconds: whoever watches takes some as well."""
    cpu = time.process_time()
    await importer.take(ImportBody(csv=text, apply=True))
    return time.process_time() - cpu


async def measure(lines: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/cc.db"
        await migrations.upgrade(url)
        database = Database(url)
        importer = Importer(Customers(database, await open_vault(database, Path(folder)), country="DE"))
        await unwatched(importer, table(3, "Warm", "up"))
        new = await unwatched(importer, table(lines, "Anna", "one"))
        again = await unwatched(importer, table(lines, "Anna", "one"))
        changed = await unwatched(importer, table(lines, "Anna Maria", "two"))
        for what, cpu in (("new", new), ("nothing new", again), ("changed", changed)):
            print(f"{what}: {cpu / lines * 1e3:.2f} ms CPU a line")
        _, wall, longest = await watched(importer, table(lines, "Berta", "three"))
        print(f"changed: {wall / lines * 1e3:.2f} ms a line, at most {longest * 1e3:.1f} ms of work between two turns")
        await database.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=300)
    asyncio.run(measure(parser.parse_args().lines))

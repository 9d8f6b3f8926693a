"""Search among many customers: how long a page of the list takes, by what is typed.

`python -m bench.customers [--count 200000] [--url sqlite+aiosqlite:////tmp/x.db]`
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from contactcenter.customers import search
from contactcenter.customers.identities import Identity
from contactcenter.customers.models import Customer, CustomerIdentity, CustomerTerm
from contactcenter.customers.settings import CustomerFilter
from contactcenter.customers.words import folded, terms_of
from contactcenter.storage import migrations
from contactcenter.storage.database import Database

SYLLABLES = tuple(
    "an ber cor dal el fen gar hol in jor kel lan mor nel os par quin ros sen tal ul van wes yar zim".split()  # noqa: SIM905
)
BATCH = 2000


def word(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3)))).title()


def rows(rng: random.Random, count: int) -> dict[type[Any], list[dict[str, Any]]]:
    moment = datetime.now(UTC)
    found: dict[type[Any], list[dict[str, Any]]] = {Customer: [], CustomerIdentity: [], CustomerTerm: []}
    for _ in range(count):
        made, name = uuid.uuid4().hex, f"{word(rng)} {word(rng)}"
        phone = f"+4930{rng.randrange(10**8):08d}"
        email = f"{name.replace(' ', '.').lower()}{rng.randrange(1000)}@example.com"
        found[Customer].append(
            {"id": made, "root_id": made, "kind": "person", "name": name, "sort_name": folded(name), "called": ""}
            | {"created_at": moment, "changed_at": moment, "language": "", "timezone": "", "vip": False, "priority": 0}
            | {"addresses": [], "fields": {}}
        )
        identities = [Identity("phone", "", phone), Identity("email", "", email)]
        found[CustomerIdentity] += [
            {"id": uuid.uuid4().hex, "customer_id": made, "kind": each.kind, "value": each.value, "shown": each.value}
            | {"channel": "", "label": "", "position": place}
            for place, each in enumerate(identities)
        ]
        found[CustomerTerm] += [{"term": term, "customer_id": made} for term in terms_of((name,), identities)]
    return found


async def fill(database: Database, rng: random.Random, count: int) -> None:
    for _ in range(0, count, BATCH):
        async with database.transaction() as session:
            for model, values in rows(rng, BATCH).items():
                await session.execute(insert(model), values)
    async with database.transaction() as session:
        await session.execute(text("ANALYZE"))


async def measure(database: Database, rng: random.Random, times: int) -> None:
    kinds: dict[str, Callable[[], str]] = {
        "whole name": lambda: f"{word(rng)} {word(rng)}",
        "two beginnings": lambda: f"{word(rng)[:3]} {word(rng)[:3]}",
        "three letters": lambda: word(rng)[:3],
        "two letters": lambda: word(rng)[:2],
        "last four digits": lambda: f"{rng.randrange(10**4):04d}",
        "middle of a number": lambda: f"{rng.randrange(10**5):05d}",
        "email": lambda: f"{word(rng)}.{word(rng)}",
        "no search": lambda: "",
    }
    for name, ask in kinds.items():
        taken = []
        for _ in range(times):
            asked = CustomerFilter(q=ask())
            started = time.perf_counter()
            async with database.session() as session:
                await search.page(session, asked)
            taken.append((time.perf_counter() - started) * 1000)
        taken.sort()
        print(f"{name:20} median {taken[len(taken) // 2]:7.1f} ms   p95 {taken[int(len(taken) * 0.95)]:7.1f} ms")


async def run(url: str, count: int, times: int) -> None:
    await migrations.upgrade(url)
    database, rng = Database(url), random.Random(7)
    started = time.perf_counter()
    await fill(database, rng, count)
    print(f"{count} customers in {time.perf_counter() - started:.0f} s on {database.url.get_backend_name()}")
    await measure(database, rng, times)
    await database.stop()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite+aiosqlite:///{Path(folder)}/bench.db"
        asyncio.run(run(url, options.count, options.times))


if __name__ == "__main__":
    main()

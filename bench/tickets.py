"""A grown helpdesk: 200,000 tickets with a million messages, on SQLite and PostgreSQL.

What people wait for (a list, a search, a page), what is written a second, what the clocks cost; beside each the
database's own floor: the same rows read or written by the driver alone.

`python -m bench.tickets [--tickets 200000] [--only sqlite|postgres] [--json]`

`--url URL` takes an empty database of one's own, fills it once and leaves it filled for the next run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, make_url, select, update

from bench.ticket_rows import COMMON, RARE, SELDOM, fill
from contactcenter.api.http import build_app
from contactcenter.api.routes import Router
from contactcenter.api.session_cookie import SESSION
from contactcenter.permissions import Principal, Role, Scope
from contactcenter.storage.database import Database
from contactcenter.tickets import list_routes
from contactcenter.tickets.documents import NewTicket
from contactcenter.tickets.models import Ticket, TicketMessage
from contactcenter.tickets.shown import messages
from contactcenter.tickets.views import READY_VIEWS, TicketQuery
from tests.fixtures.postgres import new_database, postgres_running
from tests.tickets.desk import ANNA, Desk, desk, everywhere, principal

TOGETHER = 16
CREATED = 2000
SWEPT = 500


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def timed(times: int, one: Callable[[], Awaitable[Any]]) -> list[float]:
    """Milliseconds of each; the first two are left out, which warm what is kept open."""
    taken = []
    for place in range(times + 2):
        began = time.perf_counter()
        await one()
        if place >= 2:
            taken.append((time.perf_counter() - began) * 1000)
    return taken


async def lists(house: Desk, times: int) -> dict[str, list[float]]:
    """The lists everybody has, and two that somebody might save."""
    views, who = house.helpdesk.views, everywhere()
    taken = {view.id: await timed(times, partial(views.page, view.id, None, 50, who)) for view in READY_VIEWS}
    own: dict[str, list[tuple[str, str, Any]]] = {
        "urgent incidents": [("type", "is", "incident"), ("priority", "is", "urgent"), ("state_class", "is", "open")],
        "a tag": [("tags", "is", "tag7"), ("state_class", "not_in", ["resolved", "closed"])],
    }
    for name, tests in own.items():
        conditions = {"all": [dict(zip(("field", "op", "value"), test, strict=True)) for test in tests]}
        query = TicketQuery.model_validate({"conditions": conditions, "order": "changed"})
        taken[name] = await timed(times, partial(views.query, query, who))
    taken["counts of all lists"] = await timed(times, lambda: views.counts(who))
    return taken


Ask = Callable[[], dict[str, str]]


@asynccontextmanager
async def searching(house: Desk) -> AsyncIterator[Callable[[str, Ask], Awaitable[None]]]:
    """Asks the search of the API as somebody: "all" sees everything, "north" what is that team's."""
    people = {"all": everywhere(), "north": principal("nora", Role.AGENT, Scope(teams=frozenset({"north"})))}

    async def authenticate(token: str) -> Principal | None:
        return people.get(token)

    router = Router()
    router.add(*list_routes.routes(house.tickets, house.helpdesk.views, house.helpdesk.bulk))
    async with TestClient(TestServer(build_app(router, authenticate=authenticate))) as client:

        async def find(who: str, ask: Ask) -> None:
            headers = {"Cookie": f"{SESSION.name}={who}"}
            async with client.get("/api/v1/tickets/search", params=ask(), headers=headers) as answer:
                assert answer.status == 200, await answer.text()
                await answer.read()

        yield find


async def searches(house: Desk, rng: random.Random, count: int, times: int) -> dict[str, list[float]]:
    """From the request until the answer has been read, by one at a time."""

    def common() -> str:
        return rng.choice(COMMON)

    def rare() -> str:
        return rng.choice(RARE)

    kinds: dict[str, tuple[str, Ask]] = {
        "a common word": ("all", lambda: {"q": common()}),
        "two common words": ("all", lambda: {"q": f"{common()} {common()}"}),
        "a rare word": ("all", lambda: {"q": rare()}),
        "two rare words": ("all", lambda: {"q": f"{rare()} {rare()}"}),
        "common and rare": ("all", lambda: {"q": f"{rare()} {common()}"}),
        "a rare word begun": ("all", lambda: {"q": rare()[:-1]}),
        "three letters": ("all", lambda: {"q": rare()[:3]}),
        "nothing found": ("all", lambda: {"q": f"{common()} zzzzzz"}),
        "rare, of open incidents": ("all", lambda: {"q": rare(), "type": "incident", "state_class": "open"}),
        "common, of open incidents": ("all", lambda: {"q": common(), "type": "incident", "state_class": "open"}),
        "rare, who has few": ("all", lambda: {"q": rare(), "assignee": SELDOM}),
        "common, who has few": ("all", lambda: {"q": common(), "assignee": SELDOM}),
        "rare, one team's": ("north", lambda: {"q": rare()}),
        "common, one team's": ("north", lambda: {"q": common()}),
        "rare, a later page": ("all", lambda: {"q": rare(), "before": str(rng.randrange(count // 4, count))}),
        "common, a later page": ("all", lambda: {"q": common(), "before": str(rng.randrange(count // 4, count))}),
    }
    async with searching(house) as find:
        return {name: await timed(times, partial(find, who, ask)) for name, (who, ask) in kinds.items()}


async def pages(house: Desk, rng: random.Random, times: int) -> list[float]:
    """A ticket with its thread, as the page asks for them."""
    async with house.database.session() as session:
        ids = list(await session.scalars(select(Ticket.id).limit(20_000)))
    who = everywhere()

    async def look() -> None:
        ticket = await house.tickets.get(rng.choice(ids), who)
        async with house.database.session() as session:
            thread = select(TicketMessage).where(TicketMessage.ticket_id == ticket.id).order_by(TicketMessage.id)
            await messages(session, list(await session.scalars(thread.limit(100))))

    return await timed(times, look)


async def creations(house: Desk, count: int) -> float:
    """Durable ones a second, by many at once, through the service with history, search and audit trail."""
    body = NewTicket(subject="Scanner on the third floor", description="It scans nothing but noise. " * 8, tags=["new"])
    left = iter(range(count))

    async def one() -> None:
        for _ in left:
            await house.tickets.make(body, ANNA)

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(TOGETHER)))
    return count / (time.perf_counter() - began)


async def floor(database: Database, count: int) -> float:
    """Transactions a second of one ticket row alone, by as many at once: what the database itself takes."""
    left = iter(range(count))

    async def one() -> None:
        for _ in left:
            async with database.writing() as session:
                change = update(Ticket).where(Ticket.serial == 1 + _ % 1000)
                await session.execute(change.values(changed_at=Ticket.changed_at))

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(TOGETHER)))
    return count / (time.perf_counter() - began)


async def sweep(house: Desk) -> tuple[float, int, int]:
    """Seconds for looking after all open tickets when some of them are due, how many were open, how many due."""
    async with house.database.transaction() as session:
        opened = int(await session.scalar(select(func.count()).where(Ticket.done.is_(False))) or 0)
        soon = select(Ticket.id).where(Ticket.done.is_(False)).order_by(Ticket.serial.desc()).limit(SWEPT)
        moment = house.tickets.moment()
        await session.execute(update(Ticket).values(sla_at=None))
        await session.execute(update(Ticket).where(Ticket.id.in_(soon)).values(sla_at=moment))
    began = time.perf_counter()
    touched = await house.helpdesk.due.sweep()
    return time.perf_counter() - began, opened, touched


@contextmanager
def told(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"  {what}: {time.perf_counter() - began:.0f} s", flush=True)


async def run(kind: str, url: str | None, folder: Path, count: int, times: int) -> dict[str, float]:
    rng = random.Random(5)
    print(f"{kind}:", flush=True)
    async with desk(folder, url) as house:
        async with house.database.session() as session:
            filled = await session.scalar(select(Ticket.id).limit(1)) is not None
        if not filled:
            with told(f"{count} tickets, {count * 5} messages written"):
                await fill(house.database, rng, count)
        taken = await lists(house, times)
        print_all("lists", taken)
        found = await searches(house, rng, count, times)
        print_all("search", found)
        page = await pages(house, rng, times)
        print_all("pages", {"a ticket and its thread": page})
        bare = await floor(house.database, CREATED)
        made = await creations(house, CREATED)
        print(f"  creations: {made:.0f}/s, the database alone changes {bare:.0f} rows/s")
        seconds, opened, touched = await sweep(house)
        print(f"  clocks: {seconds:.2f} s for {touched} due among {opened} open")
    every_list = [each for name, values in taken.items() if name != "counts of all lists" for each in values]
    return {
        "view_p95_ms": percentile(every_list, 0.95),
        "search_p95_ms": percentile([each for values in found.values() for each in values], 0.95),
        "ticket_p95_ms": percentile(page, 0.95),
        f"creates_per_s_{kind}": made,
        f"floor_writes_per_s_{kind}": bare,
        "sla_sweep_s": seconds,
    }


def print_all(title: str, taken: dict[str, list[float]]) -> None:
    for name, values in taken.items():
        middle, late = percentile(values, 0.5), percentile(values, 0.95)
        print(f"  {title:8} {name:26} median {middle:7.1f} ms   p95 {late:7.1f} ms")


async def main_async(count: int, times: int, only: str, url: str) -> dict[str, float]:
    if url:
        kind = "sqlite" if make_url(url).get_backend_name() == "sqlite" else "postgres"
        return await run(kind, url, Path(), count, times)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        if only != "postgres":
            figures |= await run("sqlite", None, Path(folder), count, times)
        if only != "sqlite":
            new = await new_database(stack.enter_context(postgres_running(durable=True)))
            other = await run("postgres", new, Path(folder), count, times)
            # Of the two databases the slower one counts.
            figures |= {name: max(value, figures.get(name, 0.0)) for name, value in other.items()}
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--only", choices=("sqlite", "postgres"), default="")
    parser.add_argument("--url", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = asyncio.run(main_async(options.tickets, options.times, options.only, options.url))
    if options.json:
        print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


if __name__ == "__main__":
    main()

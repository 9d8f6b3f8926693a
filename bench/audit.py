"""What the audit trail costs: on a ticket-like write, per entry sealed, per entry verified.

    python -m bench.audit [--writes 2000] [--url postgresql+asyncpg://…/an_empty_database] [--json FILE]

The write is what making a ticket does: customer and queue are read, a number is taken, ticket, first message (1 kB) and
event are written, in one transaction of the ORM. Writes with and without the entry take turns, so that both see the
same machine; the figures are medians. Then the same behind the HTTP layer, as a client waits for it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from aiohttp.test_utils import TestClient, TestServer
from pydantic import BaseModel, Field
from sqlalchemy import JSON, ForeignKey, String, Text, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contactcenter import logs
from contactcenter.actor import Actor, acting
from contactcenter.api.http import build_app
from contactcenter.api.routes import PUBLIC, Call, Route, Router
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.audit.keys import load_keys
from contactcenter.audit.recorder import record
from contactcenter.audit.sealer import BATCH, seal
from contactcenter.audit.verification import verify
from contactcenter.storage.base import UtcDateTime
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade

TICKET_MADE = ActKind("ticket.made", "Ticket made")
BODY = "My last invoice has an item that I did not order. " * 20
AGENT = Actor(kind="user", id="u" * 32, name="Ann Agent", address="10.0.0.9", session_id="s" * 32, request_id="r" * 32)


class Own(DeclarativeBase):
    """Tables of the bench alone."""


class Customer(Own):
    __tablename__ = "bench_customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)


class Line(Own):
    __tablename__ = "bench_lines"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)


class Ticket(Own):
    __tablename__ = "bench_tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), index=True)
    priority: Mapped[int]
    line_id: Mapped[str] = mapped_column(ForeignKey("bench_lines.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("bench_customers.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)


class Message(Own):
    __tablename__ = "bench_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("bench_tickets.id"), index=True)
    author: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Event(Own):
    __tablename__ = "bench_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("bench_tickets.id"), index=True)
    kind: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NewTicket(BaseModel):
    subject: str = Field(min_length=1, max_length=200)
    body: str
    email: str
    priority: int = 2


async def make(session: AsyncSession, asked: NewTicket) -> Ticket:
    moment = datetime.now(UTC)
    customer = (await session.scalars(select(Customer).where(Customer.email == asked.email))).one()
    number = (
        await session.execute(
            update(Line)
            .where(Line.id == "billing")
            .values(last_number=Line.last_number + 1)
            .returning(Line.last_number)
        )
    ).scalar_one()
    ticket = Ticket(
        number=number,
        subject=asked.subject,
        state="new",
        priority=asked.priority,
        line_id="billing",
        customer_id=customer.id,
        made_at=moment,
        fields={"product": "phone", "contract": "C-1"},
    )
    session.add(ticket)
    await session.flush()
    session.add(Message(ticket_id=ticket.id, author="customer", body=asked.body, at=moment))
    session.add(Event(ticket_id=ticket.id, kind="made", data={"channel": "portal"}, at=moment))
    return ticket


def act(ticket: Ticket, asked: NewTicket) -> Act:
    after = asked.model_dump(include={"subject", "priority"}) | {"number": ticket.number, "line": "billing"}
    return Act(kind=TICKET_MADE, subject=Subject("ticket", str(ticket.id)), after=after)


async def write(database: Database, asked: NewTicket, *, audited: bool) -> None:
    async with database.transaction() as session:
        ticket = await make(session, asked)
        if audited:
            await record(session, act(ticket, asked))


async def compare(writes: int, once: Callable[[bool], Awaitable[None]]) -> tuple[float, float]:
    """Seconds for one write without and with the entry: medians of writes that take turns."""
    took: dict[bool, list[float]] = {False: [], True: []}
    for number in range(2 * writes + 20):
        audited = bool(number % 2)
        started = time.perf_counter()
        await once(audited)
        if number >= 20:
            took[audited].append(time.perf_counter() - started)
    return statistics.median(took[False]), statistics.median(took[True])


async def over_http(database: Database, writes: int) -> tuple[float, float]:
    def route(path: str, audited: bool) -> Route:
        async def handler(call: Call) -> None:
            await write(database, call.body(NewTicket), audited=audited)

        return Route("POST", path, handler, PUBLIC, "Make a ticket", body=NewTicket, status=201, audited=(TICKET_MADE,))

    router = Router()
    router.add(route("/with", True), route("/without", False))

    async def nobody(_token: str) -> None:
        return None

    async with TestClient(TestServer(build_app(router, authenticate=nobody))) as client:
        body = asked().model_dump()

        async def once(audited: bool) -> None:
            async with client.post("/with" if audited else "/without", json=body) as response:
                assert response.status == 204

        return await compare(writes, once)


def asked() -> NewTicket:
    return NewTicket(subject="An item I did not order", body=BODY, email="c@example.com")


async def measure(url: str, folder: Path, writes: int) -> dict[str, Any]:
    await upgrade(url)
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    async with database.transaction() as session:
        session.add_all([Customer(email="c@example.com"), Line(id="billing")])
    keys = load_keys(folder / "key")
    with acting(AGENT):
        without, with_entry = await compare(writes, lambda audited: write(database, asked(), audited=audited))
        http_without, http_with = await over_http(database, writes)
    sealed, started = 0, time.perf_counter()
    while count := (await seal(database, keys))[1]:
        sealed += count
    sealing = (time.perf_counter() - started) / sealed
    started = time.perf_counter()
    verdict = await verify(database, keys, {})
    verifying = (time.perf_counter() - started) / verdict.checked
    assert verdict.finding is None
    await database.stop()
    return {
        "database": url.partition(":")[0],
        "writes": writes,
        "transaction_without_us": without * 1e6,
        "transaction_with_us": with_entry * 1e6,
        "transaction_added_percent": (with_entry / without - 1) * 100,
        "http_without_us": http_without * 1e6,
        "http_with_us": http_with * 1e6,
        "http_added_percent": (http_with / http_without - 1) * 100,
        "seal_us_per_entry": sealing * 1e6,
        "seal_batch": BATCH,
        "verify_us_per_entry": verifying * 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writes", type=int, default=2000)
    parser.add_argument("--url", default="")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    logs.configure(level="error", format="console")
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite+aiosqlite:///{folder}/bench.db"
        result = uvloop.run(measure(url, Path(folder), options.writes))
    for name, value in result.items():
        print(f"{name:28} {value:.1f}" if isinstance(value, float) else f"{name:28} {value}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()

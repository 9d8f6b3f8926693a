"""Tickets by the hundred thousand, written past the service: rows as it would have left them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any, Final

from sqlalchemy import insert, text

from contactcenter.customers.words import folded
from contactcenter.identity.models import Team
from contactcenter.storage.database import Database
from contactcenter.tickets.models import Ticket, TicketCounter, TicketEntry, TicketMessage, TicketTag
from contactcenter.tickets.search import INDEX

BATCH: Final = 2000
GIN: Final = f"ix_{INDEX.name}_document"
SYLLABLES: Final = tuple("an ber cor dal el fen gar hol in jor kel lan mor nel os par".split())  # noqa: SIM905
COMMON: Final = tuple("please printer order invoice account password delivery refund thanks hello".split())  # noqa: SIM905
RARE: Final = tuple(f"{a}{b}{c}" for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES)
WORDS: Final = COMMON + RARE
WEIGHTS: Final = tuple(accumulate([0.35 / len(COMMON)] * len(COMMON) + [0.65 / len(RARE)] * len(RARE)))
OPEN_SHARE: Final = 0.25
SELDOM: Final = "cleo"
"""Has one ticket in two thousand."""
TYPES: Final = ("question", "incident", "request", "complaint")


def words(rng: random.Random, count: int) -> str:
    """As people write: a few words again and again, most of them seldom."""
    return " ".join(rng.choices(WORDS, cum_weights=WEIGHTS, k=count))


def ticket(rng: random.Random, serial: int, total: int, now: datetime) -> dict[str, Any]:
    made = now - timedelta(minutes=(total - serial) * 2)
    opened = rng.random() < OPEN_SHARE
    state = rng.choice(("open", "in_progress", "pending")) if opened else rng.choice(("resolved", "closed"))
    due = now + timedelta(minutes=rng.randrange(1, 10_000)) if opened and state != "pending" else None
    return {
        "id": uuid.UUID(int=rng.getrandbits(128)).hex,
        "serial": serial,
        "number": f"T-{serial:06d}",
        "type_id": rng.choice(TYPES),
        "category_id": None,
        "subject": words(rng, 5),
        "state": state,
        "state_class": state,
        "done": not opened,
        "priority": rng.choice((1, 2, 2, 2, 3, 4)),
        "channel": "portal",
        "language": "",
        "requester_id": None,
        "organisation_id": None,
        "queue_id": "support",
        "team_id": rng.choice(("north", "south", None)),
        "assignee_id": SELDOM if serial % 2000 == 0 else rng.choice(("anna", "bert", None, None)),
        "fields": {"floor": rng.randrange(9)},
        "made_at": made,
        "changed_at": made + timedelta(minutes=rng.randrange(1, 10_000)),
        "answered_at": None,
        "resolved_at": None if opened else made,
        "closed_at": None,
        "reopened": 0,
        "sequence": 5,
        "sla": {},
        "sla_policy": "standard@1",
        "due_at": due,
        "sla_at": due,
        "close_at": None,
        "merged_into": None,
        "link_epoch": 0,
        "request_key": None,
    }


def entries(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    names = {"type": "type_id", "priority": "priority", "state": "state", "state_class": "state_class"}
    values = {name: row[column] for name, column in names.items()}
    values |= {"priority": ("low", "medium", "high", "urgent")[row["priority"] - 1], "sla_policy": "standard@1"}
    shared = {"ticket_id": row["id"], "author_id": "", "author_name": ""}
    yield shared | {
        "sequence": 1,
        "at": row["made_at"],
        "kind": "made",
        "author": "customer",
        "data": {"values": values, "public": True},
    }
    for place in range(2, 6):
        author = "agent" if place % 2 == 0 else "customer"
        at = row["made_at"] + timedelta(minutes=place)
        yield shared | {"sequence": place, "at": at, "kind": "replied", "author": author, "data": {}}


def thread(rng: random.Random, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for place in range(5):
        yield {
            "ticket_id": row["id"],
            "kind": "public",
            "author": "customer" if place % 2 == 0 else "agent",
            "author_id": "",
            "author_name": "",
            "channel": "portal",
            "text": words(rng, 30),
            "html": "",
            "mentions": [],
            "side_id": None,
            "at": row["made_at"] + timedelta(minutes=place),
            "request_key": None,
        }


async def fill(database: Database, rng: random.Random, count: int) -> None:
    now = datetime.now(UTC)
    postgres = database.url.get_backend_name() != "sqlite"
    gin = ""
    async with database.transaction() as session:
        session.add(Team(id="south", name="South"))
        if postgres:
            # Built at once afterwards: entry by entry it takes ten times as long.
            gin = await session.scalar(text(f"SELECT pg_get_indexdef('{GIN}'::regclass)"))
            await session.execute(text(f"DROP INDEX {GIN}"))
    for first in range(1, count + 1, BATCH):
        rows = [ticket(rng, serial, count, now) for serial in range(first, min(first + BATCH, count + 1))]
        said = [message for row in rows for message in thread(rng, row)]
        bodies = {
            row["serial"]: folded(
                " ".join([row["number"], row["subject"], *(each["text"] for each in said[at : at + 5])])
            )
            for row, at in zip(rows, range(0, len(said), 5), strict=True)
        }
        async with database.transaction() as session:
            await session.execute(insert(Ticket), rows)
            await session.execute(insert(TicketEntry), [entry for row in rows for entry in entries(row)])
            await session.execute(insert(TicketMessage), said)
            tags = [{"tag": f"tag{rng.randrange(200)}", "ticket_id": row["id"]} for row in rows]
            await session.execute(insert(TicketTag), tags)
            await INDEX.add_many(session, bodies)
    async with database.transaction() as session:
        await session.execute(insert(TicketCounter), [{"id": 1, "next_serial": count + 1}])
        if postgres:
            await session.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
            await session.execute(text(gin))
        await session.execute(text("ANALYZE"))

"""Recurring tickets as files: put in place by the same service as the screen. Files know people by email."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select

from contactcenter.identity.models import User
from contactcenter.section import Document, Documents, Reference, Section
from contactcenter.storage.database import Database
from contactcenter.tickets.configuration import CATEGORIES, FIELDS, TYPES
from contactcenter.tickets.planned.recurring import Recurring
from contactcenter.tickets.planned.settings import RecurrenceBody
from contactcenter.tickets.settings import plain

SECTION: Final = "ticket-recurrences"
NAMED: Final = {"type": TYPES, "category": CATEGORIES, "queue": "queues", "team": "teams", "assignee": "users"}
KEPT: Final = ("name", "enabled", "ticket", "schedule")


def section(recurring: Recurring, database: Database) -> Section:
    async def people() -> dict[str, str]:
        async with database.session() as session:
            return {row.id: row.email for row in await session.execute(select(User.id, User.email))}

    async def read() -> Documents:
        emails = await people()
        rows = {each.id: plain(each) for each in await recurring.every()}
        return {key: _named({name: row[name] for name in KEPT}, emails) for key, row in rows.items()}

    async def put(key: str, document: Document, there: bool) -> None:
        ids = {email: user for user, email in (await people()).items()}
        body = RecurrenceBody.model_validate(_named(document, ids))
        await recurring.put(key if there else None, body, None if there else key)

    return Section(
        name=SECTION,
        title="Tickets that are made again and again",
        after=(TYPES, FIELDS, CATEGORIES, "queues", "teams", "users"),
        model=RecurrenceBody,
        read=read,
        put=put,
        remove=recurring.remove,
        references=references,
    )


def _named(document: Document, names: Mapping[str, str]) -> dict[str, Any]:
    """The recurrence with its assignee under another name."""
    ticket = document["ticket"]
    assignee = ticket["assignee"]
    return {**document, "ticket": {**ticket, "assignee": names.get(assignee, assignee) if assignee else None}}


def references(document: Document) -> Iterator[Reference]:
    for name, there in NAMED.items():
        if document["ticket"][name] is not None:
            yield Reference(("ticket", name), there, document["ticket"][name])
    for field in document["ticket"]["fields"]:
        yield Reference(("ticket", "fields", field), FIELDS, field)

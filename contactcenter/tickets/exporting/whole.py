"""Everything of tickets as a ZIP of JSON lines, which an import reads again (importing/own.py).

manifest.json     {"format", "made_at", "tickets"}
tickets.jsonl     a ticket: id, number, values as history has them, moments, watchers, links, merged_into, side
                  conversations
messages.jsonl    its thread, each with its attachments by SHA-256
history.jsonl     what happened to it
customers.jsonl   those named, with what they are reached at
users.jsonl       agents named
files/<sha256>    contents of attachments
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import orjson
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.identity.models import Team, User
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.importing.own import FORMAT
from contactcenter.tickets.model import Author
from contactcenter.tickets.models import (
    Ticket,
    TicketAttachment,
    TicketEntry,
    TicketLink,
    TicketMessage,
    TicketTag,
    TicketWatcher,
)
from contactcenter.tickets.shown import REVERSED
from contactcenter.tickets.side_models import TicketSide
from contactcenter.tickets.values import document_of

PARTS: Final = ("tickets", "messages", "history", "customers", "users")
MOMENTS: Final = ("made_at", "changed_at", "answered_at", "resolved_at", "closed_at")
_MESSAGE: Final = ("id", "kind", "author", "author_id", "author_name", "channel", "text", "html", "side_id", "at")
_SIDE: Final = ("id", "subject", "email", "opened_at", "opened_by", "ended_at")
_ENTRY: Final = ("sequence", "at", "kind", "author", "author_id", "author_name", "data")
_PIECE: Final = 2**20
_NAMES_AT_ONCE: Final = 300


class Archive:
    """`file` becomes the archive; `folder` is where its parts grow meanwhile, without names."""

    def __init__(self, file: IO[bytes], folder: Path, files: TicketFiles) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._parts: dict[str, IO[bytes]] = {
            name: tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in `close`
            for name in PARTS
        }
        self._files = files
        self._customers: set[str] = set()
        self._users: set[str] = set()
        self._contents: set[str] = set()
        self.tickets = 0

    async def add(self, session: AsyncSession, rows: Sequence[Ticket]) -> None:
        """These, with what hangs on them."""
        ids = [row.id for row in rows]
        lines: dict[str, list[dict[str, Any]]] = {name: [] for name in PARTS}
        lines["tickets"] = await self._tickets(session, rows)
        attached = await self._attached(session, ids)
        query = select(TicketMessage).where(TicketMessage.ticket_id.in_(ids)).order_by(TicketMessage.id)
        for message in await session.scalars(query):
            named = {name: getattr(message, name) for name in _MESSAGE} | {"ticket": message.ticket_id}
            lines["messages"].append(named | {"attachments": attached.get(message.id, [])})
            self._name(message.author, message.author_id)
        entries = select(TicketEntry).where(TicketEntry.ticket_id.in_(ids)).order_by(TicketEntry.id)
        for entry in await session.scalars(entries):
            lines["history"].append({"ticket": entry.ticket_id} | {name: getattr(entry, name) for name in _ENTRY})
            self._name(entry.author, entry.author_id)
            self._name_assignees(entry)
        await asyncio.to_thread(self._write, lines)
        self.tickets += len(rows)

    async def _tickets(self, session: AsyncSession, rows: Sequence[Ticket]) -> list[dict[str, Any]]:
        ids = [row.id for row in rows]
        tags: dict[str, list[str]] = {}
        for tag in await session.scalars(select(TicketTag).where(TicketTag.ticket_id.in_(ids))):
            tags.setdefault(tag.ticket_id, []).append(tag.tag)
        links: dict[str, list[dict[str, str]]] = {}
        query = select(TicketLink).where(or_(TicketLink.ticket_id.in_(ids), TicketLink.other_id.in_(ids)))
        for link in await session.scalars(query):
            links.setdefault(link.ticket_id, []).append({"to": link.other_id, "kind": link.kind})
            reverse = {str(kind): word for kind, word in REVERSED.items()}[link.kind]
            links.setdefault(link.other_id, []).append({"to": link.ticket_id, "kind": reverse})
        watchers: dict[str, list[str]] = {}
        seen = select(TicketWatcher.ticket_id, User.email).join(User, User.id == TicketWatcher.user_id)
        for each in await session.execute(seen.where(TicketWatcher.ticket_id.in_(ids))):
            watchers.setdefault(each.ticket_id, []).append(each.email)
        sides = await _sides(session, ids)
        found = []
        for row in rows:
            self._customers |= {each for each in (row.requester_id, row.organisation_id) if each}
            self._users |= {row.assignee_id} if row.assignee_id else set()
            moments = {name: getattr(row, name) for name in MOMENTS}
            parts = {
                "watchers": sorted(watchers.get(row.id, [])),
                "links": links.get(row.id, []),
                "merged_into": row.merged_into,
                "sides": sides.get(row.id, []),
            }
            values = document_of(row, tags.get(row.id, []))
            found.append({"id": row.id, "number": row.number, "values": values, **moments, **parts})
        return found

    async def _attached(self, session: AsyncSession, ids: Sequence[str]) -> dict[int, list[dict[str, Any]]]:
        found: dict[int, list[dict[str, Any]]] = {}
        query = select(TicketAttachment).where(
            TicketAttachment.ticket_id.in_(ids), TicketAttachment.message_id.is_not(None)
        )
        for row in await session.scalars(query.order_by(TicketAttachment.name)):
            told = {"name": row.name, "media_type": row.media_type, "size": row.size, "sha256": row.sha256}
            found.setdefault(row.message_id or 0, []).append(told)
            if row.sha256 not in self._contents:
                self._contents.add(row.sha256)
                await self._content(row)
        return found

    async def _content(self, row: TicketAttachment) -> None:
        """One that must not be given out, or is gone, is named only."""
        try:
            opened = await self._files.open(row)
        except Problem:
            return
        await asyncio.to_thread(self._copy, opened, row.sha256)

    def _copy(self, opened: Any, digest: str) -> None:
        with opened.file as source, self._zip.open(f"files/{digest}", "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, _PIECE)

    def _name(self, author: str, author_id: str) -> None:
        if author_id and author == Author.AGENT:
            self._users.add(author_id)
        elif author_id and author == Author.CUSTOMER:
            self._customers.add(author_id)

    def _name_assignees(self, entry: TicketEntry) -> None:
        told = [entry.data.get("values", {}).get("assignee"), *entry.data.get("changes", {}).get("assignee", ())]
        self._users |= {each for each in told if each}

    async def end(self, session: AsyncSession, at: datetime) -> None:
        """Who is named, and what it is."""
        for ids in _some(self._users):
            users = await session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id))
            lines = [{"id": user.id, "name": user.name, "email": user.email} for user in users]
            await asyncio.to_thread(self._write, {"users": lines})
        for ids in _some(self._customers):
            await asyncio.to_thread(self._write, {"customers": await _customers(session, ids)})
        await asyncio.to_thread(self._end, {"format": FORMAT, "made_at": at, "tickets": self.tickets})

    def _write(self, lines: dict[str, list[dict[str, Any]]]) -> None:
        for name, documents in lines.items():
            for each in documents:
                self._parts[name].write(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE))

    def _end(self, manifest: dict[str, Any]) -> None:
        for name, part in self._parts.items():
            part.seek(0)
            with self._zip.open(f"{name}.jsonl", "w", force_zip64=True) as target:
                shutil.copyfileobj(part, target, _PIECE)
        self._zip.writestr("manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2))

    def close(self) -> None:
        self._zip.close()
        for part in self._parts.values():
            part.close()


async def _sides(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Of each ticket its side conversations, teams by name."""
    found: dict[str, list[dict[str, Any]]] = {}
    query = select(TicketSide, Team.name).join(Team, Team.id == TicketSide.team_id, isouter=True)
    for side, team in await session.execute(query.where(TicketSide.ticket_id.in_(ids)).order_by(TicketSide.opened_at)):
        told = {name: getattr(side, name) for name in _SIDE}
        found.setdefault(side.ticket_id, []).append(told | {"team": team or ""})
    return found


def _some(ids: set[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[at : at + _NAMES_AT_ONCE] for at in range(0, len(ordered), _NAMES_AT_ONCE)]


async def _customers(session: AsyncSession, ids: Sequence[str]) -> list[dict[str, Any]]:
    reached: dict[str, dict[str, list[str]]] = {}
    query = select(CustomerIdentity).where(CustomerIdentity.customer_id.in_(ids), CustomerIdentity.kind != "external")
    for each in await session.scalars(query.order_by(CustomerIdentity.position)):
        if each.kind in ("email", "phone"):
            reached.setdefault(each.customer_id, {}).setdefault(f"{each.kind}s", []).append(each.value)
    rows = list(await session.scalars(select(Customer).where(Customer.id.in_(ids)).order_by(Customer.id)))
    wanted = {row.organisation_id for row in rows if row.organisation_id}
    names = {
        row.id: row.name
        for row in await session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(wanted)))
    }
    return [
        {"id": row.id, "kind": row.kind, "name": row.name, "organisation": names.get(row.organisation_id or "")}
        | reached.get(row.id, {})
        for row in rows
    ]

"""One ticket of elsewhere written down as if it had been here: thread, history, people, files; nothing is announced."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem
from contactcenter.api.uploads import examined
from contactcenter.customers.many import Many
from contactcenter.storage.base import table_of
from contactcenter.tickets import opening, search, writer
from contactcenter.tickets.acting import By
from contactcenter.tickets.files_kept import MOST_UNSENT, TicketFiles
from contactcenter.tickets.importing.history import Entry, Spoken, Told, Who, built, moments, retold
from contactcenter.tickets.importing.incoming import LONGEST, File, Person, Said
from contactcenter.tickets.importing.mapping import Choices, Mapping_, Remark, Wanted
from contactcenter.tickets.importing.models import TicketOrigin
from contactcenter.tickets.importing.people import People
from contactcenter.tickets.importing.sides import TakenSides
from contactcenter.tickets.importing.words import proposed
from contactcenter.tickets.model import Author, MessageKind, StateClass
from contactcenter.tickets.models import Ticket, TicketEntry, TicketTag, TicketWatcher
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.side_models import TicketSide
from contactcenter.tickets.values import Document
from contactcenter.tickets.values import write as write_row

MOST_MESSAGES: Final = 5_000
_IN_A_ROW: Final = 4
"""Tickets looked at before others have their turn."""
_SAID_IN_A_ROW: Final = 100
_AT_ONCE: Final = 500
"""Rows a statement."""
Each = TypeVar("Each")
Asked = tuple[Person | None, str | None]
"""The requester as there, and his id here."""
Content = Callable[[str, int], bytes | None]
"""What an entry of the archive holds, at most so much; None: it is not there, or larger."""
Attached = dict[int, list[str]]
"""Ids of files that have been taken, by the place of their message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A ticket that is about to be written; its row says what it is once people are known."""

    want: Wanted
    row: Ticket
    position: int
    attached: Attached


@dataclass(frozen=True, slots=True)
class _Made:
    """All but written. `spoken` are named by their places, from 1, also in the data of `entries`."""

    item: Item
    spoken: list[Spoken]
    messages: list[dict[str, Any]]
    entries: list[Entry]
    sides: list[dict[str, Any]]


def item_of(want: Wanted, serial: int, number: str, position: int, attached: Attached) -> Item:
    row = opening.row_for(want.document, serial, number, want.made_at, None)
    row.sla, row.close_at = {}, None
    return Item(want=want, row=row, position=position, attached=attached)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What writing needs besides the session."""

    import_id: str
    tickets: Tickets
    people: People
    files: TicketFiles
    mapping: Mapping_
    choices: Choices

    def by(self, position: int) -> By:
        """In whose name files wait until their message is there."""
        return By(author=Author.SYSTEM, id=f"{self.import_id}:{position}")

    # -- files -------------------------------------------------------------------------------------------------

    async def bring(self, want: Wanted, position: int, read: Content) -> Attached:
        """Files of the archive into the house. Raises OSError, VaultError, StorageUnavailable."""
        attached: Attached = {}
        count = 0
        for place, said in enumerate(thread(want)):
            for file in said.files:
                count += 1
                taken = await self._bring(file, position, read, want.remarks, count)
                attached.setdefault(place, []).extend([taken] if taken else [])
        return attached

    async def _bring(self, file: File, position: int, read: Content, remarks: list[Remark], count: int) -> str | None:
        most = self.files.upload.most_bytes
        data = _decoded(file.data, most) if file.data else read(file.entry, most)
        if data is None or count > MOST_UNSENT:
            why = "It is not in the archive, or larger than files may be." if data is None else "There are too many."
            remarks.append(Remark("attachments", file.name[:200], why))
            return None
        try:
            taken = await self.files.take(examined(file.name, data, self.files.upload), self.by(position))
        except Problem as problem:
            if problem.status >= 500:
                raise
            remarks.append(Remark("attachments", file.name[:200], problem.detail))
            return None
        return taken.id

    # -- the tickets -------------------------------------------------------------------------------------------

    async def write(self, session: AsyncSession, items: Sequence[Item]) -> None:
        """Into the transaction of `session`, few statements for many."""
        if not items:
            return
        new = await self.people.meet(session, *_named(items))
        made: list[_Made] = []
        async for item in in_turns(items):
            made.append(await self._make(item, new))
        await new.write()
        await _insert(session, Ticket, [opening.columns_of(each.item.row) for each in made])
        await _insert(session, TicketSide, [side for each in made for side in each.sides])
        ids = iter(await writer.add_messages(session, [row for each in made for row in each.messages]))
        for each in made:
            await self._name_messages(session, each, [next(ids) for _ in each.messages])
        await self._write_rest(session, made)

    async def _make(self, item: Item, new: Many) -> _Made:
        want, document = item.want, item.want.document
        if want.requester is not None:
            document["requester"] = await self.people.requester(new, want.requester, want.remarks)
        if name := _organisation(want):
            document["organisation"] = await self.people.organisation(new, name, want.remarks)
        write_row(item.row, document)
        asked = (want.requester, document["requester"])
        sides = TakenSides(want.incoming.sides, item.row.id, want.made_at, self._team)
        spoken: list[Spoken] = []
        messages: list[dict[str, Any]] = []
        for place, said in enumerate(thread(want), 1):
            if place % _SAID_IN_A_ROW == 0:
                await asyncio.sleep(0)
            at = min(max(said.at or want.made_at, want.made_at), want.changed_at)
            who = self._author(said.by, said.author, asked, sides)
            spoken.append(Spoken(id=place, said=said, at=at, who=who))
            messages.append(self._columns(item.row, said, at, who, want) | {"side_id": sides.id_of(said.side)})
        entries = self._entries(want, document, spoken, sides)
        _write_moments(item.row, want, entries)
        return _Made(item, spoken, messages, entries, sides.rows)

    async def _name_messages(self, session: AsyncSession, made: _Made, ids: Sequence[int]) -> None:
        """By their ids, which are known once they are written, instead of their places."""
        for entry in made.entries:
            if (place := entry.data.get("message")) is not None:
                entry.data["message"] = ids[place - 1]
        for place, files in made.item.attached.items():
            await writer.attach(session, made.item.row.id, ids[place], files, self.by(made.item.position))

    async def _write_rest(self, session: AsyncSession, made: Sequence[_Made]) -> None:
        rows: dict[Any, list[dict[str, Any]]] = {TicketEntry: [], TicketTag: [], TicketWatcher: [], TicketOrigin: []}
        texts: dict[int, str] = {}
        async for each in in_turns(made):
            row, want = each.item.row, each.item.want
            rows[TicketEntry] += [_entry_columns(row.id, number, entry) for number, entry in enumerate(each.entries, 1)]
            rows[TicketTag] += [{"tag": tag, "ticket_id": row.id} for tag in want.document["tags"]]
            watchers = {user for name in want.incoming.watchers if (user := self.people.user(name)) is not None}
            rows[TicketWatcher] += [{"ticket_id": row.id, "user_id": user} for user in sorted(watchers)]
            origin = {"origin": self.mapping.origin, "external_id": want.external_id}
            rows[TicketOrigin].append(origin | {"ticket_id": row.id, "import_id": self.import_id})
            texts[row.serial] = search.text_of(row, [want.external_id, *(one.said.text for one in each.spoken)])
        for table, values in rows.items():
            await _insert(session, table, values)
        await search.INDEX.add_many(session, texts)

    def _team(self, name: str) -> str | None:
        names, aliases, classes = self.choices.names, self.choices.aliases, self.choices.classes
        return proposed("team", name, "", names, aliases, classes)[0] or None

    def _author(self, by: Author, person: Person | None, asked: Asked, sides: TakenSides) -> Who:
        who = self.people.author(by, person, asked)
        # Whoever was asked from outside goes by the side conversation.
        return (by, sides.id_of(person.key) or "", who[2]) if by is Author.PARTNER and person is not None else who

    def _columns(self, row: Ticket, said: Said, at: datetime, who: Who, want: Wanted) -> dict[str, Any]:
        names, aliases, classes = self.choices.names, self.choices.aliases, self.choices.classes
        channel = proposed("channel", said.channel, "", names, aliases, classes)[0] if said.channel else row.channel
        if len(said.text) > LONGEST:
            want.remarks.append(Remark("messages", said.text[:60], f"Only {LONGEST} signs of a message are kept."))
        return {
            "ticket_id": row.id,
            "kind": said.kind.value,
            "author": who[0].value,
            "author_id": who[1],
            "author_name": who[2][:200],
            "channel": channel,
            "text": said.text[:LONGEST],
            # What is called clean elsewhere need not be.
            "html": "",
            "mentions": [],
            "at": at,
        }

    def _entries(self, want: Wanted, document: Document, spoken: Sequence[Spoken], sides: TakenSides) -> list[Entry]:
        asked, catalog = (want.requester, document["requester"]), self.tickets.set_up.catalog
        if want.incoming.history:
            told = Told(
                mapping=self.mapping,
                choices=self.choices,
                catalog=catalog,
                document=document,
                message={each.said.key: each.id for each in spoken},
            )
            who = {
                int(each["sequence"]): self._author(Author(each["author"]), each["person"], asked, sides)
                for each in want.incoming.history
            }
            if entries := retold(want.incoming.history, told, want, lambda each: who[int(each["sequence"])]):
                for entry in entries:
                    if side := entry.data.get("side"):
                        entry.data["side"] = sides.id_of(side)
                return entries
        asker = self.people.author(Author.CUSTOMER, want.requester, asked)
        return built(want, document, spoken, catalog, asker if want.requester else (Author.SYSTEM, "", ""))


async def in_turns(items: Iterable[Each]) -> AsyncIterator[Each]:
    """Every few of them others have their turn."""
    for count, item in enumerate(items):
        if count % _IN_A_ROW == 0:
            await asyncio.sleep(0)
        yield item


async def _insert(session: AsyncSession, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    for at in range(0, len(rows), _AT_ONCE):
        await session.execute(insert(table_of(table)), rows[at : at + _AT_ONCE])


def _organisation(want: Wanted) -> str:
    return want.organisation or (want.requester.organisation if want.requester else "")


def _named(items: Sequence[Item]) -> tuple[set[Person], set[str]]:
    """Every person these tickets name, and the organisations they are to have."""
    persons: set[Person | None] = set()
    for item in items:
        want = item.want
        persons |= {want.requester, *(said.author for said in thread(want))}
        persons |= {each["person"] for each in want.incoming.history}
    return {each for each in persons if each is not None}, {
        name for item in items if (name := _organisation(item.want))
    }


def thread(want: Wanted) -> list[Said]:
    """Everything that was said, the oldest first; a description of its own before it."""
    said = sorted(want.incoming.messages, key=lambda each: each.at or want.made_at)[:MOST_MESSAGES]
    said = [each for each in said if each.text or each.files]
    if not want.description:
        return said
    by = Author.SYSTEM if want.requester is None else Author.CUSTOMER
    kind = MessageKind.PUBLIC if want.requester is not None else MessageKind.NOTE
    first = Said(kind=kind, text=want.description, at=want.made_at, author=want.requester, by=by)
    return [first, *said]


def _entry_columns(ticket_id: str, number: int, entry: Entry) -> dict[str, Any]:
    author, author_id, name = entry.who
    return {
        "ticket_id": ticket_id,
        "sequence": number,
        "at": entry.at,
        "kind": entry.kind.value,
        "author": author.value,
        "author_id": author_id,
        "author_name": name[:200],
        "data": entry.data,
    }


def _write_moments(row: Ticket, want: Wanted, entries: Sequence[Entry]) -> None:
    found = moments(entries)
    row.sequence = len(entries)
    row.changed_at = max(want.changed_at, entries[-1].at)
    row.answered_at, row.reopened = found.answered_at, found.reopened
    row.resolved_at, row.closed_at = found.resolved_at, found.closed_at
    if StateClass(row.state_class).done:
        row.resolved_at = want.resolved_at or row.resolved_at or want.changed_at


def _decoded(text: str, most: int) -> bytes | None:
    if len(text) > most * 4 // 3 + 8:
        return None
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return None


async def taken_before(session: AsyncSession, origin: str, ids: Sequence[str], *, own: bool) -> set[str]:
    """Those of these ids that are here already; `own`: archives of this very house name its tickets by their ids."""
    query = select(TicketOrigin.external_id).where(TicketOrigin.origin == origin, TicketOrigin.external_id.in_(ids))
    found = set(await session.scalars(query))
    if own:
        found |= set(await session.scalars(select(Ticket.id).where(Ticket.id.in_(ids))))
    return found

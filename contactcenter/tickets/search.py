"""Finding tickets by words: subject, number, fields and thread, newest first, with where they were found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field
from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.customers.words import folded
from contactcenter.storage.database import plan_for_few
from contactcenter.storage.search import NARROWEST, READ_THROUGH, SAMPLED, TextIndex, wider, words_of
from contactcenter.tickets import shown
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.documents import TicketRow
from contactcenter.tickets.importing.models import TicketOrigin
from contactcenter.tickets.models import Ticket, TicketMessage
from contactcenter.tickets.set_up_rows import word_of
from contactcenter.tickets.sight import Sight

INDEX: Final = TextIndex("ticket_search")
COUNTED: Final = 500
"""Facets are counted over so many hits, the newest."""
FEW: Final = 500
"""So many tickets of somebody are read before what is searched for."""
AROUND: Final = 60
"""Signs shown before and after a hit."""
LONGEST: Final = 20_000
"""Further into a text no hit is shown."""


class SearchQuery(BaseModel):
    """`q`: words that must all be there, the last by its beginning. `before`: the serial of the last hit seen."""

    q: Annotated[str, Field(min_length=1, max_length=200)]
    type: str | None = None
    state_class: str | None = None
    assignee: str | None = None
    before: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 25


class Hit(BaseModel):
    """`marks`: pieces of text in which words were found, as [text, found] pairs to be shown one after the other."""

    ticket: TicketRow
    marks: list[list[tuple[str, bool]]]


class Found(BaseModel):
    """`facets`: how many of the hits, at most of the newest five hundred, have which value."""

    items: list[Hit]
    facets: dict[str, dict[str, int]]
    counted: int
    more: bool
    next_before: int | None


def text_of(row: Ticket, messages: Iterable[str]) -> str:
    """Everything a ticket is found by, folded."""
    values = [str(value) for value in (row.fields or {}).values()]
    return folded("\n".join([row.number, row.subject, *values, *messages]))


async def index(session: AsyncSession, said: Mapping[Ticket, str]) -> None:
    """Tickets that are new, with what has been said in each."""
    await INDEX.add_many(session, {row.serial: text_of(row, [text]) for row, text in said.items()})


async def index_message(session: AsyncSession, row: Ticket, text: str) -> None:
    await INDEX.append(session, row.serial, folded(text))


async def index_again(session: AsyncSession, row: Ticket) -> None:
    """After a change of what is not only added to."""
    query = select(TicketMessage.text).where(TicketMessage.ticket_id == row.id).order_by(TicketMessage.id)
    elsewhere = await session.scalars(select(TicketOrigin.external_id).where(TicketOrigin.ticket_id == row.id))
    await INDEX.put(session, row.serial, text_of(row, [*elsewhere, *await session.scalars(query)]))


async def find(session: AsyncSession, asked: SearchQuery, sight: Sight, catalog: Catalog) -> Found:
    words = words_of(folded(asked.q))
    if not words:
        return Found(items=[], facets={}, counted=0, more=False, next_before=None)
    await plan_for_few(session)
    conditions = [sight, Ticket.merged_into.is_(None), *_narrowed(asked)]
    first = asked.before is None
    # One look for the page and what is counted: finding is what takes long, however many are read of it.
    hits = await _newest(session, words, conditions, asked, COUNTED if first else asked.limit + 1)
    serials = [hit[0] for hit in hits[: asked.limit]]
    more = len(hits) > asked.limit
    found = select(Ticket).where(Ticket.serial.in_(serials)).order_by(Ticket.serial.desc())
    rows = list(await session.scalars(found)) if serials else []
    counts, counted = (_facets(hits), len(hits)) if first else ({}, 0)
    near = await shown.around(session, rows)
    marks = await _marks(session, rows, words)
    items = [Hit(ticket=shown.line(row, near, catalog), marks=marks[row.id]) for row in rows]
    return Found(items=items, facets=counts, counted=counted, more=more, next_before=rows[-1].serial if more else None)


async def _newest(
    session: AsyncSession, words: Sequence[str], conditions: Sequence[Any], asked: SearchQuery, wanted: int
) -> list[Any]:
    if not INDEX.in_order(session):
        return await _looked_through(session, words, conditions, asked, wanted)
    before = asked.before
    source, key, matches = INDEX.found(session, words)
    query = select(key, *_FACETS.values()).join(source, key == Ticket.serial).where(*conditions).order_by(key.desc())
    older = query.where(matches) if before is None else query.where(matches, key < before)
    if asked.assignee is not None:
        few = list(await session.scalars(select(Ticket.serial).where(*conditions).limit(FEW + 1)))
        # Which of the hits are among these is seen without looking up the ticket of each.
        older = older.where(Ticket.serial.in_(few)) if len(few) <= FEW else older
    return list((await session.execute(older.limit(wanted))).all())


async def _looked_through(
    session: AsyncSession, words: Sequence[str], conditions: Sequence[Any], asked: SearchQuery, wanted: int
) -> list[Any]:
    """The index knows all hits of a word at once and in no order. So the newest tickets are read through without it,
    which shows how often the words come, and then as many are looked at as it takes for what is wanted."""
    source, key, matches = INDEX.found(session, words)
    above = 1 + (await session.scalar(select(func.max(key)).select_from(source)) or 0)
    above = above if asked.before is None else min(above, asked.before)
    hits: list[Any] = []
    narrowed, sampled = bool(_narrowed(asked)), False
    width, share = NARROWEST, 0.0
    while above > 0 and (missing := wanted - len(hits)) > 0:
        # What is frequent is read through even where it has not come yet: taking all its hits from the index is more.
        frequent = share * READ_THROUGH >= missing
        width = min(width, 4 * READ_THROUGH) if frequent else width
        read = frequent or width <= READ_THROUGH
        within = max(0, above - width), above - 1
        if read or narrowed:
            # In the first form the index does not serve it.
            query = _of_both(source, key, conditions, within).where(matches.is_(True) if read else matches)
        else:
            query = _hits_first(source, key, conditions, matches, key.between(*within))
        rows = (await session.execute(query.limit(missing))).all()
        hits += rows
        above = within[0]
        if not (rows or sampled or narrowed) and above > 0:
            # They may have been frequent until lately.
            keys = sorted({above * place // SAMPLED for place in range(SAMPLED)})
            some = _hits_first(source, key, conditions, matches.is_(True), key.in_(keys))
            share, sampled = len((await session.execute(some)).all()) / SAMPLED, True
        likely = len(rows) or share * width
        width = max(wider(width, likely, missing - len(rows)), 0 if rows else 4 * width)
    return hits


def _of_both(source: Any, key: Any, conditions: Sequence[Any], within: tuple[int, int]) -> Select[Any]:
    query = select(key, *_FACETS.values()).join(source, key == Ticket.serial).where(*conditions).order_by(key.desc())
    # Said of both tables: the planner does not conclude it of the other.
    return query.where(key.between(*within), Ticket.serial.between(*within))


def _hits_first(source: Any, key: Any, conditions: Sequence[Any], *hit: Any) -> Select[Any]:
    """Hits are in order before the ticket of any is looked up, so that those of no more than are wanted are."""
    some = select(key.label("serial")).select_from(source).where(*hit).order_by(key.desc()).subquery()
    query = select(some.c.serial, *_FACETS.values()).join(some, some.c.serial == Ticket.serial)
    return query.where(*conditions).order_by(some.c.serial.desc())


def _narrowed(asked: SearchQuery) -> list[Any]:
    pairs = (
        (Ticket.type_id, asked.type),
        (Ticket.state_class, asked.state_class),
        (Ticket.assignee_id, asked.assignee),
    )
    return [column == value for column, value in pairs if value is not None]


_FACETS: Final = {
    "type": Ticket.type_id,
    "state_class": Ticket.state_class,
    "priority": Ticket.priority,
    "channel": Ticket.channel,
    "assignee": Ticket.assignee_id,
}


def _facets(hits: Sequence[Any]) -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for place, name in enumerate(_FACETS, start=1):
        counts = Counter(hit[place] for hit in hits if hit[place])
        told[name] = {_said(name, value): count for value, count in counts.most_common(50)}
    return told


def _said(name: str, value: Any) -> str:
    return word_of(int(value)) if name == "priority" else str(value)


async def _marks(session: AsyncSession, rows: Sequence[Ticket], words: Sequence[str]) -> dict[str, list[Any]]:
    """At most two pieces of each ticket: of its subject, and of the first message with one of the words."""
    marks: dict[str, list[Any]] = {row.id: [] for row in rows}
    for row in rows:
        if piece := marked(row.subject, words):
            marks[row.id].append(piece)
    like = [TicketMessage.text.icontains(word, autoescape=True) for word in words]
    query = select(TicketMessage.ticket_id, TicketMessage.text).where(TicketMessage.ticket_id.in_(marks), or_(*like))
    for ticket_id, text in await session.execute(query.order_by(TicketMessage.id)):
        if len(marks[ticket_id]) < 2 and (piece := marked(text, words)):
            marks[ticket_id].append(piece)
    return marks


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The neighbourhood of the first word found, cut into what was found and what was not; empty when nothing was."""
    plain, places = _folded_with_places(text)
    hits = sorted({(at, at + len(word)) for word in words for at in _starts(plain, word)})
    if not hits:
        return []
    begin, end = max(0, hits[0][0] - AROUND), min(len(plain), hits[0][1] + AROUND)
    pieces: list[tuple[str, bool]] = []
    last = begin
    for start, stop in hits:
        if start < last or stop > end:
            continue
        pieces += [(text[places[last] : places[start]], False), (text[places[start] : places[stop]], True)]
        last = stop
    pieces.append((text[places[last] : places[end]], False))
    return [(piece, found) for piece, found in pieces if piece]


def _starts(plain: str, word: str) -> list[int]:
    """Where a word begins that begins so."""
    found: list[int] = []
    at = plain.find(word)
    while at != -1 and len(found) < 20:
        if at == 0 or not plain[at - 1].isalnum():
            found.append(at)
        at = plain.find(word, at + 1)
    return found


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its signs where it stands in the text; one more for the end."""
    text = text[:LONGEST]
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    plain: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for each in " " if sign.isspace() else folded(sign):
            plain.append(each)
            places.append(place)
    return "".join(plain), [*places, len(text)]

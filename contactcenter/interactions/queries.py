"""Reading interactions: the list with its filters, one with its timeline."""

import base64
import binascii
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from contactcenter.customers.models import Customer
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.interactions.sight import Sight
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Journal


class InteractionFilter(BaseModel):
    """`q` finds part of the caller's number or name, or of the note; `customer` is an id."""

    q: Annotated[str, Field(max_length=200)] = ""
    queue: str | None = None
    agent: str | None = None
    outcome: str | None = None
    customer: str | None = None
    since: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: Annotated[AwareDatetime | None, Field(alias="to")] = None
    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class BadCursorError(ValueError):
    """The cursor was not made by this API."""


class InteractionQueries:
    def __init__(self, database: Database, journal: Journal) -> None:
        self.database = database
        self._journal = journal

    async def page(self, wanted: InteractionFilter, sight: Sight) -> tuple[Sequence[Interaction], str | None]:
        """Those within `sight`, newest first, and the cursor of the next page. Raises `BadCursorError`."""
        await self._journal.catch_up()
        query = _filtered(wanted).where(sight).order_by(Interaction.started_at.desc(), Interaction.id.desc())
        if wanted.cursor is not None:
            started_at, last_id = _read_cursor(wanted.cursor)
            earlier = Interaction.started_at < started_at
            tie = and_(Interaction.started_at == started_at, Interaction.id < last_id)
            query = query.where(or_(earlier, tie))
        async with self.database.session() as session:
            rows = (await session.scalars(query.limit(wanted.limit + 1))).all()
        if len(rows) <= wanted.limit:
            return rows, None
        rows = rows[: wanted.limit]
        return rows, _cursor(rows[-1])

    async def within(self, ids: Collection[str], sight: Sight) -> set[str]:
        """Those of `ids` that are within `sight`."""
        async with self.database.session() as session:
            return set(await session.scalars(select(Interaction.id).where(Interaction.id.in_(ids), sight)))

    async def one(self, interaction_id: str, sight: Sight) -> tuple[Interaction, Sequence[InteractionEvent]] | None:
        """With everything that has happened so far; None when it is not there or not within `sight`."""
        await self._journal.catch_up()
        async with self.database.session() as session:
            row = await session.scalar(select(Interaction).where(Interaction.id == interaction_id, sight))
            if row is None:
                return None
            events = select(InteractionEvent).where(InteractionEvent.interaction_id == interaction_id)
            return row, (await session.scalars(events.order_by(InteractionEvent.sequence))).all()


def _filtered(wanted: InteractionFilter) -> Select[Interaction]:
    query = select(Interaction)
    if wanted.q:
        like = f"%{_escaped(wanted.q)}%"
        columns = (Interaction.caller_address, Interaction.caller_name, Interaction.note)
        query = query.where(or_(*(column.ilike(like, escape="\\") for column in columns)))
    if wanted.queue:
        query = query.where(Interaction.queue_id == wanted.queue)
    if wanted.agent:
        query = query.where(Interaction.agent_id == wanted.agent)
    if wanted.customer:
        query = query.where(Interaction.customer_id.in_(_part_of(wanted.customer)))
    if wanted.outcome:
        query = query.where(Interaction.outcome == wanted.outcome)
    if wanted.since:
        query = query.where(Interaction.started_at >= wanted.since)
    if wanted.until:
        query = query.where(Interaction.started_at < wanted.until)
    return query


def _part_of(customer_id: str) -> Select[str]:
    """Ids of everyone who is the same customer by now."""
    given = aliased(Customer)
    return select(Customer.id).join(given, given.root_id == Customer.root_id).where(given.id == customer_id)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cursor(row: Interaction) -> str:
    return base64.urlsafe_b64encode(f"{row.started_at.isoformat()}|{row.id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        moment, _, last_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        started_at = datetime.fromisoformat(moment)
    except (ValueError, binascii.Error) as error:
        raise BadCursorError("This cursor was not made by this API.") from error
    if started_at.tzinfo is None or not last_id:
        raise BadCursorError("This cursor was not made by this API.")
    return started_at, last_id

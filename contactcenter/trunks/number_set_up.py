"""Called numbers: which flow takes them."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Id, Ref, Settings, bad, slug, taken
from contactcenter.api.problems import not_found
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.flows.store import FlowStore
from contactcenter.storage.database import Database
from contactcenter.trunks.acts import NUMBER_CHANGED, NUMBER_MADE, NUMBER_REMOVED
from contactcenter.trunks.dialplan import Refusal
from contactcenter.trunks.models import CalledNumber, TrunkRow
from contactcenter.trunks.numbers import pattern_of
from contactcenter.trunks.service import Trunks

Written = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class NumberBody(Settings):
    """`pattern`: a number, the beginning of numbers with * after it, or * alone. `trunk_id` None: by any way."""

    pattern: Written
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    flow: Ref
    trunk_id: Ref | None = None


class NewNumber(NumberBody):
    id: Id | None = None


class ChangedNumber(NumberBody):
    id: Ref | None = None


class NumberOut(BaseModel):
    id: str
    pattern: str
    name: str
    flow: str
    trunk_id: str | None
    flow_missing: bool


class NumberList(BaseModel):
    """`fallback` are the numbers of the settings file, which reach `entry` when no item fits; empty: every number."""

    items: list[NumberOut]
    fallback: list[str]
    entry: str
    flows: list[str]


class NumberQuestion(Settings):
    """`trunk_id` is that by which the call to the number would come in, None: from anywhere else."""

    number: Written
    trunk_id: Ref | None = None


class WayOut(BaseModel):
    """A trunk that would carry the call, and the number as it is dialled there."""

    trunk_id: str
    number: str


class Tested(BaseModel):
    """Where a call to the number would go if somebody called us there (`flow` None: nowhere), and how we would call
    it (`ways`, or `refusal`, a sentence)."""

    flow: str | None
    number_id: str | None
    fallback: bool
    ways: list[WayOut]
    refusal: str | None = Field(default=None)


class NumberSetUp:
    def __init__(self, database: Database, trunks: Trunks, flows: FlowStore, lock: asyncio.Lock) -> None:
        self._database = database
        self._trunks = trunks
        self._flows = flows
        self._lock = lock

    async def all(self) -> NumberList:
        async with self._database.session() as session:
            rows = (await session.scalars(select(CalledNumber).order_by(CalledNumber.pattern, CalledNumber.id))).all()
        numbers = self._trunks.numbers
        return NumberList(
            items=[self._out(row) for row in rows],
            fallback=list(numbers.fallback),
            entry=numbers.entry,
            flows=sorted(self._flows.names),
        )

    async def settle(self) -> None:
        await self._trunks.reload()

    async def make(self, body: NewNumber) -> NumberOut:
        """Raises Problem 409 for a number that is there already, 422 for what cannot work."""
        async with self._lock:
            async with self._database.transaction() as session:
                ids = set(await session.scalars(select(CalledNumber.id)))
                if body.id in ids:
                    raise taken("id", f"There is one with the id {body.id!r} already.")
                pattern = await self._checked(session, body)
                number_id = body.id or slug(pattern.replace("*", "all"), ids)
                row = CalledNumber(id=number_id, **_columns(body, pattern))
                session.add(row)
                await record(session, Act(kind=NUMBER_MADE, subject=_subject(row), after=_document(row)))
            await self._trunks.reload()
        return self._out(row)

    async def change(self, number_id: str, body: ChangedNumber) -> NumberOut:
        """Raises Problem 404, 409 for a number that is there already, 422 for what cannot work."""
        async with self._lock:
            async with self._database.transaction() as session:
                row = await _row(session, number_id)
                if body.id not in (None, number_id):
                    raise bad("id", "cannot be changed; add another number instead.")
                before = _document(row)
                for column, value in _columns(body, await self._checked(session, body, but=number_id)).items():
                    setattr(row, column, value)
                act = Act(kind=NUMBER_CHANGED, subject=_subject(row), before=before, after=_document(row))
                await record(session, act)
            await self._trunks.reload()
        return self._out(row)

    async def remove(self, number_id: str) -> None:
        """Raises Problem 404."""
        async with self._lock:
            async with self._database.transaction() as session:
                row = await _row(session, number_id)
                await session.execute(delete(CalledNumber).where(CalledNumber.id == number_id))
                await record(session, Act(kind=NUMBER_REMOVED, subject=_subject(row), before=_document(row)))
            await self._trunks.reload()

    def test(self, body: NumberQuestion) -> Tested:
        taken_by = self._trunks.numbers.taken(body.number, body.trunk_id)
        found = self._trunks.routes(body.number)
        return Tested(
            flow=taken_by.flow,
            number_id=taken_by.rule.id if taken_by.rule is not None else None,
            fallback=taken_by.rule is None and taken_by.flow is not None,
            ways=[] if isinstance(found, Refusal) else [WayOut(trunk_id=way.trunk, number=way.number) for way in found],
            refusal=found.sentence if isinstance(found, Refusal) else None,
        )

    async def _checked(self, session: AsyncSession, body: NumberBody, but: str | None = None) -> str:
        """The pattern in the form in which it is compared."""
        pattern = pattern_of(body.pattern, self._trunks.country)
        if pattern is None:
            raise bad("pattern", "must be a number, its beginning with * after it (+4930*), or * for every number.")
        if body.flow not in self._flows.names:
            raise bad("flow", f"there is no flow {body.flow!r}.")
        if body.trunk_id is not None and await session.get(TrunkRow, body.trunk_id) is None:
            raise bad("trunk_id", f"there is no trunk {body.trunk_id!r}.")
        same = select(CalledNumber.id).where(CalledNumber.pattern == pattern, CalledNumber.trunk_id == body.trunk_id)
        if (other := await session.scalar(same.limit(1))) is not None and other != but:
            raise taken("pattern", f"The number {pattern} is in the list already for this trunk.")
        return pattern

    def _out(self, row: CalledNumber) -> NumberOut:
        return NumberOut(**_document(row), flow_missing=row.flow not in self._flows.names)


def _columns(body: NumberBody, pattern: str) -> dict[str, str | None]:
    return {"pattern": pattern, "name": body.name, "flow": body.flow, "trunk_id": body.trunk_id}


def _document(row: CalledNumber) -> dict[str, Any]:
    return {"id": row.id, "pattern": row.pattern, "name": row.name, "flow": row.flow, "trunk_id": row.trunk_id}


def _subject(row: CalledNumber) -> Subject:
    return Subject("number", row.id, row.name or row.pattern)


async def _row(session: AsyncSession, number_id: str) -> CalledNumber:
    row = await session.get(CalledNumber, number_id)
    if row is None:
        raise not_found("number")
    return row

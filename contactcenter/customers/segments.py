"""Segments: filters with a name, for everybody or for the one who saved them, and how many customers they find."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.fields import check_name, slug, taken
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.customers import acts, search
from contactcenter.customers.models import CustomerSegment
from contactcenter.customers.settings import CountOut, SegmentBody, SegmentFilter, SegmentList, SegmentOut, plain
from contactcenter.storage.database import Database

MOST_SEGMENTS = 500


class Segments:
    """Of somebody else's own segments nothing is known to anybody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> SegmentList:
        async with self._database.session() as session:
            return SegmentList(items=[_out(row) for row in await _visible(session)])

    async def count(self, asked: SegmentFilter) -> CountOut:
        """How many customers it finds now."""
        async with self._database.session() as session:
            return CountOut(count=await search.count_of(session, asked))

    async def make(self, body: SegmentBody, segment_id: str | None = None) -> SegmentOut:
        """Without an id one is made from the name. Raises Problem 409."""
        async with self._database.transaction() as session:
            present = set(await session.scalars(select(CustomerSegment.id)))
            if segment_id in present:
                raise taken("id", f"There is one with the id {segment_id!r} already.")
            if len(present) >= MOST_SEGMENTS:
                raise Problem(409, "too-many", "Too many", f"There can be {MOST_SEGMENTS} segments.")
            check_name(body.name, _names(await _visible(session)))
            row = CustomerSegment(id=segment_id or slug(body.name, present))
            _fill(row, body)
            session.add(row)
            await record(session, _act(row, None, _out(row)))
            return _out(row)

    async def change(self, segment_id: str, body: SegmentBody) -> SegmentOut:
        """Raises Problem 404, 409."""
        async with self._database.transaction() as session:
            rows = {row.id: row for row in await _visible(session)}
            row = rows.pop(segment_id, None)
            if row is None:
                raise not_found("segment")
            check_name(body.name, _names(rows.values()))
            before = _out(row)
            _fill(row, body)
            await record(session, _act(row, before, _out(row)))
            return _out(row)

    async def remove(self, segment_id: str) -> None:
        """Raises Problem 404."""
        async with self._database.transaction() as session:
            row = next((row for row in await _visible(session) if row.id == segment_id), None)
            if row is None:
                raise not_found("segment")
            await record(session, _act(row, _out(row), None))
            await session.delete(row)


async def _visible(session: AsyncSession) -> list[CustomerSegment]:
    rows = await session.scalars(
        select(CustomerSegment).where(search.seen_by(actor.current().id)).order_by(CustomerSegment.name)
    )
    return list(rows)


def _names(rows: Iterable[CustomerSegment]) -> dict[str, str]:
    return {row.id: row.name for row in rows}


def _fill(row: CustomerSegment, body: SegmentBody) -> None:
    row.name, row.filter = body.name, body.filter.model_dump(mode="json")
    row.owner_id = (actor.current().id or None) if body.own else None


def _out(row: CustomerSegment) -> SegmentOut:
    return SegmentOut.model_validate({"id": row.id, "name": row.name, "filter": row.filter, "own": bool(row.owner_id)})


def _act(row: CustomerSegment, before: SegmentOut | None, after: SegmentOut | None) -> Act:
    return Act(
        kind=acts.SEGMENT_SET,
        subject=Subject("customer-segment", row.id, row.name),
        before=None if before is None else plain(before),
        after=None if after is None else plain(after),
        hidden=frozenset({"q", "fields"}),
    )

"""Finding customers: by any beginning of a word, digits of a number, addresses; filters; one page after the other."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contactcenter import actor
from contactcenter.api.problems import bad_cursor, not_found
from contactcenter.customers.fields import definitions
from contactcenter.customers.models import Customer, CustomerSegment, CustomerTag, CustomerTerm
from contactcenter.customers.settings import CustomerFilter, CustomerPage, SegmentFilter
from contactcenter.customers.shown import rows_of
from contactcenter.customers.words import END, wanted

MOST_FOUND = 1000
"""Of more that fit the words of a search, those whose words come nearest to what was typed are looked at."""


async def page(session: AsyncSession, asked: CustomerFilter) -> CustomerPage:
    """By name. Raises Problem 404 for a segment that is not there, 422 for a cursor of elsewhere."""
    query = select(Customer).where(*await _conditions(session, asked)).order_by(Customer.sort_name, Customer.id)
    if asked.cursor is not None:
        name, last = _read_cursor(asked.cursor)
        query = query.where(or_(Customer.sort_name > name, and_(Customer.sort_name == name, Customer.id > last)))
    rows = list(await session.scalars(query.limit(asked.limit + 1)))
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return CustomerPage(items=await rows_of(session, rows), next_cursor=_cursor(rows[-1]) if more else None)


async def every(session: AsyncSession, asked: CustomerFilter, after: Customer | None, limit: int) -> Sequence[Customer]:
    """The next ones after one, for an export."""
    query = select(Customer).where(*await _conditions(session, asked)).order_by(Customer.sort_name, Customer.id)
    if after is not None:
        tie = and_(Customer.sort_name == after.sort_name, Customer.id > after.id)
        query = query.where(or_(Customer.sort_name > after.sort_name, tie))
    return (await session.scalars(query.limit(limit))).all()


async def count_of(session: AsyncSession, asked: SegmentFilter) -> int:
    """How many customers a filter finds; of a search by words at most MOST_FOUND."""
    query = select(func.count()).select_from(Customer).where(Customer.id == Customer.root_id)
    return await session.scalar(query.where(*await _of_filter(session, asked))) or 0


def seen_by(user_id: str) -> ColumnElement[bool]:
    """The segments of everybody, and those of this user."""
    shared: ColumnElement[bool] = CustomerSegment.owner_id.is_(None)
    return or_(shared, CustomerSegment.owner_id == user_id) if user_id else shared


async def _conditions(session: AsyncSession, asked: CustomerFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Customer.id == Customer.root_id]
    plain = asked.model_dump(exclude={"segment", "cursor", "limit"})
    filters: list[SegmentFilter] = [SegmentFilter.model_construct(**plain, fields={})]
    if asked.segment:
        mine = CustomerSegment.id == asked.segment, seen_by(actor.current().id)
        segment = await session.scalar(select(CustomerSegment).where(*mine))
        if segment is None:
            raise not_found("segment")
        filters.append(SegmentFilter.model_construct(**(SegmentFilter().model_dump() | segment.filter)))
    for each in filters:
        conditions += await _of_filter(session, each)
    return conditions


async def _of_filter(session: AsyncSession, asked: SegmentFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.q.strip():
        words = wanted(asked.q)
        ids = await _found(session, words) if words else []
        found.append(Customer.id.in_(ids))
    if asked.kind:
        found.append(Customer.kind == asked.kind)
    if asked.vip is not None:
        found.append(Customer.vip.is_(asked.vip))
    if asked.language:
        found.append(Customer.language == asked.language)
    if asked.organisation:
        part = aliased(Customer)
        same = select(part.id).where(part.root_id == asked.organisation)
        found.append(Customer.organisation_id.in_(same))
    if asked.tag:
        part = aliased(Customer)
        tagged = select(part.root_id).join(CustomerTag, CustomerTag.customer_id == part.id)
        found.append(Customer.id.in_(tagged.where(CustomerTag.tag == asked.tag)))
    if asked.fields:
        known = await definitions(session)
        found += [_field_is(name, value) for name, value in asked.fields.items() if name in known]
    return found


def _field_is(name: str, value: Any) -> ColumnElement[bool]:
    at = Customer.fields[name]
    if isinstance(value, bool):
        truth: ColumnElement[bool] = at.as_boolean().is_(value)
        return truth
    if isinstance(value, int | float):
        number: ColumnElement[bool] = at.as_float() == value
        return number
    text: ColumnElement[str] = at.as_string()
    return text == value if value else or_(text.is_(None), text == "")


async def _found(session: AsyncSession, words: Sequence[str]) -> list[str]:
    """Roots of the customers found by all words, at most MOST_FOUND."""
    query: Select[Any] = select(CustomerTerm.customer_id).where(*_begins(CustomerTerm, words[0]))
    for word in words[1:]:
        other = aliased(CustomerTerm)
        query = query.where(exists().where(other.customer_id == CustomerTerm.customer_id, *_begins(other, word)))
    # By two steps: the order of the terms decides which ones are looked at, and stays within the index.
    ids = (await session.scalars(query.order_by(CustomerTerm.term).limit(MOST_FOUND))).all()
    roots = await session.scalars(select(Customer.root_id).where(Customer.id.in_(set(ids))).distinct())
    return list(roots)


def _begins(table: Any, word: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.term >= word, table.term < word + END


def _cursor(row: Customer) -> str:
    return base64.urlsafe_b64encode(f"{row.id}|{row.sort_name}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        last, mark, name = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
    except (ValueError, binascii.Error) as error:
        raise bad_cursor() from error
    if not mark or "\x00" in last + name:
        raise bad_cursor()
    return name, last

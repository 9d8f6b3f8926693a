"""Notices of one person, grouped by what they are about."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Row, case, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import bad_cursor
from contactcenter.notifications.models import Notification
from contactcenter.notifications.settings import NoticeGroup, NoticeOut, NoticePage, NoticeQuery

MOST_ITEMS: Final = 5
"""Of each group."""
_OBJECT: Final = (Notification.object_kind, Notification.object_id)
_UNREAD: Final = func.sum(case((Notification.read_at.is_(None), 1), else_=0))


def _of(user: str) -> Any:
    return (Notification.user_id == user) & Notification.shown.is_(True)


async def unread_of(session: AsyncSession, user: str) -> int:
    """About how many things there is something unread."""
    objects = select(*_OBJECT).where(_of(user), Notification.read_at.is_(None)).distinct().subquery()
    return await session.scalar(select(func.count()).select_from(objects)) or 0


async def page(session: AsyncSession, user: str, asked: NoticeQuery) -> NoticePage:
    """Raises Problem 400."""
    newest = func.max(Notification.id)
    query = select(*_OBJECT, newest.label("newest"), func.count().label("all"), _UNREAD.label("unread"))
    query = query.where(_of(user)).group_by(*_OBJECT).order_by(newest.desc()).limit(asked.limit + 1)
    if asked.unread:
        query = query.having(_UNREAD > 0)
    if asked.cursor is not None:
        if not asked.cursor.isdecimal() or len(asked.cursor) > 18:
            raise bad_cursor()
        query = query.having(newest < int(asked.cursor))
    rows = list(await session.execute(query))
    some = rows[: asked.limit]
    items = await _items(session, user, some)
    return NoticePage(
        unread=await unread_of(session, user),
        items=[_group(row, items[row.object_kind, row.object_id]) for row in some],
        next_cursor=str(some[-1].newest) if len(rows) > asked.limit else None,
    )


async def _items(session: AsyncSession, user: str, groups: list[Row[Any]]) -> dict[tuple[str, str], list[Notification]]:
    """The newest of each group."""
    keys = [(row.object_kind, row.object_id) for row in groups]
    found: dict[tuple[str, str], list[Notification]] = {key: [] for key in keys}
    if keys:
        place = func.row_number().over(partition_by=_OBJECT, order_by=Notification.id.desc())
        ranked = select(Notification.id, place.label("place")).where(_of(user), tuple_(*_OBJECT).in_(keys)).subquery()
        some = select(ranked.c.id).where(ranked.c.place <= MOST_ITEMS)
        query = select(Notification).where(Notification.id.in_(some)).order_by(Notification.id.desc())
        for row in await session.scalars(query):
            found[row.object_kind, row.object_id].append(row)
    return found


def _group(row: Row[Any], items: list[Notification]) -> NoticeGroup:
    return NoticeGroup(
        object_kind=row.object_kind,
        object_id=row.object_id,
        title=items[0].title,
        link=items[0].link,
        at=items[0].made_at,
        count=row.all,
        unread=row.unread,
        items=[
            NoticeOut(id=each.id, kind=each.kind, facts=each.facts, at=each.made_at, read=each.read_at is not None)
            for each in items
        ],
    )

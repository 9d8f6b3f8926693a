"""Figures of tickets: counted by the database, of those that the reader answers for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from pydantic import ValidationError
from sqlalchemy import and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad
from contactcenter.permissions import Principal
from contactcenter.storage.database import plan_for_values
from contactcenter.tickets import listing, past
from contactcenter.tickets.figures import measures, spans
from contactcenter.tickets.figures.behind import Test, group_of, sight_of, tests_of
from contactcenter.tickets.figures.names import names_of
from contactcenter.tickets.figures.settings import (
    MOST_GROUPS,
    NOTHING,
    BehindBody,
    BehindPage,
    FiguresBody,
    FiguresOut,
    Group,
    Kept,
    Period,
    Times,
)
from contactcenter.tickets.figures.spans import Stretch
from contactcenter.tickets.models import Ticket, TicketEntry
from contactcenter.tickets.permissions import TICKETS_FIGURES
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.settings import Conditions, plain
from contactcenter.tickets.sight import within
from contactcenter.tickets.sla import ClockKind
from contactcenter.tickets.sql_conditions import where
from contactcenter.tickets.values import CUSTOM
from contactcenter.tickets.views import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """`conditions` choose the tickets, whenever they were made."""

    session: AsyncSession
    conditions: list[Any]
    parts: list[Stretch]
    now: datetime

    @property
    def span(self) -> Stretch:
        return spans.whole(self.parts)


class TicketFigures:
    def __init__(self, tickets: Tickets, views: Views) -> None:
        self._tickets = tickets
        self._views = views

    async def figures(self, body: FiguresBody, who: Principal) -> FiguresOut:
        """Raises Problem 422."""
        async with self._tickets.database.session() as session:
            asked = await self._asked(session, body, who)
            groups, more = [], 0
            if body.by is not None:
                groups = sorted(await _groups(asked, body.by), key=lambda row: (-row.made, -row.open, row.key))
                more, groups = max(0, len(groups) - MOST_GROUPS), groups[:MOST_GROUPS]
                names = await names_of(session, body.by, [row.key for row in groups], self._tickets.set_up.catalog)
                for row in groups:
                    row.name = names.get(row.key, row.key)
            every = await _groups(asked, None)
            return FiguresOut(
                at=asked.now,
                own=_only_own(who),
                periods=await _periods(asked),
                total=every[0] if every else Group(),
                groups=groups,
                more=more,
            )

    async def behind(self, body: BehindBody, who: Principal) -> BehindPage:
        """The tickets that one of these numbers is made of, newest first. Raises Problem 422."""
        async with self._tickets.database.session() as session:
            asked = await self._asked(session, body, who)
            part = next((each for each in asked.parts if each.first == body.period), None)
            if body.period is not None and part is None:
                raise bad("period", "is not the beginning of one of the periods.")
            tests = tests_of(body.figure, part or asked.span)
            if body.group is not None:
                if body.by is None:
                    raise bad("group", "needs the field it is a group of.")
                tests.append(group_of(body.by, body.group))
            catalog = self._tickets.set_up.catalog
            conditions = [*asked.conditions, where({"all": tests}, catalog, who.user_id)]
            page = await listing.ordered(session, conditions, "made", body.cursor, body.limit, catalog)
            listed = await self._listed(session, body, tests, who)
            return BehindPage(items=page.items, next_cursor=page.next_cursor, conditions=listed)

    async def _listed(
        self, session: AsyncSession, body: BehindBody, tests: list[Test], who: Principal
    ) -> Conditions | None:
        sight = sight_of(who)
        if sight and body.conditions.any:
            # Two choices of which one test each has to hold are more than one document says.
            return None
        given = plain(body.conditions)
        every, some = [*given["all"], *tests], [*given["any"], *sight]
        if len(some) == 1:
            every, some = [*every, *some], []
        try:
            listed = Conditions.model_validate({"all": every, "any": some})
        except ValidationError:
            # More than a document holds.
            return None
        return listed if await self._views.can_list(session, listed) else None

    async def _asked(self, session: AsyncSession, body: FiguresBody, who: Principal) -> _Asked:
        parts = spans.periods(body.first, body.last, body.zone, body.per)
        self._check_field(body.by)
        await _hold_still(session)
        await plan_for_values(session)
        conditions = await self._views.conditions(session, body.conditions, who)
        now = self._tickets.moment()
        return _Asked(session=session, conditions=[*conditions, sight(who)], parts=parts, now=now)

    def _check_field(self, by: str | None) -> None:
        if by is None or not by.startswith(CUSTOM):
            return
        field = self._tickets.set_up.catalog.fields.get(by.removeprefix(CUSTOM))
        if field is None or field.type != "choice":
            raise bad("by", "is no custom field in which one thing is chosen.")


def sight(who: Principal) -> Any:
    """Whose figures somebody sees: of the queues and teams he answers for; else of what is assigned to him."""
    return Ticket.assignee_id == who.user_id if _only_own(who) else within(who, TICKETS_FIGURES)


def _only_own(who: Principal) -> bool:
    return who.scope(TICKETS_FIGURES) is None


async def _hold_still(session: AsyncSession) -> None:
    """All queries see the same moment, so that numbers agree with each other."""
    if session.get_bind().dialect.name == "sqlite":
        connection = await session.connection()
        await connection.exec_driver_sql("BEGIN")
    else:
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


async def _periods(asked: _Asked) -> list[Period]:
    parts, since = asked.parts, asked.span.start
    made = await _made_by_period(asked)
    moves = await _moves_by_period(asked)
    net = [
        made.get(number, 0) - moves.get(number, (0, 0))[0] + moves.get(number, (0, 0))[1]
        for number in range(len(parts) + 1)
    ]
    # What has come in, less what has gone, after each period: turned back from what is open now.
    after = list(accumulate(reversed(net)))[::-1]
    still_open = await asked.session.scalar(
        select(func.count()).select_from(Ticket).where(*asked.conditions, Ticket.done.is_(False))
    )
    cohort = [*asked.conditions, Ticket.made_at >= since]
    responses = await _times(asked, measures.period_of(Ticket.made_at, parts), cohort, measures.FIRST_RESPONSE)
    cohort = [*asked.conditions, Ticket.resolved_at >= since]
    resolutions = await _times(asked, measures.period_of(Ticket.resolved_at, parts), cohort, measures.RESOLUTION)
    return [
        Period(
            first=part.first,
            last=part.last,
            made=made.get(number, 0),
            resolved=moves.get(number, (0, 0))[0],
            reopened=moves.get(number, (0, 0))[1],
            backlog=(still_open or 0) - after[number + 1] if part.start <= asked.now else None,
            first_response=responses.get(number, Times()),
            resolution=resolutions.get(number, Times()),
        )
        for number, part in enumerate(parts)
    ]


async def _made_by_period(asked: _Asked) -> dict[int, int]:
    key = measures.period_of(Ticket.made_at, asked.parts)
    some = measures.of_tickets(key, [*asked.conditions, Ticket.made_at >= asked.span.start])
    rows = await asked.session.execute(select(some.c.key, func.count()).group_by(some.c.key))
    return {row[0]: row[1] for row in rows}


async def _moves_by_period(asked: _Asked) -> dict[int, tuple[int, int]]:
    """(resolved, reopened) by number of period, and after them all."""
    key = measures.period_of(TicketEntry.at, asked.parts)
    some = measures.of_moves(key, asked.conditions, asked.span.start)
    sums = select(some.c.key, func.sum(some.c.resolved), func.sum(some.c.reopened)).group_by(some.c.key)
    return {row[0]: (row[1], row[2]) for row in await asked.session.execute(sums)}


async def _groups(asked: _Asked, by: str | None) -> list[Group]:
    key = measures.key_of(by)
    found: dict[Any, Group] = {}

    def group(value: Any) -> Group:
        value = NOTHING if value is None else value
        return found.setdefault(value, Group(key=measures.word_of(by, value)))

    made = [*asked.conditions, measures.within(Ticket.made_at, asked.span)]
    for row in await asked.session.execute(_cohort(key, made)):
        _take_cohort(group(row.key), row)
    moves = measures.of_moves(key, asked.conditions, asked.span.start, asked.span.end)
    sums = select(moves.c.key, func.sum(moves.c.resolved), func.sum(moves.c.reopened)).group_by(moves.c.key)
    for row in await asked.session.execute(sums):
        group(row[0]).resolved, group(row[0]).reopened = row[1], row[2]
    still_open = measures.of_tickets(key, [*asked.conditions, Ticket.done.is_(False)])
    for row in await asked.session.execute(select(still_open.c.key, func.count()).group_by(still_open.c.key)):
        group(row[0]).open = row[1]
    for name, value, cohort in _timed(asked, made):
        for each, times in (await _times(asked, key, cohort, value)).items():
            setattr(group(each), name, times)
    return list(found.values())


def _timed(asked: _Asked, made: list[Any]) -> tuple[tuple[str, Any, list[Any]], ...]:
    answered = [*made, Ticket.answered_at.is_not(None)]
    done = [*asked.conditions, measures.within(Ticket.resolved_at, asked.span)]
    return (
        ("first_response", measures.FIRST_RESPONSE, answered),
        ("first_response_open", measures.counted(ClockKind.FIRST_RESPONSE), answered),
        ("resolution", measures.RESOLUTION, done),
        ("resolution_open", measures.counted(ClockKind.RESOLUTION), done),
    )


def _cohort(key: Any, conditions: Sequence[Any]) -> Any:
    columns: dict[str, Any] = {
        "ended": measures.one_if(measures.ENDED),
        "came_back": measures.one_if(measures.CAME_BACK),
    }
    for kind in ClockKind:
        columns[f"met_{kind}"] = measures.one_if(past.met(kind))
        columns[f"missed_{kind}"] = measures.one_if(past.missed(kind))
    some = measures.of_tickets(key, conditions, **columns)
    sums = (func.sum(some.c[name]).label(name) for name in columns)
    return select(some.c.key, func.count().label("made"), *sums).group_by(some.c.key)


def _take_cohort(group: Group, row: Any) -> None:
    group.made, group.ended, group.came_back = row.made, row.ended, row.came_back
    for kind in ClockKind:
        met, missed = getattr(row, f"met_{kind}"), getattr(row, f"missed_{kind}")
        setattr(group, f"met_{kind}", Kept(decided=met + missed, met=met))


async def _times(asked: _Asked, key: Any, conditions: Sequence[Any], value: Any) -> dict[Any, Times]:
    values = measures.of_tickets(key, [*conditions, and_(value.is_not(None))], value=value)
    rows = await asked.session.execute(measures.ranks(values))
    return {row.key: Times(count=row.count, median_s=row.median_s, p90_s=row.p90_s) for row in rows}

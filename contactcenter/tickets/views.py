"""Saved lists of tickets: conditions, columns and an order, one's own or everybody's; and those nobody has to make."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, Field
from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Name, Ref, Settings, Whole, check_name, slug
from contactcenter.api.problems import Problem, forbidden, not_found
from contactcenter.audit.recorder import record
from contactcenter.permissions import Principal
from contactcenter.storage.database import plan_for_few
from contactcenter.tickets import acts, listing
from contactcenter.tickets.listing import Order, TicketPage
from contactcenter.tickets.models import Ticket, TicketView
from contactcenter.tickets.permissions import TICKETS_SHARE
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.set_up_checks import References, check_conditions
from contactcenter.tickets.settings import Conditions, plain
from contactcenter.tickets.sight import seen_by
from contactcenter.tickets.sql_conditions import ME, where
from contactcenter.tickets.surroundings import references

MOST_COUNTED: Final = 1000
"""A view is counted so far; a longer one has "more"."""
COUNTED_AT_ONCE: Final = 16
OPEN: Final = {"field": "state_class", "op": "not_in", "value": ["resolved", "closed"]}
READY: Final[tuple[tuple[str, str, list[dict[str, Any]], Order], ...]] = (
    ("mine", "My open tickets", [{"field": "assignee", "op": "is", "value": "me"}, OPEN], "due"),
    ("unassigned", "Unassigned", [{"field": "assignee", "op": "empty"}, OPEN], "made"),
    ("open", "All open tickets", [OPEN], "changed"),
    ("due", "Due first", [{"field": "due_at", "op": "filled"}, OPEN], "due"),
    ("pending", "Waiting for customers", [{"field": "state_class", "op": "is", "value": "pending"}], "changed"),
    ("done", "Resolved lately", [{"field": "state_class", "op": "in", "value": ["resolved", "closed"]}], "changed"),
    ("all", "All tickets", [], "made"),
)
COLUMNS: Final = ("number", "subject", "requester", "state", "priority", "assignee", "due", "changed_at")


class ViewBody(Settings):
    """`columns` are fields of a ticket's row, or "fields.<id>". `shared`: everybody's. In conditions "me" stands for
    whoever looks."""

    name: Name
    conditions: Conditions = Conditions()
    columns: Annotated[list[Ref], Field(max_length=40)] = Field(default=list(COLUMNS))
    order: Order = "changed"
    shared: bool = False
    position: Whole = 0


class ViewOut(ViewBody):
    """`ready`: nobody has made it and nobody can change it. `mine`: this reader may change it."""

    id: str
    ready: bool
    mine: bool


class ViewList(BaseModel):
    items: list[ViewOut]


class ViewCounts(BaseModel):
    """How many tickets are in each, at most a thousand."""

    counts: dict[str, int]
    most: int = MOST_COUNTED


class TicketQuery(Settings):
    conditions: Conditions = Conditions()
    order: Order = "changed"
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Views:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def every(self, who: Principal) -> ViewList:
        async with self._tickets.database.session() as session:
            rows = await session.scalars(_visible(who).order_by(TicketView.position, TicketView.name))
            return ViewList(items=[*READY_VIEWS, *(_out(row, who) for row in rows)])

    async def put(self, view_id: str | None, body: ViewBody, who: Principal) -> ViewOut:
        """None: a new one. Raises Problem 403, 404, 409, 422."""
        if body.shared and not who.may(TICKETS_SHARE):
            raise forbidden(TICKETS_SHARE)
        async with self._tickets.database.writing() as session:
            await self._check(session, body.conditions)
            rows = {row.id: row for row in await session.scalars(_visible(who))}
            row = _may_change(rows, view_id, who) if view_id is not None else None
            check_name(body.name, {key: each.name for key, each in rows.items() if key != view_id})
            before = None if row is None else plain(_out(row, who))
            if row is None:
                taken = {*(await session.scalars(select(TicketView.id))), *(view.id for view in READY_VIEWS)}
                row = TicketView(id=slug(body.name, taken))
            document = plain(body)
            for name in ("name", "conditions", "columns", "order", "position"):
                setattr(row, name, document[name])
            row.owner_id = None if body.shared else who.user_id
            session.add(row)
            await record(session, acts.set_up_act("views", row.id, row.name, before, plain(_out(row, who))))
            return _out(row, who)

    async def remove(self, view_id: str, who: Principal) -> None:
        """Raises Problem 403, 404."""
        async with self._tickets.database.writing() as session:
            row = _may_change({each.id: each for each in await session.scalars(_visible(who))}, view_id, who)
            await record(session, acts.set_up_act("views", row.id, row.name, plain(_out(row, who)), None))
            await session.delete(row)

    async def page(self, view_id: str, cursor: str | None, limit: int, who: Principal) -> TicketPage:
        """Raises Problem 404, 422."""
        async with self._tickets.database.session() as session:
            view = await self._one(session, view_id, who)
            asked = TicketQuery.model_construct(
                conditions=view.conditions, order=view.order, cursor=cursor, limit=limit
            )
            return await self._run(session, asked, who)

    async def query(self, asked: TicketQuery, who: Principal) -> TicketPage:
        """Tickets that meet conditions which nobody has saved. Raises Problem 422."""
        async with self._tickets.database.session() as session:
            await self._check(session, asked.conditions)
            return await self._run(session, asked, who)

    async def ids(self, conditions: Conditions, who: Principal, most: int) -> list[str]:
        """Of all that meet them, the newest first. Raises Problem 422."""
        async with self._tickets.database.session() as session:
            query = select(Ticket.id).where(*await self.conditions(session, conditions, who))
            query = query.order_by(Ticket.serial.desc())
            return await listing.every(session, query.limit(most))

    async def conditions(self, session: AsyncSession, conditions: Conditions, who: Principal) -> list[Any]:
        """For the database: whoever looks sees it, and it meets them. Raises Problem 422."""
        await self._check(session, conditions)
        return self._conditions(conditions, who)

    async def can_list(self, session: AsyncSession, conditions: Conditions) -> bool:
        """Whether a list takes them: what they name may be there no more."""
        try:
            await self._check(session, conditions)
        except Problem:
            return False
        return True

    async def _check(self, session: AsyncSession, conditions: Conditions) -> None:
        catalog = self._tickets.set_up.catalog
        check_conditions("conditions", conditions, catalog, await _references(session), past=True)

    async def counts(self, who: Principal) -> ViewCounts:
        async with self._tickets.database.session() as session:
            await plan_for_few(session)
            views = [*READY_VIEWS, *(_out(row, who) for row in await session.scalars(_visible(who)))]
            counts: dict[str, int] = {}
            for at in range(0, len(views), COUNTED_AT_ONCE):
                parts = [self._count(view, who) for view in views[at : at + COUNTED_AT_ONCE]]
                counts |= dict((await session.execute(union_all(*parts))).all())
            return ViewCounts(counts=counts)

    def _count(self, view: ViewOut, who: Principal) -> Select[str, int]:
        some = select(Ticket.id).where(*self._conditions(view.conditions, who))
        # Every index of lists ends with it: none is walked to where what is asked for does not come.
        newest = some.order_by(Ticket.changed_at.desc()).limit(MOST_COUNTED).subquery()
        return select(literal(view.id).label("id"), func.count().label("count")).select_from(newest)

    def _conditions(self, conditions: Conditions, who: Principal) -> list[Any]:
        document = where(plain(conditions), self._tickets.set_up.catalog, who.user_id)
        return [seen_by(who), Ticket.merged_into.is_(None), document]

    async def _run(self, session: AsyncSession, asked: TicketQuery, who: Principal) -> TicketPage:
        conditions = self._conditions(asked.conditions, who)
        catalog = self._tickets.set_up.catalog
        return await listing.ordered(session, conditions, asked.order, asked.cursor, asked.limit, catalog)

    async def _one(self, session: AsyncSession, view_id: str, who: Principal) -> ViewOut:
        ready = next((view for view in READY_VIEWS if view.id == view_id), None)
        if ready is not None:
            return ready
        row = await session.scalar(_visible(who).where(TicketView.id == view_id))
        if row is None:
            raise not_found("view")
        return _out(row, who)


async def _references(session: AsyncSession) -> References:
    """With whoever looks, who is one of the users."""
    there = await references(session)
    return replace(there, users={*there.users, ME})


def _visible(who: Principal) -> Any:
    return select(TicketView).where(or_(TicketView.owner_id.is_(None), TicketView.owner_id == who.user_id))


def _may_change(rows: dict[str, TicketView], view_id: str, who: Principal) -> TicketView:
    if view_id not in rows:
        raise not_found("view")
    if rows[view_id].owner_id is None and not who.may(TICKETS_SHARE):
        raise forbidden(TICKETS_SHARE)
    return rows[view_id]


def _out(row: TicketView, who: Principal) -> ViewOut:
    return ViewOut(
        id=row.id,
        name=row.name,
        conditions=Conditions.model_validate(row.conditions),
        columns=row.columns,
        order=cast(Order, row.order),
        shared=row.owner_id is None,
        position=row.position,
        ready=False,
        mine=row.owner_id == who.user_id or who.may(TICKETS_SHARE),
    )


READY_VIEWS: Final = tuple(
    ViewOut.model_validate(
        {"id": key, "name": name, "conditions": {"all": tests}, "order": order, "shared": True}
        | {"ready": True, "mine": False}
    )
    for key, name, tests, order in READY
)

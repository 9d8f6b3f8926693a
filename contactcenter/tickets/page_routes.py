"""What the pages of tickets need beside the tickets: who and what can be chosen, and why a ticket is due when it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy import func, select

from contactcenter.api.fields import Named
from contactcenter.api.routes import Call, Route
from contactcenter.identity.access import holders
from contactcenter.identity.models import Team, User
from contactcenter.permissions import Principal
from contactcenter.queues.models import Queue
from contactcenter.tickets import sla
from contactcenter.tickets.models import Ticket, TicketEntry, TicketTag
from contactcenter.tickets.permissions import TICKETS_VIEW, TICKETS_WORK
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.shown import named
from contactcenter.tickets.sight import seen_by
from contactcenter.tickets.values import facts_of

MOST_TAGS: Final = 500


class Choices(BaseModel):
    """`assignees`: who may be given tickets; `people`: who can be mentioned or found in a history, those who have left
    too; `tags`: of the tickets this reader sees, the most used first."""

    assignees: list[Named]
    people: list[Named]
    teams: list[Named]
    queues: list[Named]
    tags: list[str]


class StretchOut(BaseModel):
    """From one moment to another so many seconds counted; `why` tells where none did: paused, done, unpromised, or
    that the calendar was closed (counts, with fewer seconds than have passed)."""

    start: datetime
    end: datetime
    counted_s: float
    why: sla.Why
    state: Named | None


class ClockWhy(BaseModel):
    kind: sla.ClockKind
    state: sla.State
    counted_s: float
    target_s: float | None
    due_at: datetime | None
    calendar: bool
    stretches: list[StretchOut]


class ClocksOut(BaseModel):
    """At `at`. `policy`: the promise that holds now."""

    at: datetime
    policy: Named | None
    clocks: list[ClockWhy]


def routes(tickets: Tickets) -> list[Route]:
    async def choices(call: Call) -> Choices:
        return await _choices(tickets, call.principal)

    async def clocks(call: Call) -> ClocksOut:
        return await _clocks(tickets, call.path("id"), call.principal)

    one = "/api/v1/tickets/{id}/clocks"
    return [
        Route("GET", "/api/v1/ticket-choices", choices, TICKETS_VIEW, "What tickets can be given", response=Choices),
        Route("GET", one, clocks, TICKETS_VIEW, "Why it is due when it is", response=ClocksOut, errors=(404,)),
    ]


async def _choices(tickets: Tickets, who: Principal) -> Choices:
    async with tickets.database.session() as session:
        workers = await holders(session, TICKETS_WORK)
        rows = (await session.execute(select(User.id, User.name, User.disabled_at).order_by(User.name))).all()
        mine = select(TicketTag.tag).join(Ticket, Ticket.id == TicketTag.ticket_id).where(seen_by(who))
        tags = mine.group_by(TicketTag.tag).order_by(func.count().desc(), TicketTag.tag).limit(MOST_TAGS)
        return Choices(
            assignees=[Named(id=r.id, name=r.name) for r in rows if r.disabled_at is None and r.id in workers],
            people=[Named(id=r.id, name=r.name) for r in rows],
            teams=_named(await session.execute(select(Team.id, Team.name).order_by(Team.name))),
            queues=_named(await session.execute(select(Queue.id, Queue.name).order_by(Queue.name))),
            tags=list(await session.scalars(tags)),
        )


def _named(rows: Any) -> list[Named]:
    return [Named(id=row.id, name=row.name) for row in rows]


async def _clocks(tickets: Tickets, ticket_id: str, who: Principal) -> ClocksOut:
    catalog, at = tickets.set_up.catalog, tickets.moment()
    async with tickets.database.session() as session:
        row = await tickets.row(session, ticket_id, who)
        query = select(TicketEntry).where(TicketEntry.ticket_id == row.id).order_by(TicketEntry.sequence)
        facts = facts_of(await session.scalars(query), catalog)
        policy = row.sla_policy
    reckoned = sla.reckon(facts, catalog.versions, at.timestamp())
    promise = catalog.versions.get(policy or "")
    has_calendar = promise is not None and promise.calendar is not None
    shown = [_why(clock, catalog, has_calendar) for clock in reckoned.values() if clock.state != "idle"]
    policies = {each.id: each for each in catalog.policies}
    return ClocksOut(at=at, policy=named(policy.partition("@")[0], policies) if policy else None, clocks=shown)


def _why(clock: sla.Clock, catalog: Any, has_calendar: bool) -> ClockWhy:
    return ClockWhy(
        kind=clock.kind,
        state=clock.state,
        counted_s=round(clock.counted_s, 3),
        target_s=clock.target_s,
        due_at=_moment(clock.due_at if clock.due_at is not None else clock.late_since),
        calendar=has_calendar,
        stretches=[
            StretchOut(
                start=datetime.fromtimestamp(each.start, UTC),
                end=datetime.fromtimestamp(each.end, UTC),
                counted_s=round(each.counted_s, 3),
                why=each.why,
                state=named(each.state, catalog.states),
            )
            for each in clock.stretches
        ],
    )


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)

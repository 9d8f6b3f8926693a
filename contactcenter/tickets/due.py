"""What becomes of tickets by time alone: clocks that warn and break, silence after the solution, new calendars."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.storage.errors import StorageUnavailable
from contactcenter.storage.grouped import Grouped
from contactcenter.tasks import ended
from contactcenter.tickets import sla, writer
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.catalog import version_id
from contactcenter.tickets.events import TicketDue
from contactcenter.tickets.model import EntryKind, Priority, StateClass
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.writer import Held

log = structlog.get_logger(__name__)

EVERY_S: Final = 5.0
BATCH: Final = 200
TOGETHER: Final = 20
"""In one transaction: more would keep others waiting who write."""
RULE: Final = "sla"
Act = Callable[[Held], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Point:
    """Reached just now: a clock has used up `percent` of its target."""

    clock: sla.ClockKind
    percent: int

    @property
    def breach(self) -> bool:
        return self.percent == 100


class Due:
    """`sweep` looks at those tickets only whose time has come; `start` does so every few seconds."""

    def __init__(self, tickets: Tickets, *, every_s: float = EVERY_S) -> None:
        self._tickets = tickets
        self._every_s = every_s
        self._grouped = Grouped(tickets.database, self._write, most=TOGETHER)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._go_on(), name="tickets-due")

    async def stop(self) -> None:
        await ended(self._task)
        self._task = None
        await self._grouped.settled()

    async def _go_on(self) -> None:
        while True:
            try:
                await self.sweep()
            except StorageUnavailable as error:
                log.warning("tickets_due_waits", reason=str(error))
            except Exception:
                log.exception("tickets_due_failed")
            await asyncio.sleep(self._every_s)

    async def sweep(self) -> int:
        """How many tickets were touched. Raises StorageUnavailable."""
        return await self.follow_policies() + await self._each(Ticket.sla_at, self._reach) + await self._close()

    async def _each(self, column: Any, act: Act) -> int:
        """Runs `act` on every ticket whose moment in `column` has come."""
        done = 0
        now = self._tickets.moment()
        while True:
            async with self._tickets.database.session() as session:
                query = select(Ticket.id).where(column <= now, Ticket.merged_into.is_(None))
                ids = list(await session.scalars(query.order_by(column).limit(BATCH)))
            await self._touch(ids, act)
            done += len(ids)
            if len(ids) < BATCH:
                return done

    async def _touch(self, ids: list[str], act: Act) -> None:
        """Each in a transaction that some share. Raises what the first of those that fail alone has met."""
        found = await asyncio.gather(*(self._grouped.put((each, act)) for each in ids), return_exceptions=True)
        for held in found:
            if not isinstance(held, BaseException):
                self._tickets.announce(held)
        for held in found:
            if isinstance(held, BaseException):
                raise held

    async def _write(self, session: AsyncSession, due: Sequence[tuple[str, Act]]) -> list[Held]:
        helds = []
        for ticket_id, act in due:
            held = await self._tickets.hold(session, ticket_id, None, None)
            await act(held)
            helds.append(held)
        return helds

    async def _reach(self, held: Held) -> None:
        """Writes down what has been reached since, does what the policy says then, and when to look again."""
        clocks = await writer.reckon(held)
        points = reached(held.row, clocks, self._steps(held.row))
        for point in points:
            kind = EntryKind.BREACHED if point.breach else EntryKind.WARNED
            writer.enter(held, kind, SYSTEM, {"clock": point.clock.value, "percent": point.percent})
            held.events.append(TicketDue(**held.told(SYSTEM), clock=point.clock, percent=point.percent))
        remember(held.row, clocks, points)
        for point in points:
            await self._escalate(held, point)

    def _steps(self, row: Ticket) -> list[dict[str, Any]]:
        policy = self._tickets.set_up.catalog.promises.get(row.sla_policy or "")
        return [] if policy is None else list(policy.chain)

    async def _escalate(self, held: Held, point: Point) -> None:
        by = SYSTEM.because(RULE)
        for step in self._steps(held.row):
            if (step["clock"], step["percent"]) != (point.clock, point.percent):
                continue
            wanted: dict[str, Any] = {}
            if step["assign_user"]:
                wanted["assignee"] = step["assign_user"]
            if step["assign_team"]:
                wanted["team"] = step["assign_team"]
            if step["raise_priority"] and held.row.priority < Priority.URGENT:
                wanted["priority"] = Priority(held.row.priority + 1).word
            if wanted and await writer.settle(held, held.document | wanted, by):
                remember(held.row, await writer.reckon(held), [point])

    async def follow_policies(self) -> int:
        """Tickets that go by a version of a policy that is no longer the newest go by the newest from now on."""
        stale = [key for key in self._tickets.set_up.catalog.versions if key not in self._newest()]
        if not stale:
            return 0
        done = 0
        while True:
            async with self._tickets.database.session() as session:
                ids = await self._open_under(session, stale)
            await self._touch(ids, self._resettle)
            done += len(ids)
            if len(ids) < BATCH:
                return done

    def _newest(self) -> set[str]:
        return {version_id(row) for row in self._tickets.set_up.catalog.policies}

    @staticmethod
    async def _open_under(session: AsyncSession, versions: list[str]) -> list[str]:
        query = select(Ticket.id).where(Ticket.sla_policy.in_(versions), Ticket.done.is_(False))
        return list(await session.scalars(query.where(Ticket.merged_into.is_(None)).limit(BATCH)))

    async def _resettle(self, held: Held) -> None:
        await writer.settle(held, dict(held.document), SYSTEM)
        await writer.reckon(held)

    async def _close(self) -> int:
        return await self._each(Ticket.close_at, self._close_one)

    async def _close_one(self, held: Held) -> None:
        """The customer has not objected: closed, where the workflow of its type leads there."""
        workflow = held.catalog.workflows[held.row.type_id]
        state = workflow.first_of(StateClass.CLOSED, held.row.state, SYSTEM.mover(None))
        held.row.close_at = None
        if state is not None:
            await writer.settle(held, held.document | {"state": state}, SYSTEM)
            await writer.reckon(held)


def reached(row: Ticket, clocks: sla.Clocks, steps: list[dict[str, Any]]) -> list[Point]:
    """What has been reached and not been told yet: the points of its policy and the breach."""
    found = []
    for clock in clocks.values():
        if clock.state not in ("running", "paused") and clock.late_since is None:
            continue
        percents = {100} | {step["percent"] for step in steps if step["clock"] == clock.kind}
        told = set(row.sla.get(clock.kind, {}).get("told", ()))
        found += [
            Point(clock.kind, percent)
            for percent in sorted(percents)
            if percent not in told and clock.active and clock.reached(percent / 100)
        ]
    return found


def remember(row: Ticket, clocks: sla.Clocks, points: list[Point]) -> None:
    """That these have been told, in this round of their clock."""
    kept = {name: dict(clock) for name, clock in row.sla.items()}
    for point in points:
        clock = kept[point.clock.value]
        clock["told"] = sorted({*clock.get("told", ()), point.percent})
    row.sla = kept

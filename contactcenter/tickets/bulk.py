"""Changing many tickets at once: one after the other, with progress, cancelled at any moment, and taken back.

Each ticket is changed in one transaction with how far the whole is, so after a restart it goes on with the next one.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.problems import Problem, not_found
from contactcenter.permissions import Principal
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tickets import children, writer
from contactcenter.tickets.bulk_documents import MOST, BulkBody, BulkOut, Failure, State
from contactcenter.tickets.bulk_models import TicketBulk, TicketBulkChange, TicketBulkItem
from contactcenter.tickets.bulk_steps import BROKEN, Job, Over, step
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.sight import seen_by
from contactcenter.tickets.views import Views

log = structlog.get_logger(__name__)

SHOWN_FAILURES: Final = 200
KEPT: Final = timedelta(days=1)
"""So long one that has ended can be looked at and taken back."""
BATCH: Final = 500
"""Rows written or read at once."""
AGAIN_S: Final = 2.0
SWEEP_EVERY_S: Final = 3600.0
Rights = Callable[[str], Awaitable[Principal | None]]
"""What somebody, a user or an API key by its id, may at present; None for one who may no longer come in."""


class Bulk:
    """What has been done stays done when the server stops; the rest is done after the next start."""

    def __init__(self, tickets: Tickets, views: Views) -> None:
        self._tickets = tickets
        self._views = views
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._minder: asyncio.Task[None] | None = None

    async def begin(self, body: BulkBody, who: Principal) -> BulkOut:
        """Raises Problem 409 where tickets are to be done that stand above open ones, and `children` does not say what
        becomes of those, 422."""
        if bool(body.ids) == (body.conditions is not None):
            raise Problem(422, "bad-bulk", "Which tickets?", "ids: give either ids or conditions.", field="ids")
        patch = body.change.model_fields_set - {"seen"}
        if not (patch or body.add_tags or body.remove_tags):
            raise Problem(422, "bad-bulk", "Nothing to do", "change: says nothing to change.", field="change")
        ids = list(dict.fromkeys(body.ids))
        if body.conditions is not None:
            ids = await self._views.ids(body.conditions, who, MOST)
        if self._ends(body):
            ids = await self._ordered(ids, body, who)
        return await self._begin(ids, body, None, who)

    async def get(self, bulk_id: str, who: Principal) -> BulkOut:
        """Raises Problem 404, also for another's."""
        async with self._tickets.database.session() as session:
            row = await _his(session, bulk_id, who)
            query = select(TicketBulkItem).where(TicketBulkItem.bulk_id == row.id, TicketBulkItem.problem.is_not(None))
            failures = list(await session.scalars(query.order_by(TicketBulkItem.position).limit(SHOWN_FAILURES)))
            numbers = await _numbers(session, [each.ticket for each in failures], who)
        return _shown(row, failures, numbers)

    async def cancel(self, bulk_id: str, who: Principal) -> BulkOut:
        """What is done by then stays, and can be taken back. Raises Problem 404."""
        async with self._tickets.database.session() as session:
            await _his(session, bulk_id, who)
        await self._end(bulk_id, "cancelled")
        return await self.get(bulk_id, who)

    async def again(self, bulk_id: str, who: Principal) -> BulkOut:
        """Goes on with what was not changed: what went wrong, and what it did not come to. Raises Problem 404, 409."""
        async with self._tickets.database.session() as session:
            _refuse_running(await _his(session, bulk_id, who))
        if (ending := self._tasks.get(bulk_id)) is not None:
            # It may still be at a ticket, and would take what begins now for its own.
            await asyncio.wait({ending})
        async with self._tickets.database.writing() as session:
            row = await _his(session, bulk_id, who, for_change=True)
            _refuse_running(row)
            of_it, in_vain = TicketBulkItem.bulk_id == row.id, TicketBulkItem.problem.is_not(None)
            left = select(TicketBulkItem.ticket).where(of_it, or_(in_vain, TicketBulkItem.position >= row.done))
            tickets = list(await session.scalars(left.order_by(TicketBulkItem.position)))
            if not tickets or not (row.body or row.undoes):
                raise Problem(409, "nothing-left", "Nothing left", "Nothing of it is left to be done.")
            await session.execute(delete(TicketBulkItem).where(of_it))
            row.done, row.failed = row.total - len(tickets), 0
            row.state, row.problem, row.ended_at = "running", None, None
            await session.flush()
            await _insert(session, row.id, tickets, row.done)
        self._spawn(row.id, who)
        return _shown(row, [], {})

    async def undo(self, bulk_id: str, who: Principal) -> BulkOut:
        """Fields that still are as they were left become what they were. Raises Problem 404, 409."""
        async with self._tickets.database.session() as session:
            row = await _his(session, bulk_id, who)
            _refuse_running(row)
            changed = select(TicketBulkChange.ticket_id).where(TicketBulkChange.bulk_id == row.id)
            ids = list(await session.scalars(changed.order_by(TicketBulkChange.id)))
        return await self._begin(ids, BulkBody(), row.id, who)

    def _ends(self, body: BulkBody) -> bool:
        catalog, state = self._tickets.set_up.catalog, body.change.state
        return state is not None and state in catalog.states and catalog.class_of(state).done

    async def _ordered(self, ids: list[str], body: BulkBody, who: Principal) -> list[str]:
        async with self._tickets.database.session() as session:
            found = await children.standing(session, ids, seen_by(who))
        if found.left and body.change.children is None:
            raise writer.open_below(found.left)
        return found.ids

    async def _begin(self, ids: Sequence[str], body: BulkBody, undoes: str | None, who: Principal) -> BulkOut:
        row = TicketBulk(
            id=uuid.uuid4().hex,
            owner_id=who.user_id,
            state="running",
            body=body.model_dump(mode="json", exclude={"ids", "conditions"}, exclude_unset=True),
            undoes=undoes,
            total=len(ids),
            made_at=self._tickets.moment(),
        )
        async with self._tickets.database.writing() as session:
            session.add(row)
            await session.flush()
            await _insert(session, row.id, ids, 0)
        self._spawn(row.id, who)
        return _shown(row, [], {})

    def start(self, rights: Rights) -> None:
        self._minder = asyncio.create_task(self._mind(rights), name="tickets-bulk-minder")

    async def stop(self) -> None:
        tasks = [*self._tasks.values(), *([self._minder] if self._minder is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Once none is under way any more."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _mind(self, rights: Rights) -> None:
        while True:
            try:
                await self.go_on(rights)
                await self.sweep()
            except StorageUnavailable as error:
                log.warning("tickets_bulk_waits", reason=str(error))
                await asyncio.sleep(AGAIN_S)
            else:
                await asyncio.sleep(SWEEP_EVERY_S)

    async def go_on(self, rights: Rights) -> None:
        """With those that a stop of the server has interrupted, each with what its owner may by now."""
        async with self._tickets.database.session() as session:
            running = select(TicketBulk.id, TicketBulk.owner_id).where(TicketBulk.state == "running")
            rows = (await session.execute(running.order_by(TicketBulk.made_at))).all()
        for row in rows:
            if row.id in self._tasks:
                continue
            who = await rights(row.owner_id)
            if who is None:
                log.warning("tickets_bulk_ends", job=row.id, reason="its owner may no longer come in")
                await self._end(row.id, "failed", "Who has asked for it may no longer come in.")
                continue
            with actor.acting(actor.Actor(kind="key" if who.kind == "key" else "user", id=who.user_id, name=who.name)):
                self._spawn(row.id, who)

    async def sweep(self) -> None:
        """Those that can no longer be taken back."""
        needed = select(TicketBulk.undoes).where(TicketBulk.state == "running", TicketBulk.undoes.is_not(None))
        before = self._tickets.moment() - KEPT
        async with self._tickets.database.writing() as session:
            old = delete(TicketBulk).where(TicketBulk.ended_at < before, TicketBulk.id.not_in(needed))
            await session.execute(old)

    def _spawn(self, bulk_id: str, who: Principal) -> None:
        if bulk_id not in self._tasks:
            task = asyncio.create_task(self._run(bulk_id, who), name="tickets-bulk")
            self._tasks[bulk_id] = task
            task.add_done_callback(lambda _: self._tasks.pop(bulk_id, None))

    async def _run(self, bulk_id: str, who: Principal) -> None:
        while True:
            try:
                with suppress(Over):
                    await self._all(bulk_id, who)
                return
            except StorageUnavailable as error:
                log.warning("tickets_bulk_waits", job=bulk_id, reason=str(error))
                await asyncio.sleep(AGAIN_S)
            except Exception:
                log.exception("tickets_bulk_failed", job=bulk_id)
                await self._end(bulk_id, "failed", BROKEN)
                return

    async def _all(self, bulk_id: str, who: Principal) -> None:
        async with self._tickets.database.session() as session:
            row = await session.get_one(TicketBulk, bulk_id)
        job = Job(id=bulk_id, body=BulkBody.model_validate(row.body), undoes=row.undoes, who=who)
        place = row.done
        while items := await self._some(bulk_id, place):
            for item in items:
                await step(self._tickets, job, item)
            place = items[-1].position + 1
        await self._end(bulk_id, "done")

    async def _some(self, bulk_id: str, place: int) -> list[TicketBulkItem]:
        query = select(TicketBulkItem).where(TicketBulkItem.bulk_id == bulk_id, TicketBulkItem.position >= place)
        async with self._tickets.database.session() as session:
            return list(await session.scalars(query.order_by(TicketBulkItem.position).limit(BATCH)))

    async def _end(self, bulk_id: str, state: State, problem: str | None = None) -> None:
        """What was asked for is needed no more once all of it is done."""
        of_it = update(TicketBulk).where(TicketBulk.id == bulk_id)
        async with self._tickets.database.writing() as session:
            ended = of_it.where(TicketBulk.state == "running")
            await session.execute(ended.values(state=state, problem=problem, ended_at=self._tickets.moment()))
            await session.execute(of_it.where(TicketBulk.state == "done", TicketBulk.failed == 0).values(body={}))


async def _his(session: AsyncSession, bulk_id: str, who: Principal, *, for_change: bool = False) -> TicketBulk:
    row = await session.get(TicketBulk, bulk_id, with_for_update=for_change)
    if row is None or row.owner_id != who.user_id:
        raise not_found("bulk edit")
    return row


def _refuse_running(row: TicketBulk) -> None:
    if row.state == "running":
        raise Problem(409, "running", "Still running", "Cancel it first, or wait until it is done.")


async def _insert(session: AsyncSession, bulk_id: str, tickets: Sequence[str], first: int) -> None:
    for start in range(0, len(tickets), BATCH):
        some = enumerate(tickets[start : start + BATCH], first + start)
        items = [{"bulk_id": bulk_id, "position": place, "ticket": each} for place, each in some]
        await session.execute(insert(TicketBulkItem), items)


async def _numbers(session: AsyncSession, named: Sequence[str], who: Principal) -> dict[str, str]:
    """{as it was named, by id or number: number} of those that he sees."""
    if not named:
        return {}
    query = select(Ticket.id, Ticket.number).where(or_(Ticket.id.in_(named), Ticket.number.in_(named)), seen_by(who))
    found = (await session.execute(query)).all()
    return {each: row.number for row in found for each in (row.id, row.number)}


def _shown(row: TicketBulk, failures: Sequence[TicketBulkItem], numbers: Mapping[str, str]) -> BulkOut:
    names = ("id", "state", "total", "done", "failed", "problem", "below", "asked", "undoes")
    told = [Failure(ticket=one.ticket, number=numbers.get(one.ticket), problem=one.problem or "") for one in failures]
    return BulkOut.model_validate({name: getattr(row, name) for name in names} | {"failures": told})

"""Changing many tickets at once: one after the other, with progress, cancelled at any moment, and taken back.

Each ticket is changed in one transaction with how far the whole is, so after a restart it goes on with the next one.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

import structlog
from pydantic import BaseModel, Field
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.fields import Ref, Settings
from contactcenter.api.problems import Problem, not_found
from contactcenter.permissions import Principal
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tickets import children, writer
from contactcenter.tickets.acting import staff
from contactcenter.tickets.bulk_models import TicketBulk, TicketBulkChange, TicketBulkItem
from contactcenter.tickets.documents import Tags, TicketPatch
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.tickets.service import Tickets, patch_of
from contactcenter.tickets.settings import Conditions
from contactcenter.tickets.sight import seen_by
from contactcenter.tickets.values import Document
from contactcenter.tickets.views import Views

log = structlog.get_logger(__name__)

MOST: Final = 10_000
SHOWN_FAILURES: Final = 200
KEPT: Final = timedelta(days=1)
"""So long one that has ended can be looked at and taken back."""
BATCH: Final = 500
"""Rows written or read at once."""
AGAIN_S: Final = 2.0
SWEEP_EVERY_S: Final = 3600.0
Rights = Callable[[str], Awaitable[Principal | None]]
"""What somebody, a user or an API key by its id, may at present; None for one who may no longer come in."""


class BulkBody(Settings):
    """Either `ids` or `conditions`. `add_tags` and `remove_tags` beside what `change` sets; `children` in it is one
    choice for all of them."""

    ids: Annotated[list[Ref], Field(max_length=MOST)] = Field(default=[])
    conditions: Conditions | None = None
    change: TicketPatch = TicketPatch()
    add_tags: Tags = Field(default=[])
    remove_tags: Tags = Field(default=[])


class Failure(BaseModel):
    ticket: str
    problem: str


State = Literal["running", "done", "cancelled", "failed"]


class BulkOut(BaseModel):
    """`failed` counts all, `failures` shows the first of them. `below`: tickets below them that were changed with them.
    `asked`: how many changes of state somebody has to agree to first. `undoes`: the one this takes back."""

    id: str
    state: State
    total: int
    done: int
    failed: int
    failures: list[Failure]
    below: int
    asked: int
    undoes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One at work, in the name of `who`."""

    id: str
    body: BulkBody
    undoes: str | None
    who: Principal


class _Over(Exception):  # noqa: N818 - a way out of a transaction, not a fault
    """It has been cancelled meanwhile."""


class Bulk:
    """What has been done stays done when the server stops; the rest is done after the next start."""

    def __init__(self, tickets: Tickets, views: Views) -> None:
        self._tickets = tickets
        self._views = views
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._minder: asyncio.Task[None] | None = None

    # -- what people ask ---------------------------------------------------------------------------------------

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
        return _shown(row, failures)

    async def cancel(self, bulk_id: str, who: Principal) -> BulkOut:
        """What is done by then stays, and can be taken back. Raises Problem 404."""
        async with self._tickets.database.session() as session:
            await _his(session, bulk_id, who)
        await self._end(bulk_id, "cancelled")
        return await self.get(bulk_id, who)

    async def undo(self, bulk_id: str, who: Principal) -> BulkOut:
        """Fields that still are as they were left become what they were. Raises Problem 404, 409."""
        async with self._tickets.database.session() as session:
            row = await _his(session, bulk_id, who)
            if row.state == "running":
                raise Problem(409, "running", "Still running", "Cancel it first, or wait until it is done.")
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
            for start in range(0, len(ids), BATCH):
                some = enumerate(ids[start : start + BATCH], start)
                items = [{"bulk_id": row.id, "position": place, "ticket": each} for place, each in some]
                await session.execute(insert(TicketBulkItem), items)
        self._spawn(row.id, who)
        return _shown(row, [])

    # -- the work ----------------------------------------------------------------------------------------------

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
                await self._end(row.id, "failed")
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
                with suppress(_Over):
                    await self._all(bulk_id, who)
                return
            except StorageUnavailable as error:
                log.warning("tickets_bulk_waits", job=bulk_id, reason=str(error))
                await asyncio.sleep(AGAIN_S)
            except Exception:
                log.exception("tickets_bulk_failed", job=bulk_id)
                await self._end(bulk_id, "failed")
                return

    async def _all(self, bulk_id: str, who: Principal) -> None:
        async with self._tickets.database.session() as session:
            row = await session.get_one(TicketBulk, bulk_id)
        job = Job(id=bulk_id, body=BulkBody.model_validate(row.body), undoes=row.undoes, who=who)
        place = row.done
        while items := await self._some(bulk_id, place):
            for item in items:
                await self._one(job, item)
            place = items[-1].position + 1
        await self._end(bulk_id, "done")

    async def _some(self, bulk_id: str, place: int) -> list[TicketBulkItem]:
        query = select(TicketBulkItem).where(TicketBulkItem.bulk_id == bulk_id, TicketBulkItem.position >= place)
        async with self._tickets.database.session() as session:
            return list(await session.scalars(query.order_by(TicketBulkItem.position).limit(BATCH)))

    async def _one(self, job: Job, item: TicketBulkItem) -> None:
        try:
            async with self._tickets.database.writing() as session:
                held = await self._change(session, job, item.ticket)
                changed = (*held.below, held)
                for each in changed:
                    await _keep(session, job.id, each)
                below = sum(bool(each.changed) for each in held.below)
                await _count(session, job.id, below=below, asked=children.asked(held))
        except Problem as problem:
            async with self._tickets.database.writing() as session:
                await _count(session, job.id, failed=1)
                told = update(TicketBulkItem).where(
                    TicketBulkItem.bulk_id == job.id, TicketBulkItem.position == item.position
                )
                await session.execute(told.values(problem=problem.detail))
            return
        self._tickets.announce(held)

    async def _change(self, session: AsyncSession, job: Job, ticket: str) -> writer.Held:
        by, choice = staff(job.who), job.body.change.children
        held = await self._tickets.hold(session, ticket, job.who, TICKETS_WORK)
        asked = _wanted(job.body, held.document) if job.undoes is None else await _before(session, job.undoes, held)
        await self._tickets.check(held, asked)
        if job.undoes is not None:
            await writer.settle(held, held.document | asked, by)
        else:
            await writer.change(held, asked, by, children=choice)
            if choice == "resolve":
                await children.resolve(self._tickets, held, by, job.who)
        await writer.reckon(held)
        return held

    async def _end(self, bulk_id: str, state: State) -> None:
        """What was asked for is needed no more."""
        end = update(TicketBulk).where(TicketBulk.id == bulk_id, TicketBulk.state == "running")
        async with self._tickets.database.writing() as session:
            await session.execute(end.values(state=state, body={}, ended_at=self._tickets.moment()))


async def _his(session: AsyncSession, bulk_id: str, who: Principal) -> TicketBulk:
    row = await session.get(TicketBulk, bulk_id)
    if row is None or row.owner_id != who.user_id:
        raise not_found("bulk edit")
    return row


async def _count(session: AsyncSession, bulk_id: str, **more: int) -> None:
    """One more of its tickets is dealt with. Raises _Over."""
    counted = {name: getattr(TicketBulk, name) + count for name, count in more.items() if count}
    change = update(TicketBulk).where(TicketBulk.id == bulk_id, TicketBulk.state == "running")
    done = await session.execute(change.values(done=TicketBulk.done + 1, **counted))
    if done.rowcount == 0:  # type: ignore[attr-defined]  # of a change it has one
        raise _Over


async def _keep(session: AsyncSession, bulk_id: str, held: writer.Held) -> None:
    kept = {name: pair for name, pair in held.changed.items() if name not in ("state_class", "sla_policy")}
    if not kept:
        return
    before, after = ({name: pair[side] for name, pair in kept.items()} for side in (0, 1))
    row = await _changed(session, bulk_id, held)
    if row is None:
        session.add(TicketBulkChange(bulk_id=bulk_id, ticket_id=held.row.id, before=before, after=after))
        await session.flush()
    else:
        row.before, row.after = before | row.before, row.after | after


async def _changed(session: AsyncSession, bulk_id: str, held: writer.Held) -> TicketBulkChange | None:
    of_it = (TicketBulkChange.bulk_id == bulk_id, TicketBulkChange.ticket_id == held.row.id)
    return (await session.scalars(select(TicketBulkChange).where(*of_it))).one_or_none()


async def _before(session: AsyncSession, bulk_id: str, held: writer.Held) -> Document:
    """What still is as that one has left it, as it was before."""
    row = await _changed(session, bulk_id, held)
    if row is None:
        return {}
    return {name: value for name, value in row.before.items() if held.document.get(name) == row.after.get(name)}


def _wanted(body: BulkBody, now: Document) -> Document:
    asked: dict[str, Any] = patch_of(body.change, now)
    tags: set[str] = {*(asked["tags"] if "tags" in asked else now["tags"]), *body.add_tags} - set(body.remove_tags)
    return asked | ({"tags": sorted(tags)} if tags != set(now["tags"]) else {})


def _shown(row: TicketBulk, failures: Sequence[TicketBulkItem]) -> BulkOut:
    names = ("id", "state", "total", "done", "failed", "below", "asked", "undoes")
    told = [Failure(ticket=each.ticket, problem=each.problem or "") for each in failures]
    return BulkOut.model_validate({name: getattr(row, name) for name in names} | {"failures": told})

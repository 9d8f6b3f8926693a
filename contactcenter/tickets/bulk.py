"""Changing many tickets at once: one after the other, with progress, cancelled at any moment, and taken back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

import structlog
from pydantic import BaseModel, Field

from contactcenter.api.fields import Ref, Settings
from contactcenter.api.problems import Problem, not_found
from contactcenter.permissions import Principal
from contactcenter.tickets import children, writer
from contactcenter.tickets.acting import By, staff
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
KEPT: Final = 50
"""So many finished ones can still be looked at and taken back."""


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


@dataclass(slots=True, kw_only=True)
class Job:
    """`before` has what each ticket was where it was changed, and `after` what it became."""

    id: str
    owner: str
    ids: list[str]
    undoes: str | None = None
    state: State = "running"
    children: writer.Children | None = None
    done: int = 0
    below: int = 0
    asked: int = 0
    failures: list[Failure] = field(default_factory=list)
    before: dict[str, Document] = field(default_factory=dict)
    after: dict[str, Document] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None

    def shown(self) -> BulkOut:
        some = self.failures[:SHOWN_FAILURES]
        return BulkOut(
            id=self.id,
            state=self.state,
            total=len(self.ids),
            done=self.done,
            failed=len(self.failures),
            failures=some,
            below=self.below,
            asked=self.asked,
            undoes=self.undoes,
        )


Wanted = Callable[[str, Document], Document]
"""What a ticket (its id, and what it is) is to become, in the words of its document."""


class Bulk:
    """Jobs live as long as the server; what they have done stays done when it stops."""

    def __init__(self, tickets: Tickets, views: Views) -> None:
        self._tickets = tickets
        self._views = views
        self._jobs: dict[str, Job] = {}

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
        job = Job(id=uuid.uuid4().hex, owner=who.user_id, ids=ids, children=body.change.children)
        return self._start(job, who, staff(who), _wanted(body))

    def get(self, job_id: str, who: Principal) -> BulkOut:
        """Raises Problem 404, also for another's."""
        return self._job(job_id, who).shown()

    def cancel(self, job_id: str, who: Principal) -> BulkOut:
        """What is done by then stays, and can be taken back."""
        job = self._job(job_id, who)
        if job.state == "running":
            job.state = "cancelled"
        return job.shown()

    def undo(self, job_id: str, who: Principal) -> BulkOut:
        """Fields that still are as the job has left them become what they were. Raises Problem 404, 409."""
        job = self._job(job_id, who)
        if job.state == "running":
            raise Problem(409, "running", "Still running", "Cancel it first, or wait until it is done.")
        back = Job(id=uuid.uuid4().hex, owner=job.owner, ids=list(job.before), undoes=job.id)

        def wanted(ticket_id: str, now: Document) -> Document:
            before, after = job.before[ticket_id], job.after[ticket_id]
            return {name: value for name, value in before.items() if now.get(name) == after.get(name)}

        return self._start(back, who, staff(who), wanted, settle=True)

    def _ends(self, body: BulkBody) -> bool:
        catalog, state = self._tickets.set_up.catalog, body.change.state
        return state is not None and state in catalog.states and catalog.class_of(state).done

    async def _ordered(self, ids: list[str], body: BulkBody, who: Principal) -> list[str]:
        async with self._tickets.database.session() as session:
            found = await children.standing(session, ids, seen_by(who))
        if found.left and body.change.children is None:
            raise writer.open_below(found.left)
        return found.ids

    async def stop(self) -> None:
        for job in self._jobs.values():
            if job.task is not None:
                job.task.cancel()
        await asyncio.gather(*(job.task for job in self._jobs.values() if job.task), return_exceptions=True)

    def _job(self, job_id: str, who: Principal) -> Job:
        job = self._jobs.get(job_id)
        if job is None or job.owner != who.user_id:
            raise not_found("bulk edit")
        return job

    def _start(self, job: Job, who: Principal, by: By, wanted: Wanted, *, settle: bool = False) -> BulkOut:
        for old in [each for each in self._jobs.values() if each.state != "running"][:-KEPT]:
            del self._jobs[old.id]
        self._jobs[job.id] = job
        job.task = asyncio.create_task(self._run(job, who, by, wanted, settle), name="tickets-bulk")
        return job.shown()

    async def _run(self, job: Job, who: Principal, by: By, wanted: Wanted, settle: bool) -> None:
        try:
            for ticket_id in job.ids:
                if job.state != "running":
                    return
                await self._one(job, ticket_id, who, by, wanted, settle)
                job.done += 1
            job.state = "done"
        except Exception:
            job.state = "failed"
            log.exception("tickets_bulk_failed", job=job.id, done=job.done)

    async def _one(self, job: Job, ticket_id: str, who: Principal, by: By, wanted: Wanted, settle: bool) -> None:
        try:
            async with self._tickets.database.writing() as session:
                held = await self._tickets.hold(session, ticket_id, who, TICKETS_WORK)
                asked = wanted(held.row.id, held.document)
                await self._tickets.check(held, asked)
                if settle:
                    await writer.settle(held, held.document | asked, by)
                else:
                    await writer.change(held, asked, by, children=job.children)
                    if job.children == "resolve":
                        await children.resolve(self._tickets, held, by, who)
                await writer.reckon(held)
        except Problem as problem:
            job.failures.append(Failure(ticket=ticket_id, problem=problem.detail))
            return
        job.asked += children.asked(held)
        job.below += sum(bool(each.changed) for each in held.below)
        for each in (*held.below, held):
            _keep(job, each)
        self._tickets.announce(held)


def _keep(job: Job, held: writer.Held) -> None:
    kept = {name: pair for name, pair in held.changed.items() if name not in ("state_class", "sla_policy")}
    if kept:
        before, after = ({name: pair[side] for name, pair in kept.items()} for side in (0, 1))
        job.before[held.row.id] = before | job.before.get(held.row.id, {})
        job.after[held.row.id] = job.after.get(held.row.id, {}) | after


def _wanted(body: BulkBody) -> Wanted:
    def wanted(ticket_id: str, now: Document) -> Document:
        asked: dict[str, Any] = patch_of(body.change, now)
        tags: set[str] = {*(asked["tags"] if "tags" in asked else now["tags"]), *body.add_tags} - set(body.remove_tags)
        return asked | ({"tags": sorted(tags)} if tags != set(now["tags"]) else {})

    return wanted

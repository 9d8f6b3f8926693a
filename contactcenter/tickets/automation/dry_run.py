"""Which tickets a rule would have met: it is shown their history, with progress, and can be cancelled."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog
from sqlalchemy import ColumnElement, func, or_, select

from contactcenter.api.problems import Problem, no_longer
from contactcenter.permissions import Principal
from contactcenter.tickets.automation.book import RuleBook
from contactcenter.tickets.automation.rules import Rule, rule_of, touches
from contactcenter.tickets.automation.settings import DryRunBody, DryRunOut, TouchOut
from contactcenter.tickets.models import Ticket, TicketEntry
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.settings import plain
from contactcenter.tickets.sight import seen_by

log = structlog.get_logger(__name__)

BATCH: Final = 100
SHOWN: Final = 200
KEPT: Final = 20
AT_ONCE: Final = 2
UNSAVED: Final = ""
"""Not saved, it cannot have done anything."""


@dataclass(slots=True, kw_only=True)
class Job:
    id: str
    owner: str
    rule: Rule
    start: datetime
    end: datetime
    state: Literal["running", "done", "cancelled", "failed"] = "running"
    total: int = 0
    done: int = 0
    touched: int = 0
    times: int = 0
    items: list[TouchOut] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    def shown(self) -> DryRunOut:
        names = ("id", "state", "total", "done", "touched", "times", "items")
        return DryRunOut.model_validate({name: getattr(self, name) for name in names})


class DryRuns:
    def __init__(self, tickets: Tickets, book: RuleBook) -> None:
        self._tickets = tickets
        self._book = book
        self._jobs: dict[str, Job] = {}

    async def begin(self, body: DryRunBody, who: Principal) -> DryRunOut:
        """Raises Problem 409, 422."""
        if sum(job.state == "running" for job in self._jobs.values()) >= AT_ONCE:
            raise Problem(409, "running", "Still running", "Others are being tried out just now; wait for one to end.")
        await self._book.check(body.rule, "rule")
        for old in [job for job in self._jobs.values() if job.state != "running"][:-KEPT]:
            del self._jobs[old.id]
        end = self._tickets.moment()
        rule = rule_of(body.id or UNSAVED, body.rule.name, plain(body.rule))
        job = Job(id=uuid.uuid4().hex, owner=who.user_id, rule=rule, start=end - timedelta(days=body.days), end=end)
        self._jobs[job.id] = job
        job.task = asyncio.create_task(self._run(job, who), name="tickets-dry-run")
        return job.shown()

    def get(self, job_id: str, who: Principal) -> DryRunOut:
        """Raises Problem 404, also for another's."""
        return self._job(job_id, who).shown()

    def cancel(self, job_id: str, who: Principal) -> DryRunOut:
        job = self._job(job_id, who)
        if job.state == "running":
            job.state = "cancelled"
        return job.shown()

    async def stop(self) -> None:
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _job(self, job_id: str, who: Principal) -> Job:
        job = self._jobs.get(job_id)
        if job is None or job.owner != who.user_id:
            raise no_longer("trial")
        return job

    async def _run(self, job: Job, who: Principal) -> None:
        try:
            about = self._about(job, who)
            async with self._tickets.database.session() as session:
                job.total = int(await session.scalar(select(func.count(Ticket.id)).where(*about)) or 0)
            last = 0
            while job.state == "running":
                async with self._tickets.database.session() as session:
                    query = select(Ticket).where(*about, Ticket.serial > last).order_by(Ticket.serial).limit(BATCH)
                    rows = list(await session.scalars(query))
                    entries: dict[str, list[TicketEntry]] = {row.id: [] for row in rows}
                    of_them = select(TicketEntry).where(TicketEntry.ticket_id.in_(list(entries)))
                    for entry in await session.scalars(of_them):
                        entries[entry.ticket_id].append(entry)
                for row in rows:
                    self._one(job, row, entries[row.id])
                if len(rows) < BATCH:
                    job.state = "done"
                    return
                last = rows[-1].serial
        except Exception:
            job.state = "failed"
            log.exception("ticket_dry_run_failed", job=job.id, done=job.done)

    def _about(self, job: Job, who: Principal) -> list[ColumnElement[bool]]:
        """Tickets to which anything can have happened since."""
        recent = Ticket.changed_at >= job.start - job.rule.after
        still = or_(Ticket.done.is_(False), recent) if job.rule.since is not None else recent
        return [seen_by(who), Ticket.merged_into.is_(None), still, Ticket.made_at <= job.end]

    @staticmethod
    def _one(job: Job, row: Ticket, entries: list[TicketEntry]) -> None:
        found = touches(job.rule, entries, row.number, job.start, job.end)
        job.done += 1
        if not found:
            return
        job.touched += 1
        job.times += len(found)
        if len(job.items) < SHOWN:
            first = found[0]
            shown = {"ticket_id": row.id, "number": row.number, "subject": row.subject}
            job.items.append(TouchOut.model_validate(shown | {"at": first.at, "event": first.event}))

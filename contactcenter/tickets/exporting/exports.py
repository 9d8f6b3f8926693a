"""Exports at work: in the background, with progress, into a file without a name that is gone with the server."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import structlog
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.fields import bad
from contactcenter.api.problems import Problem, no_longer
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note
from contactcenter.customers.words import folded
from contactcenter.permissions import Principal
from contactcenter.storage.search import words_of
from contactcenter.tasks import ended
from contactcenter.tickets import acts, listing, shown
from contactcenter.tickets.documents import TicketRow
from contactcenter.tickets.exporting.settings import ExportBody, ExportOut, State, zone_of
from contactcenter.tickets.exporting.sheets import COLUMNS, MOST_XLSX, CsvTable, Table, XlsxTable, cell_of
from contactcenter.tickets.exporting.whole import Archive
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.permissions import TICKETS_EXPORT
from contactcenter.tickets.search import INDEX
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.settings import plain
from contactcenter.tickets.sight import within
from contactcenter.tickets.views import Views

log = structlog.get_logger(__name__)

BATCH: Final = 50
"""Tickets that are in memory at once."""
KEPT_S: Final = 3600.0
MOST: Final = 20
"""Files that wait to be fetched."""
ENDINGS: Final = {"csv": "csv", "xlsx": "xlsx", "archive": "zip"}
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "archive": "application/zip",
}


@dataclass(slots=True, kw_only=True)
class Job:
    """`ended` in seconds of the loop's clock."""

    id: str
    owner: str
    body: ExportBody
    name: str
    ids: list[str]
    file: IO[bytes]
    state: State = "running"
    problem: str = ""
    done: int = 0
    size: int = 0
    ended: float = 0.0
    readers: int = 0
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    def shown(self) -> ExportOut:
        names = ("id", "state", "problem", "done", "size", "name")
        return ExportOut(format=self.body.format, total=len(self.ids), **{name: getattr(self, name) for name in names})


class TicketExports:
    """`folder` is where files grow that have no name."""

    def __init__(self, tickets: Tickets, views: Views, files: TicketFiles, folder: Path) -> None:
        self._tickets = tickets
        self._views = views
        self._files = files
        self._folder = folder
        self._jobs: dict[str, Job] = {}

    async def begin(self, body: ExportBody, who: Principal) -> ExportOut:
        """Raises Problem 409 while another of the same person runs, 422."""
        self._sweep()
        if any(job.owner == who.user_id and job.state == "running" for job in self._jobs.values()):
            raise Problem(409, "export-running", "Not now", "Another export of yours is under way.")
        self._check(body)
        ids = await self._ids(body, who)
        if body.format == "xlsx" and len(ids) > MOST_XLSX:
            raise bad("format", f"a sheet holds at most {MOST_XLSX} tickets; choose CSV.", "bad-export")
        await note(self._tickets.database, _act(body, len(ids)))
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        moment = self._tickets.moment()
        job = Job(
            id=uuid.uuid4().hex,
            owner=who.user_id,
            body=body,
            name=f"tickets-{moment:%Y-%m-%d-%H%M}.{ENDINGS[body.format]}",
            ids=ids,
            file=await asyncio.to_thread(tempfile.TemporaryFile, dir=self._folder),
        )
        self._jobs[job.id] = job
        job.task = asyncio.create_task(self._run(job), name="tickets-export")
        return job.shown()

    def get(self, job_id: str, who: Principal) -> ExportOut:
        """Raises Problem 404, also for another's."""
        return self._job(job_id, who).shown()

    async def drop(self, job_id: str, who: Principal) -> None:
        """Cancels it, or forgets its file. Raises Problem 404."""
        job = self._job(job_id, who)
        if job.state == "running" and job.task is not None:
            job.state = "cancelled"
            await ended(job.task)
        self._forget(job)

    def finished(self, job_id: str, who: Principal) -> Job:
        """Raises Problem 404, 409 while it is not done."""
        job = self._job(job_id, who)
        if job.state != "done":
            raise Problem(409, "not-done", "Not done yet", "The file is not ready.")
        return job

    async def read(self, job: Job, start: int, size: int) -> bytes:
        def piece() -> bytes:
            job.file.seek(start)
            return job.file.read(size)

        return await asyncio.to_thread(piece)

    async def stop(self) -> None:
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for job in list(self._jobs.values()):
            self._forget(job)

    def _job(self, job_id: str, who: Principal) -> Job:
        job = self._jobs.get(job_id)
        if job is None or job.owner != who.user_id:
            raise no_longer("export")
        return job

    def _forget(self, job: Job) -> None:
        if job.readers == 0:
            job.file.close()
            self._jobs.pop(job.id, None)

    def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        ended = [job for job in self._jobs.values() if job.state != "running"]
        for place, job in enumerate(sorted(ended, key=lambda each: -each.ended)):
            if place >= MOST or now - job.ended > KEPT_S:
                self._forget(job)

    def _check(self, body: ExportBody) -> None:
        fields = self._tickets.set_up.catalog.fields
        if body.format != "archive" and not body.columns:
            raise bad("columns", "choose at least one.", "bad-export")
        for place, each in enumerate(body.columns):
            own = each.name.startswith("fields.") and each.name.removeprefix("fields.") in fields
            if each.name not in COLUMNS and not own:
                raise bad(f"columns.{place}.name", f"there is no column {each.name!r}.", "bad-export")

    async def _ids(self, body: ExportBody, who: Principal) -> list[str]:
        """Those he sees and may take out, as the list has them."""
        async with self._tickets.database.session() as session:
            conditions = [
                *await self._views.conditions(session, body.conditions, who),
                within(who, TICKETS_EXPORT),
            ]
            narrowed = ((Ticket.type_id, body.type), (Ticket.state_class, body.state_class))
            conditions += [column == value for column, value in narrowed if value is not None]
            if body.assignee is not None:
                conditions.append(Ticket.assignee_id == body.assignee)
            if body.q:
                if not (words := words_of(folded(body.q))):
                    return []
                source, key, matches = INDEX.found(session, words)
                query = select(Ticket.id).join(source, key == Ticket.serial).where(matches, *conditions)
                return await listing.every(session, query.order_by(key.desc()))
            return await listing.every(session, select(Ticket.id).where(*conditions).order_by(*listing.by(body.order)))

    async def _run(self, job: Job) -> None:
        try:
            await (self._archive(job) if job.body.format == "archive" else self._table(job))
            job.size = await asyncio.to_thread(job.file.seek, 0, 2)
            job.state = "done"
        except asyncio.CancelledError:
            job.state = "cancelled"
            raise
        except OSError as error:
            job.state, job.problem = "failed", f"The file cannot be written: {error.strerror or 'no room'}."
            log.error("ticket_export_failed", reason=type(error).__name__)
        except Exception:
            job.state, job.problem = "failed", "Something went wrong in the product itself; its log says what."
            log.exception("ticket_export_failed")
        finally:
            job.ended = asyncio.get_running_loop().time()

    async def _table(self, job: Job) -> None:
        names = [column.name for column in job.body.columns]
        table = await asyncio.to_thread(self._open, job)
        try:
            for at in range(0, len(job.ids), BATCH):
                async with self._tickets.database.session() as session:
                    rows = await _rows(session, job.ids[at : at + BATCH])
                    near = await shown.around(session, rows)
                lines = [shown.line(row, near, self._tickets.set_up.catalog) for row in rows]
                await asyncio.to_thread(_write, table, lines, names)
                job.done = min(len(job.ids), at + BATCH)
        finally:
            await asyncio.to_thread(table.end)

    def _open(self, job: Job) -> Table:
        headers, zone = [column.header for column in job.body.columns], zone_of(job.body)
        if job.body.format == "csv":
            return CsvTable(job.file, headers, zone)
        return XlsxTable(job.file, self._folder, [column.name for column in job.body.columns], headers, zone)

    async def _archive(self, job: Job) -> None:
        archive = await asyncio.to_thread(Archive, job.file, self._folder, self._files)
        try:
            for at in range(0, len(job.ids), BATCH):
                async with self._tickets.database.session() as session:
                    ids = job.ids[at : at + BATCH]
                    await archive.add(session, await _rows(session, ids, merged=True))
                job.done = min(len(job.ids), at + BATCH)
            async with self._tickets.database.session() as session:
                await archive.end(session, self._tickets.moment())
        finally:
            await asyncio.to_thread(archive.close)


def _write(table: Table, lines: Sequence[TicketRow], names: Sequence[str]) -> None:
    table.rows([cell_of(line, name) for name in names] for line in lines)


async def _rows(session: AsyncSession, ids: Sequence[str], *, merged: bool = False) -> list[Ticket]:
    """In the order of the ids; those that are gone meanwhile are left out. `merged`: with what is part of them."""
    which: Any = Ticket.id.in_(ids)
    rows = list(
        await session.scalars(select(Ticket).where(or_(which, Ticket.merged_into.in_(ids)) if merged else which))
    )
    order = {each: place for place, each in enumerate(ids)}
    return sorted(rows, key=lambda row: (order.get(row.merged_into or row.id, 0), row.serial))


def _act(body: ExportBody, count: int) -> Act:
    """What was asked for by name, never the words of a search."""
    fields = sorted({test["field"] for part in ("all", "any") for test in plain(body.conditions)[part]})
    told = {"format": body.format, "tickets": count, "filtered_by": fields, "searched": bool(body.q)}
    return Act(kind=acts.EXPORTED, subject=Subject("tickets", actor.current().id[:64]), after=told)

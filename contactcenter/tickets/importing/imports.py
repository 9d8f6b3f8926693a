"""Imports from the upload to the last ticket: one at a time, in the background, going on after a crash."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.problems import Problem, not_found
from contactcenter.api.routes import Upload
from contactcenter.api.uploads import Stored
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.bus import Bus
from contactcenter.customers.service import Customers
from contactcenter.permissions import Principal
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tickets import acts
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.importing import shown
from contactcenter.tickets.importing.models import TicketImport, TicketImportRemark
from contactcenter.tickets.importing.people import choices
from contactcenter.tickets.importing.reading import Unreadable
from contactcenter.tickets.importing.running import Run
from contactcenter.tickets.importing.settings import ImportList, ImportOut, MappingBody, PreviewOut, RemarkList
from contactcenter.tickets.importing.stage import Stage
from contactcenter.tickets.importing.survey import read, survey
from contactcenter.tickets.service import Tickets

log = structlog.get_logger(__name__)

KEPT: Final = timedelta(days=7)
"""Uploads that nobody has gone on with; the report stays."""
REPORTED: Final = timedelta(days=90)
AGAIN_S: Final = 2.0
SWEEP_EVERY_S: Final = 3600.0
UNDER_WAY: Final = ("reading", "running")


class _Stopped(Exception):  # noqa: N818 - a way out of a thread, not a fault
    pass


class TicketImports:
    """`folder` holds uploads until they are dealt with; `most_mb` of one."""

    def __init__(
        self, tickets: Tickets, customers: Customers, files: TicketFiles, bus: Bus, folder: Path, *, most_mb: int
    ) -> None:
        self.tickets = tickets
        self.folder = folder
        self.upload: Final = Upload(most_bytes=most_mb * 2**20)
        self._customers = customers
        self._files = files
        self._bus = bus
        self._wake = asyncio.Event()
        self._read: dict[str, float] = {}
        self._stopping: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def check_free(self) -> None:
        """Raises Problem 409 while another import is under way."""
        async with self.tickets.database.session() as session:
            await _check_free(session)

    def place(self) -> tuple[str, Path]:
        """An id for a new import, and where its file is to be written."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = uuid.uuid4().hex
        return made, _file(self.folder, made)

    async def take(self, import_id: str, stored: Stored, who: Principal) -> ImportOut:
        """A file that has been written to its place is read from now on. Raises Problem 409."""
        row = TicketImport(
            id=import_id,
            name=stored.name,
            size=stored.size,
            state="reading",
            made_at=self.tickets.moment(),
            made_by=who.name[:200],
            made_by_id=who.user_id,
        )
        try:
            async with self.tickets.database.writing() as session:
                await _check_free(session)
                session.add(row)
                await record(session, _act(row, {"state": "uploaded", "size": stored.size}))
        except Problem:
            self._remove_files(import_id)
            raise
        self._wake.set()
        return await self.get(import_id)

    async def every(self) -> ImportList:
        async with self.tickets.database.session() as session:
            rows = await session.scalars(select(TicketImport).order_by(TicketImport.made_at.desc()).limit(100))
            return ImportList(items=[shown.row(row, self._read.get(row.id)) for row in rows])

    async def get(self, import_id: str) -> ImportOut:
        """Raises Problem 404."""
        async with self.tickets.database.session() as session:
            row = await _row(session, import_id)
            return shown.whole(row, self._read.get(row.id), await choices(session, self.tickets.set_up.catalog))

    async def map(self, import_id: str, body: MappingBody) -> ImportOut:
        """Raises Problem 404, 409 once it has begun, 422."""
        async with self.tickets.database.writing() as session:
            row = await _row(session, import_id)
            if row.state != "ready":
                raise _busy("It has begun; its mapping stays as it is.")
            here = await choices(session, self.tickets.set_up.catalog)
            shown.check(body, row, here)
            before, row.mapping = row.mapping, body.model_dump(mode="json")
            await record(session, _act(row, {"mapping": row.mapping}, {"mapping": before}))
        return await self.get(import_id)

    async def preview(self, import_id: str) -> PreviewOut:
        """Raises Problem 404, 409, 422."""
        async with self.tickets.database.session() as session:
            row = await _row(session, import_id)
            if row.state not in ("ready", "cancelled"):
                raise _busy("There is nothing to preview.")
            here = await choices(session, self.tickets.set_up.catalog)
            shown.check(shown.mapping_of(row), row, here)
        return await self._run(row).preview(here)

    async def start_one(self, import_id: str) -> ImportOut:
        """From the beginning, or from where it was stopped. Raises Problem 404, 409, 422."""
        async with self.tickets.database.writing() as session:
            row = await _row(session, import_id)
            if row.state not in ("ready", "cancelled") or not row.source:
                raise _busy("It cannot be started.")
            await _check_free(session)
            here = await choices(session, self.tickets.set_up.catalog)
            shown.check(shown.mapping_of(row), row, here)
            if not _file(self.folder, row.id).exists():
                raise _busy("Its file has been removed; upload it again.")
            row.state, row.ended_at = "running", None
            row.started_at = row.started_at or self.tickets.moment()
            await record(session, _act(row, {"state": "started", "origin": row.mapping["origin"]}))
        self._wake.set()
        return await self.get(import_id)

    async def stop_one(self, import_id: str) -> ImportOut:
        """What has been taken by then stays, and it can go on from there. Raises Problem 404, 409."""
        async with self.tickets.database.writing() as session:
            row = await _row(session, import_id)
            if row.state not in UNDER_WAY:
                raise _busy("It is not under way.")
            self._stopping.add(import_id)
            row.state, row.ended_at = "cancelled", self.tickets.moment()
            await record(session, _act(row, {"state": "cancelled", "taken": row.taken}))
        return await self.get(import_id)

    async def remove(self, import_id: str) -> None:
        """With its file and its report; the tickets stay. Raises Problem 404, 409."""
        async with self.tickets.database.writing() as session:
            row = await _row(session, import_id)
            if row.state in UNDER_WAY:
                raise _busy("It is under way; stop it first.")
            await session.execute(delete(TicketImport).where(TicketImport.id == import_id))
            await record(session, _act(row, None, {"state": row.state}))
        await asyncio.to_thread(self._remove_files, import_id)

    async def remarks(self, import_id: str, after: int, limit: int) -> RemarkList:
        """Raises Problem 404."""
        async with self.tickets.database.session() as session:
            await _row(session, import_id)
            of_it = (TicketImportRemark.import_id == import_id, TicketImportRemark.id > after)
            query = select(TicketImportRemark).where(*of_it).order_by(TicketImportRemark.id).limit(limit + 1)
            rows = list(await session.scalars(query))
        more, rows = len(rows) > limit, rows[:limit]
        return RemarkList(
            items=[shown.remark(each) for each in rows], next_cursor=str(rows[-1].id) if more and rows else None
        )

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._wake.set()
        self._tasks = [
            loop.create_task(self._work(), name="ticket-imports"),
            loop.create_task(self._sweep_for_ever(), name="ticket-imports-sweep"),
        ]

    async def stop(self) -> None:
        self._stopping.add("")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._stopping.discard("")

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while (row := await self._next()) is not None:
                    await self._one(row)
            except StorageUnavailable as error:
                log.warning("ticket_import_waits", reason=str(error))
                await asyncio.sleep(AGAIN_S)
                self._wake.set()

    async def drain(self) -> None:
        """Until nothing is under way any more."""
        while (row := await self._next()) is not None:
            await self._one(row)

    async def _next(self) -> TicketImport | None:
        query = select(TicketImport).where(TicketImport.state.in_(UNDER_WAY)).order_by(TicketImport.made_at)
        async with self.tickets.database.session() as session:
            return (await session.scalars(query.limit(1))).first()

    async def _one(self, row: TicketImport) -> None:
        self._stopping.discard(row.id)
        who = actor.Actor(kind="user", id=row.made_by_id, name=row.made_by)
        try:
            with actor.acting(who):
                await (self._look(row) if row.state == "reading" else self._go(row))
        except StorageUnavailable:
            raise
        except _Stopped:
            log.info("ticket_import_stopped", id=row.id)
        except Unreadable as error:
            await self._end(row, "failed", str(error))
        except FileNotFoundError:
            await self._end(row, "failed", "Its file is no longer there; upload it again.")
        except Exception:
            log.exception("ticket_import_failed", id=row.id)
            await self._end(row, "failed", "Something went wrong in the product itself; its log says what.")
        finally:
            self._read.pop(row.id, None)

    async def _look(self, row: TicketImport) -> None:
        source, total, found = await asyncio.to_thread(self._look_in_thread, row.id)
        async with self.tickets.database.writing() as session:
            here = await choices(session, self.tickets.set_up.catalog)
            if total == 0:
                raise Unreadable("No ticket was found in it.")
            mapping = shown.proposed(source, found, here, self.tickets.set_up.catalog)
            change = update(TicketImport).where(TicketImport.id == row.id, TicketImport.state == "reading")
            values = {"source": source, "total": total, "found": found, "mapping": mapping, "state": "ready"}
            await session.execute(change.values(**values))

    def _look_in_thread(self, import_id: str) -> tuple[str, int, dict[str, Any]]:
        def told(share: float) -> None:
            self._read[import_id] = share
            if self._stopping & {import_id, ""}:
                raise _Stopped

        path = _file(self.folder, import_id)
        if not path.exists():
            raise FileNotFoundError(path.name)
        _stage(self.folder, import_id).unlink(missing_ok=True)
        with Stage(_stage(self.folder, import_id)) as stage:
            source = read(path, stage, told)
            return source, stage.count(), survey(source, stage, told)

    def _run(self, row: TicketImport) -> Run:
        paths = _file(self.folder, row.id), _stage(self.folder, row.id)
        return Run(row, paths, self.tickets, self._customers, self._files, self._bus)

    async def _go(self, row: TicketImport) -> None:
        if await self._run(row).go(lambda: row.id in self._stopping):
            await self._end(row, "done", "")
            await asyncio.to_thread(self._remove_files, row.id)

    async def _end(self, row: TicketImport, state: str, problem: str) -> None:
        async with self.tickets.database.writing() as session:
            held = await session.get(TicketImport, row.id)
            if held is None or held.state not in UNDER_WAY:
                return
            held.state, held.problem, held.ended_at = state, problem, self.tickets.moment()
            counts = {name: getattr(held, name) for name in ("taken", "known", "refused")}
            await record(session, _act(held, {"state": state, **counts}))

    async def _sweep_for_ever(self) -> None:
        while True:
            with suppress(StorageUnavailable):
                await self.sweep()
            await asyncio.sleep(SWEEP_EVERY_S)

    async def sweep(self) -> None:
        """Uploads that nobody has gone on with for a week, and reports older than three months."""
        now = self.tickets.moment()
        ended = func.coalesce(TicketImport.ended_at, TicketImport.started_at, TicketImport.made_at)
        idle = TicketImport.state.not_in(UNDER_WAY)
        async with self.tickets.database.writing() as session:
            old = delete(TicketImport).where(idle, ended < now - REPORTED)
            await session.execute(old)
            change = update(TicketImport).where(TicketImport.state == "ready", ended < now - KEPT)
            await session.execute(change.values(state="cancelled", ended_at=now))
            kept = select(TicketImport.id).where((ended >= now - KEPT) | ~idle)
            needed = set(await session.scalars(kept))
        await asyncio.to_thread(self._sweep_files, needed, now.timestamp() - 3600)

    def _sweep_files(self, needed: set[str], before: float) -> None:
        for path in self.folder.glob("*") if self.folder.exists() else ():
            # One that is just being uploaded has no row yet.
            if path.name.partition(".")[0] not in needed and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)

    def _remove_files(self, import_id: str) -> None:
        for path in self.folder.glob(f"{import_id}.*"):
            path.unlink(missing_ok=True)


def _file(folder: Path, import_id: str) -> Path:
    return folder / f"{import_id}.upload"


def _stage(folder: Path, import_id: str) -> Path:
    return folder / f"{import_id}.stage"


async def _row(session: AsyncSession, import_id: str) -> TicketImport:
    row = await session.get(TicketImport, import_id)
    if row is None:
        raise not_found("import")
    return row


async def _check_free(session: AsyncSession) -> None:
    if await session.scalar(select(TicketImport.id).where(TicketImport.state.in_(UNDER_WAY)).limit(1)):
        raise _busy("Another import is under way; wait for it or stop it.")


def _busy(sentence: str) -> Problem:
    return Problem(409, "import-state", "Not now", sentence)


def _act(row: TicketImport, after: dict[str, Any] | None, before: dict[str, Any] | None = None) -> Act:
    return Act(kind=acts.IMPORTED, subject=Subject("ticket_import", row.id), before=before, after=after)

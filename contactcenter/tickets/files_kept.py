"""Attachments from their upload to the day nothing names them any more."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem, not_found
from contactcenter.api.routes import Upload
from contactcenter.api.uploads import Uploaded
from contactcenter.recordings.files import Opened
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.tickets import shown
from contactcenter.tickets.acting import By
from contactcenter.tickets.documents import AttachmentOut
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.models import TicketAttachment
from contactcenter.tickets.scanning import Scanner, passes
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.writer import uploader
from contactcenter.vault.errors import VaultError

KEPT_UNSENT: Final = timedelta(days=1)
SWEEP_EVERY_S: Final = 600.0
MOST_UNSENT: Final = 50
_AGAIN_AT_ONCE = 20

log = structlog.get_logger(__name__)


class TicketFiles:
    """`most_bytes` of one file."""

    def __init__(self, tickets: Tickets, contents: TicketContents, scanner: Scanner, *, most_bytes: int) -> None:
        self.tickets = tickets
        self.contents = contents
        self.upload: Final = Upload(most_bytes=most_bytes)
        self._scanner = scanner
        # A content is put down and named, or found to be named by nothing and deleted, never both at once.
        self._keeping = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    @property
    def scanned(self) -> bool:
        """Whether files must have passed a virus scanner."""
        return self._scanner.set_up

    async def take(self, file: Uploaded, by: By) -> AttachmentOut:
        """A file that whoever acts may send with his next message. Raises Problem 422, 429, OSError, VaultError."""
        async with self.tickets.database.session() as session:
            await self._check_room(session, by)
        verdict = await self._scanner.verdict(file.data)
        if verdict == "infected":
            raise Problem(
                422, "infected", "This file cannot be used", "file: the virus scanner has found something in it.",
                field="file",
            )  # fmt: skip
        async with self._keeping:
            digest = await self.contents.put(file.data)
            row = TicketAttachment(
                id=uuid.uuid4().hex,
                name=file.name,
                media_type=file.media_type,
                size=len(file.data),
                sha256=digest,
                scan=verdict,
                uploaded_by=uploader(by),
                uploaded_at=self.tickets.moment(),
            )
            taken = shown.attachment(row)
            async with self.tickets.database.writing() as session:
                session.add(row)
        return taken

    @staticmethod
    async def _check_room(session: AsyncSession, by: By) -> None:
        mine = TicketAttachment.uploaded_by == uploader(by), TicketAttachment.message_id.is_(None)
        if (await session.scalar(select(func.count()).select_from(TicketAttachment).where(*mine)) or 0) >= MOST_UNSENT:
            detail = f"file: {MOST_UNSENT} files wait to be sent; send or remove some first."
            raise Problem(429, "too-many", "Too many files", detail, field="file")

    async def drop(self, attachment_id: str, by: By) -> None:
        """An own one that has not been sent. Raises Problem 404."""
        mine = TicketAttachment.uploaded_by == uploader(by), TicketAttachment.message_id.is_(None)
        gone = delete(TicketAttachment).where(TicketAttachment.id == attachment_id, *mine)
        async with self.tickets.database.writing() as session:
            if not (await session.scalars(gone.returning(TicketAttachment.id))).all():
                raise not_found("file")
        await self._forget_unnamed()

    def ready(self, row: TicketAttachment) -> bool:
        """Whether it may be given out."""
        return passes(row.scan, scanned=self.scanned)

    async def open(self, row: TicketAttachment) -> Opened:
        """Raises Problem 403 for what is or may be a virus, 404 for what is not there any more, OSError, VaultError."""
        self._check_scan(row)
        try:
            return await self.contents.open(row.sha256)
        except FileNotFoundError:
            raise not_found("file") from None

    async def read(self, row: TicketAttachment) -> bytes:
        """Raises as `open`."""
        self._check_scan(row)
        try:
            return await self.contents.read(row.sha256)
        except FileNotFoundError:
            raise not_found("file") from None

    def _check_scan(self, row: TicketAttachment) -> None:
        if self.ready(row):
            return
        if row.scan == "infected":
            raise Problem(403, "infected", "Infected file", "The virus scanner has found something in this file.")
        raise Problem(403, "not-scanned", "Not scanned yet", "This file waits for the virus scanner.")

    async def sweep(self) -> None:
        """Uploads that were not sent within a day; contents that nothing names; and files that wait for the scanner."""
        before = self.tickets.moment() - KEPT_UNSENT
        old = TicketAttachment.message_id.is_(None), TicketAttachment.uploaded_at < before
        async with self.tickets.database.writing() as session:
            await session.execute(delete(TicketAttachment).where(*old))
        await self._forget_unnamed()
        await self._scan_again()

    async def _forget_unnamed(self) -> None:
        async with self._keeping:
            there = set(await self.contents.there())
            if not there:
                return
            async with self.tickets.database.session() as session:
                named = set(await session.scalars(select(TicketAttachment.sha256).distinct()))
            for digest in sorted(there - named):
                await self.contents.delete(digest)
        if gone := len(there - named):
            log.info("ticket_file.forgotten", count=gone)

    async def _scan_again(self) -> None:
        if not self._scanner.set_up:
            return
        waiting = select(TicketAttachment).where(TicketAttachment.scan.in_(("failed", "unscanned")))
        async with self.tickets.database.session() as session:
            rows = (await session.scalars(waiting.order_by(TicketAttachment.uploaded_at.desc()).limit(500))).all()
        digests = list(dict.fromkeys(row.sha256 for row in rows))[:_AGAIN_AT_ONCE]
        for digest in digests:
            try:
                verdict = await self._scanner.verdict(await self.contents.read(digest))
            except FileNotFoundError:
                continue  # deleted meanwhile
            if verdict == "failed":
                return
            same = update(TicketAttachment).where(TicketAttachment.sha256 == digest)
            async with self.tickets.database.writing() as session:
                await session.execute(same.values(scan=verdict))

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="ticket-files")

    async def stop(self) -> None:
        await ended(self._task)
        self._task = None

    async def _run(self) -> None:
        while True:
            try:
                await self.sweep()
            except (StorageUnavailable, VaultError, OSError) as error:
                log.warning("ticket_file.sweep_later", reason=type(error).__name__)
            except Exception:
                log.exception("ticket_file.sweep_failed")
            await asyncio.sleep(SWEEP_EVERY_S)

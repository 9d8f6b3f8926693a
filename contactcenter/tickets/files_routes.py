"""Attachments over HTTP: taken from staff, and given to whoever sees their ticket."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem, not_found
from contactcenter.api.routes import Call, Route
from contactcenter.api.uploads import IMAGES, received, redrawn
from contactcenter.audit.acts import NotAudited
from contactcenter.recordings.serving import serve
from contactcenter.tickets import permissions
from contactcenter.tickets.acting import staff
from contactcenter.tickets.documents import AttachmentOut
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.models import Ticket, TicketAttachment

FILES, ONE = "/api/v1/ticket-files", "/api/v1/tickets/{id}/attachments/{attachment}"
THUMBNAIL: Final = (320, 320)
UPLOADED: Final = NotAudited("Nobody sees a file before it is sent with a message, which is recorded")


class FileLimits(BaseModel):
    """`most_bytes` of one file; `scanned`: what has not passed the virus scanner is not given out."""

    most_bytes: int
    scanned: bool


async def attachment_of(session: AsyncSession, ticket: Ticket, attachment_id: str) -> TicketAttachment:
    """One of this ticket or of one that has become part of it. Raises Problem 404."""
    row = await session.get(TicketAttachment, attachment_id)
    if row is None or row.message_id is None or row.ticket_id is None:
        raise not_found("file")
    if row.ticket_id != ticket.id:
        merged = select(Ticket.id).where(Ticket.merged_into == ticket.id, Ticket.id == row.ticket_id)
        if await session.scalar(merged) is None:
            raise not_found("file")
    return row


async def download(files: TicketFiles, row: TicketAttachment, call: Call) -> web.StreamResponse:
    """Never shown by the browser, whatever it is: it is somebody else's. Raises Problem 403, 404."""
    headers = {
        "Content-Type": row.media_type,
        "Content-Disposition": disposition(row.name),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    return await serve(call.request, await files.open(row), headers)


async def thumbnail(files: TicketFiles, row: TicketAttachment) -> web.Response:
    """A small picture drawn anew, of which nothing but pixels is left. Raises Problem 403, 404, 422."""
    if row.media_type not in IMAGES:
        raise Problem(404, "not-found", "Not found", "There is no picture of this file.")
    picture = await redrawn(await files.read(row), box=THUMBNAIL, media_type="image/webp")
    headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=picture.data, content_type=picture.media_type, headers=headers)


def disposition(name: str) -> str:
    """RFC 6266, with the name in plain letters for old browsers."""
    plain = "".join(sign if sign.isascii() and sign not in '"\\%' else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def routes(files: TicketFiles) -> list[Route]:
    tickets = files.tickets

    async def limits(call: Call) -> FileLimits:
        return FileLimits(most_bytes=files.upload.most_bytes, scanned=files.scanned)

    async def take(call: Call) -> AttachmentOut:
        form = await received(call, files.upload)
        return await files.take(form.files[0], staff(call.principal))

    async def drop(call: Call) -> None:
        await files.drop(call.path("id"), staff(call.principal))

    async def found(call: Call) -> TicketAttachment:
        async with tickets.database.session() as session:
            row = await tickets.row(session, call.path("id"), call.principal)
            return await attachment_of(session, row, call.path("attachment"))

    async def give(call: Call) -> web.StreamResponse:
        return await download(files, await found(call), call)

    async def small(call: Call) -> web.StreamResponse:
        return await thumbnail(files, await found(call))

    view, work = permissions.TICKETS_VIEW, permissions.TICKETS_WORK
    binary: dict[str, Any] = {"media_type": "application/octet-stream", "errors": (403, 404)}
    return [
        Route("GET", FILES, limits, view, "What files can be sent", response=FileLimits),
        Route("POST", FILES, take, work, "Upload a file for the next message", response=AttachmentOut, status=201,
              upload=files.upload, audited=UPLOADED, errors=(413, 429),
              description="One file at once. It is kept for a day unless a message is sent with its id."),
        Route("DELETE", f"{FILES}/{{id}}", drop, work, "Remove an own file that was not sent", errors=(404,),
              audited=UPLOADED),
        Route("GET", ONE, give, view, "An attachment, whole or in part", **binary),
        Route("GET", f"{ONE}/thumbnail", small, view, "A small picture of an attached image", media_type="image/webp",
              errors=(403, 404)),
    ]  # fmt: skip

"""Exports of tickets over HTTP: begun, followed, fetched."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web

from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.tickets import acts
from contactcenter.tickets.exporting.exports import TYPES, Job, TicketExports
from contactcenter.tickets.exporting.settings import ExportBody, ExportOut
from contactcenter.tickets.permissions import TICKETS_EXPORT

PATH: Final = "/api/v1/ticket-exports"
PIECE: Final = 256 * 1024


def routes(exports: TicketExports) -> list[Route]:
    async def begin(call: Call) -> ExportOut:
        return await exports.begin(call.body(ExportBody), call.principal)

    async def get(call: Call) -> ExportOut:
        return exports.get(call.path("id"), call.principal)

    async def drop(call: Call) -> None:
        await exports.drop(call.path("id"), call.principal)

    async def file(call: Call) -> web.StreamResponse:
        return await _send(exports, exports.finished(call.path("id"), call.principal), call)

    one, may = f"{PATH}/{{id}}", TICKETS_EXPORT
    out: dict[str, Any] = {"response": ExportOut}
    return [
        Route(
            "POST",
            PATH,
            begin,
            may,
            "Take tickets out as a file",
            body=ExportBody,
            status=202,
            audited=(acts.EXPORTED,),
            errors=(409,),
            description="A list as CSV or XLSX, or everything of its tickets as an archive that can be imported again.",
            **out,
        ),
        Route("GET", one, get, may, "How far an export is", errors=(404,), **out),
        Route(
            "DELETE",
            one,
            drop,
            may,
            "Cancel an export, or forget its file",
            errors=(404,),
            audited=NotAudited("that tickets were taken out was recorded when it began"),
        ),
        Route(
            "GET",
            f"{one}/file",
            file,
            may,
            "The file of an export that is done",
            media_type="application/octet-stream",
            errors=(404, 409),
        ),
    ]


async def _send(exports: TicketExports, job: Job, call: Call) -> web.StreamResponse:
    response = web.StreamResponse(headers=call.headers)
    response.headers["Content-Type"] = TYPES[job.body.format]
    response.headers["Content-Disposition"] = f'attachment; filename="{job.name}"'
    response.content_length = job.size
    job.readers += 1
    try:
        await response.prepare(call.request)
        for start in range(0, job.size, PIECE):
            await response.write(await exports.read(job, start, min(PIECE, job.size - start)))
        await response.write_eof()
    finally:
        job.readers -= 1
    return response

"""Imports of tickets over HTTP: uploaded, mapped, previewed, started, reported."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import Any, Final

from aiohttp import web

from contactcenter.api.cells import guarded
from contactcenter.api.problems import bad_cursor
from contactcenter.api.routes import Call, Route
from contactcenter.api.uploads import stored
from contactcenter.tickets import acts
from contactcenter.tickets.importing.imports import TicketImports
from contactcenter.tickets.importing.settings import (
    ImportList,
    ImportOut,
    MappingBody,
    PreviewOut,
    RemarkList,
    RemarkOut,
    RemarkQuery,
)
from contactcenter.tickets.permissions import TICKETS_IMPORT

PATH: Final = "/api/v1/ticket-imports"
HEADER: Final = ("place", "record", "taken", "field", "value", "reason")
BATCH: Final = 500


def routes(imports: TicketImports) -> list[Route]:
    return [*_jobs(imports), *_acts(imports), *_reports(imports)]


def _jobs(imports: TicketImports) -> list[Route]:
    async def upload(call: Call) -> ImportOut:
        await imports.check_free()
        import_id, path = await asyncio.to_thread(imports.place)
        return await imports.take(import_id, await stored(call, imports.upload, path), call.principal)

    async def every(call: Call) -> ImportList:
        return await imports.every()

    async def get(call: Call) -> ImportOut:
        return await imports.get(call.path("id"))

    async def remove(call: Call) -> None:
        await imports.remove(call.path("id"))

    one, may = f"{PATH}/{{id}}", TICKETS_IMPORT
    return [
        Route("GET", PATH, every, may, "Imports of tickets, the newest first", response=ImportList),
        Route(
            "POST",
            PATH,
            upload,
            may,
            "Upload tickets of elsewhere; the file is read, nothing is taken yet",
            response=ImportOut,
            status=201,
            upload=imports.upload,
            errors=(409, 413),
            audited=(acts.IMPORTED,),
            description="CSV, XLSX, JSON of Zendesk or Zammad (also packed as ZIP), or an export of this product.",
        ),
        Route(
            "GET", one, get, may, "An import with what was found and becomes what", response=ImportOut, errors=(404,)
        ),
        Route(
            "DELETE",
            one,
            remove,
            may,
            "Remove an import with its file and report; tickets stay",
            errors=(404, 409),
            audited=(acts.IMPORTED,),
        ),
    ]


def _acts(imports: TicketImports) -> list[Route]:
    async def map_(call: Call) -> ImportOut:
        return await imports.map(call.path("id"), call.body(MappingBody))

    async def preview(call: Call) -> PreviewOut:
        return await imports.preview(call.path("id"))

    async def start(call: Call) -> ImportOut:
        return await imports.start_one(call.path("id"))

    async def stop(call: Call) -> ImportOut:
        return await imports.stop_one(call.path("id"))

    one, may = f"{PATH}/{{id}}", TICKETS_IMPORT
    done: dict[str, Any] = {"response": ImportOut, "errors": (404, 409), "audited": (acts.IMPORTED,)}
    return [
        Route("PUT", f"{one}/mapping", map_, may, "Say what becomes what", body=MappingBody, **done),
        Route(
            "GET",
            f"{one}/preview",
            preview,
            may,
            "What would become of the first tickets",
            response=PreviewOut,
            errors=(404, 409, 422),
        ),
        Route(
            "POST", f"{one}/start", start, may, "Take the tickets, or go on where it was stopped", status=202, **done
        ),
        Route("POST", f"{one}/stop", stop, may, "Stop; what has been taken stays", **done),
    ]


def _reports(imports: TicketImports) -> list[Route]:
    async def remarks(call: Call) -> RemarkList:
        asked = call.query(RemarkQuery)
        cursor = asked.cursor or "0"
        if not cursor.isdecimal() or len(cursor) > 18:
            raise bad_cursor()
        return await imports.remarks(call.path("id"), int(cursor), asked.limit)

    async def report(call: Call) -> web.StreamResponse:
        return await _report(imports, call)

    one, may = f"{PATH}/{{id}}", TICKETS_IMPORT
    return [
        Route(
            "GET",
            f"{one}/remarks",
            remarks,
            may,
            "What was not taken, and why",
            query=RemarkQuery,
            response=RemarkList,
            errors=(404,),
        ),
        Route("GET", f"{one}/report", report, may, "The same as CSV", media_type="text/csv", errors=(404,)),
    ]


async def _report(imports: TicketImports, call: Call) -> web.StreamResponse:
    import_id = call.path("id")
    page = await imports.remarks(import_id, 0, BATCH)
    response = web.StreamResponse(headers=call.headers)
    response.content_type, response.charset = "text/csv", "utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="import-report.csv"'
    await response.prepare(call.request)
    await response.write(_csv([HEADER]))
    while page.items:
        await response.write(_csv([_line(each) for each in page.items]))
        page = await imports.remarks(import_id, page.items[-1].id, BATCH)
    await response.write_eof()
    return response


def _line(of: RemarkOut) -> tuple[str, ...]:
    taken = "no" if of.refused else "in part"
    return tuple(guarded(cell) for cell in (of.place, of.record, taken, of.field, of.value, of.reason))


def _csv(lines: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()

"""Files given and taken by whoever has a link."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from contactcenter.api.routes import PUBLIC, Call, Route
from contactcenter.api.uploads import received
from contactcenter.tickets.acting import By
from contactcenter.tickets.documents import AttachmentOut
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.files_routes import UPLOADED, download, thumbnail
from contactcenter.tickets.models import TicketAttachment


def routes(
    base: str,
    files: TicketFiles,
    who: Callable[[Call, bool], Awaitable[By]],
    found: Callable[[Call], Awaitable[TicketAttachment]],
    *gone: int,
) -> list[Route]:
    """Below `base`. `who`: has it, to change something or not; `found`: the file that a call
    names by `attachment`; `gone`: with what they refuse besides 404 and 429."""

    async def take(call: Call) -> AttachmentOut:
        by = await who(call, True)
        form = await received(call, files.upload)
        return await files.take(form.files[0], by)

    async def drop(call: Call) -> None:
        await files.drop(call.path("id"), await who(call, False))

    async def give(call: Call) -> web.StreamResponse:
        return await download(files, await found(call), call)

    async def small(call: Call) -> web.StreamResponse:
        return await thumbnail(files, await found(call))

    one = f"{base}/attachments/{{attachment}}"
    shown: dict[str, Any] = {"errors": (403, 404, *gone, 429), "tag": "Portal"}
    sent: dict[str, Any] = {"audited": UPLOADED, "tag": "Portal"}
    return [
        Route("POST", f"{base}/files", take, PUBLIC, "Upload a file for the next message in it",
              response=AttachmentOut, status=201, upload=files.upload, errors=(404, *gone, 413, 429), **sent),
        Route("DELETE", f"{base}/files/{{id}}", drop, PUBLIC, "Remove such a file that was not sent",
              errors=(404, *gone, 429), **sent),
        Route("GET", one, give, PUBLIC, "A file of it", media_type="application/octet-stream", **shown),
        Route("GET", f"{one}/thumbnail", small, PUBLIC, "A small picture of such an image", media_type="image/webp",
              **shown),
    ]  # fmt: skip

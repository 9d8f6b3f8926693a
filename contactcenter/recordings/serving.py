"""A recording as an HTTP answer, whole or in part (RFC 9110 sections 13 and 14): only what is asked for is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from aiohttp import web

from contactcenter.api.problems import Problem
from contactcenter.recordings.files import Opened
from contactcenter.vault.errors import VaultError

PIECE_BYTES = 256 * 1024

log = structlog.get_logger(__name__)


async def serve(request: web.Request, opened: Opened, headers: Mapping[str, str]) -> web.StreamResponse:
    """Closes `opened`. Raises OSError or VaultError while nothing is sent yet; later the connection is cut.

    A cut connection is how a client learns of damage further on: it has been promised more than it got.
    """
    try:
        response = web.StreamResponse(headers={**headers, "Accept-Ranges": "bytes", "ETag": f'"{opened.tag}"'})
        if request.headers.get("If-None-Match") == response.headers["ETag"]:
            response.set_status(304)
            await response.prepare(request)
            return response
        start, end = _range(request, opened, response)
        response.content_length = end - start
        first = await asyncio.to_thread(_read, opened, start, min(end, start + PIECE_BYTES))
        await response.prepare(request)
        if request.method != "HEAD":
            await _send(response, opened, first, start, end, request)
        return response
    finally:
        await asyncio.to_thread(opened.file.close)


def _range(request: web.Request, opened: Opened, response: web.StreamResponse) -> tuple[int, int]:
    """First octet and the one after the last; 206 when the client asked for a part. Raises Problem 416."""
    condition = request.headers.get("If-Range")
    if "Range" not in request.headers or (condition is not None and condition != response.headers["ETag"]):
        return 0, opened.length
    try:
        wanted = request.http_range
    except ValueError:
        raise _unsatisfiable(opened.length) from None
    start = wanted.start or 0
    if start < 0:
        start = max(0, opened.length + start)
    end = opened.length if wanted.stop is None else min(wanted.stop, opened.length)
    if start >= end:
        raise _unsatisfiable(opened.length)
    response.set_status(206)
    response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{opened.length}"
    return start, end


def _unsatisfiable(length: int) -> Problem:
    headers = {"Content-Range": f"bytes */{length}"}
    return Problem(416, "range", "No such part", "The recording has no such part.", headers=headers)


async def _send(
    response: web.StreamResponse, opened: Opened, piece: bytes, start: int, end: int, request: web.Request
) -> None:
    try:
        while True:
            await response.write(piece)
            start += len(piece)
            if start >= end:
                return await response.write_eof()
            piece = await asyncio.to_thread(_read, opened, start, min(end, start + PIECE_BYTES))
            if not piece:
                raise EOFError("the file has become shorter")
    except (OSError, EOFError, VaultError) as error:
        if isinstance(error, ConnectionResetError):
            raise
        log.error("recording.cut_off", error=type(error).__name__)
        if request.transport is not None:
            request.transport.abort()


def _read(opened: Opened, start: int, end: int) -> bytes:
    opened.file.seek(start)
    return opened.file.read(end - start) or b""

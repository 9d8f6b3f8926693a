"""Listening to a recording: the WAV file with ranges, and its waveform."""

import asyncio
import wave
from pathlib import Path
from typing import Annotated

import structlog
from aiohttp import web
from pydantic import BaseModel, Field

from contactcenter.api.problems import Problem, not_found
from contactcenter.api.routes import Call, Route
from contactcenter.audit.accesses import Accesses
from contactcenter.audit.acts import Act, Subject
from contactcenter.interactions.queries import InteractionQueries
from contactcenter.interactions.sight import sight_of
from contactcenter.recordings.acts import RECORDING_HEARD
from contactcenter.recordings.files import Opened, RecordingFiles
from contactcenter.recordings.peaks import Peaks, read_peaks
from contactcenter.recordings.permissions import RECORDINGS_LISTEN
from contactcenter.recordings.serving import serve
from contactcenter.vault.errors import VaultError

log = structlog.get_logger(__name__)


class PeaksQuery(BaseModel):
    buckets: Annotated[int, Field(ge=10, le=4000)] = 1000


class PeaksOut(BaseModel):
    """Per channel (caller, agent) the loudness of each slice, from 0 to 1."""

    duration_s: float
    channels: list[list[float]]


def routes(queries: InteractionQueries, files: RecordingFiles, accesses: Accesses) -> list[Route]:
    async def opened(call: Call) -> Opened:
        found = await queries.one(call.path("id"), sight_of(call.principal, RECORDINGS_LISTEN))
        if found is None or found[0].recording is None:
            raise not_found("recording")
        try:
            return await files.open(Path(found[0].recording["path"]))
        except FileNotFoundError:
            log.error("recording.missing", interaction=found[0].id)
            raise Problem(
                410, "recording-gone", "Recording gone", "The file of this recording is no longer there."
            ) from None
        except (OSError, VaultError) as error:
            raise _unreadable(call, error) from error

    async def listen(call: Call) -> web.StreamResponse:
        headers = {
            "Content-Type": "audio/wav",
            "Content-Disposition": f'inline; filename="{call.path("id")}.wav"',
            "Cache-Control": "private, no-cache",
        }
        recording = await opened(call)
        await accesses.note(Act(kind=RECORDING_HEARD, subject=Subject("interaction", call.path("id"))))
        try:
            return await serve(call.request, recording, headers)
        except (OSError, VaultError) as error:
            if isinstance(error, ConnectionResetError):
                raise
            raise _unreadable(call, error) from error

    async def peaks(call: Call) -> PeaksOut:
        recording = await opened(call)
        try:
            found = await asyncio.to_thread(_peaks, recording, call.query(PeaksQuery).buckets)
        except (OSError, EOFError, wave.Error, VaultError) as error:
            raise _unreadable(call, error) from error
        return PeaksOut(duration_s=found.duration_s, channels=found.channels)

    listen_to = RECORDINGS_LISTEN
    return [
        Route(
            "GET",
            "/api/v1/interactions/{id}/recording",
            listen,
            listen_to,
            "The recording as WAV: left the caller, right the agent",
            description="Ranges are served, so that a player can seek.",
            media_type="audio/wav",
            errors=(404, 410),
            audited=(RECORDING_HEARD,),
        ),
        Route(
            "GET",
            "/api/v1/interactions/{id}/recording/peaks",
            peaks,
            listen_to,
            "The recording's waveform",
            query=PeaksQuery,
            response=PeaksOut,
            errors=(404, 410),
        ),
    ]


def _peaks(recording: Opened, buckets: int) -> Peaks:
    with recording.file:
        return read_peaks(recording.file, buckets)


def _unreadable(call: Call, error: Exception) -> Problem:
    log.error("recording.unreadable", interaction=call.path("id"), error=type(error).__name__, reason=str(error))
    detail = "The file of this recording is damaged, or the key it was sealed with is missing."
    return Problem(500, "recording-unreadable", "Recording unreadable", detail)

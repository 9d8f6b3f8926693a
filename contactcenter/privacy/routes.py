"""Privacy over HTTP: requests about people, holds, retention."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web

from contactcenter.api.problems import Problem
from contactcenter.api.routes import AnyOf, Call, Route
from contactcenter.audit.accesses import Accesses
from contactcenter.audit.acts import Act, NotAudited, Subject
from contactcenter.privacy import acts
from contactcenter.privacy.exporting import context_of, file_of
from contactcenter.privacy.permissions import (
    PRIVACY_ERASE,
    PRIVACY_EXPORT,
    PRIVACY_HOLD,
    PRIVACY_RETAIN,
    PRIVACY_VIEW,
)
from contactcenter.privacy.service import Privacy
from contactcenter.privacy.settings import (
    HoldBody,
    HoldList,
    HoldOut,
    PreviewOut,
    RequestBody,
    RequestList,
    RequestOut,
    RetentionOut,
    RetentionRow,
    RulesBody,
    SubjectBody,
)
from contactcenter.recordings.files import Opened
from contactcenter.recordings.serving import serve
from contactcenter.vault.errors import VaultError
from contactcenter.vault.files import SealedFile
from contactcenter.vault.keyring import Keyring

log = structlog.get_logger(__name__)
BASE = "/api/v1/privacy"


def routes(privacy: Privacy, accesses: Accesses) -> list[Route]:
    return [*_requests(privacy, accesses), *_holds(privacy), *_retention(privacy)]


def _requests(privacy: Privacy, accesses: Accesses) -> list[Route]:
    requests = privacy.requests

    async def every(call: Call) -> RequestList:
        return await requests.every()

    async def one(call: Call) -> RequestOut:
        return await requests.one(call.path("id"))

    async def preview(call: Call) -> PreviewOut:
        return await requests.preview(call.body(SubjectBody))

    async def export(call: Call) -> RequestOut:
        return await requests.ask("export", call.body(RequestBody))

    async def erase(call: Call) -> RequestOut:
        return await requests.ask("erase", call.body(RequestBody))

    async def download(call: Call) -> web.StreamResponse:
        row = await requests.row(call.path("id"))
        if row.kind != "export" or row.state != "done":
            detail = "This export has expired, has not been made yet, or is none at all."
            raise Problem(410, "no-export", "There is no file", detail)
        try:
            opened = await asyncio.to_thread(_open, privacy.ground.vault.keyring, privacy, row.id)
        except (OSError, VaultError) as error:
            log.error("privacy.export_unreadable", request=row.id, error=type(error).__name__)
            detail = "The file is gone or damaged; ask for the export again."
            raise Problem(410, "no-export", "There is no file", detail) from error
        await accesses.note(Act(kind=acts.EXPORT_TAKEN, subject=Subject("privacy_request", row.id)))
        headers = {
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="personal-data-{row.id[:8]}.zip"',
            "Cache-Control": "private, no-store",
        }
        return await serve(call.request, opened, headers)

    path = f"{BASE}/requests"
    return [
        Route("GET", path, every, PRIVACY_VIEW, "Requests about personal data, newest first", response=RequestList),
        Route("GET", f"{path}/{{id}}", one, PRIVACY_VIEW, "One request", response=RequestOut, errors=(404,)),
        Route(
            "POST",
            f"{BASE}/preview",
            preview,
            AnyOf(PRIVACY_EXPORT, PRIVACY_ERASE),
            "What there is about a person",
            body=SubjectBody,
            response=PreviewOut,
            errors=(422,),
            audited=NotAudited("Counts only; asking for the data is recorded."),
        ),
        Route(
            "POST",
            f"{BASE}/exports",
            export,
            PRIVACY_EXPORT,
            "Have everything about a person put together",
            body=RequestBody,
            response=RequestOut,
            status=202,
            errors=(422,),
            audited=(acts.EXPORT_ASKED, acts.EXPORT_MADE),
        ),
        Route(
            "POST",
            f"{BASE}/erasures",
            erase,
            PRIVACY_ERASE,
            "Forget a person",
            body=RequestBody,
            response=RequestOut,
            status=202,
            errors=(409, 422),
            audited=(acts.ERASURE_ASKED, acts.ERASURE_DONE),
        ),
        Route(
            "GET",
            f"{path}/{{id}}/download",
            download,
            PRIVACY_EXPORT,
            "The file of an export",
            media_type="application/zip",
            errors=(404, 410),
            audited=(acts.EXPORT_TAKEN,),
        ),
    ]


def _open(keyring: Keyring, privacy: Privacy, request_id: str) -> Opened:
    sealed = SealedFile(keyring, file_of(privacy.ground.folder, request_id), context_of(request_id))
    return Opened(sealed, sealed.header.length, sealed.header.salt[:16].hex())


def _holds(privacy: Privacy) -> list[Route]:
    async def every(call: Call) -> HoldList:
        return await privacy.holds.every()

    async def of_interaction(call: Call) -> HoldList:
        return await privacy.holds.of_interaction(call.path("id"))

    async def hold(call: Call) -> HoldOut:
        return await privacy.holds.set(call.body(HoldBody))

    async def release(call: Call) -> None:
        await privacy.holds.release(call.path("id"))
        privacy.runner.wake()

    path = f"{BASE}/holds"
    return [
        Route("GET", path, every, PRIVACY_VIEW, "Legal holds, those in force first", response=HoldList),
        Route(
            "GET",
            "/api/v1/interactions/{id}/holds",
            of_interaction,
            PRIVACY_VIEW,
            "Legal holds in force on an interaction",
            response=HoldList,
        ),
        Route(
            "POST",
            path,
            hold,
            PRIVACY_HOLD,
            "Put a person's data, or interactions, on legal hold",
            body=HoldBody,
            response=HoldOut,
            status=201,
            errors=(422,),
            audited=(acts.HOLD_SET,),
        ),
        Route(
            "DELETE",
            f"{path}/{{id}}",
            release,
            PRIVACY_HOLD,
            "Release a legal hold",
            status=204,
            errors=(404, 409),
            audited=(acts.HOLD_RELEASED,),
        ),
    ]


def _retention(privacy: Privacy) -> list[Route]:
    retention = privacy.retention

    async def shown(call: Call) -> RetentionOut:
        return await retention.shown()

    async def change(call: Call) -> RetentionOut:
        return await retention.set(call.body(RulesBody))

    async def preview(call: Call) -> list[RetentionRow]:
        return await retention.preview(retention.checked(call.body(RulesBody)))

    async def run(call: Call) -> RetentionOut:
        retention.run_now()
        return await retention.shown()

    path = f"{BASE}/retention"
    return [
        Route("GET", path, shown, PRIVACY_VIEW, "How long what is kept, and what would go now", response=RetentionOut),
        Route(
            "PUT",
            path,
            change,
            PRIVACY_RETAIN,
            "Say how long what is kept",
            body=RulesBody,
            response=RetentionOut,
            errors=(422,),
            audited=(acts.RETENTION_SET,),
        ),
        Route(
            "POST",
            f"{path}/preview",
            preview,
            PRIVACY_VIEW,
            "What such rules would take now",
            body=RulesBody,
            response=list[RetentionRow],
            errors=(422,),
            audited=NotAudited("Nothing is changed."),
        ),
        Route(
            "POST",
            f"{path}/run",
            run,
            PRIVACY_RETAIN,
            "Take what the rules say now, not only at night",
            response=RetentionOut,
            status=202,
            errors=(409,),
            audited=(acts.RETENTION_RUN,),
        ),
    ]

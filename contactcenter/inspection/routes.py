"""The audit trail over HTTP: searched, exported, its state, verified."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

from aiohttp import web
from pydantic import BaseModel

from contactcenter.api.problems import Problem
from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import AUDIT_EXPORTED, AUDIT_VERIFIED, TRAIL, Act, ActKind
from contactcenter.audit.recorder import note
from contactcenter.audit.trail import Trail
from contactcenter.inspection.permissions import AUDIT_EXPORT, AUDIT_VIEW
from contactcenter.inspection.queries import AuditFilter, AuditQueries, AuditQuery
from contactcenter.inspection.shown import EntryOut, csv_head, csv_lines, entry_out, jsonl
from contactcenter.moments import iso


class EntryPage(BaseModel):
    items: list[EntryOut]
    next_cursor: int | None


class ExportQuery(AuditFilter):
    format: Literal["csv", "jsonl"] = "csv"


class FindingOut(BaseModel):
    """`kind`: changed, missing, moved, cut, replaced, unknown-key or bad-anchor; `seq`: the place where it begins."""

    kind: str
    seq: int
    sentence: str


class VerificationOut(BaseModel):
    """`done` of `total` entries while `running`. What was found stands from the last one that came to its end."""

    running: bool
    done: int
    total: int
    ended_at: str | None
    verified_until: int | None
    finding: FindingOut | None


class AnchorOut(BaseModel):
    seq: int
    cut_at: datetime


class KindOut(BaseModel):
    name: str
    summary: str


class PersonOut(BaseModel):
    id: str
    name: str


class StateOut(BaseModel):
    """`first` and `last` are places in the chain; `anchor` says up to where old entries have been cut; `keep_days` 0:
    they are kept for ever. `wrong`: what is the matter, as a sentence. `kinds`: acts there can be; `actors`: people who
    have done something."""

    first: int | None
    last: int | None
    unsealed: int
    anchor: AnchorOut | None
    keep_days: float
    verification: VerificationOut
    wrong: str | None
    kinds: list[KindOut]
    actors: list[PersonOut]


def routes(trail: Trail, kinds: Callable[[], Iterable[ActKind]]) -> list[Route]:
    queries = AuditQueries(trail.database)

    async def page(call: Call) -> EntryPage:
        rows, cursor = await queries.page(call.query(AuditQuery))
        return EntryPage(items=[entry_out(row) for row in rows], next_cursor=cursor)

    async def state(call: Call) -> StateOut:
        return await _state(trail, queries, kinds())

    async def verify(call: Call) -> VerificationOut:
        if not trail.verify_soon():
            raise Problem(409, "verifying", "Already at it", "The trail is being verified already.")
        await note(trail.database, Act(kind=AUDIT_VERIFIED, subject=TRAIL))
        return _verification(trail)

    async def export(call: Call) -> web.StreamResponse:
        return await _export(trail, queries, call)

    path = "/api/v1/audit"
    return [
        Route("GET", path, page, AUDIT_VIEW, "Who did what, newest first", query=AuditQuery, response=EntryPage),
        Route("GET", f"{path}/state", state, AUDIT_VIEW, "The state of the chain", response=StateOut),
        Route(
            "POST",
            f"{path}/verify",
            verify,
            AUDIT_VIEW,
            "Verify the whole chain now",
            response=VerificationOut,
            status=202,
            errors=(409,),
            audited=(AUDIT_VERIFIED,),
        ),
        Route(
            "GET",
            f"{path}/export",
            export,
            AUDIT_EXPORT,
            "The trail as a file, oldest first",
            query=ExportQuery,
            media_type="text/csv",
            or_as=("application/jsonl",),
            description="CSV, or with format=jsonl one JSON object a line. With seals, so that it can be checked.",
            audited=(AUDIT_EXPORTED,),
        ),
    ]


async def _state(trail: Trail, queries: AuditQueries, kinds: Iterable[ActKind]) -> StateOut:
    first, last, unsealed = await queries.extent()
    anchor = await trail.anchor()
    names = {row.actor_id: row.actor_name for row in await queries.actors()}
    return StateOut(
        first=first,
        last=last,
        unsealed=unsealed,
        anchor=None if anchor is None else AnchorOut(seq=anchor.seq, cut_at=anchor.cut_at),
        keep_days=trail.keep_s / 86_400,
        verification=_verification(trail),
        wrong=trail.wrong,
        kinds=[KindOut(name=kind.name, summary=kind.summary) for kind in kinds],
        actors=sorted(
            (PersonOut(id=actor_id, name=name) for actor_id, name in names.items()),
            key=lambda person: (person.name.casefold(), person.id),
        ),
    )


def _verification(trail: Trail) -> VerificationOut:
    state, verdict = trail.verification, trail.verification.verdict
    finding = None
    if verdict is not None and verdict.finding is not None:
        found = verdict.finding
        finding = FindingOut(kind=found.kind, seq=found.seq, sentence=found.sentence)
    return VerificationOut(
        running=state.running,
        done=state.done,
        total=state.total,
        ended_at=iso(state.ended_at),
        verified_until=None if verdict is None else verdict.last,
        finding=finding,
    )


async def _export(trail: Trail, queries: AuditQueries, call: Call) -> web.StreamResponse:
    """Recorded before the first byte leaves."""
    wanted = call.query(ExportQuery)
    asked = wanted.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"format": wanted.format}
    await note(trail.database, Act(kind=AUDIT_EXPORTED, subject=TRAIL, after=asked))
    as_csv = wanted.format == "csv"
    response = web.StreamResponse(headers=call.headers)
    response.content_type = "text/csv" if as_csv else "application/jsonl"
    response.charset = "utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="audit.{wanted.format}"'
    await response.prepare(call.request)
    if as_csv:
        await response.write(csv_head())
    async for rows in queries.every(wanted):
        await response.write(csv_lines(rows) if as_csv else jsonl(rows))
    await response.write_eof()
    return response

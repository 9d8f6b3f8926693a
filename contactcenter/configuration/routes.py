"""The set-up as files over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from contactcenter.api.fields import Settings
from contactcenter.api.problems import Problem
from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import Act, NotAudited, Subject
from contactcenter.audit.recorder import note
from contactcenter.configuration.acts import CONFIGURATION_APPLIED
from contactcenter.configuration.files import MAX_BYTES, Mistakes
from contactcenter.configuration.permissions import CONFIGURATION_MANAGE
from contactcenter.configuration.plan import Plan, apply, export, plan
from contactcenter.section import Section
from contactcenter.storage.database import Database

FileName = Annotated[str, StringConstraints(max_length=100)]
FileText = Annotated[str, StringConstraints(max_length=MAX_BYTES)]


class Files(BaseModel):
    """Texts by file name, as "queues.yaml"."""

    files: dict[str, str]


class FilesIn(Settings):
    """A section without a file stays as it is. `prune`: what a file does not name is removed."""

    files: dict[FileName, FileText] = Field(max_length=100)
    prune: bool = False


class ChangeOut(BaseModel):
    """`what`: create, change or remove; `fields` that differ, of a change."""

    section: str
    id: str
    what: str
    fields: list[str]


class PlanOut(BaseModel):
    """`kept`: how many that no file names stay."""

    changes: list[ChangeOut]
    kept: int


def routes(database: Database, sections: Callable[[], Sequence[Section]]) -> list[Route]:
    """`sections` in the order in which they are applied."""

    async def export_all(call: Call) -> Files:
        return Files(files=await export(sections()))

    async def planned(call: Call) -> PlanOut:
        body = call.body(FilesIn)
        return _out(await _plan(sections(), body))

    async def applied(call: Call) -> PlanOut:
        body = call.body(FilesIn)
        done = await _plan(sections(), body)
        if done:
            try:
                await apply(sections(), done, database)
            except Mistakes as mistakes:
                raise _problem(mistakes) from mistakes
            after = {"changes": len(done.changes), "prune": body.prune}
            await note(database, Act(kind=CONFIGURATION_APPLIED, subject=Subject("configuration", "all"), after=after))
        return _out(done)

    path = "/api/v1/configuration"
    return [
        Route("GET", path, export_all, CONFIGURATION_MANAGE, "The set-up as YAML files", response=Files),
        Route(
            "POST",
            f"{path}/plan",
            planned,
            CONFIGURATION_MANAGE,
            "What applying files would change",
            body=FilesIn,
            response=PlanOut,
            audited=NotAudited("it changes nothing"),
        ),
        Route(
            "POST",
            path,
            applied,
            CONFIGURATION_MANAGE,
            "Make everything as the files say, all or nothing",
            body=FilesIn,
            response=PlanOut,
            audited=(CONFIGURATION_APPLIED,),
        ),
    ]


async def _plan(sections: Sequence[Section], body: FilesIn) -> Plan:
    try:
        return await plan(sections, body.files, prune=body.prune)
    except Mistakes as mistakes:
        raise _problem(mistakes) from mistakes


def _problem(mistakes: Mistakes) -> Problem:
    errors = [{"field": f"{each.file}:{each.line}", "message": each.sentence} for each in mistakes.found]
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    title = "The files cannot be applied"
    return Problem(422, "invalid-files", title, f"{mistakes.found[0]}{more}", field="files", errors=errors)


def _out(planned: Plan) -> PlanOut:
    changes = [
        ChangeOut(section=each.section, id=each.id, what=each.what, fields=list(each.fields))
        for each in planned.changes
    ]
    return PlanOut(changes=changes, kept=planned.kept)

"""The set-up as files over HTTP."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from contactcenter.api.fields import Settings
from contactcenter.api.problems import Problem
from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import Act, NotAudited, Subject
from contactcenter.audit.recorder import note
from contactcenter.configuration.acts import CONFIGURATION_APPLIED, CONFIGURATION_EXPORTED
from contactcenter.configuration.files import MAX_BYTES, Mistakes
from contactcenter.configuration.permissions import CONFIGURATION_MANAGE
from contactcenter.configuration.plan import Plan, apply, export, plan
from contactcenter.permissions import Principal
from contactcenter.section import Section
from contactcenter.storage.database import Database

FileName = Annotated[str, StringConstraints(max_length=100)]
FileText = Annotated[str, StringConstraints(max_length=MAX_BYTES)]
PATH = "/api/v1/configuration"


class Files(BaseModel):
    """Texts by file name, as "queues.yaml"."""

    files: dict[str, str]


class FilesIn(Settings):
    """A section without a file stays as it is. `prune`: what a file does not name is removed."""

    files: dict[FileName, FileText] = Field(max_length=100)
    prune: bool = False


class DifferenceOut(BaseModel):
    """One field before and after; null where there is nothing."""

    field: str
    before: Any
    after: Any


class ChangeOut(BaseModel):
    """`what`: create, change or remove; `fields` that differ, of a change; `line` of the section's file that asks for
    it, 0: what no file names."""

    section: str
    id: str
    what: str
    fields: list[str]
    differences: list[DifferenceOut]
    line: int


class PlanOut(BaseModel):
    """`kept`: how many that no file names stay. `sections`: what each is called, in the order in which they are
    applied."""

    changes: list[ChangeOut]
    kept: int
    sections: dict[str, str]


class ProgressOut(BaseModel):
    """`done` of `total` changes of what is being applied, at `section`; all of it counts, or nothing of it."""

    running: bool
    done: int
    total: int
    section: str


class Applying:
    """One at a time; what it has come to is kept for whoever looks on."""

    def __init__(self, database: Database, sections: Callable[[], Sequence[Section]]) -> None:
        self._database = database
        self._sections = sections
        self._progress = ProgressOut(running=False, done=0, total=0, section="")

    @property
    def progress(self) -> ProgressOut:
        return self._progress

    async def plan(self, body: FilesIn) -> Plan:
        """Raises Problem 422 that names file and line of all that is wrong."""
        try:
            return await plan(self._sections(), body.files, prune=body.prune)
        except Mistakes as mistakes:
            raise _problem(mistakes) from mistakes

    async def apply(self, body: FilesIn, by: Principal) -> Plan:
        """Raises Problem 422, or 409 while another one is applied."""
        if self._progress.running:
            raise Problem(409, "busy", "Not now", "Files are being applied already. Look again when that is done.")
        self._progress = ProgressOut(running=True, done=0, total=0, section="")
        try:
            planned = await self.plan(body)
            total = len(planned.changes)

            def told(done: int, section: str) -> None:
                self._progress = ProgressOut(running=True, done=done, total=total, section=section)

            if planned:
                await apply(self._sections(), planned, self._database, by=by, told=told)
            return planned
        except Mistakes as mistakes:
            raise _problem(mistakes) from mistakes
        finally:
            self._progress = self._progress.model_copy(update={"running": False})


def routes(database: Database, sections: Callable[[], Sequence[Section]]) -> list[Route]:
    """`sections` in the order in which they are applied."""
    files = Applying(database, sections)

    async def exported() -> dict[str, str]:
        subject = Subject("configuration", "all")
        await note(database, Act(kind=CONFIGURATION_EXPORTED, subject=subject))
        return await export(sections())

    async def export_all(call: Call) -> Files:
        return Files(files=await exported())

    async def archive(call: Call) -> web.Response:
        packed = await asyncio.to_thread(_packed, await exported())
        headers = {"Content-Disposition": 'attachment; filename="configuration.zip"', **call.headers}
        return web.Response(body=packed, content_type="application/zip", headers=headers)

    async def planned(call: Call) -> PlanOut:
        return _out(await files.plan(call.body(FilesIn)), sections())

    async def applied(call: Call) -> PlanOut:
        return _out(await files.apply(call.body(FilesIn), call.principal), sections())

    async def progress(call: Call) -> ProgressOut:
        return files.progress

    may, out = CONFIGURATION_MANAGE, (CONFIGURATION_EXPORTED,)
    return [
        Route("GET", PATH, export_all, may, "The set-up as YAML files", response=Files, fresh=True, audited=out),
        Route(
            "GET",
            f"{PATH}/archive",
            archive,
            may,
            "The set-up as YAML files in a ZIP",
            media_type="application/zip",
            audited=out,
        ),
        Route(
            "POST",
            f"{PATH}/plan",
            planned,
            may,
            "What applying files would change",
            body=FilesIn,
            response=PlanOut,
            audited=NotAudited("it changes nothing"),
        ),
        Route(
            "POST",
            PATH,
            applied,
            may,
            "Make everything as the files say, all or nothing",
            body=FilesIn,
            response=PlanOut,
            errors=(409,),
            audited=(CONFIGURATION_APPLIED,),
        ),
        Route("GET", f"{PATH}/progress", progress, may, "How far applying has come", response=ProgressOut),
    ]


def _packed(texts: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text.encode())
    return packed.getvalue()


def _problem(mistakes: Mistakes) -> Problem:
    errors = [
        {"field": f"{each.file}:{each.line}", "file": each.file, "line": each.line, "message": each.sentence}
        for each in mistakes.found
    ]
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    title = "The files cannot be applied"
    return Problem(422, "invalid-files", title, f"{mistakes.found[0]}{more}", field="files", errors=errors)


def _out(planned: Plan, sections: Sequence[Section]) -> PlanOut:
    changes = [
        ChangeOut(
            section=each.section,
            id=each.id,
            what=each.what,
            fields=list(each.fields),
            differences=[
                DifferenceOut(field=one.field, before=one.before, after=one.after) for one in each.differences
            ],
            line=each.line,
        )
        for each in planned.changes
    ]
    titles = {section.name: section.title for section in sections}
    return PlanOut(changes=changes, kept=planned.kept, sections=titles)

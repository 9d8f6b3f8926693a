"""Flow files looked at, tried out and changed from a page: checked, written, kept as a version, recorded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from contactcenter.api.fields import bad, taken
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.audit.recorder import record
from contactcenter.flows.acts import FLOW_MADE, FLOW_REMOVED, FLOW_RENAMED, FLOW_RESTORED, FLOW_SAVED
from contactcenter.flows.files import FlowFiles, NoSuchFile
from contactcenter.flows.interpreter import Calendars, Session
from contactcenter.flows.model import Flow
from contactcenter.flows.models import FlowVersion
from contactcenter.flows.picture import drawn
from contactcenter.flows.problems import FlowProblem
from contactcenter.flows.samples import SAMPLES, filled_in
from contactcenter.flows.settings import (
    CheckBody,
    Checked,
    DiffOut,
    EntryOut,
    FlowList,
    FlowOut,
    FlowRow,
    FlowUse,
    NewFlow,
    ProblemOut,
    SavedFlow,
    Standing,
    StepOut,
    TrialOut,
    TryBody,
    VersionList,
    VersionOut,
    VersionRow,
)
from contactcenter.flows.store import FlowState, FlowStore, UnknownFlow
from contactcenter.flows.trial import Doing, tried
from contactcenter.flows.versions import FlowVersions, difference, digest_of
from contactcenter.storage.database import Database

Uses = Callable[[str], FlowUse]
"""Who needs a flow, by its name."""


class FlowSetUp:
    """`uses`: who leads to a flow; `house` gives the house's name; `now` unix seconds."""

    def __init__(
        self,
        database: Database,
        store: FlowStore,
        *,
        uses: Uses,
        calendars: Calendars,
        house: Callable[[], str] = lambda: "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._store = store
        self._uses = uses
        self._calendars = calendars
        self._house = house
        self._now = now
        self._files = FlowFiles(store.directory)
        self._versions = FlowVersions(database, now)
        self._lock = asyncio.Lock()

    def every(self) -> FlowList:
        return FlowList(items=[self._row(state) for state in self._store.states()])

    async def get(self, file: str) -> FlowOut:
        """Raises Problem 404."""
        state = self._state(file)
        text = "" if _gone(state) else await self._read(file)
        picture = _picture(state.flow, text) if state.flow is not None else []
        return FlowOut(**self._row(state).model_dump(), text=text, digest=digest_of(text), picture=picture)

    def check(self, body: CheckBody) -> Checked:
        flow, problems = self._store.look(body.text, body.file)
        picture = _picture(flow, body.text) if flow is not None else []
        return Checked(flow=flow.name if flow else None, problems=_problems(problems), picture=picture)

    def tried(self, body: TryBody) -> TrialOut:
        """Raises Problem 422 for a text with errors."""
        flow = self._good(body.text, "flow.yaml")
        data = {"caller": "+4930123456", "called": "1000", "calls_before": "0", **body.data}
        session = Session(flow, data, calendars=self._calendars, flows=self._flow)
        doings = [Doing(each.do, each.keys, each.reason, each.to, each.value or "") for each in body.doings]
        trial = tried(session, doings, body.at.timestamp() if body.at else self._now())
        return TrialOut(
            entries=[EntryOut(**asdict(each)) for each in trial.entries],
            may=list(trial.may),
            step=trial.step,
            data=trial.data,
            outcome=trial.outcome,
            used=trial.used,
        )

    async def versions(self, file: str) -> VersionList:
        """The newest first. Raises Problem 404."""
        self._name(file)
        rows = await self._versions.every(file)
        if not rows:
            self._state(file)
        now = digest_of(await self._read(file)) if await asyncio.to_thread(self._files.exists, file) else ""
        return VersionList(items=[_version(row, now) for row in rows])

    async def version(self, file: str, version_id: int) -> VersionOut:
        """Raises Problem 404."""
        self._name(file)
        row = await self._versions.one(file, version_id)
        if row is None:
            raise not_found("version")
        current = await self._read(file) if await asyncio.to_thread(self._files.exists, file) else ""
        lines = await asyncio.to_thread(difference, row.text, current)
        shown = _version(row, digest_of(current))
        return VersionOut(**shown.model_dump(), text=row.text, difference=[DiffOut(**asdict(line)) for line in lines])

    async def make(self, body: NewFlow, *, queue: str, calendar: str) -> FlowOut:
        """`queue` and `calendar` are put into a sample. Raises Problem 409 for a name that is taken, 422."""
        file = body.file or f"{body.name}.yaml"
        text = body.text if body.text is not None else self.sample(body.name, body.sample or "queue", queue, calendar)
        async with self._lock:
            if await asyncio.to_thread(self._files.exists, file):
                raise taken("file", f"There is a file {file} already.")
            if body.name in self._store.names:
                raise taken("name", f"There is a flow {body.name!r} already.")
            flow = self._good(text, file)
            if flow.name != body.name:
                raise bad("text", f"its first line must be `flow: {body.name}`.")
            await self._write(FLOW_MADE, file, None, text)
        return await self.get(file)

    async def save(self, file: str, body: SavedFlow) -> FlowOut:
        """Raises Problem 404, 409 when the file has changed since it was read or the flow's name is needed, 422 for a
        text with errors: a server would not start with it."""
        async with self._lock:
            state = self._state(file)
            before = None if _gone(state) else await self._read(file)
            if body.digest is not None and before is not None and digest_of(before) != body.digest:
                detail = "The file was changed meanwhile. Load it again, or save over it."
                raise Problem(409, "changed-meanwhile", "Changed meanwhile", detail, field="text")
            self._check_name(state, self._good(body.text, file))
            await self._write(FLOW_SAVED, file, before, body.text, body.note)
        return await self.get(file)

    async def restore(self, file: str, version_id: int) -> FlowOut:
        """Raises Problem 404, 409, 422 when it would be broken now."""
        self._name(file)
        async with self._lock:
            row = await self._versions.one(file, version_id)
            if row is None:
                raise not_found("version")
            there = await asyncio.to_thread(self._files.exists, file)
            before = await self._read(file) if there else None
            if there:
                self._check_name(self._state(file), self._good(row.text, file))
            else:
                self._good(row.text, file)
            note = f"restored from {row.made_at:%Y-%m-%d %H:%M} UTC"
            await self._write(FLOW_RESTORED, file, before, row.text, note)
        return await self.get(file)

    async def rename(self, file: str, to: str) -> FlowOut:
        """The file; the flow keeps its name. Raises Problem 404, 409 for a file that is there."""
        async with self._lock:
            state = self._state(file)
            self._name(to, "file")
            async with self._database.transaction() as session:
                await self._versions.rename(session, file, to)
                act = Act(kind=FLOW_RENAMED, subject=_subject(state, to), before={"file": file}, after={"file": to})
                await record(session, act)
                # Last, so that nothing is renamed without its entry; the disk may refuse.
                await self._blocking(self._files.rename, file, to)
            self._store.forget(file)
            await asyncio.to_thread(self._store.poll)
        return await self.get(to)

    async def remove(self, file: str) -> None:
        """Its versions stay. Raises Problem 404, 409 while something leads to it."""
        async with self._lock:
            state = self._state(file)
            if state.flow is not None and (use := self._uses(state.flow.name)):
                raise _in_use(state.flow.name, use)
            before = None if _gone(state) else await self._read(file)
            async with self._database.transaction() as session:
                if before is not None:
                    await self._versions.keep(session, file, None, before, "removed")
                act = Act(kind=FLOW_REMOVED, subject=_subject(state, file), before={"file": file, "text": before or ""})
                await record(session, act)
                # Last, so that nothing is gone without its entry; the disk may refuse.
                if before is not None:
                    await self._blocking(self._files.remove, file)
            self._store.forget(file)
            await asyncio.to_thread(self._store.poll)

    async def _write(self, kind: ActKind, file: str, before: str | None, text: str, note: str = "") -> None:
        flow, _ = self._store.look(text, file)
        async with self._database.transaction() as session:
            await self._versions.keep(session, file, before, text, note)
            subject = Subject("flow", file, flow.name if flow is not None else "")
            shown = None if before is None else {"text": before}
            await record(session, Act(kind=kind, subject=subject, before=shown, after={"text": text}))
            await self._blocking(self._files.write, file, text)
        await asyncio.to_thread(self._store.poll)

    async def _blocking(self, act: Callable[..., None], *arguments: str) -> None:
        try:
            await asyncio.to_thread(act, *arguments)
        except FileExistsError:
            raise taken("file", "There is a file of this name already.") from None
        except NoSuchFile:
            raise not_found("flow") from None
        except OSError as error:
            raise _disk(error) from error

    def sample(self, name: str, sample_id: str, queue: str, calendar: str) -> str:
        """The text of a sample, filled in. Raises Problem 422."""
        sample = next((each for each in SAMPLES if each.id == sample_id), None)
        if sample is None:
            raise bad("sample", f"there is no sample {sample_id!r}.")
        if not queue:
            raise bad("queue", "make a queue first, for calls to wait in.")
        if sample.needs_calendar and not calendar:
            raise bad("calendar", "make a calendar first; this flow asks one.")
        return filled_in(sample, name=name, house=self._house(), queue=queue, calendar=calendar)

    def _check_name(self, state: FlowState, flow: Flow) -> None:
        """That nothing loses the flow it leads to, and no two files hold one flow."""
        if state.flow is None or flow.name != state.flow.name:
            if any(each.flow is not None and each.flow.name == flow.name for each in self._store.states()):
                raise taken("text", f"There is a flow {flow.name!r} in another file already.")
            if state.flow is not None and (use := self._uses(state.flow.name)):
                raise _in_use(state.flow.name, use)

    def _good(self, text: str, file: str) -> Flow:
        flow, problems = self._store.look(text, file)
        if flow is not None:
            return flow
        first = next(problem for problem in problems if problem.severity == "error")
        errors = [
            {"field": f"text:{each.line}:{each.column}", "message": each.message}
            for each in problems
            if each.severity == "error"
        ]
        hint = f" ({first.hint})" if first.hint else ""
        detail = f"Line {first.line}: {first.message}{hint}."
        raise Problem(422, "broken-flow", "This flow has errors", detail, field="text", errors=errors)

    def _flow(self, name: str) -> Flow | None:
        try:
            return self._store.flow(name)
        except UnknownFlow:
            return None

    def _name(self, file: str, field: str | None = None) -> None:
        try:
            self._files.path(file)
        except NoSuchFile:
            raise (not_found("flow") if field is None else bad(field, "is no name a flow file may have.")) from None

    def _state(self, file: str) -> FlowState:
        found = next((state for state in self._store.states() if state.file == file), None)
        if found is None:
            raise not_found("flow")
        return found

    async def _read(self, file: str) -> str:
        try:
            return await asyncio.to_thread(self._files.read, file)
        except NoSuchFile:
            raise not_found("flow") from None
        except OSError as error:
            raise _disk(error) from error

    def _row(self, state: FlowState) -> FlowRow:
        flow = state.flow
        return FlowRow(
            file=state.file,
            flow=flow.name if flow else None,
            description=flow.description if flow else "",
            language=flow.language if flow else "",
            steps=len(flow.steps) if flow else 0,
            state=_standing(state),
            problems=_problems(state.problems),
            used_by=self._uses(flow.name) if flow else FlowUse(),
            changed_at=_changed_at(self._store.directory / state.file),
        )


def _gone(state: FlowState) -> bool:
    return not state.digest


def _standing(state: FlowState) -> Standing:
    if _gone(state):
        return "gone"
    if state.broken:
        return "broken"
    return "warned" if state.problems else "good"


def _changed_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None


def _problems(problems: Iterable[FlowProblem]) -> list[ProblemOut]:
    return [
        ProblemOut(line=each.line, column=each.column, message=each.message, hint=each.hint, severity=each.severity)
        for each in problems
    ]


def _picture(flow: Flow, text: str) -> list[StepOut]:
    return [StepOut.model_validate(asdict(step)) for step in drawn(flow, text)]


def _version(row: FlowVersion, current: str) -> VersionRow:
    return VersionRow(
        id=row.id,
        made_at=row.made_at,
        by=row.by_name,
        note=row.note,
        lines=row.text.count("\n") + 1,
        current=row.digest == current,
    )


def _subject(state: FlowState, file: str) -> Subject:
    return Subject("flow", file, state.flow.name if state.flow else "")


def _in_use(name: str, use: FlowUse) -> Problem:
    where = ["calls that come in"] if use.entry else []
    where += [f"the number {number}" for number in use.numbers[:3]] + [f"the flow {flow}" for flow in use.flows[:3]]
    detail = f"The flow {name!r} is needed: {', '.join(where)}. Lead that elsewhere first."
    return Problem(409, "in-use", "Still in use", detail, used_by=use.model_dump())


def _disk(error: OSError) -> Problem:
    reason = error.strerror or type(error).__name__
    detail = f"The flow's file cannot be written: {reason}. Look at the rights of its folder."
    return Problem(503, "disk", "Not written", detail)

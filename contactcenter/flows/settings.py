"""Flows over HTTP: what is taken and what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from acd.model import OverflowCause, TargetKind
from contactcenter.api.fields import Name, Settings
from contactcenter.flows.source import MAX_BYTES
from contactcenter.flows.trial import Do

FlowText = Annotated[str, StringConstraints(max_length=MAX_BYTES)]
FileName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.ya?ml$"), Field(description="As main.yaml.")
]
FlowName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=64)]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9*#]{0,64}$")]


class ProblemOut(BaseModel):
    """`line` and `column` from 1; `hint` says what to write instead."""

    line: int
    column: int
    message: str
    hint: str
    severity: Literal["error", "warning"]


class WayOut(BaseModel):
    to: str
    label: str
    by: str
    line: int


class StepOut(BaseModel):
    """`row` and `column` place it in a picture; `reached`: some way leads there."""

    name: str
    kind: str
    text: str
    line: int
    row: int
    column: int
    reached: bool
    ways: list[WayOut]


class FlowUse(BaseModel):
    """`entry`: calls start here; `numbers` that lead here; `flows` that hand over to it."""

    entry: bool = False
    numbers: list[str] = Field(default=[])
    flows: list[str] = Field(default=[])

    def __bool__(self) -> bool:
        return bool(self.entry or self.numbers or self.flows)


Standing = Literal["good", "warned", "broken", "gone"]


class FlowRow(BaseModel):
    """`state`: good; warned (in use, with warnings); broken (the last good version is in use, if there was one);
    gone (the file is, the flow still in use). `flow` null: none of it ever was good."""

    file: str
    flow: str | None
    description: str
    language: str
    steps: int
    state: Standing
    problems: list[ProblemOut]
    used_by: FlowUse
    changed_at: datetime | None


class FlowList(BaseModel):
    items: list[FlowRow]


class FlowOut(FlowRow):
    """`digest` of the text, to be sent with a change; `picture` is that of the version in use."""

    text: str
    digest: str
    picture: list[StepOut]


class CheckBody(Settings):
    text: FlowText
    file: FileName = "flow.yaml"


class Checked(BaseModel):
    """`picture` while there is no error."""

    flow: str | None
    problems: list[ProblemOut]
    picture: list[StepOut]


class NewFlow(Settings):
    """With a `text`, or from a `sample`. Without `file` it is named after the flow."""

    name: FlowName
    file: FileName | None = None
    text: FlowText | None = None
    sample: str | None = None
    queue: str | None = None
    calendar: str | None = None


class SavedFlow(Settings):
    """`digest` of the text that was edited: refused when the file has changed meanwhile; null overwrites."""

    text: FlowText
    digest: str | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class NewFile(Settings):
    file: FileName


class VersionRow(BaseModel):
    """`by` is empty when the file was changed on the disk."""

    id: int
    made_at: datetime
    by: str
    note: str
    lines: int
    current: bool


class VersionList(BaseModel):
    items: list[VersionRow]


class DiffOut(BaseModel):
    what: Literal["same", "added", "removed", "gap"]
    old: int | None
    new: int | None
    text: str


class VersionOut(VersionRow):
    """`difference` from it to the file as it is now."""

    text: str
    difference: list[DiffOut]


class SampleBody(Settings):
    """`calendar` null: of a sample that asks none."""

    name: FlowName
    sample: str
    queue: str
    calendar: str | None = None


class SampleText(BaseModel):
    text: str


class SampleOut(BaseModel):
    id: str
    title: str
    summary: str
    needs_calendar: bool


class SampleList(BaseModel):
    items: list[SampleOut]


class DoingBody(Settings):
    """What the caller, the queue or the called side does; `keys` of "keys", `reason`, `to` and `value` of "left"."""

    do: Do
    keys: Digits = ""
    reason: OverflowCause = OverflowCause.MAX_WAIT
    to: TargetKind = TargetKind.LEAVE
    value: Name | None = None


class TryBody(Settings):
    """`at`: the time of day it is tried at, now when null; `data` as the channel would know it (caller, called …)."""

    text: FlowText
    doings: list[DoingBody] = Field(default=[], max_length=200)
    at: AwareDatetime | None = None
    data: Annotated[dict[str, Annotated[str, Field(max_length=500)]], Field(max_length=100)] = Field(default={})


class EntryOut(BaseModel):
    """`at`: seconds after the beginning."""

    at: float
    kind: str
    step: str
    text: str


class TrialOut(BaseModel):
    """`may`: what can be done next; `used`: so many doings counted, the rest came after the end."""

    entries: list[EntryOut]
    may: list[Do]
    step: str
    data: dict[str, str]
    outcome: str | None
    used: int

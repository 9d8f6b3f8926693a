"""Suggestions over HTTP: what is taken, what is shown, and what the training says of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from contactcenter.api.fields import Settings
from contactcenter.tickets.documents import Words

FieldName = Literal["category", "priority", "type"]
FIELDS: Final[tuple[FieldName, ...]] = ("category", "priority", "type")
TENTHS: Final = 10
Why = Literal["", "off", "untrained", "few", "alike", "wordless", "inaccurate", "baseline"]
"""Why a field is not suggested: switched off; nothing learned yet; too few tickets; fewer than two values with enough
tickets; no words of enough customers; less accurate than asked for; no better than the most frequent value."""
Training = Literal["idle", "running", "failed", "cancelled"]


class SuggesterBody(Settings):
    """`least_tickets` and `least_accuracy` (percent): a field is suggested once it was learned from as many and is as
    often right. `least_confidence` (percent): what is less sure is not shown. `nightly`: it learns anew at night."""

    category: bool = True
    priority: bool = True
    type: bool = False
    least_tickets: Annotated[int, Field(ge=50, le=20_000)] = 500
    least_accuracy: Annotated[int, Field(ge=30, le=99)] = 70
    least_confidence: Annotated[int, Field(ge=0, le=90, multiple_of=10)] = 50
    nightly: bool = True


class Cut(BaseModel):
    """Of the held-out tickets, for how many a suggestion would have been at least so sure, and how many were right."""

    shown: int
    right: int


class Confusion(BaseModel):
    """The biggest `values` of the held-out tickets; `rows`: how many of each were suggested to be each of them, and in
    the last column something else."""

    values: list[str]
    rows: list[list[int]]


class Trial(BaseModel):
    """Of one field, learned from `learned` older tickets and tried on `held_out` newer ones. `tickets`: all that have a
    value which a person stands for. `usual`: the most frequent value, which alone would have been right
    `usual_right` times. `left_out`: values with too few tickets to be learned. `cuts`: for a confidence of 0, 0.1, ...
    0.9. `why` it could not be learned."""

    tickets: int = 0
    learned: int = 0
    held_out: int = 0
    right: int = 0
    usual: str = ""
    usual_right: int = 0
    values: int = 0
    left_out: int = 0
    cuts: list[Cut] = []
    confusion: Confusion = Confusion(values=[], rows=[])
    why: Literal["", "few", "alike", "wordless"] = ""

    @property
    def accuracy(self) -> float:
        return self.right / self.held_out if self.held_out else 0.0

    @property
    def baseline(self) -> float:
        return self.usual_right / self.held_out if self.held_out else 0.0


class Report(BaseModel):
    """One training, by field. `seconds` it took; `terms` it kept of the words."""

    tickets: int = 0
    terms: int = 0
    seconds: float = 0.0
    trials: dict[FieldName, Trial] = {}


class Answers(BaseModel):
    """What became of suggestions in the last thirty days."""

    taken: int = 0
    refused: int = 0


class FieldOut(BaseModel):
    """`on`: it is suggested now; else `why` not."""

    field: FieldName
    on: bool
    why: Why
    trial: Trial
    accuracy: float
    baseline: float
    answers: Answers


class SuggesterOut(BaseModel):
    """`tickets`: done ones there are now. `forgotten`: what was learned went when somebody was forgotten, and is
    learned anew. `progress` of a training that runs, a share."""

    settings: SuggesterBody
    state: Training
    progress: float
    problem: str
    tickets: int
    trained_at: datetime | None
    report: Report
    forgotten: bool
    fields: list[FieldOut]


class Asked(Settings):
    """A ticket that is being written."""

    subject: Annotated[Words, Field(max_length=300)] = ""
    text: Words = ""


class SuggestionOut(BaseModel):
    """`confidence` from 0 to 1; `words` of the text that speak for it."""

    field: FieldName
    value: str
    name: str
    confidence: float
    words: list[str]


class SuggestionList(BaseModel):
    items: list[SuggestionOut]


class Answer(Settings):
    """Whether a suggestion that was shown has been taken."""

    field: FieldName
    taken: bool

"""Prompts over HTTP: what is taken and what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from contactcenter.api.fields import Id, Name, Settings, Text

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35)]


class PromptBody(Settings):
    """`note` is for people: what it says, who speaks it."""

    name: Name
    note: Text = ""


class NewPrompt(PromptBody):
    """`id` is what flows name it by; without one it is made from the name."""

    id: Id | None = None


class SpeechBody(Settings):
    """A text to be spoken by the speech engine."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]
    language: Language = "en"


class SpokenBody(Settings):
    """The text to be spoken as the recording."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]


class RecordingOut(BaseModel):
    """`text` is what the speech engine spoke, null of an upload; `url` changes with the recording."""

    language: str
    length_s: float = Field(description="Seconds.")
    text: str | None
    changed_at: datetime
    url: str


class PromptOut(BaseModel):
    """`used_by`: flows that play it; `plays`: what it does besides ("hold-music"), or null."""

    id: str
    name: str
    note: str
    recordings: list[RecordingOut]
    used_by: list[str]
    plays: str | None


class PromptList(BaseModel):
    items: list[PromptOut]

"""What steps are made of: names, times, prompts. Every field is what its author writes; times are seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    model_validator,
)

from contactcenter.flows.hours import flaw

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=64)]
StepName = Name
DataName = Name
ReadName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$", max_length=128)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]


class FlowModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _sound_file(value: str, info: ValidationInfo) -> str:
    directory = (info.context or {}).get("directory")
    if directory is None:
        return value
    path = Path(directory, value)
    try:
        with path.open("rb") as file:
            header = file.read(12)
    except (OSError, ValueError):
        raise flaw(f"there is no file `{value}`", "paths are seen from the flow file's folder") from None
    if header[:4] != b"RIFF" or header[8:] != b"WAVE":
        raise flaw(f"`{value}` is no WAV file", "save it as WAV, mono, 8 kHz or more")
    return str(path.resolve())


PromptId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=64)]
SoundFile = Annotated[str, Field(min_length=1), AfterValidator(_sound_file)]


class MusicPrompt(FlowModel):
    """A prompt by its id; `hold-music` is always there."""

    prompt: PromptId


def _music_kind(value: Any) -> str:
    return "<prompt>" if isinstance(value, dict | MusicPrompt) else "<file>"


Music = Annotated[
    Annotated[SoundFile, Tag("<file>")] | Annotated[MusicPrompt, Tag("<prompt>")], Discriminator(_music_kind)
]


class PromptItem(FlowModel):
    """A text to be spoken, a sound file, or a prompt by its id. `language` defaults to the caller's."""

    text: str | None = None
    file: SoundFile | None = None
    prompt: PromptId | None = None
    language: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> PromptItem:
        if sum(each is not None for each in (self.text, self.file, self.prompt)) != 1:
            raise flaw("what is said is one of `text`, `file` and `prompt`", "write one of them")
        if self.text is not None and not self.text.strip():
            raise flaw("this text is empty", "write what the caller shall hear")
        return self


def _prompt(value: Any) -> Any:
    if value is None:
        raise flaw("this prompt is empty", "write what the caller shall hear")
    if isinstance(value, dict) and set(value) == {"items"}:
        return value
    items = value if isinstance(value, list) else [value]
    if not items:
        raise flaw("this prompt is empty", "write what the caller shall hear")
    return {"items": [{"text": item} if isinstance(item, str) else item for item in items]}


class PromptItems(FlowModel):
    items: tuple[PromptItem, ...]


Prompt = Annotated[PromptItems, BeforeValidator(_prompt)]

"""What every speech engine offers, and how to write what should be spelt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MAX_CHARACTERS = 5000
"""Longest text spoken at once, about six minutes."""


class SpeechError(Exception):
    """Text that cannot be spoken; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice by the name `synthesize` takes; `language` is a BCP 47 tag."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do, so that a choice can be checked before a call depends on it."""

    engine: str
    voices: tuple[Voice, ...]

    @property
    def languages(self) -> frozenset[str]:
        """The BCP 47 tags spoken, lower-case."""
        return frozenset(voice.language for voice in self.voices)

    def speaks(self, language: str) -> bool:
        """Whether this language, or any variety of it, is spoken ("en" is, when "en-gb" is)."""
        wanted = language.lower()
        return any(tag == wanted or tag.startswith(f"{wanted}-") for tag in self.languages)


class Speech(Protocol):
    """An engine that turns text into files. `synthesize` blocks: call it in a thread."""

    @property
    def capabilities(self) -> Capabilities: ...

    def synthesize(self, text: str, *, language: str = "en", voice: str | None = None) -> Path:
        """A mono PCM16 WAV file of the words, kept by the engine; raises SpeechError."""
        ...


def spell_digits(text: str) -> str:
    """Letters and digits one by one with a pause after each: "4711" becomes "4, 7, 1, 1"."""
    return ", ".join(re.findall(r"[^\W_]", text))

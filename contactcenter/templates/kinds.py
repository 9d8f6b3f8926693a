"""What a slice says of a mail it sends: what it is for, what may stand in it, and its words unless changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from contactcenter.slots import parse

ENGLISH: Final = "en"
SUBJECT_LENGTH: Final = 200
TEXT_LENGTH: Final = 20_000
_KEY = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Variable:
    """What goes between braces. `required`: without it the mail has no use, as an invitation without its link."""

    name: str
    summary: str
    example: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A mail's texts, with `{name}` where something is filled in. Blank lines part paragraphs; a paragraph that is one
    address becomes a button."""

    subject: str
    text: str


HOUSE: Final = Variable("house", "Name of the house, of the branding", "Northwind Energy")
"""Known to every mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateKind:
    """One mail. `key` is "<slice>.<what>"; `title` and `summary` (when it is sent) are for people; `defaults` by
    language, English among them."""

    key: str
    title: str
    summary: str
    variables: tuple[Variable, ...] = ()
    defaults: Mapping[str, Words] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key) or len(self.key) > 64:
            raise ValueError(f"a template's key is <slice>.<what>, not {self.key!r}")
        if ENGLISH not in self.defaults:
            raise ValueError(f"{self.key}: English words are missing")
        for words in self.defaults.values():
            for text in (words.subject, words.text):
                unknown = {part.name for part in parse(text) if not isinstance(part, str)} - self.names
                if unknown:
                    raise ValueError(f"{self.key}: nothing is called {', '.join(sorted(unknown))}")

    @property
    def names(self) -> frozenset[str]:
        return frozenset(variable.name for variable in (*self.variables, HOUSE))

"""Texts with `{name}` and `{name|filter}` in them; `{{` and `}}` stand for braces. Nothing is evaluated."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from contactcenter.hints import did_you_mean

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to be filled. `offset` is where its brace stands in the text; `source` is the slot as written."""

    name: str
    filters: tuple[str, ...]
    offset: int
    source: str


class TemplateError(ValueError):
    def __init__(self, source: str, message: str, hint: str = "") -> None:
        self.source, self.message, self.hint = source, message, hint
        super().__init__(message)


@functools.lru_cache(maxsize=4096)
def parse(text: str, filters: frozenset[str] = frozenset()) -> tuple[str | Slot, ...]:
    """Literal texts and slots in order; `filters` are those there are. Raises TemplateError. Cached: a flow's texts are
    filled in at every call."""
    parts: list[str | Slot] = []
    literal = ""
    at = 0
    while at < len(text):
        character = text[at]
        if text[at : at + 2] in ("{{", "}}"):
            literal += character
            at += 2
        elif character == "{":
            end = text.find("}", at)
            if end < 0:
                raise TemplateError(text[at : at + 20], "a `{` is not closed", "write `{{` to mean a brace")
            if literal:
                parts.append(literal)
                literal = ""
            parts.append(_slot(text[at : end + 1], at, filters))
            at = end + 1
        elif character == "}":
            raise TemplateError("}", "a `}` closes nothing", "write `}}` to mean a brace")
        else:
            literal += character
            at += 1
    if literal:
        parts.append(literal)
    return tuple(parts)


def _slot(source: str, offset: int, known: frozenset[str]) -> Slot:
    name, *filters = (part.strip() for part in source[1:-1].split("|"))
    if not _NAME.fullmatch(name):
        raise TemplateError(
            source,
            f"`{source}` cannot be filled in",
            "only a name goes between braces, as in `{customer_number|digits}`",
        )
    for filter_name in filters:
        if filter_name not in known:
            hint = did_you_mean(filter_name, known)
            raise TemplateError(source, f"there is no filter `{filter_name}`", hint)
    return Slot(name, tuple(filters), offset, source)

"""Texts with `{name}` and `{name|filter}` in them; `{{` and `}}` stand for braces. Nothing is evaluated."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contactcenter.flows.problems import did_you_mean

HOURS_FILTERS = frozenset({"hours", "next_opening", "notice"})


def _digits(value: str) -> str:
    return " ".join(character for character in value if character.isdigit())


def _spell(value: str) -> str:
    return " ".join(character for character in value if not character.isspace())


FILTERS: Mapping[str, Callable[[str], str]] = {
    "digits": _digits,
    "last4": lambda value: _digits(value[-4:]),
    "lower": str.lower,
    "spell": _spell,
    "upper": str.upper,
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to be filled. `offset` is where its brace stands in the text; `source` is the slot as written."""

    name: str
    filters: tuple[str, ...]
    offset: int
    source: str

    @property
    def hours_filter(self) -> str | None:
        return next((name for name in self.filters if name in HOURS_FILTERS), None)


class TemplateError(ValueError):
    def __init__(self, source: str, message: str, hint: str = "") -> None:
        self.source, self.message, self.hint = source, message, hint
        super().__init__(message)


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> tuple[str | Slot, ...]:
    """Literal texts and slots in order. Raises TemplateError. Cached: a flow's texts are filled in at every call."""
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
            parts.append(_slot(text[at : end + 1], at))
            at = end + 1
        elif character == "}":
            raise TemplateError("}", "a `}` closes nothing", "write `}}` to mean a brace")
        else:
            literal += character
            at += 1
    if literal:
        parts.append(literal)
    return tuple(parts)


def _slot(source: str, offset: int) -> Slot:
    name, *filters = (part.strip() for part in source[1:-1].split("|"))
    if not _NAME.fullmatch(name):
        raise TemplateError(
            source,
            f"`{source}` cannot be filled in",
            "only a name goes between braces, as in `{customer_number|digits}`",
        )
    for filter_name in filters:
        if filter_name not in FILTERS and filter_name not in HOURS_FILTERS:
            hint = did_you_mean(filter_name, {*FILTERS, *HOURS_FILTERS})
            raise TemplateError(source, f"there is no filter `{filter_name}`", hint)
    return Slot(name, tuple(filters), offset, source)


def slots(text: str) -> tuple[Slot, ...]:
    return tuple(part for part in parse(text) if isinstance(part, Slot))


def render(text: str, data: Mapping[str, str], hours_words: Callable[[str, str], str] | None = None) -> str:
    """The text with its slots filled; a name without value becomes nothing. Never raises: a text that is no template is
    returned as it is. `hours_words(hours_name, filter)` says opening hours."""
    try:
        parts = parse(text)
    except TemplateError:
        return text
    return "".join(part if isinstance(part, str) else _fill(part, data, hours_words) for part in parts)


def _fill(slot: Slot, data: Mapping[str, str], hours_words: Callable[[str, str], str] | None) -> str:
    value = data.get(slot.name, "")
    for name in slot.filters:
        if name in HOURS_FILTERS:
            value = hours_words(slot.name, name) if hours_words is not None else ""
        else:
            value = FILTERS[name](value)
    return value

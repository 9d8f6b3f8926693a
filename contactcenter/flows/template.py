"""Texts of flows with `{name}` and `{name|filter}` in them; `{{` and `}}` stand for braces. Nothing is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contactcenter.slots import Slot
from contactcenter.slots import TemplateError as TemplateError
from contactcenter.slots import parse as parse_text

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
_KNOWN = frozenset(FILTERS) | HOURS_FILTERS


def parse(text: str) -> tuple[str | Slot, ...]:
    """Literal texts and slots in order. Raises TemplateError."""
    return parse_text(text, _KNOWN)


def hours_filter(slot: Slot) -> str | None:
    return next((name for name in slot.filters if name in HOURS_FILTERS), None)


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

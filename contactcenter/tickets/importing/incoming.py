"""A ticket of elsewhere in one shape, whatever file it comes from. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from contactcenter.tickets.model import Author, MessageKind

LONGEST: Final = 100_000
"""Signs of a message."""
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(value: Any) -> str:
    """As text without signs that no database keeps."""
    return "" if value is None else _UNWRITABLE.sub("", str(value).replace("\r\n", "\n")).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`staff`: of those who answered there. `key`: its id there."""

    key: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    staff: bool = False
    organisation: str = ""

    @property
    def called(self) -> str:
        return self.name or self.email or self.phone or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """`entry`: its content in the archive; `data`: base64 beside it; neither: it is not there."""

    name: str
    entry: str = ""
    data: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`author` None: nobody knows. `key`: its id there. `at` None: with the ticket."""

    kind: MessageKind
    text: str = field(repr=False)
    at: datetime | None
    author: Person | None
    by: Author
    channel: str = ""
    key: str = ""
    html: str = field(default="", repr=False)
    side: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A side conversation by its id there, with an address or a team's name."""

    key: str
    subject: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    team: str = ""
    opened_at: datetime | None = None
    opened_by: str = field(default="", repr=False)
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """`place` is where it stands in the file; `values` by the name of the field there: texts, numbers, lists of texts.
    `history`: entries as this product keeps them, where it is its own; `links`: (id there, kind)."""

    place: str
    values: Mapping[str, Any]
    requester: Person | None = None
    messages: tuple[Said, ...] = ()
    history: tuple[Mapping[str, Any], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    watchers: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()


_FORMS: Final = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S UTC",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
)


def moment_of(value: Any) -> datetime | None:
    """ISO 8601, seconds since 1970, or day.month.year; without a zone it is UTC. None: no moment."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    text = clean(value)
    if re.fullmatch(r"\d{9,10}(\.\d+)?", text):
        return datetime.fromtimestamp(float(text), UTC)
    found: datetime | None = None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        for form in _FORMS:
            try:
                found = datetime.strptime(text, form)
                break
            except ValueError:
                continue
    if found is None or not 1970 <= found.year <= 9000:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)

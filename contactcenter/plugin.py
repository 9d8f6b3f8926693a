"""What a slice hands to the rest of the house, as data: nothing registers itself, nothing happens at import.

Every slice has a `plugin.py` whose `load` takes its services and gives one `Plugin`; the composition root calls it and
deals the parts out: permissions to the catalogue, routes to the router, and so on. docs/adding-a-slice.md has the way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedIOBase, RawIOBase
from typing import Any

from contactcenter.api.routes import Route
from contactcenter.audit.acts import ActKind
from contactcenter.permissions import Permission
from contactcenter.section import Section
from contactcenter.templates.kinds import TemplateKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom data is about. `addresses`: every spelling of their numbers, SIP users and emails, in lower case and without
    separators; `customers`, `users`: ids. What began after `until` is another matter and left alone (None: all)."""

    addresses: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Under legal hold: what is about `person`, or interactions with all of these properties (None: whatever it is)."""

    person: Person | None = None
    interaction: str | None = None
    queue: str | None = None
    agent: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class CannotErase(Exception):  # noqa: N818 - a refusal, not a failure
    """Not as things are; the text is a sentence that says what has to be done first."""


Opened = RawIOBase | BufferedIOBase


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One thing about a person: a JSON document, and files by name, opened when their turn comes."""

    document: Mapping[str, Any]
    files: Mapping[str, Callable[[], Awaitable[Opened]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """One kind of data about people. `words` names it to people.

    `count`: how many there are; `held`: how many of them are under hold; `export`: each of them; `erase`: forget at
    most so many of them, and how many that were: 0 when none is left. Erasing twice is no error. `erase`
    raises CannotErase; all raise StorageUnavailable or OSError, and may then be asked again.
    """

    kind: str
    words: str
    count: Callable[[Person], Awaitable[int]]
    export: Callable[[Person], AsyncIterator[Exported]]
    erase: Callable[[Person, int], Awaitable[int]]
    held: Callable[[Person, tuple[Held, ...]], Awaitable[int]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """What a retention rule would take: how many, and since when the oldest has been there."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What a retention rule is about: older than `before`, of `queue` (None: of every queue but those in `other_than`),
    and under none of `held`."""

    before: datetime
    queue: str | None = None
    other_than: frozenset[str] = frozenset()
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionKind:
    """One kind of data that ages. `default_days` None: kept until a rule says otherwise. `delete_older` takes at most
    so many and says how many that were; both raise StorageUnavailable or OSError."""

    kind: str
    words: str
    count_older: Callable[[Cut], Awaitable[Aged]]
    delete_older: Callable[[Cut, int], Awaitable[int]]
    default_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One slice's part in what concerns all of them. Whatever it does not fill in, it has none of."""

    name: str
    permissions: tuple[Permission, ...] = ()
    routes: tuple[Route, ...] = ()
    acts: tuple[ActKind, ...] = ()
    personal: tuple[PersonalData, ...] = ()
    retention: tuple[RetentionKind, ...] = ()
    configuration: tuple[Section, ...] = ()
    templates: tuple[TemplateKind, ...] = ()

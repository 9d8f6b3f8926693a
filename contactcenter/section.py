"""One part of the configuration as files: what a slice hands over so that it can be exported, compared and applied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from contactcenter.permissions import Principal

Document = Mapping[str, Any]
"""One thing as JSON's types, without its id."""
Documents = Mapping[str, Document]
"""Things by id."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a document (keys and list positions) that names `id` in another section."""

    path: tuple[str | int, ...]
    section: str
    id: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A place in the document `id` that does not go together with another document of its section."""

    id: str
    path: tuple[str | int, ...]
    sentence: str


def _nothing(document: Document) -> Iterable[Reference]:
    return ()


def _no_clash(documents: Documents) -> Iterable[Clash]:
    return ()


_applying: ContextVar[Principal | None] = ContextVar("applying", default=None)


@contextmanager
def applying(by: Principal | None) -> Iterator[None]:
    """Within the block `by` makes the changes; None is an operator at the command line."""
    token = _applying.set(by)
    try:
        yield
    finally:
        _applying.reset(token)


def applied_by() -> Principal | None:
    """For a service that asks how much its caller may himself."""
    return _applying.get()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`name` is the file's without its ending. `model` is a document as people write it; it is compared as its dump.

    `read` gives what is there. `put` makes or changes one (`there`: it is there already) through the same service as
    the screens, and may raise api.problems.Problem; `remove` takes one away, None: what no file names is not removed.
    `replace` in place of both, where a service takes only all of them at once. `references` must be in other sections.
    `after` names sections that are applied before this one. `first` gives a document that needs none of its own
    section, to be made before those that do. `clashes` are between documents of the section itself. `settle` is called
    when everything is committed, or taken back: whoever keeps a copy reads anew.
    """

    name: str
    title: str
    after: tuple[str, ...] = ()
    model: type[BaseModel]
    read: Callable[[], Awaitable[Documents]]
    put: Callable[[str, Document, bool], Awaitable[None]] | None = None
    remove: Callable[[str], Awaitable[None]] | None = None
    replace: Callable[[Documents], Awaitable[None]] | None = None
    references: Callable[[Document], Iterable[Reference]] = _nothing
    first: Callable[[Document], Document] | None = None
    clashes: Callable[[Documents], Iterable[Clash]] = _no_clash
    settle: Callable[[], Awaitable[None]] | None = None

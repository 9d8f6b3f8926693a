"""One part of the configuration as files: what a slice hands over so that it can be exported, compared and applied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

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


def _nothing(document: Document) -> Iterable[Reference]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`name` is the file's without its ending. `model` is a document as people write it; it is compared as its dump.

    `read` gives what is there. `put` makes or changes one (`there`: it is there already) through the same service as
    the screens, and may raise api.problems.Problem; `remove` takes one away, None: what no file names is not removed.
    `replace` in place of both, where a service takes only all of them at once. `references` must be in other sections.
    `after` names sections that are applied before this one. `first` gives a document that needs none of its own
    section, to be made before those that do. `settle` is called when everything is committed, or taken back: whoever
    keeps a copy reads anew.
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
    settle: Callable[[], Awaitable[None]] | None = None

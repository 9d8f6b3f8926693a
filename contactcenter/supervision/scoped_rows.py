"""A live topic that everybody sees as much of as his role lets him: all of it, or the rows of some queues and teams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contactcenter.api.live import Live
from contactcenter.api.topic import Topic
from contactcenter.permissions import Permission, Principal, Scope

Seen = Callable[[Scope, str, str, Mapping[str, Any]], Mapping[str, Any] | None]
"""What a role held within this scope sees of a collection's row with this id: the row, one of its own, or nothing."""


class ScopedRows:
    """Written like a topic. For every scope in use there is a part that follows."""

    def __init__(self, live: Live, name: str, permission: Permission, seen: Seen) -> None:
        self._live = live
        self._whole = live.topic(name)
        self._permission = permission
        self._seen = seen
        self._parts: dict[Scope, Topic] = {}
        live.allow(name, lambda principal, topic: principal.may(permission))
        live.narrow(name, self._seen_by)

    def put(self, collection: str, row_id: str, row: Mapping[str, Any]) -> None:
        self._whole.put(collection, row_id, row)
        for scope, part in self._parts.items():
            self._follow(scope, part, collection, row_id, row)

    def remove(self, collection: str, row_id: str) -> None:
        self._whole.remove(collection, row_id)
        for part in self._parts.values():
            part.remove(collection, row_id)

    def ids(self, collection: str) -> list[str]:
        return self._whole.ids(collection)

    def sort_anew(self) -> None:
        """Teams, or who works in which queue, are others now. Parts that nobody looks at are given up."""
        for scope in [scope for scope, part in self._parts.items() if self._live.give_up(part)]:
            del self._parts[scope]
        for scope, part in self._parts.items():
            self._fill(scope, part)

    def _seen_by(self, principal: Principal) -> Topic:
        scope = principal.scope(self._permission)
        if scope is None or scope.everywhere:
            return self._whole
        if scope not in self._parts:
            self._parts[scope] = self._live.part(self._whole.name)
            self._fill(scope, self._parts[scope])
        return self._parts[scope]

    def _fill(self, scope: Scope, part: Topic) -> None:
        for collection, rows in self._whole.snapshot().items():
            for row_id, row in rows.items():
                self._follow(scope, part, collection, row_id, row)

    def _follow(self, scope: Scope, part: Topic, collection: str, row_id: str, row: Mapping[str, Any]) -> None:
        seen = self._seen(scope, collection, row_id, row)
        if seen is None:
            part.remove(collection, row_id)
        else:
            part.put(collection, row_id, seen)

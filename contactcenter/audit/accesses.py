"""Looking at what is not everybody's: told once while it goes on, not with every request."""

from __future__ import annotations

import time
from collections.abc import Callable

from contactcenter import actor as actors
from contactcenter.audit.acts import Act
from contactcenter.audit.recorder import note
from contactcenter.storage.database import Database

EVERY_S = 300.0
"""Who goes on listening is told again after this long: a player asks for a recording in many ranges."""


class Accesses:
    """`now` gives unix seconds."""

    def __init__(self, database: Database, *, every_s: float = EVERY_S, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._every_s = every_s
        self._now = now
        self._told: dict[tuple[str, ...], float] = {}

    async def note(self, act: Act) -> None:
        """Before anything is shown. Raises StorageUnavailable: what cannot be recorded is not shown."""
        actor, now = actors.current(), self._now()
        key = (actor.kind, actor.id, actor.session_id, actor.address, act.kind.name, act.subject.kind, act.subject.id)
        if now - self._told.get(key, -self._every_s) < self._every_s:
            return
        self._told = {each: at for each, at in self._told.items() if now - at < self._every_s}
        await note(self._database, act, at=now)
        self._told[key] = now

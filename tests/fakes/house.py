"""An identity service for tests, on a real database file."""

from __future__ import annotations

from argon2 import PasswordHasher

from contactcenter.bus import Bus
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.service import Identity
from contactcenter.storage.database import Database
from tests.fakes.people import CATALOGUE


class Clock:
    def __init__(self) -> None:
        self.now = 1_777_777_777.0

    def __call__(self) -> float:
        return self.now


class House:
    """An identity service on a real file, with a clock that is turned by hand and cheap hashes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.bus = Bus()
        self.events: list[object] = []
        self.bus.subscribe(object, self.events.append)
        self.identity = self.restart()

    def restart(self, **options: float) -> Identity:
        """Another service on the same database, with nothing in memory."""
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        timeouts = {"idle_s": 600.0, "absolute_s": 3600.0, **options}
        self.identity = Identity(
            self.database,
            self.bus,
            idle_s=timeouts["idle_s"],
            absolute_s=timeouts["absolute_s"],
            passwords=cheap,
            catalogue=CATALOGUE,
            now=self.clock,
        )
        return self.identity

"""An identity service for tests, on a real database file."""

from __future__ import annotations

from pathlib import Path

from argon2 import PasswordHasher

from contactcenter.bus import Bus
from contactcenter.config import Config, IdentitySettings
from contactcenter.identity import mails
from contactcenter.identity.doors import Doors
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.service import Identity
from contactcenter.identity.sessions import Client
from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.permissions import Principal
from contactcenter.storage.database import Database
from contactcenter.tasks import Tasks
from contactcenter.templates.service import Templates
from tests.fakes.keys import open_vault
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
        self.sent: list[Mail] = []
        self.mail_error: Exception | None = None
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

    async def authenticate(self, email: str, password: str, address: str) -> tuple[str, Principal]:
        """With the password alone."""
        user = await self.identity.check_password(email, password, address)
        return await self.identity.sessions.open(user, method="password", client=Client(address=address))

    async def doors(self, folder: Path, **settings: list[str]) -> Doors:
        """Every way in, with a vault of its own; mail goes to `self.sent`."""
        vault = await open_vault(self.database, folder)
        outbox = Outbox(self.database, vault, self._take, now=self.clock)
        config = Config(identity=IdentitySettings.model_validate(settings))
        templates = Templates(self.database)
        templates.add(*mails.ALL)
        page = "https://cc.example.com/"
        return Doors(self.identity, vault, outbox, Tasks(), config, templates, page_url=lambda: page)

    async def _take(self, mail: Mail) -> None:
        if self.mail_error is not None:
            raise self.mail_error
        self.sent.append(mail)

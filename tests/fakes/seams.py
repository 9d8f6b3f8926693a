"""What stands at the seams of the product where a test brings no server: live feed, journal, speech, house, history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from contactcenter.api.topic import Topic, TopicState
from contactcenter.calls.desks import Note
from contactcenter.channels.prompts import Prompts
from contactcenter.interactions.history import History
from contactcenter.storage.errors import StorageUnavailable


class FakeLive:
    """Topics are real; commands are called by name, as the live feed would."""

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}
        self.commands: dict[str, Any] = {}
        self.opened: Any = None
        self.closed: Any = None

    def topic(self, name: str) -> Topic:
        if name not in self.topics:
            self.topics[name] = Topic(name, TopicState("epoch"), lambda topic, event: None)
        return self.topics[name]

    def allow(self, prefix: str, rule: Any) -> None: ...

    def narrow(self, name: str, choose: Any) -> None: ...

    def command(self, name: str, permission: Any, model: type[BaseModel], audited: Any = None) -> Any:
        def register(handler: Any) -> Any:
            self.commands[name] = (model, handler)
            return handler

        return register

    def on_connect(self, hook: Any) -> None:
        self.opened = hook

    def on_disconnect(self, hook: Any) -> None:
        self.closed = hook


class FakeJournal:
    def __init__(self) -> None:
        self.records: list[Any] = []

    def append(self, record: Any) -> None:
        self.records.append(record)


class FakePrompts(Prompts):
    """Speech at once, from nothing."""

    def __init__(self) -> None: ...

    @property
    def hold_music(self) -> Path:
        return Path("hold.wav")

    def tone(self, name: str) -> Path:
        return Path(f"{name}.wav")

    async def say(self, text: str, language: str) -> Path:
        return Path("speech.wav")


class FakeHouse:
    """Remembers what it is given; `away`: it takes nothing."""

    def __init__(self) -> None:
        self.away = False
        self.tickets: list[dict[str, Any]] = []
        self.notes: list[Note] = []
        self.consents: list[dict[str, Any]] = []

    async def open(self, **ticket: Any) -> str:
        if self.away:
            raise StorageUnavailable("The database is away.")
        self.tickets.append(ticket)
        return f"T-{len(self.tickets)}"

    async def send(self, note: Note) -> bool:
        if not self.away:
            self.notes.append(note)
        return not self.away

    async def keep(self, **consent: Any) -> None:
        self.consents.append(consent)


class FakeHistory(History):
    def __init__(self) -> None: ...

    async def of_caller(self, address: str, limit: int = 5, *, customers: Sequence[str] = ()) -> list[dict[str, Any]]:
        return []

    async def calls_before(self, address: str) -> int:
        return 0

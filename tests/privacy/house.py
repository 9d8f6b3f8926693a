"""A database with people in it, and privacy upon it without a server."""

from __future__ import annotations

import json
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from contactcenter.bus import Bus
from contactcenter.customers.privacy import CustomerPrivacy
from contactcenter.customers.service import Customers
from contactcenter.flows.privacy import personal as flow_authors
from contactcenter.identity.privacy import UserPrivacy
from contactcenter.identity.set_up import SetUp
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.interactions.privacy import InteractionPrivacy
from contactcenter.permissions import Catalogue
from contactcenter.plugin import PersonalData
from contactcenter.privacy.ground import Ground
from contactcenter.privacy.memory import Memory
from contactcenter.privacy.service import Privacy
from contactcenter.recordings.files import RecordingFiles
from contactcenter.recordings.privacy import RecordingPrivacy
from contactcenter.storage.base import Base
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Insert, Journal
from contactcenter.storage.migrations import upgrade
from contactcenter.vault.service import Vault
from contactcenter.whatif.privacy import SimulationPrivacy
from tests.fakes.keys import open_vault

BEGIN = 1_790_000_000.0


@dataclass(slots=True)
class House:
    """`now` is turned by hand; `live`: interactions that still go on."""

    folder: Path
    url: str
    database: Database
    vault: Vault
    journal: Journal
    files: RecordingFiles
    customers: Customers
    privacy: Privacy
    clock: list[float]
    live: set[str]

    @property
    def now(self) -> float:
        return self.clock[0]

    def pass_days(self, days: float) -> None:
        self.clock[0] += days * 86_400

    async def call(
        self, name: str, address: str, *, queue: str = "sales", agent: str = "anna", recorded: bool = True, **more: Any
    ) -> None:
        """An interaction that was: with a note and events that name the caller."""
        recording = None
        if recorded:
            path = self.files.folder / f"{name}.wav"
            path.parent.mkdir(exist_ok=True)
            with wave.open(str(path), "wb") as file:
                file.setparams((2, 2, 8000, 0, "NONE", ""))
                file.writeframes(bytes(3200))
            await self.files.seal(path)
            recording = {"path": str(path), "duration_s": 0.1, "segments": []}
        at = datetime.fromtimestamp(self.now, UTC)
        values = {
            "id": name,
            "channel": "voice",
            "direction": "in",
            "state": "ended",
            "outcome": "handled",
            "caller_address": address,
            "caller_name": f"Caller {name}",
            "queue_id": queue,
            "agent_id": agent,
            "note": f"Secret of {name}",
            "data": [{"label": "Said", "value": f"Word of {name}"}],
            "started_at": at,
            "talk_s": 7.0,
            "recording": recording,
        }
        self.journal.append(Insert(Interaction, values | more))
        said = {"agent": {"id": agent, "name": "Anna Agent"}, "queue": {"id": queue, "name": "Sales"}}
        for sequence, data in enumerate((said, {"label": "Said", "value": f"Typed by {name}"})):
            event = {"interaction_id": name, "sequence": sequence, "at": at, "type": "flow.input", "data": data}
            self.journal.append(Insert(InteractionEvent, event))
        await self.journal.flush()

    async def everything(self) -> str:
        """Every row of every table, and every file: words that are not in it are found nowhere."""
        parts = []
        async with self.database.session() as session:
            for table in Base.metadata.sorted_tables:
                rows = await session.execute(text(f'SELECT * FROM "{table.name}"'))
                parts += [repr(tuple(row)) for row in rows]
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                parts.append(path.name + path.read_bytes().decode("latin-1"))
        return "\n".join(parts)

    def reject(self, values: dict[str, Any], table: str = "interactions") -> None:
        with (self.folder / "journal-rejected.jsonl").open("a") as file:
            file.write(json.dumps({"table": table, "values": values}) + "\n")


@asynccontextmanager
async def house(
    folder: Path, *, now: float = BEGIN, url: str = "", more: Sequence[PersonalData] = ()
) -> AsyncIterator[House]:
    """`more`: kinds of data besides; may grow until they are asked for."""
    url = url or f"sqlite+aiosqlite:///{folder}/cc.db"
    await upgrade(url)
    database = Database(url)
    vault = await open_vault(database, folder)
    journal = Journal(database, folder=folder, interval_s=0.0)
    await journal.start()
    clock, live = [now], set[str]()
    customers = Customers(database, vault, country="DE", now=lambda: clock[0])
    files = RecordingFiles(vault, folder / "recordings")
    bus = Bus()
    interactions, recordings = InteractionPrivacy(database), RecordingPrivacy(database, files)
    people = UserPrivacy(SetUp(database, bus, Catalogue()))
    kinds = (
        people.personal,
        CustomerPrivacy(customers).personal,
        CustomerPrivacy(customers).authors,
        interactions.personal,
        recordings.personal,
        SimulationPrivacy(folder / "simulations").personal,
        flow_authors(database),
    )
    ground = Ground(
        database=database,
        vault=vault,
        journal=journal,
        memory=Memory(folder / "privacy"),
        folder=folder / "privacy",
        data=folder,
        speech=folder / "speech",
        personal=lambda: (*kinds, *more),
        retention=lambda: (interactions.retention, recordings.retention),
        country="DE",
        is_live=lambda interaction_id: interaction_id in live,
        now=lambda: clock[0],
    )
    privacy = Privacy(ground)
    try:
        await privacy.prepare()
        yield House(folder, url, database, vault, journal, files, customers, privacy, clock, live)
    finally:
        await privacy.stop()
        await journal.stop()
        await bus.close()
        await database.stop()

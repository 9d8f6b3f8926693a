"""Which of what was being said at a kill is a message."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from contactcenter.calls.models import OwedContact
from contactcenter.calls.spoken import BEGUN, begun, recover_spoken
from contactcenter.flows.effects import LeaveVoicemail, Record, SendMessage
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ASKED = Record("take", 2.0, 1.0, LeaveVoicemail("take", "sales", 3))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await upgrade(url)
    database = Database(url)
    yield database
    await database.stop()


def spoken(folder: Path, name: str, seconds: float) -> None:
    with wave.open(str(folder / f"{name}.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(int(4 * 8000 * seconds)))


async def call(database: Database, name: str, *takes: str, state: str = "active") -> None:
    async with database.transaction() as session:
        session.add(
            Interaction(
                id=name, channel="voice", direction="in", state=state, caller_address="+4930", started_at=NOW, data=[]
            )
        )
        for sequence, take in enumerate(takes):
            told = begun(take, ASKED, recorded=False)
            session.add(InteractionEvent(interaction_id=name, sequence=sequence, at=NOW, type=BEGUN, data=told))


async def messages(database: Database) -> dict[str, OwedContact]:
    async with database.session() as session:
        return {row.id: row for row in await session.scalars(select(OwedContact))}


async def test_the_last_that_was_long_enough_is_kept_for_its_queue(database: Database, tmp_path: Path) -> None:
    await call(database, "anew", "first", "second")
    spoken(tmp_path, "first", 4)
    spoken(tmp_path, "second", 2)
    assert await recover_spoken(database, tmp_path, NOW.timestamp() + 5) == 1
    (kept,) = (await messages(database)).values()
    assert (kept.id, kept.queue_id, kept.priority, kept.state, kept.recorded) == ("second", "sales", 3, "queued", False)
    async with database.session() as session:
        origin, message = await session.get(Interaction, "anew"), await session.get(Interaction, "second")
        assert origin is not None
        assert message is not None
        assert (origin.state, origin.outcome) == ("ended", "voicemail")
        assert (message.channel, message.caller_address, message.queue_id) == ("voicemail", "+4930", "sales")
        assert message.recording == {
            "path": str(tmp_path / "second.wav"),
            "duration_s": 2.0,
            "segments": [],
        }
    assert await recover_spoken(database, tmp_path, NOW.timestamp() + 9) == 0, "it is there once"


@pytest.mark.parametrize("seconds", [None, 0.5])
async def test_what_is_not_there_or_too_short_is_no_message(
    database: Database, tmp_path: Path, seconds: float | None
) -> None:
    await call(database, "call", "take")
    if seconds is not None:
        spoken(tmp_path, "take", seconds)
    assert await recover_spoken(database, tmp_path, NOW.timestamp()) == 0
    assert await messages(database) == {}


async def test_a_call_that_is_over_and_a_message_that_was_left_are_as_they_were(
    database: Database, tmp_path: Path
) -> None:
    await call(database, "over", "old", state="ended")
    await call(database, "says goodbye", "left")
    await call(database, "left")
    for name in ("old", "left"):
        spoken(tmp_path, name, 3)
    assert await recover_spoken(database, tmp_path, NOW.timestamp()) == 0


def test_a_message_to_people_is_not_kept_for_a_queue() -> None:
    assert begun("x", Record("take", 2.0, 1.0, SendMessage("team", "office", "", "", "take")), recorded=True) is None

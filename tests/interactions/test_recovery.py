"""After the process was killed: calls that were on are closed, their recordings kept. And what a caller did before."""

from __future__ import annotations

import wave
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from contactcenter.interactions.history import History
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.interactions.names import Names
from contactcenter.interactions.recovery import close_interrupted
from contactcenter.interactions.service import Interactions
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Journal

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NAMES = Names(lambda queue: f"Queue {queue}", lambda agent: f"Agent {agent}", lambda result: f"Result {result}")


async def add(database: Database, name: str, **values: Any) -> None:
    given = {
        "channel": "voice",
        "direction": "in",
        "state": "active",
        "caller_address": "+4930",
        "started_at": NOW,
        "data": [],
    }
    async with database.transaction() as session:
        session.add(Interaction(id=name, **(given | values)))


async def rows(database: Database) -> dict[str, Interaction]:
    async with database.session() as session:
        return {row.id: row for row in await session.scalars(select(Interaction))}


async def test_interrupted_calls_are_closed_and_their_recordings_kept(database: Database, tmp_path: Path) -> None:
    await add(database, "recorded")
    await add(database, "silent")
    await add(database, "cut-off")
    await add(database, "over", state="ended", outcome="handled")
    await add(database, "chat", channel="chat")
    async with database.transaction() as session:
        session.add(InteractionEvent(interaction_id="silent", sequence=4, at=NOW, type="call.received", data={}))
    with wave.open(str(tmp_path / "recorded.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(4 * 8000 * 3))
    (tmp_path / "cut-off.wav").write_bytes(b"RIFF")
    assert await close_interrupted(database, tmp_path, NOW.timestamp() + 5) == 3
    found = await rows(database)
    assert {name: row.outcome for name, row in found.items()} == {
        "recorded": "failed",
        "silent": "failed",
        "cut-off": "failed",
        "over": "handled",
        "chat": None,
    }
    assert found["chat"].state == "active"
    async with database.session() as session:
        events = (await session.scalars(select(InteractionEvent).order_by(InteractionEvent.sequence))).all()
    told = [(event.interaction_id, event.sequence, event.type, event.data) for event in events]
    assert ("recorded", 0, "interaction.interrupted", {"reason": "restart"}) in told
    assert ("silent", 5, "interaction.interrupted", {"reason": "restart"}) in told
    assert ("silent", 6, "interaction.ended", {"outcome": "failed"}) in told
    assert not [event for event in told if event[0] in ("over", "chat")]
    ended = found["recorded"].ended_at
    assert ended is not None
    assert (ended - NOW).total_seconds() == 5
    assert found["recorded"].recording == {
        "path": str(tmp_path / "recorded.wav"),
        "duration_s": 3.0,
        "segments": [],
    }
    assert found["silent"].recording is None
    assert found["cut-off"].recording is None
    assert await close_interrupted(database, tmp_path, NOW.timestamp()) == 0


async def test_a_caller_is_recognised_newest_first(database: Database, tmp_path: Path) -> None:
    for day in range(1, 8):
        started = NOW.replace(day=day)
        await add(database, f"day-{day}", state="ended", outcome="handled", queue_id="q", started_at=started)
    await add(database, "now", started_at=NOW.replace(day=9))
    await add(database, "other", state="ended", caller_address="+4940")
    history = History(database, Journal(database, folder=tmp_path), NAMES)
    found = await history.of_caller("+4930")
    assert [row["id"] for row in found] == ["day-7", "day-6", "day-5", "day-4", "day-3"]
    assert found[0]["queue"] == "Queue q"
    assert found[0]["started_at"] == "2026-05-07T12:00:00Z"
    assert await history.calls_before("+4930") == 7


async def test_the_anonymous_have_no_history(database: Database, tmp_path: Path) -> None:
    for name in ("anonymous", "Anonymous", ""):
        await add(database, f"by-{name}", state="ended", caller_address=name)
        assert await History(database, Journal(database, folder=tmp_path), NAMES).of_caller(name) == []
        assert await History(database, Journal(database, folder=tmp_path), NAMES).calls_before(name) == 0


async def test_a_database_that_is_away_gives_no_history(tmp_path: Path) -> None:
    away = Database(f"sqlite+aiosqlite:///{tmp_path}/empty.db")
    assert await History(away, Journal(away, folder=tmp_path), NAMES).of_caller("+4930") == []
    assert await History(away, Journal(away, folder=tmp_path), NAMES).calls_before("+4930") == 0
    await away.stop()


async def test_a_call_that_just_ended_is_in_the_history(database: Database, tmp_path: Path) -> None:
    journal = Journal(database, folder=tmp_path, interval_s=60.0)
    await journal.start()
    interactions = Interactions(journal, NOW.timestamp)
    interactions.begin("a", channel="voice", direction="in", caller_address="+4930", caller_name=None)
    interactions.end("a", "handled", NOW.timestamp())
    found = await History(database, journal, NAMES).of_caller("+4930")
    assert [row["outcome"] for row in found] == ["handled"]
    await journal.stop()

"""The trail on real databases: recorded with the change, sealed in order, and whatever is done to it is named."""

from __future__ import annotations

import asyncio
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from contactcenter.actor import Actor, acting
from contactcenter.audit.acts import Act, ActKind, Document, Subject
from contactcenter.audit.chain import START, Head, Keys
from contactcenter.audit.heads import HeadFile
from contactcenter.audit.keys import AuditKeyError, load_keys
from contactcenter.audit.recorder import note, note_later, record
from contactcenter.audit.sealer import Sealer, seal
from contactcenter.audit.trail import Trail
from contactcenter.audit.verification import Verdict, cut, place_at, verify
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Journal
from contactcenter.storage.spill import SpillFile

QUEUE_CHANGED = ActKind("queue.changed", "Queue changed")
ANN = Actor(kind="user", id="ann", name="Ann", address="10.0.0.9", session_id="s", request_id="r")
T0 = 1_780_000_000.0


def change(number: int, *, after: Document | None = None) -> Act:
    document = {"wrap_up_s": number + 1} if after is None else after
    return Act(
        kind=QUEUE_CHANGED, subject=Subject("queue", "sales", "Sales"), before={"wrap_up_s": number}, after=document
    )


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return load_keys(tmp_path / "audit" / "key")


async def filled(database: Database, keys: Keys, count: int = 8) -> Head:
    with acting(ANN):
        for number in range(count):
            await note(database, change(number), at=T0 + number)
    head, sealed = await seal(database, keys)
    assert sealed == count
    return head


async def run(database: Database, statement: str) -> None:
    async with database.transaction() as session:
        await session.execute(text(statement))


async def found(database: Database, keys: Keys, heads: dict[int, str] | None = None) -> tuple[str, int] | None:
    verdict = await verify(database, keys, heads or {})
    return None if verdict.finding is None else (verdict.finding.kind, verdict.finding.seq)


async def test_an_act_stands_with_its_change_or_not_at_all(database: Database, keys: Keys) -> None:
    async with database.session() as session:
        await record(session, change(1))
        await session.rollback()
    assert await seal(database, keys) == (START, 0)
    async with database.transaction() as session:
        await record(session, change(1, after={"wrap_up_s": 1}))
    assert await seal(database, keys) == (START, 0), "nothing was changed"


async def test_an_entry_made_unreadable_is_named(database: Database, keys: Keys) -> None:
    if database.engine.dialect.name != "sqlite":
        return  # PostgreSQL takes no such text.
    await filled(database, keys)
    await run(database, "UPDATE audit_entries SET subject_name = CAST(x'ff41' AS TEXT) WHERE seq = 5")
    assert await found(database, keys) == ("changed", 5)
    await run(database, "UPDATE audit_entries SET subject_name = 'Sales' WHERE seq = 5")
    assert await found(database, keys) is None
    await run(database, "UPDATE audit_entries SET moment = 'yesterday' WHERE seq = 3")
    assert await found(database, keys) == ("changed", 3)


async def test_an_act_that_waited_is_written_once_though_the_server_was_killed(
    database: Database, tmp_path: Path
) -> None:
    spill = tmp_path / "journal" / "journal.jsonl"
    journal = Journal(database, folder=spill.parent)
    with acting(ANN):
        note_later(journal, change(1), at=T0)
        note_later(journal, change(1), at=T0)
    # Never started: what waits goes to the file. Killed between its commit and the end of the file, it is read again.
    await journal.start()
    await journal.stop()
    assert journal.health.pending == 0
    written = SpillFile(spill)
    kept = Journal(database, folder=spill.parent)
    note_later(kept, change(2), at=T0)
    record_of = kept._queue[0]
    for _ in range(2):
        written.append(record_of)
        written.append(record_of)
        written.close()
        again = Journal(database, folder=spill.parent)
        await again.start()
        await again.flush()
        await again.stop()
    async with database.session() as session:
        assert (await session.execute(text("SELECT count(*) FROM audit_entries"))).scalar_one() == 3


async def test_what_is_recorded(database: Database) -> None:
    act = Act(
        kind=QUEUE_CHANGED,
        subject=Subject("user", "u\x00" + "x" * 300, "Ünal \udc80"),
        before={"email": "a@example.com", "name": "A", "sip": {"password": "old"}},
        after={"email": "b@example.com", "name": "B", "sip": {"password": "new"}},
        hidden=frozenset({"email"}),
    )
    await note(database, act, actor=ANN, at=T0 + 0.123456)
    async with database.session() as session:
        row = (await session.execute(text("SELECT * FROM audit_entries"))).mappings().one()
    assert (row["actor_kind"], row["actor_id"], row["actor_name"]) == ("user", "ann", "Ann")
    assert (row["address"], row["session_id"], row["request_id"]) == ("10.0.0.9", "s", "r")
    assert row["subject_id"] == "u" + "x" * 199
    assert row["subject_name"] == "Ünal ?"
    assert (row["before"], row["after"]) == ('{"name":"A","sip":{}}', '{"name":"B","sip":{}}')
    assert row["hidden"] == '["email","sip.password"]'
    assert (row["seq"], row["mac"]) == (None, None)


async def test_the_chain_holds_over_batches_and_restarts(database: Database, keys: Keys) -> None:
    head = await filled(database, keys)
    assert head.seq == 8
    await note(database, change(100), at=T0)
    assert (await seal(database, keys))[0].seq == 9
    progress: list[tuple[int, int]] = []
    verdict = await verify(database, keys, {8: head.mac}, progress=lambda done, total: progress.append((done, total)))
    assert verdict == Verdict(first=1, last=9, checked=9, unsealed=0)
    assert progress == [(9, 9)]
    part = await verify(database, keys, {}, first=3, last=5)
    assert (part.first, part.last, part.checked, part.finding) == (3, 5, 3, None)
    assert await place_at(database, datetime.fromtimestamp(T0 + 4, UTC)) == 5
    assert await place_at(database, datetime.fromtimestamp(T0 + 400, UTC)) is None


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE audit_entries SET actor_id = 'eve' WHERE seq = 5", ("changed", 5)),
        ("UPDATE audit_entries SET after = '{\"wrap_up_s\": 0}' WHERE seq = 1", ("changed", 1)),
        ("UPDATE audit_entries SET before = NULL WHERE seq = 8", ("changed", 8)),
        ("UPDATE audit_entries SET key_id = 'another' WHERE seq = 2", ("unknown-key", 2)),
        ("DELETE FROM audit_entries WHERE seq = 4", ("missing", 4)),
        ("DELETE FROM audit_entries WHERE seq = 1", ("missing", 1)),
        ("DELETE FROM audit_entries WHERE seq > 6", ("cut", 7)),
        ("DELETE FROM audit_entries", ("cut", 1)),
        ("UPDATE audit_entries SET seq = NULL WHERE seq > 6", ("cut", 7)),
    ],
)
async def test_tampering_is_named(database: Database, keys: Keys, statement: str, finding: tuple[str, int]) -> None:
    head = await filled(database, keys)
    await run(database, statement)
    assert await found(database, keys, {head.seq: head.mac}) == finding


async def test_entries_moved_are_told_from_entries_gone(database: Database, keys: Keys) -> None:
    await filled(database, keys)
    await run(database, "UPDATE audit_entries SET seq = -1 WHERE seq = 3")
    await run(database, "UPDATE audit_entries SET seq = 3 WHERE seq = 4")
    await run(database, "UPDATE audit_entries SET seq = 4 WHERE seq = -1")
    assert await found(database, keys) == ("moved", 3)
    await run(database, "DELETE FROM audit_entries WHERE seq = 4")
    await run(database, "UPDATE audit_entries SET seq = seq - 100 WHERE seq > 4")
    await run(database, "UPDATE audit_entries SET seq = seq + 99 WHERE seq < 0")
    assert await found(database, keys) == ("missing", 3)


async def test_old_entries_are_cut_and_the_rest_still_holds(database: Database, keys: Keys) -> None:
    head = await filled(database, keys)
    heads = {2: "told long ago, and gone since", head.seq: head.mac}
    assert await cut(database, keys, before=T0, now=T0 + 100) == 0
    assert await cut(database, keys, before=T0 + 4, now=T0 + 100) == 4
    verdict = await verify(database, keys, heads)
    assert (verdict.first, verdict.last, verdict.unsealed, verdict.finding) == (5, 8, 1, None)
    await seal(database, keys)
    assert await cut(database, keys, before=T0 + 1000, now=T0 + 101) == 4, "the newest entry stays"
    assert await found(database, keys) is None
    await run(database, "UPDATE audit_anchors SET seq = 7 WHERE seq = 8")
    assert await found(database, keys) == ("bad-anchor", 7)
    await run(database, "DELETE FROM audit_anchors")
    assert await found(database, keys) == ("missing", 1)


async def test_an_old_anchor_does_not_hide_a_later_cut(database: Database, keys: Keys) -> None:
    await filled(database, keys)
    await cut(database, keys, before=T0 + 2, now=T0 + 100)
    await run(database, "DELETE FROM audit_entries WHERE seq < 5")
    assert await found(database, keys) == ("missing", 3)


async def test_two_sealers_at_once_give_every_entry_one_place(database: Database, keys: Keys) -> None:
    for number in range(30):
        await note(database, change(number))
    await asyncio.gather(*(seal(database, keys) for _ in range(4)))
    verdict = await verify(database, keys, {})
    assert (verdict.checked, verdict.unsealed, verdict.finding) == (30, 0, None)


async def test_the_sealer_keeps_heads_and_misses_a_tail(database: Database, keys: Keys, tmp_path: Path) -> None:
    heads = HeadFile(tmp_path / "audit" / "heads.jsonl")
    clock = [T0]
    sealer = Sealer(database, keys, heads, now=lambda: clock[0])
    await filled(database, keys)
    await sealer.start()
    await sealer.stop()
    assert sealer.wrong is None
    assert heads.heads() == {8: sealer.head.mac}
    await run(database, "DELETE FROM audit_entries WHERE seq > 5")
    again = Sealer(database, keys, heads, now=lambda: clock[0])
    await again.start()
    assert again.wrong is not None
    await note(database, change(50))
    await again.stop()
    assert await found(database, keys, heads.heads()) == ("cut", 7)


async def test_a_server_writes_when_it_starts_and_stops(database: Database, tmp_path: Path) -> None:
    trail = Trail(database, tmp_path / "audit")
    await trail.start()
    await trail.serving("1.0")
    await trail.stop()
    assert trail.verify_soon()
    while trail.verification.running:
        await asyncio.sleep(0.01)
    assert trail.verification.verdict == Verdict(first=1, last=2, checked=2, unsealed=0)
    assert trail.wrong is None
    async with database.session() as session:
        acts = (await session.scalars(text("SELECT act FROM audit_entries ORDER BY seq"))).all()
    assert list(acts) == ["server.started", "server.stopped"]


def test_the_key_is_the_owners_alone_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    first = load_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_keys(path) == first
    path.write_text(path.read_text() + "ab" * 32 + "\n")
    both = load_keys(path)
    assert both.current != first.current
    assert first.current in both.by_id
    for wrong in ("", "abcd\n", "no key at all\n", "\xff"):
        path.write_text(wrong, "latin-1")
        with pytest.raises(AuditKeyError, match="key"):
            load_keys(path)

"""The journal on a real disk: what is written comes back, whatever a crash leaves, and a full disk stops nobody."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd import commands as ask
from acd.commands import AbandonContact, Command
from acd.engine import Engine
from acd.model import QueueConfig
from contactcenter.routing.journal import (
    CommandJournal,
    forget_before,
    read_snapshot,
    retire,
    write_snapshot,
)
from contactcenter.routing.records import (
    COMMANDS,
    Header,
    JournalError,
    Record,
    Segment,
    Tick,
    encode_header,
    encode_record,
    frame,
    frames,
    read_header,
    segment_path,
    snapshot_path,
)
from contactcenter.routing.replay import commands_between, engine_at, recover
from tests.fakes.any_day import WEIGHTS, Act, Day, acts

NOW = 1_750_000_000.0


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[CommandJournal]:
    journal = CommandJournal(tmp_path / "routing")
    journal.open()
    yield journal
    journal.close()


def begin(journal: CommandJournal, engine: Engine, at: float = NOW) -> None:
    """As the keeper does it."""
    first = journal.count
    before = journal.rotate(at)
    if before is not None:
        retire(before)
    write_snapshot(journal.folder, number=journal.number, first=first, taken_at=at, engine=engine.snapshot())


def test_every_command_has_its_form(journal: CommandJournal) -> None:
    assert set(COMMANDS) == set(Command.__subclasses__())
    begin(journal, Engine())
    random, day = Random(1), Day()
    words = [word for word, weight in WEIGHTS.items() for _ in range(weight)]
    for _ in range(1500):
        day.act(random.choice(words), random.getrandbits(30))
    told = [Record(at, Tick() if command is None else command) for at, command in day.told]
    for record in told:
        journal.append(record.at, record.what)
    assert list(Segment(segment_path(journal.folder, 1)).records()) == told
    assert {type(record.what) for record in told} == {*COMMANDS, Tick}


def test_a_record_is_with_the_kernel_when_append_returns(journal: CommandJournal) -> None:
    begin(journal, Engine())
    path = segment_path(journal.folder, 1)
    before = path.stat().st_size
    journal.append(NOW, AbandonContact("c"))
    assert path.stat().st_size == before + len(encode_record(NOW, AbandonContact("c")))
    journal.sync()


def test_two_servers_do_not_write_one_journal(journal: CommandJournal) -> None:
    second = CommandJournal(journal.folder)
    with pytest.raises(JournalError, match="Another server uses"):
        second.open()
    second.close()


def write_day(folder: Path, steps: list[Act], every: int = 25) -> Day:
    """A day recorded as it happens, with a new segment every so many steps."""
    journal = CommandJournal(folder)
    journal.open()
    day = Day()
    begin(journal, Engine(), day.now)
    for at, command in day.told:
        journal.append(at, command or Tick())
    day.listen = lambda at, command, events: journal.append(at, command or Tick())
    for number, (kind, seed) in enumerate(steps):
        if number % every == every - 1:
            begin(journal, day.engine, day.now)
        day.act(kind, seed)
    journal.close()
    return day


def many(draw: st.DataObject) -> list[Act]:
    return draw.draw(st.lists(acts, min_size=1, max_size=80))


SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=80, suppress_health_check=SLOW, deadline=None)
@given(data=st.data())
def test_replay_gives_the_identical_engine(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("day")
    day = write_day(folder, many(data))
    recovery = recover(folder)
    assert recovery.engine.snapshot() == day.engine.snapshot()
    assert recovery.notices == []
    assert recovery.count == len(day.told)
    assert recovery.last_at == day.told[-1][0] or recovery.replayed == 0


@settings(max_examples=60, suppress_health_check=SLOW, deadline=None)
@given(data=st.data())
def test_a_torn_journal_gives_the_engine_up_to_the_tear(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("day")
    day = write_day(folder, many(data), every=1000)
    path = segment_path(folder, 1)
    header = len(encode_header(read_header(path)))
    cut = data.draw(st.integers(header, path.stat().st_size))
    tail = data.draw(st.sampled_from([b"", b"\0" * 16, b"\xff" * 5]))
    path.write_bytes(path.read_bytes()[:cut] + tail)
    recovery = recover(folder)
    ends = accumulate((len(encode_record(at, command or Tick())) for at, command in day.told), initial=header)
    assert recovery.replayed == sum(end <= cut for end in ends) - 1
    twin = Engine()
    for at, command in day.told[: recovery.replayed]:
        twin.tick(at) if command is None else twin.handle(command, at)
    assert recovery.engine.snapshot() == twin.snapshot()


@settings(max_examples=100, suppress_health_check=SLOW, deadline=None)
@given(data=st.data())
def test_damage_anywhere_gives_an_engine(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("day")
    write_day(folder, many(data))
    files = sorted(path for path in folder.iterdir() if path.suffix)
    path = data.draw(st.sampled_from(files))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    recover(folder).engine.snapshot()


def test_the_snapshot_before_serves_when_the_last_is_damaged(tmp_path: Path) -> None:
    day = write_day(tmp_path, [("enqueue", seed) for seed in range(60)])
    snapshot_path(tmp_path, 3).write_bytes(b"damaged")
    recovery = recover(tmp_path)
    assert recovery.engine.snapshot() == day.engine.snapshot()
    assert recovery.notices == ["The snapshot 00000003.snapshot is damaged."]
    assert recovery.number == 3


def test_without_a_snapshot_the_engine_is_empty_and_it_is_said(tmp_path: Path) -> None:
    write_day(tmp_path, [("enqueue", 1)])
    snapshot_path(tmp_path, 1).unlink()
    recovery = recover(tmp_path)
    assert recovery.engine.agent_ids() == []
    assert recovery.number == 1
    assert recovery.notices == ["The routing engine begins empty: no snapshot of it can be read."]
    assert recover(tmp_path / "nothing").notices == []


def test_a_lost_segment_is_told(tmp_path: Path) -> None:
    write_day(tmp_path, [("enqueue", seed) for seed in range(80)])
    snapshot_path(tmp_path, 4).write_bytes(b"")
    snapshot_path(tmp_path, 3).write_bytes(b"")
    segment_path(tmp_path, 3).unlink()
    recovery = recover(tmp_path)
    assert recovery.notices[-1].endswith("commands before 00000004.commands are missing.")
    assert recovery.engine.contact_ids()


def test_a_disk_that_refuses_stops_recording_and_nobody_else(journal: CommandJournal) -> None:
    begin(journal, Engine())
    path = segment_path(journal.folder, 1)
    journal.append(NOW, AbandonContact("a"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 5, limits[1]))
    try:
        journal.append(NOW + 1, AbandonContact("b"))
        journal.append(NOW + 2, AbandonContact("c"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert journal.problem == "The routing journal cannot be written (File too large)"
    assert not journal.recording
    segment = Segment(path)
    assert [record.what for record in segment.records()] == [AbandonContact("a")]
    assert segment.cut == 0
    begin(journal, Engine(), NOW + 3)
    journal.mended(1)
    assert journal.problem, "the snapshot that counts is from before the gap"
    journal.mended(2)
    assert not journal.problem
    journal.append(NOW + 4, AbandonContact("d"))
    assert Segment(segment_path(journal.folder, 2)).header.first == 3


def test_text_that_is_no_unicode_is_not_written_and_not_fatal(journal: CommandJournal) -> None:
    begin(journal, Engine())
    journal.append(NOW, AbandonContact("\udcff"))
    assert journal.problem is not None


def test_old_segments_go_and_the_newest_two_snapshots_stay(tmp_path: Path) -> None:
    write_day(tmp_path, [("enqueue", seed) for seed in range(100)])
    for path in tmp_path.iterdir():
        os.utime(path, (NOW - 1000, NOW - 1000))
    assert forget_before(tmp_path, NOW - 2000) == 0
    assert forget_before(tmp_path, NOW) == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "00000004.commands",
        "00000004.snapshot",
        "00000005.commands",
        "00000005.snapshot",
        "lock",
    ]


def test_what_was_said_between_two_moments(tmp_path: Path) -> None:
    steps: list[Act] = [("enqueue", 1), ("wait", 5), ("accept", 2), ("wait", 7), ("end", 3), ("presence", 4)] * 20
    day = write_day(tmp_path, steps)
    told = [(at, command or Tick()) for at, command in day.told]
    assert list(commands_between(tmp_path, 0.0, day.now + 1)) == told
    start, end = told[40][0], told[90][0]
    assert list(commands_between(tmp_path, start, end)) == [(at, what) for at, what in told if start <= at < end]
    assert list(commands_between(tmp_path, end, start)) == []


def test_the_engine_as_it_was_at_any_moment(tmp_path: Path) -> None:
    steps: list[Act] = [("enqueue", 1), ("wait", 5), ("accept", 2), ("wait", 7), ("end", 3), ("presence", 4)] * 20
    day = write_day(tmp_path, steps)
    moments = sorted({at for at, _ in day.told})
    for moment in moments[:: len(moments) // 10]:
        twin = Engine()
        for at, command in day.told:
            if at <= moment:
                twin.tick(at) if command is None else twin.handle(command, at)
        assert engine_at(tmp_path, moment).snapshot() == twin.snapshot()
    with pytest.raises(JournalError, match="does not reach back"):
        engine_at(tmp_path, moments[0] - 1)


def test_snapshots_are_whole_or_refused(tmp_path: Path) -> None:
    engine = Engine()
    engine.handle(ask.ConfigureQueue(QueueConfig("q")), NOW)
    write_snapshot(tmp_path, number=7, first=3, taken_at=NOW, engine=engine.snapshot())
    file, state = read_snapshot(snapshot_path(tmp_path, 7))
    assert (file.number, file.first, file.taken_at) == (7, 3, NOW)
    assert Engine.restore(state).queue_ids() == ["q"]
    strange = msgspec.msgpack.encode({"format": 9, "number": 7, "first": 0, "taken_at": 0.0, "engine": b""})
    for data in (b"", b"xx", frame(b"\xc1"), frame(strange)):
        snapshot_path(tmp_path, 7).write_bytes(data)
        with pytest.raises(JournalError):
            read_snapshot(snapshot_path(tmp_path, 7))


def test_segments_of_others_are_refused(tmp_path: Path) -> None:
    path = segment_path(tmp_path, 1)
    future = msgspec.msgpack.encode(Header(format=9, number=1, first=0, started_at=0.0))
    for data, why in ((b"", "empty"), (frame(b"\xc1"), "does not begin"), (frame(future), "format 9")):
        path.write_bytes(data)
        with pytest.raises(JournalError, match=why):
            Segment(path)
    path.write_bytes(
        encode_header(Header(number=1, first=0, started_at=0.0)) + frame(msgspec.msgpack.encode([1.0, {}]))
    )
    with pytest.raises(JournalError, match="not known here"):
        list(Segment(path).records())


@given(st.binary(max_size=200))
def test_any_bytes_are_frames_or_none(data: bytes) -> None:
    for payload, end in frames(data):
        assert payload
        assert end <= len(data)

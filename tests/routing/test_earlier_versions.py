"""What an earlier version wrote to the disk is read by this one: a start after an upgrade loses nobody's place.

version-1: a snapshot and the 227 commands and ticks after it, of every kind there was then; the engine that wrote them
held CONTACTS at the end.
"""

from __future__ import annotations

from pathlib import Path

from acd.engine import Engine
from contactcenter.routing.journal import read_snapshot
from contactcenter.routing.records import Segment, Tick, segment_path, snapshot_path
from contactcenter.routing.replay import recover

FOLDER = Path(__file__).parent / "version-1"
CONTACTS = (
    "c83 c86 c87 c88 c94 c95 c96 c97 c98 c99 c103 c105 c108 c109 c110 c115 c117 c121 c122 c123 c124 c125 c127 c128 c130"
    " c134 c135 c136 c137 c138 c139 c140 c141"
)


def test_a_journal_of_an_earlier_version_leads_to_the_same_contacts() -> None:
    recovery = recover(FOLDER)
    assert (recovery.number, recovery.count, recovery.replayed, recovery.whole) == (2, 372, 227, True)
    assert recovery.notices == []
    assert sorted(recovery.engine.contact_ids(), key=lambda each: int(each[1:])) == CONTACTS.split()


def test_no_record_of_an_earlier_version_is_refused_now() -> None:
    records = list(Segment(segment_path(FOLDER, 2)).records())
    _, state = read_snapshot(snapshot_path(FOLDER, 2))
    engine = Engine.restore(state)
    kinds = {type(record.what).__name__ for record in records}
    assert {"EnqueueContact", "AcceptOffer", "EndContact", "RequeueContact", "ConfigureQueue", "Tick"} <= kinds
    for record in records:
        events = engine.tick(record.at) if isinstance(record.what, Tick) else engine.handle(record.what, record.at)
        assert "CommandRefused" not in {type(event).__name__ for event in events}

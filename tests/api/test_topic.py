"""Old snapshot + events == new snapshot, for given examples and for whatever hypothesis thinks of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.api.topic import Snapshot, TopicState, apply

FIXTURES = sorted((Path(__file__).parents[1] / "contract" / "live").glob("*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixtures_by_the_clients_rule(path: Path) -> None:
    fixture = json.loads(path.read_text(encoding="utf-8"))
    snapshot, seq = fixture["start"]["snapshot"], fixture["start"]["seq"]
    for message in fixture["events"]:
        assert message["seq"] == seq + 1
        snapshot, seq = apply(snapshot, message), message["seq"]
    assert snapshot == fixture["end"]["snapshot"]
    assert seq == fixture["end"]["seq"]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixtures_are_what_the_server_says(path: Path) -> None:
    fixture = json.loads(path.read_text(encoding="utf-8"))
    state = TopicState(fixture["start"]["epoch"])
    for collection, rows in fixture["start"]["snapshot"].items():
        for row_id, row in rows.items():
            state.put(collection, row_id, row)
    for message in fixture["events"]:
        data = message["data"]
        if message["type"] == "put":
            event = state.put(data["collection"], data["id"], data["row"])
        else:
            event = state.remove(data["collection"], data["id"])
        if event is not None:
            said = event.message(fixture["topic"])
            assert {**said, "seq": message["seq"]} == message
    filled = {collection: rows for collection, rows in fixture["end"]["snapshot"].items() if rows}
    assert {collection: rows for collection, rows in state.snapshot().items() if rows} == filled


def test_there_are_fixtures() -> None:
    assert len(FIXTURES) >= 5


def test_equal_rows_and_missing_rows_are_no_change() -> None:
    state = TopicState("e")
    assert state.put("c", "1", {"a": [1, {"b": None}]}) is not None
    assert state.put("c", "1", {"a": (1, {"b": None})}) is None
    assert state.remove("c", "2") is None
    assert state.remove("d", "1") is None
    assert state.seq == 1


def test_a_row_changed_after_put_does_not_change_the_topic() -> None:
    state = TopicState("e")
    row: dict[str, Any] = {"list": [1]}
    state.put("c", "1", row)
    row["list"].append(2)
    assert state.get("c", "1") == {"list": [1]}
    assert state.put("c", "1", row) is not None


def test_rows_take_the_shape_clients_get() -> None:
    class Colour(StrEnum):
        RED = "red"

    state = TopicState("e")
    state.put("c", "1", {"colour": Colour.RED, "at": datetime(2026, 5, 4, tzinfo=UTC)})
    assert state.get("c", "1") == {"colour": "red", "at": "2026-05-04T00:00:00Z"}
    with pytest.raises(TypeError):
        state.put("c", "2", {"object": object()})
    assert state.ids("c") == ["1"]
    assert state.seq == 1


def test_since_knows_what_it_forgot() -> None:
    state = TopicState("e", keep=3)
    for number in range(5):
        state.put("c", "1", {"n": number})
    assert [event.seq for event in state.since("e", 2) or []] == [3, 4, 5]
    assert state.since("e", 5) == []
    assert state.since("e", 1) is None
    assert state.since("e", 6) is None
    assert state.since("e", -1) is None
    assert state.since("e", None) is None
    assert state.since(None, 5) is None
    assert state.since("f", 5) is None


_NAMES = st.sampled_from(["a", "b", "c"])
_ROWS = st.dictionaries(_NAMES, st.integers(0, 2) | st.none() | st.lists(st.text(max_size=2), max_size=2), max_size=2)
_STEPS = st.lists(st.tuples(st.sampled_from(["put", "remove"]), _NAMES, _NAMES, _ROWS), max_size=30)


def take(state: TopicState, steps: list[tuple[str, str, str, dict[str, Any]]]) -> None:
    for kind, collection, row_id, row in steps:
        if kind == "put":
            state.put(collection, row_id, row)
        else:
            state.remove(collection, row_id)


@given(_STEPS, _STEPS)
def test_old_snapshot_and_events_are_the_new_snapshot(
    before: list[tuple[str, str, str, dict[str, Any]]], after: list[tuple[str, str, str, dict[str, Any]]]
) -> None:
    state = TopicState("e")
    take(state, before)
    snapshot: Snapshot = json.loads(json.dumps(state.snapshot()))
    seq = state.seq
    take(state, after)
    events = state.since("e", seq)
    assert events is not None
    for event in events:
        assert event.seq == seq + 1
        snapshot, seq = apply(snapshot, json.loads(json.dumps(event.message("t")))), event.seq
    assert (snapshot, seq) == (state.snapshot(), state.seq)


@given(_STEPS, st.integers(1, 5), st.integers(-2, 40))
def test_resume_is_complete_or_refused(steps: list[tuple[str, str, str, dict[str, Any]]], keep: int, seq: int) -> None:
    state = TopicState("e", keep=keep)
    take(state, steps)
    events = state.since("e", seq)
    if events is None:
        assert seq < 0 or seq > state.seq or state.seq - seq > keep
    else:
        assert [event.seq for event in events] == list(range(seq + 1, state.seq + 1))

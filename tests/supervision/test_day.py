"""Today's figures: midnight is where the server stands, quarters of an hour begin on the quarter."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from contactcenter.supervision.day import Day, summed


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def test_counts_by_queue_quarter_and_in_total() -> None:
    day = Day(UTC)
    day.offered("sales", at("2026-05-04T09:14:59"))
    day.offered("sales", at("2026-05-04T09:15:00"))
    day.offered("help", at("2026-05-04T09:15:01"))
    day.answered("sales", at("2026-05-04T09:15:02"), 3.0, 20.0)
    day.answered("sales", at("2026-05-04T09:15:03"), 21.0, 20.0)
    day.abandoned("help", at("2026-05-04T09:30:00"), 30.0, 20.0)
    assert (day.queues["sales"].offered, day.queues["sales"].answered, day.queues["help"].abandoned) == (2, 2, 1)
    assert day.queues["sales"].service_level() == 0.5
    quarters = {datetime.fromtimestamp(start, UTC).strftime("%H:%M"): c for start, c in day.intervals.items()}
    assert {name: (c.offered, c.answered, c.abandoned) for name, c in quarters.items()} == {
        "09:00": (1, 0, 0),
        "09:15": (2, 2, 0),
        "09:30": (0, 0, 1),
    }
    assert (day.total.offered, day.total.answered, day.total.abandoned) == (3, 2, 1)
    assert summed(day.queues.values()) == day.total
    for start, counts in day.intervals.items():
        assert summed(day.by_queue[start].values()) == counts
    assert day.take_touched() == set(day.intervals)
    assert day.take_touched() == set()


def test_who_is_moved_counts_in_the_other_queue_in_the_quarter_of_the_offer() -> None:
    day = Day(UTC)
    offered, moved = at("2026-05-04T09:14:00"), at("2026-05-04T09:16:00")
    day.offered("sales", offered)
    day.moved("sales", "help", moved, offered)
    (quarter,) = day.by_queue.values()
    for counts in (day.queues, quarter):
        assert (counts["sales"].offered, counts["help"].offered) == (0, 1)
    day.moved("help", "sales", at("2026-05-05T00:01:00"), offered)
    assert (dict(day.queues)["help"].offered, dict(day.by_queue)) == (0, {})


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("UTC", "2026-05-04T23:59:59", "2026-05-05T00:00:00"),
        ("Europe/Berlin", "2026-05-04T21:59:59", "2026-05-04T22:00:00"),
        ("America/New_York", "2026-05-05T03:59:59", "2026-05-05T04:00:00"),
        ("Asia/Kathmandu", "2026-05-04T18:14:59", "2026-05-04T18:15:00"),
    ],
)
def test_a_new_day_begins_at_midnight_of_the_place(zone: str, before: str, after: str) -> None:
    day = Day(ZoneInfo(zone))
    day.offered("sales", at(before))
    assert not day.turn(at(before))
    assert day.total.offered == 1
    assert day.turn(at(after))
    assert (day.total.offered, dict(day.queues), dict(day.intervals)) == (0, {}, {})
    assert not day.turn(at(after))


@pytest.mark.parametrize(
    ("now", "midnight", "after"),
    [
        ("2026-03-29T12:00:00", "2026-03-28T23:00:00", "2026-03-29T22:00:00"),
        ("2026-10-25T12:00:00", "2026-10-24T22:00:00", "2026-10-25T23:00:00"),
    ],
)
def test_midnight_on_the_days_when_clocks_change(now: str, midnight: str, after: str) -> None:
    day = Day(ZoneInfo("Europe/Berlin"))
    assert day.start_of(at(now)).timestamp() == at(midnight)
    assert day.end_of(at(midnight)) == at(after)
    assert day.end_of(at(after) - 1) == at(after)


def test_an_answer_taken_back_is_as_if_it_had_never_been() -> None:
    day = Day(UTC)
    day.answered("sales", at("2026-05-04T09:15:02"), 3.0, 20.0)
    day.answered("sales", at("2026-05-04T09:15:03"), 30.0, 20.0)
    day.not_answered("sales", at("2026-05-04T09:15:03"), 30.0, 20.0)
    for counters in (day.queues["sales"], *day.intervals.values(), day.total):
        assert (counters.answered, counters.answered_in_target) == (1, 1)
        assert counters.average_speed_of_answer_s() == 3.0
    day.not_answered("sales", at("2026-05-04T09:15:02"), 3.0, 20.0)
    assert day.queues["sales"].service_level() is None


def test_yesterdays_answer_is_not_taken_from_today() -> None:
    day = Day(UTC)
    day.answered("sales", at("2026-05-04T23:59:59"), 3.0, 20.0)
    day.answered("sales", at("2026-05-05T00:00:01"), 3.0, 20.0)
    day.not_answered("sales", at("2026-05-04T23:59:59"), 3.0, 20.0)
    assert (day.date, day.total.answered) == ("2026-05-05", 1)

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.backup.schedule import Keep, due_at, made_at, name_at, overdue, to_remove

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = [name_at((START + timedelta(days=day, hours=3)).timestamp()) for day in range(400)]


def test_a_name_tells_when() -> None:
    assert name_at(0.0) == "contactcenter-19700101T000000Z.ccbackup"
    assert made_at(name_at(1_777_777_777.5)) == 1_777_777_777.0
    assert made_at("mine.ccbackup") is None


def test_days_weeks_and_months_are_kept() -> None:
    keep = Keep(daily=7, weekly=4, monthly=12)
    left = [name for name in DAYS if name not in to_remove(DAYS, keep)]
    assert left[-7:] == DAYS[-7:]
    # Of 4 weeks and 12 months the newest two each are among the days.
    assert len(left) == 7 + 2 + 10
    months = {name[14:20] for name in left}
    assert len(months) == 12


@given(st.lists(st.floats(0, 4e9), max_size=40), st.integers(1, 5), st.integers(0, 5), st.integers(0, 5))
def test_rotation_ends(times: list[float], daily: int, weekly: int, monthly: int) -> None:
    keep = Keep(daily=daily, weekly=weekly, monthly=monthly)
    names = sorted({name_at(each) for each in times})
    gone = to_remove([*names, "other.ccbackup"], keep)
    left = [name for name in names if name not in gone]
    assert "other.ccbackup" not in gone
    assert len(left) <= daily + weekly + monthly
    assert names[-1:] == left[-1:]
    assert to_remove(left, keep) == []


def test_due() -> None:
    assert due_at([], 3600, 50.0) == 50.0
    assert due_at([name_at(1000), "x"], 3600, 2000.0) == 4600.0
    assert due_at([name_at(9000)], 3600, 2000.0) == 2000.0


def test_two_periods_without_one_are_too_long() -> None:
    assert overdue(None, 3600, 0.0)
    assert not overdue(0.0, 3600, 7200.0)
    assert overdue(0.0, 3600, 7201.0)
    assert not overdue(9000.0, 3600, 0.0)  # the clock went back

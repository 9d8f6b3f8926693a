"""When mail and push may go: never in quiet hours, never before, and no later than it has to be."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.notifications.moments import Quiet, Rhythm, when

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Quiet(begin=time(22), end=time(7))
ZONES = st.sampled_from(
    [ZoneInfo(each) for each in ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")]
)
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
QUIET = st.none() | st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] != pair[1]).map(
    lambda pair: Quiet(begin=pair[0], end=pair[1])
)
RHYTHMS = st.builds(
    Rhythm,
    zone=ZONES,
    digest=st.sampled_from(["at_once", "hourly", "daily"]),
    digest_hour=st.integers(0, 23),
    quiet=QUIET,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "rhythm", "then"),
    [
        ("2026-03-02T09:20:00+01:00", Rhythm(zone=BERLIN), "2026-03-02T09:20:00+01:00"),
        ("2026-03-02T09:20:00+01:00", Rhythm(zone=BERLIN, digest="hourly"), "2026-03-02T10:00:00+01:00"),
        ("2026-03-02T10:00:00+01:00", Rhythm(zone=BERLIN, digest="hourly"), "2026-03-02T10:00:00+01:00"),
        ("2026-03-02T09:20:00+01:00", Rhythm(zone=BERLIN, digest="daily"), "2026-03-03T08:00:00+01:00"),
        ("2026-03-02T07:20:00+01:00", Rhythm(zone=BERLIN, digest="daily"), "2026-03-02T08:00:00+01:00"),
        ("2026-03-02T23:00:00+01:00", Rhythm(zone=BERLIN, quiet=NIGHT), "2026-03-03T07:00:00+01:00"),
        ("2026-03-02T06:59:00+01:00", Rhythm(zone=BERLIN, quiet=NIGHT), "2026-03-02T07:00:00+01:00"),
        # A daily digest at an hour that is quiet waits for the end of it.
        ("2026-03-02T09:00:00+01:00", Rhythm(zone=BERLIN, digest="daily", digest_hour=23, quiet=NIGHT),
         "2026-03-03T07:00:00+01:00"),
        # The clocks are put forward in this night: seven o'clock comes an hour sooner.
        ("2026-03-28T23:00:00+01:00", Rhythm(zone=BERLIN, quiet=NIGHT), "2026-03-29T07:00:00+02:00"),
    ],
)  # fmt: skip
def test_examples(now: str, rhythm: Rhythm, then: str) -> None:
    assert when(at(now), rhythm) == at(then)


def test_a_push_waits_for_no_digest_but_for_the_morning() -> None:
    rhythm = Rhythm(zone=BERLIN, digest="daily", quiet=NIGHT)
    assert when(at("2026-03-02T12:00:00+01:00"), rhythm, digest=False) == at("2026-03-02T12:00:00+01:00")
    assert when(at("2026-03-02T23:00:00+01:00"), rhythm, digest=False) == at("2026-03-03T07:00:00+01:00")


@given(now=MOMENTS, rhythm=RHYTHMS, digest=st.booleans())
def test_never_before_never_in_quiet_hours_never_days_later(now: datetime, rhythm: Rhythm, digest: bool) -> None:
    then = when(now, rhythm, digest=digest)
    assert now <= then <= now + timedelta(days=2, hours=2)
    assert rhythm.quiet is None or not rhythm.quiet.holds(then.astimezone(rhythm.zone))


@given(now=MOMENTS, rhythm=RHYTHMS)
def test_what_may_go_now_is_not_held(now: datetime, rhythm: Rhythm) -> None:
    pushed = when(now, rhythm, digest=False)
    assert when(pushed, rhythm, digest=False) == pushed
    if rhythm.quiet is None or not rhythm.quiet.holds(now.astimezone(rhythm.zone)):
        assert pushed == now


@given(now=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=3)), rhythm=RHYTHMS)
def test_what_comes_later_is_not_sent_earlier(now: datetime, later: timedelta, rhythm: Rhythm) -> None:
    assert when(now, rhythm) <= when(now + later, rhythm)

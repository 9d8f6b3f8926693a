"""The house's time zone: who sets a wrong one is told, and days begin at its midnight."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contactcenter import moments
from contactcenter.config import ConfigError
from contactcenter.config_file import load
from contactcenter.flows.hours import OpeningHours
from contactcenter.moments import UnknownZone, live_in, zone_name
from contactcenter.queues.calendar_settings import NewCalendar
from contactcenter.supervision.day import Day


@pytest.fixture(autouse=True)
def _zone_as_before() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize(
    ("given", "meant"), [("berlin", "Europe/Berlin"), ("Europe/Berln", "Europe/Berlin"), ("Nowhere", "Europe/Berlin")]
)
def test_a_zone_that_is_none_is_told(tmp_path: Path, given: str, meant: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[house]\ntimezone = "{given}"\n')
    with pytest.raises(ConfigError) as error:
        load(path, {})
    assert str(error.value) == (
        f'{path}: "timezone" in [house] must be an IANA time zone, as "{meant}", but is the text "{given}".'
    )
    with pytest.raises(ConfigError, match="Environment variable CC_HOUSE_TIMEZONE"):
        load(None, {"CC_HOUSE_TIMEZONE": given})


def test_days_begin_at_midnight_of_the_house() -> None:
    noon = datetime(2026, 3, 28, 12, tzinfo=UTC).timestamp()
    for timezone, start, hours in (
        ("Pacific/Auckland", datetime(2026, 3, 28, 11, tzinfo=UTC), 24),
        ("America/New_York", datetime(2026, 3, 28, 4, tzinfo=UTC), 24),
        ("Europe/Berlin", datetime(2026, 3, 27, 23, tzinfo=UTC), 24),
    ):
        live_in(timezone)
        assert zone_name() == timezone
        assert Day().start_of(noon).timestamp() == start.timestamp()
        assert Day().end_of(noon) == start.timestamp() + hours * 3600
    assert Day().end_of(noon + 86_400) == Day().start_of(noon + 86_400).timestamp() + 23 * 3600, "clocks go forward"


def test_processes_it_starts_live_there_too() -> None:
    live_in("Asia/Tokyo")
    script = "from datetime import datetime; print(datetime.fromtimestamp(0).hour)"
    said = subprocess.run((sys.executable, "-c", script), capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "9"


def test_without_one_it_is_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    live_in("")
    assert "TZ" not in os.environ
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    monkeypatch.setattr(moments, "LOCAL_TIME", link)
    assert zone_name() == "Asia/Tokyo"
    link.unlink()
    link.write_bytes(b"a copy, which says no name")
    assert zone_name() is None


def test_a_zone_that_the_machine_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(moments, "_set", lambda timezone: None)
    with pytest.raises(UnknownZone, match='does not know the time zone "Asia/Tokyo"'):
        live_in("Asia/Tokyo")


def test_hours_of_a_flow_without_a_zone_are_the_houses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live_in("America/New_York")
    written = {"open": [{"days": "mon", "from": "08:00", "to": "09:00"}]}
    assert OpeningHours.model_validate(written).as_calendar.timezone == "America/New_York"
    monkeypatch.setattr(moments, "LOCAL_TIME", tmp_path / "nothing")
    monkeypatch.delenv("TZ")
    with pytest.raises(ValueError, match="these hours need a time zone"):
        OpeningHours.model_validate(written)


def test_a_calendar_without_a_zone_is_the_houses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live_in("America/New_York")
    assert NewCalendar.model_validate({"name": "Office hours"}).zone == "America/New_York"
    monkeypatch.setattr(moments, "LOCAL_TIME", tmp_path / "nothing")
    monkeypatch.delenv("TZ")
    with pytest.raises(ValueError, match="zone"):
        NewCalendar.model_validate({"name": "Office hours"})

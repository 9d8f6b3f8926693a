"""Calendars over HTTP: kept, looked ahead in, thrown shut; what makes no calendar is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from acd import calendar as acd
from contactcenter.moments import zone_name
from tests.fakes.office import Office

Json = dict[str, Any]

WEEK: Json = {
    "name": "Office hours",
    "zone": "Europe/Berlin",
    "weekly": [
        {"day": 0, "start": "08:00", "end": "12:00"},
        {"day": 0, "start": "13:00", "end": "24:00"},
        {"day": 4, "start": "22:00", "end": "06:00"},
    ],
    "exceptions": [
        {"date": "2026-05-11", "name": "Open day", "spans": [{"start": "10:00", "end": "11:00"}]},
        {"date": "2026-05-04", "name": "Moving", "spans": []},
    ],
    "holidays": {"country": "DE", "subdivision": "BE"},
}


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


async def test_a_calendar_is_kept_and_can_be_asked(office: Office) -> None:
    made = await office.post("/calendars", WEEK)
    nobody: Json = {"queues": [], "agents": [], "flows": [], "ticket_types": [], "ticket_categories": []}
    assert made == WEEK | {"id": "office-hours", "emergency": None, "used_by": nobody}
    assert await office.get("/calendars") == {"items": [made], "house_zone": zone_name()}
    assert await office.get("/calendars/office-hours") == made
    calendar = office.calendars.get("office-hours")
    assert calendar is not None
    # Berlin is two hours ahead of UTC in May.
    assert [acd.is_open(calendar, at(f"2026-05-{moment}")) for moment in ("18T05:59", "18T06:00", "18T10:30")] == [
        False,
        True,
        False,
    ]
    assert acd.is_open(calendar, at("2026-05-16T03:59"))
    assert not acd.is_open(calendar, at("2026-05-04T07:00"))
    assert office.calendars.get("nowhere") is None
    changed = await office.put(
        "/calendars/office-hours", made | {"zone": "America/New_York", "weekly": WEEK["weekly"][:1]}
    )
    assert changed["zone"] == "America/New_York"
    calendar = office.calendars.get("office-hours")
    assert calendar is not None
    assert acd.is_open(calendar, at("2026-05-18T12:00"))


async def test_the_days_to_come_say_why(office: Office) -> None:
    await office.post("/calendars", WEEK)
    days = (await office.get("/calendars/office-hours/preview?from=2026-12-21&days=8"))["items"]
    assert [day["date"] for day in days][:2] == ["2026-12-21", "2026-12-22"]
    assert days[0] == {
        "date": "2026-12-21",
        "day": 0,
        "spans": [{"start": "08:00", "end": "12:00"}, {"start": "13:00", "end": "24:00"}],
        "why": "hours",
        "name": "",
        "emergency": False,
    }
    christmas = days[4]
    assert (christmas["spans"], christmas["why"], christmas["name"]) == ([], "holiday", "Christmas Day")
    # Without a date from today on, a Sunday; the day after that has hours of its own.
    days = (await office.get("/calendars/office-hours/preview"))["items"]
    assert len(days) == 14
    assert (days[0]["date"], days[0]["day"]) == ("2026-05-03", 6)
    assert (days[1]["why"], days[1]["name"], days[1]["spans"]) == ("exception", "Moving", [])
    assert days[5]["spans"] == [{"start": "22:00", "end": "06:00"}]
    assert days[8]["spans"] == [{"start": "10:00", "end": "11:00"}]
    for query in ("days=0", "days=400", "from=yesterday", "from=1900-01-01"):
        status, _ = await office.ask("GET", f"/calendars/office-hours/preview?{query}")
        assert status == 422, query
    assert (await office.ask("GET", "/calendars/nowhere/preview"))[0] == 404


async def test_holidays_of_far_years_are_known_when_they_come(office: Office) -> None:
    await office.post("/calendars", WEEK)
    office.clock.now = at("2031-10-03T08:00")
    days = (await office.get("/calendars/office-hours/preview?days=1"))["items"]
    assert (days[0]["why"], days[0]["spans"]) == ("holiday", [])
    calendar = office.calendars.get("office-hours")
    assert calendar is not None
    assert acd.state(calendar, office.clock.now).reason == "holiday"


async def test_the_emergency_switch(office: Office) -> None:
    made = await office.post("/calendars", WEEK)
    office.clock.now = at("2026-05-18T07:00")
    thrown: Json = {"closed": True, "message": "Water in\nthe cellar.", "until": "2026-05-18T12:00:00+02:00"}
    answer = await office.put("/calendars/office-hours/emergency", thrown)
    assert answer["emergency"] == thrown | {"until": "2026-05-18T10:00:00Z", "since": "2026-05-18T07:00:00Z"}
    calendar = office.calendars.get("office-hours")
    assert calendar is not None
    assert acd.state(calendar, at("2026-05-18T07:30")).reason == "emergency"
    assert acd.state(calendar, at("2026-05-18T07:30")).name == "Water in\nthe cellar."
    assert acd.is_open(calendar, at("2026-05-18T11:30"))
    days = (await office.get("/calendars/office-hours/preview?days=2"))["items"]
    assert [day["emergency"] for day in days] == [True, False]
    # Who saves hours that were loaded before does not open what was closed meanwhile.
    assert (await office.put("/calendars/office-hours", made))["emergency"] == answer["emergency"]
    assert (await office.put("/calendars/office-hours/emergency", None))["emergency"] is None
    await office.put("/calendars/office-hours/emergency", thrown)
    office.clock.now = at("2026-05-18T10:00")
    assert (await office.get("/calendars/office-hours"))["emergency"] is None
    for until in ("2026-05-18T10:00:00Z", "2026-05-18T12:00:00", "soon", "9999-12-31T23:59:59Z"):
        refused = await office.refused("PUT", "/calendars/office-hours/emergency", {"closed": True, "until": until})
        assert refused[0] == 422, until
    await office.put("/calendars/office-hours/emergency", {"closed": False})
    calendar = office.calendars.get("office-hours")
    assert calendar is not None
    assert acd.is_open(calendar, at("2030-01-01T03:00"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"weekly": [], "exceptions": []}, "weekly"),
        ({"weekly": [{"day": 1, "start": "8", "end": "9"}]}, "weekly.0.start"),
        ({"weekly": [{"day": 1, "start": "08:00", "end": "08:00"}]}, "weekly.0.end"),
        ({"weekly": [{"day": 1, "start": "24:00", "end": "08:00"}]}, "weekly.0.start"),
        ({"weekly": [{"day": 7, "start": "08:00", "end": "09:00"}]}, "weekly.0.day"),
        (
            {"weekly": [{"day": 1, "start": "08:00", "end": "10:00"}, {"day": 1, "start": "09:00", "end": "11:00"}]},
            "weekly",
        ),
        ({"exceptions": [{"date": "2026-02-30"}]}, "exceptions.0.date"),
        ({"exceptions": [{"date": "2026-02-03"}, {"date": "2026-02-03"}]}, "exceptions"),
        ({"holidays": {"country": "Atlantis"}}, "holidays.country"),
        ({"holidays": {"country": "DE", "subdivision": "CA"}}, "holidays.subdivision"),
        ({"name": ""}, "name"),
        ({"id": "other"}, "id"),
    ],
)
async def test_what_makes_no_calendar_is_refused_naming_the_field(office: Office, change: Json, field: str) -> None:
    made = await office.post("/calendars", WEEK)
    status, named, sentence = await office.refused("PUT", "/calendars/office-hours", WEEK | change)
    assert (status, named) == (422, field)
    assert sentence.startswith(f"{field}: ")
    assert await office.get("/calendars/office-hours") == made


async def test_the_countries_and_parts_to_choose_from_are_those_a_calendar_takes(office: Office) -> None:
    countries = {country["code"]: country for country in (await office.get("/holiday-countries"))["items"]}
    assert len(countries) > 100
    assert list(countries) == sorted(countries)
    assert {"code": "BY", "name": "Bayern"} in countries["DE"]["subdivisions"]
    assert {"code": "971", "name": "Guadeloupe"} in countries["FR"]["subdivisions"]
    for country in ("DE", "FR", "US"):
        part = countries[country]["subdivisions"][-1]["code"]
        holidays = {"country": country, "subdivision": part}
        assert (await office.post("/calendars", WEEK | {"name": country, "holidays": holidays}))["holidays"] == holidays
    assert (await office.ask("GET", "/holiday-countries", role="agent"))[0] == 403


async def test_a_calendar_in_use_stays(office: Office) -> None:
    made = await office.post("/calendars", WEEK)
    assert (await office.refused("POST", "/calendars", WEEK))[:2] == (409, "name")
    settings = await office.get("/queues/help")
    assert (await office.put("/queues/help", settings | {"calendar_id": made["id"]}))["calendar_id"] == made["id"]
    status, answer = await office.ask("DELETE", "/calendars/office-hours")
    assert (status, answer["used_by"]["queues"]) == (409, [{"id": "help", "name": "Help"}])
    assert (await office.get("/calendars"))["items"][0]["used_by"] == answer["used_by"]
    await office.put("/queues/help", settings)
    await office.delete("/calendars/office-hours")
    assert await office.get("/calendars") == {"items": [], "house_zone": zone_name()}
    for method, path in (("DELETE", ""), ("PUT", ""), ("GET", ""), ("PUT", "/emergency")):
        body = WEEK if path == "" else None
        assert (await office.refused(method, f"/calendars/office-hours{path}", body))[0] == 404

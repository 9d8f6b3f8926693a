"""What time does to tickets: each point is told once, at its time; nothing is touched before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from contactcenter.queues.models import Calendar
from contactcenter.tickets.due import Due
from contactcenter.tickets.events import TicketDue
from contactcenter.tickets.settings import PolicyBody
from contactcenter.tickets.sla import ClockKind
from tests.tickets.desk import CARA, CUSTOMER, Desk, desk

HOUR = 3600.0


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


def told(house: Desk) -> list[tuple[str, int]]:
    return [(event.clock.value, event.percent) for event in house.told if isinstance(event, TicketDue)]


async def policy(house: Desk, **values: Any) -> None:
    shown = house.set_up.shown().policies[0]
    body = PolicyBody.model_validate(shown.model_dump(exclude={"id", "version"}) | values)
    await house.set_up.put_policy("standard", body)


async def test_it_warns_and_breaks_once_and_at_its_time(house: Desk) -> None:
    due = Due(house.tickets)
    made = await house.make(requester=CARA, priority="urgent")
    assert await due.sweep() == 0
    house.pass_hours(0.79)
    assert await due.sweep() == 0
    house.pass_hours(0.02)
    assert (await due.sweep(), told(house)) == (1, [("first_response", 80)])
    assert await due.sweep() == 0
    house.pass_hours(0.2)
    await due.sweep()
    assert told(house) == [("first_response", 80), ("first_response", 100)]
    seen = await house.look(made)
    assert next(clock for clock in seen.clocks if clock.kind == "first_response").late
    await house.say(made, "Sorry.")
    assert next(clock.state for clock in (await house.look(made)).clocks if clock.kind == "first_response") == "missed"


async def test_what_was_slept_through_is_told_when_it_wakes(house: Desk) -> None:
    await house.make(requester=CARA, priority="urgent")
    house.pass_hours(50)
    await Due(house.tickets).sweep()
    assert told(house) == [(kind, share) for kind in ("first_response", "resolution") for share in (80, 100)]


async def test_a_breach_raises_and_hands_on(house: Desk) -> None:
    step = {"clock": "first_response", "percent": 100, "assign_user": "bert", "raise_priority": True}
    await policy(house, chain=[step])
    made = await house.make(requester=CARA, priority="medium")
    house.pass_hours(8)
    await Due(house.tickets).sweep()
    seen = await house.look(made)
    assert (seen.priority, seen.assignee and seen.assignee.id) == ("high", "bert")
    assert told(house) == [("first_response", 100)]
    house.pass_hours(1)
    await Due(house.tickets).sweep()
    assert told(house).count(("first_response", 100)) == 1


async def test_a_new_round_is_told_anew(house: Desk) -> None:
    due = Due(house.tickets)
    made = await house.make(requester=CARA, priority="urgent")
    await house.say(made, "Hello.")
    for _ in range(2):
        await house.say(made, "And?", CUSTOMER)
        house.pass_hours(2.01)
        await due.sweep()
        await house.say(made, "Now.")
    assert told(house).count(("next_response", 100)) == 2


async def test_silence_closes_what_was_solved(house: Desk) -> None:
    due = Due(house.tickets)
    made = await house.make(requester=CARA)
    await house.change(made, state="resolved")
    house.pass_hours(7 * 24 - 1)
    assert await due.sweep() == 0
    house.pass_hours(2)
    assert await due.sweep() == 1
    assert (await house.look(made)).state.id == "closed"


async def test_open_tickets_go_by_the_new_version_from_then_on(house: Desk) -> None:
    due = Due(house.tickets)
    made = await house.make(requester=CARA, priority="medium")
    house.pass_hours(4)
    await policy(house, targets={"medium": {"resolution": 5 * HOUR}})
    assert await due.follow_policies() == 1
    clocks = {clock.kind: clock for clock in (await house.look(made)).clocks}
    assert (clocks[ClockKind.RESOLUTION].counted_s, clocks[ClockKind.RESOLUTION].target_s) == (4 * HOUR, 5 * HOUR)
    assert await due.follow_policies() == 0


async def test_another_calendar_makes_another_version(house: Desk) -> None:
    weekly = [{"day": day, "start": "09:00", "end": "17:00"} for day in range(5)]
    async with house.database.transaction() as session:
        row = {"id": "office", "name": "Office", "zone": "Europe/Berlin", "weekly": weekly, "exceptions": []}
        await session.execute(insert(Calendar), [row])
    await house.calendars.reload()
    await policy(house, calendar_id="office")
    made = await house.make(requester=CARA, priority="high")
    assert await house.set_up.follow_calendars() is False
    async with house.database.transaction() as session:
        found = await session.get_one(Calendar, "office")
        found.weekly = [{"day": day, "start": "09:00", "end": "12:00"} for day in range(5)]
    await house.calendars.reload()
    house.pass_hours(1)
    assert await house.set_up.follow_calendars() is True
    await Due(house.tickets).sweep()
    house.pass_hours(23)
    resolution = next(clock for clock in (await house.change(made, tags=["x"])).clocks if clock.kind == "resolution")
    # Until 11 by the old hours, from then on by the new: one more hour that day, one the next morning.
    assert resolution.counted_s == 3 * HOUR

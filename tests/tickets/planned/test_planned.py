"""Reminders, and tickets that are made again and again, on a real database with an invented clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from contactcenter.api.problems import Problem
from contactcenter.identity.models import UserRole
from contactcenter.plugin import Person
from contactcenter.tickets.planned.models import TicketRecurrence
from contactcenter.tickets.planned.planner import Planner
from contactcenter.tickets.planned.privacy import personal
from contactcenter.tickets.planned.settings import NewReminder, RecurrenceBody, RecurrenceOut
from contactcenter.tickets.views import TicketQuery
from tests.tickets.bell import Bell, bell
from tests.tickets.desk import BERT, everywhere, principal

BERTS = principal("bert")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bell]:
    async with bell(tmp_path) as made:
        yield made


@pytest.fixture
def planner(house: Bell) -> Planner:
    return Planner(house.desk.tickets, house.notices)


def body(**values: Any) -> RecurrenceBody:
    ticket = {"subject": "Check the backup", "tags": ["backup"], **values.pop("ticket", {})}
    # The desk's clock begins on a Monday, 2 March 2026, at nine.
    schedule = {"every": "day", "at": "12:00", "timezone": "UTC", "starts": "2026-03-01", **values.pop("schedule", {})}
    return RecurrenceBody.model_validate({"name": "Backup", "ticket": ticket, "schedule": schedule, **values})


async def numbers(house: Bell) -> list[str]:
    asked = TicketQuery.model_validate(
        {"conditions": {"all": [{"field": "tags", "op": "is", "value": "backup"}]}, "order": "made"}
    )
    return [row.number for row in (await house.desk.helpdesk.views.query(asked, everywhere())).items]


async def test_who_wants_to_hear_again_does_once(house: Bell, planner: Planner) -> None:
    ticket = await house.desk.make(BERT)
    at = house.desk.tickets.moment() + timedelta(hours=2)
    made = await planner.reminders.add(ticket.number, NewReminder(at=at, note="Ask for the number"), BERTS)
    assert [each.id for each in (await planner.reminders.of(BERTS, ticket.id)).items] == [made.id]
    assert (await planner.reminders.of(everywhere(), ticket.id)).items == [], "nobody else's"
    assert await planner.reminders.sweep() == 0
    house.desk.pass_hours(2)
    assert await planner.reminders.sweep() == 1
    assert await planner.reminders.sweep() == 0
    (group,) = await house.heard("bert")
    assert [(each.kind, each.facts) for each in group.items] == [("ticket-reminder", {"text": "Ask for the number"})]
    assert group.link == f"/tickets/{ticket.number}"
    assert (await planner.reminders.of(BERTS)).items == []


async def test_a_reminder_is_taken_back_by_who_has_it_only(house: Bell, planner: Planner) -> None:
    ticket = await house.desk.make(BERT)
    at = house.desk.tickets.moment() + timedelta(hours=2)
    made = await planner.reminders.add(ticket.id, NewReminder(at=at), BERTS)
    with pytest.raises(Problem, match="reminder"):
        await planner.reminders.remove(ticket.id, made.id, everywhere())
    await planner.reminders.remove(ticket.id, made.id, BERTS)
    house.desk.pass_hours(3)
    assert await planner.reminders.sweep() == 0


async def test_who_no_longer_sees_a_ticket_is_not_told_of_it(house: Bell, planner: Planner) -> None:
    ticket = await house.desk.make(BERT)
    at = house.desk.tickets.moment() + timedelta(hours=1)
    await planner.reminders.add(ticket.id, NewReminder(at=at, note="x"), BERTS)
    async with house.desk.database.transaction() as session:
        await session.execute(delete(UserRole).where(UserRole.user_id == "bert"))
    house.desk.pass_hours(1)
    assert await planner.reminders.sweep() == 1
    assert await house.heard("bert") == []


@pytest.mark.parametrize("hours", [-1, 0, 24 * 800])
async def test_only_a_time_to_come_is_taken(house: Bell, planner: Planner, hours: int) -> None:
    ticket = await house.desk.make(BERT)
    at = house.desk.tickets.moment() + timedelta(hours=hours)
    with pytest.raises(Problem) as refused:
        await planner.reminders.add(ticket.id, NewReminder(at=at), BERTS)
    assert (refused.value.status, refused.value.extra["field"]) == (422, "at")


async def test_a_person_is_forgotten_with_his_reminders(house: Bell, planner: Planner) -> None:
    ticket = await house.desk.make(BERT)
    at = house.desk.tickets.moment() + timedelta(hours=1)
    await planner.reminders.add(ticket.id, NewReminder(at=at, note="x"), BERTS)
    kind, bert = personal(house.desk.database), Person(users=frozenset({"bert"}))
    assert await kind.count(bert) == 1
    assert [each.document["note"] async for each in kind.export(bert)] == ["x"]
    assert await kind.erase(bert, 10) == 1
    assert await kind.count(bert) == 0
    assert await kind.count(Person()) == 0


async def test_a_ticket_is_made_each_time_once(house: Bell, planner: Planner) -> None:
    made = await planner.recurring.put(None, body(ticket={"assignee": "bert", "priority": "high"}))
    assert (made.id, made.upcoming[0]) == ("backup", datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert await planner.recurring.sweep() == 0
    house.desk.pass_hours(3.5)
    assert await planner.recurring.sweep() == 1
    assert await planner.recurring.sweep() == 0
    house.desk.pass_hours(24)
    assert await planner.recurring.sweep() == 1
    found = await numbers(house)
    assert len(found) == 2
    ticket = await house.desk.tickets.get(found[0], everywhere())
    assert (ticket.subject, ticket.priority, ticket.channel) == ("Check the backup", "high", "rule")
    assert ticket.assignee is not None
    (shown,) = await planner.recurring.every()
    assert shown.last_ticket == found[0]


async def test_what_was_made_and_not_written_down_is_not_made_again(house: Bell, planner: Planner) -> None:
    await planner.recurring.put(None, body())
    house.desk.pass_hours(3.5)
    async with house.desk.database.session() as session:
        row = await session.get_one(TicketRecurrence, "backup")
    await planner.recurring._make(row, house.desk.tickets.moment())
    async with house.desk.database.transaction() as session:
        (await session.get_one(TicketRecurrence, "backup")).next_at = row.next_at
    await planner.recurring.sweep()
    assert len(await numbers(house)) == 1


async def test_of_those_missed_one_is_made(house: Bell, planner: Planner) -> None:
    await planner.recurring.put(None, body())
    house.desk.pass_hours(24 * 5)
    assert await planner.recurring.sweep() == 1
    assert await planner.recurring.sweep() == 0
    (shown,) = await planner.recurring.every()
    assert shown.upcoming[0] == datetime(2026, 3, 7, 12, tzinfo=UTC)


async def test_one_that_is_off_or_over_makes_nothing(house: Bell, planner: Planner) -> None:
    await planner.recurring.put(None, body(enabled=False))
    await planner.recurring.put(None, body(name="Ended", schedule={"until": "2026-03-01"}))
    house.desk.pass_hours(24 * 5)
    assert await planner.recurring.sweep() == 0
    assert [each.upcoming for each in await planner.recurring.every()] == [[], []]


async def test_what_cannot_be_made_says_why_and_goes_on(house: Bell, planner: Planner) -> None:
    await planner.recurring.put(None, body(ticket={"assignee": "bert"}))
    async with house.desk.database.transaction() as session:
        await session.execute(delete(UserRole).where(UserRole.user_id == "bert"))
    house.desk.pass_hours(3.5)
    assert await planner.recurring.sweep() == 0
    (shown,) = await planner.recurring.every()
    assert "may not work on tickets" in shown.problem
    assert shown.upcoming[0] > house.desk.tickets.moment()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ticket": {"type": "nosuch"}}, "ticket.type"),
        ({"ticket": {"assignee": "nobody"}}, "ticket.assignee"),
        ({"ticket": {"fields": {"nosuch": 1}}}, "ticket.fields.nosuch"),
    ],
)
async def test_what_could_not_be_made_is_refused(planner: Planner, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Problem) as refused:
        await planner.recurring.put(None, body(**values))
    assert (refused.value.status, refused.value.extra["field"]) == (422, field)


async def test_it_is_changed_and_removed(planner: Planner) -> None:
    made: RecurrenceOut = await planner.recurring.put(None, body())
    with pytest.raises(Problem) as taken:
        await planner.recurring.put(None, body())
    assert taken.value.status == 409
    changed = await planner.recurring.put(made.id, body(schedule={"at": "13:00"}))
    assert changed.upcoming[0].hour == 13
    await planner.recurring.remove(made.id)
    assert await planner.recurring.every() == []
    for gone in (planner.recurring.put(made.id, body()), planner.recurring.remove(made.id)):
        with pytest.raises(Problem) as missing:
            await gone
        assert missing.value.status == 404

"""Trying a rule on what has been: it says which tickets it would have met, and touches none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contactcenter.api.problems import Problem
from contactcenter.tickets.automation.dry_run import DryRuns
from contactcenter.tickets.automation.settings import DryRunBody, DryRunOut, RunFilter
from tests.tickets.desk import Desk, desk, everywhere, principal

WHO = everywhere()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


def body(days: int = 30, **rule: Any) -> DryRunBody:
    actions = [{"do": "tags", "add": ["seen"]}]
    return DryRunBody.model_validate({"rule": {"name": "Try", "actions": actions, **rule}, "days": days})


def dry(house: Desk) -> DryRuns:
    return house.helpdesk.automation.dry_runs


async def outcome(house: Desk, asked: DryRunBody) -> DryRunOut:
    job = await dry(house).begin(asked, WHO)
    while (found := dry(house).get(job.id, WHO)).state == "running":
        await asyncio.sleep(0)
    return found


async def test_it_names_the_tickets_and_leaves_them_alone(house: Desk) -> None:
    old = await house.make(priority="urgent")
    house.pass_hours(40 * 24)
    one, two = await house.make(priority="urgent"), await house.make(priority="low")
    await house.change(two, priority="urgent")
    urgent = {"all": [{"field": "priority", "op": "is", "value": "urgent"}]}
    found = await outcome(house, body(events=["made"], conditions=urgent))
    assert (found.state, found.touched, [each.number for each in found.items]) == ("done", 1, [one.number])
    found = await outcome(house, body(events=["made", "changed"], conditions=urgent))
    assert [(each.number, each.event) for each in found.items] == [(one.number, "made"), (two.number, "changed")]
    found = await outcome(house, body(366, events=["made"], conditions=urgent))
    assert [each.number for each in found.items] == [old.number, one.number]
    assert [(await house.look(each)).tags for each in (old, one, two)] == [[], [], []]
    assert (await house.helpdesk.automation.runs(RunFilter())).items == []


async def test_rules_of_time_are_tried_too(house: Desk) -> None:
    ticket = await house.make()
    for _ in range(3):
        await house.change(ticket, state="pending")
        house.pass_hours(30)
        await house.change(ticket, state="in_progress")
        house.pass_hours(1)
    found = await outcome(house, body(timer={"since": "state", "hours": 24, "states": ["pending"]}))
    assert (found.touched, found.times, found.total, found.done) == (1, 3, 1, 1)


async def test_it_is_cancelled_and_belongs_to_who_began_it(house: Desk) -> None:
    for _ in range(3):
        await house.make()
    job = await dry(house).begin(body(events=["made"]), WHO)
    assert dry(house).cancel(job.id, WHO).state == "cancelled"
    with pytest.raises(Problem) as refused:
        dry(house).get(job.id, principal("bert"))
    assert refused.value.status == 404
    await dry(house).stop()
    assert dry(house).get(job.id, WHO).state == "cancelled"


async def test_what_cannot_work_is_not_tried(house: Desk) -> None:
    with pytest.raises(Problem) as refused:
        await dry(house).begin(body(events=[]), WHO)
    assert refused.value.extra["field"] == "rule.events"

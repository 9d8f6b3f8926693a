"""Rules of time: each at its time, once for every time it began to count, also after a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contactcenter.tickets.automation.automation import Automation
from contactcenter.tickets.automation.rules import Rule
from contactcenter.tickets.automation.settings import RuleBody, RunFilter
from contactcenter.tickets.automation.timed import Timed
from tests.tickets.desk import CARA, CUSTOMER, Desk, desk


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


async def timer(house: Desk, since: str, hours: float, *actions: dict[str, Any], **values: Any) -> str:
    states = values.pop("states", [])
    document = {"since": since, "hours": hours, "states": states}
    done = list(actions) or [{"do": "say", "kind": "note", "text": "Time is up."}]
    name = values.pop("name", f"{since} {hours}")
    body = RuleBody.model_validate({"name": name, "timer": document, "actions": done, **values})
    return (await house.helpdesk.automation.book.put(None, body)).id


async def sweep(house: Desk) -> int:
    return await house.helpdesk.automation.timed.sweep()


async def test_it_comes_at_its_time_and_once(house: Desk) -> None:
    await timer(house, "made", 2)
    await house.make()
    house.pass_hours(1.9)
    assert await sweep(house) == 0
    house.pass_hours(0.2)
    assert (await sweep(house), await sweep(house)) == (1, 0)
    house.pass_hours(100)
    assert await sweep(house) == 0


async def test_every_time_it_comes_into_the_state(house: Desk) -> None:
    await timer(house, "state", 3, states=["pending"])
    ticket = await house.make()
    await house.change(ticket, state="pending")
    house.pass_hours(1)
    await house.change(ticket, priority="high")
    assert await sweep(house) == 0
    house.pass_hours(2)
    assert (await sweep(house), await sweep(house)) == (1, 0)
    await house.change(ticket, state="in_progress")
    house.pass_hours(9)
    assert await sweep(house) == 0
    await house.change(ticket, state="pending")
    assert await sweep(house) == 0
    house.pass_hours(3)
    assert (await sweep(house), await sweep(house)) == (1, 0)


async def test_who_waits_for_whom(house: Desk) -> None:
    await timer(house, "customer_waits", 2, {"do": "tags", "add": ["late"]})
    await timer(house, "we_wait", 2, {"do": "tags", "add": ["silent"]})
    ticket = await house.make(requester=CARA)
    house.pass_hours(1)
    await house.say(ticket, "And?", CUSTOMER)
    house.pass_hours(1)
    await sweep(house)
    assert (await house.look(ticket)).tags == ["late"]
    await house.say(ticket, "Here.")
    house.pass_hours(2)
    await sweep(house)
    assert (await house.look(ticket)).tags == ["late", "silent"]


async def test_what_rules_do_is_no_sign_of_life(house: Desk) -> None:
    await timer(house, "acted", 2, name="first")
    await timer(house, "acted", 4, name="second")
    ticket = await house.make()
    house.pass_hours(2)
    assert await sweep(house) == 1
    house.pass_hours(2)
    assert await sweep(house) == 1
    await house.say(ticket, "Still here.")
    house.pass_hours(2)
    assert await sweep(house) == 1


async def test_conditions_are_asked_when_the_time_has_come(house: Desk) -> None:
    high = {"all": [{"field": "priority", "op": "is", "value": "high"}]}
    await timer(house, "made", 2, conditions=high)
    ticket = await house.make()
    house.pass_hours(3)
    assert await sweep(house) == 0
    await house.change(ticket, priority="high")
    assert (await sweep(house), await sweep(house)) == (1, 0)


async def test_one_that_cannot_is_logged_and_not_tried_for_ever(house: Desk) -> None:
    await timer(house, "made", 1, {"do": "set", "field": "state", "value": "closed"})
    await house.make()
    house.pass_hours(2)
    assert (await sweep(house), await sweep(house)) == (1, 0)
    (run,) = (await house.helpdesk.automation.runs(RunFilter())).items
    assert (run.outcome, run.event) == ("failed", "timer")


async def test_two_that_would_send_it_round_for_ever_stop_and_say_so(house: Desk) -> None:
    to = [{"do": "set", "field": "state", "value": state} for state in ("pending", "in_progress")]
    await timer(house, "state", 1, to[0], states=["in_progress"], name="forth")
    await timer(house, "state", 1, to[1], states=["pending"], name="back")
    await house.change(await house.make(), state="in_progress")
    for _ in range(20):
        house.pass_hours(1.1)
        await sweep(house)
    outcomes = [each.outcome for each in (await house.helpdesk.automation.runs(RunFilter())).items]
    assert outcomes.count("done") <= 6
    assert outcomes[0] == "loop"


async def test_triggers_see_what_it_did_and_who(house: Desk) -> None:
    became = [{"field": "priority", "after": "urgent"}]
    seen = {"name": "seen", "events": ["changed"], "became": became, "actions": [{"do": "tags", "add": ["seen"]}]}
    await house.helpdesk.automation.book.put(None, RuleBody.model_validate(seen))
    key = await timer(house, "made", 1, {"do": "set", "field": "priority", "value": "urgent"})
    ticket = await house.make()
    house.pass_hours(1)
    await sweep(house)
    await house.helpdesk.automation.runner.drain()
    assert (await house.look(ticket)).tags == ["seen"]
    newest = (await house.helpdesk.automation.runs(RunFilter())).items[0]
    assert (newest.rule, newest.chain) == ("seen", [key])


async def test_after_a_restart_it_goes_on_where_it_was(house: Desk) -> None:
    await timer(house, "made", 2)
    await house.make()
    house.pass_hours(2)
    assert await sweep(house) == 1
    again = Automation(house.tickets, house.bus)
    await again.prepare()
    assert await again.timed.sweep() == 0
    await house.make()
    house.pass_hours(2)
    assert await again.timed.sweep() == 1
    await again.stop()


async def test_a_mistake_in_one_keeps_no_other_from_its_time(house: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = await timer(house, "made", 1, name="a")
    await timer(house, "made", 1, name="b")
    await house.make()
    real = Timed._candidates

    def candidates(self: Timed, rule: Rule) -> Any:
        if rule.id == broken:
            raise ValueError("a mistake")
        return real(self, rule)

    monkeypatch.setattr(Timed, "_candidates", candidates)
    house.pass_hours(1)
    assert await sweep(house) == 1
    assert [each.rule for each in (await house.helpdesk.automation.runs(RunFilter())).items] == ["b"]


async def test_old_lines_are_forgotten(house: Desk) -> None:
    automation = house.helpdesk.automation
    await timer(house, "made", 1)
    await house.make()
    house.pass_hours(1)
    await sweep(house)
    await automation.timed.forget()
    assert len((await automation.runs(RunFilter())).items) == 1
    house.pass_hours(61 * 24)
    await automation.timed.forget()
    assert (await automation.runs(RunFilter())).items == []
    assert await sweep(house) == 0

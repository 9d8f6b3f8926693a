"""Triggers on a real helpdesk: they act in order, say what they did, and never go round in circles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contactcenter.api.problems import Problem
from contactcenter.identity.models import TeamMember
from contactcenter.tickets.automation import actions
from contactcenter.tickets.automation.book import TicketRuleStopped
from contactcenter.tickets.automation.runner import Runner
from contactcenter.tickets.automation.settings import RuleBody, RunFilter, RunOut
from contactcenter.tickets.documents import TicketOut
from contactcenter.tickets.models import TicketMessage
from contactcenter.tickets.writer import Held
from tests.tickets.desk import CARA, CUSTOMER, Desk, desk

LOW = [{"field": "priority", "op": "is", "value": "low"}]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


async def rule(house: Desk, name: str, actions: list[dict[str, Any]], **values: Any) -> str:
    values = {"events": ["made"], **values} if "timer" not in values else values
    body = RuleBody.model_validate({"name": name, "actions": actions, **values})
    return (await house.helpdesk.automation.book.put(None, body)).id


def sets(field: str, value: Any) -> dict[str, Any]:
    return {"do": "set", "field": field, "value": value}


def tags(*names: str) -> dict[str, Any]:
    return {"do": "tags", "add": list(names)}


async def settled(house: Desk, ticket: TicketOut) -> TicketOut:
    await house.helpdesk.automation.runner.drain()
    return await house.look(ticket)


async def runs(house: Desk, **asked: Any) -> list[RunOut]:
    return (await house.helpdesk.automation.runs(RunFilter(**asked))).items


async def test_they_act_in_their_order_and_what_they_did_is_in_the_log(house: Desk) -> None:
    await rule(house, "Second", [sets("priority", "urgent"), tags("seen")], position=2)
    await rule(house, "First", [sets("priority", "high"), sets("queue", "support")], position=1)
    seen = await settled(house, await house.make())
    assert (seen.priority, seen.tags, seen.queue and seen.queue.id) == ("urgent", ["seen"], "support")
    log = await runs(house)
    assert [(each.rule, each.outcome, each.event) for each in log] == [
        ("Second", "done", "made"),
        ("First", "done", "made"),
    ]
    assert {"priority", "queue"} <= set(log[1].changes)


async def test_the_history_says_which_rule_it_was(house: Desk) -> None:
    made = await rule(house, "Mark", [tags("seen")])
    ticket = await house.make()
    told = len(house.told)
    await settled(house, ticket)
    (event,) = house.told[told:]
    assert (event.author, event.author_id, event.cause) == ("rule", made, (made,))


async def test_conditions_and_what_became_of_it_are_asked(house: Desk) -> None:
    became = [{"field": "priority", "after": "high"}]
    await rule(
        house,
        "High",
        [tags("high")],
        events=["changed"],
        became=became,
        conditions={"all": [{"field": "type", "op": "is", "value": "question"}]},
    )
    asked, other = await house.make(), await house.make(type="request")
    for ticket in (asked, other):
        await house.change(ticket, priority="low")
    assert (await settled(house, asked)).tags == []
    for ticket in (asked, other):
        await house.change(ticket, priority="high")
    assert ((await settled(house, asked)).tags, (await settled(house, other)).tags) == (["high"], [])


async def test_one_that_stops_keeps_the_others_from_it(house: Desk) -> None:
    await rule(house, "Alone", [tags("first"), {"do": "stop"}], conditions={"all": LOW}, position=1)
    await rule(house, "Then", [tags("second")], position=2)
    low, other = await house.make(priority="low"), await house.make()
    assert (await settled(house, low)).tags == ["first"]
    assert (await settled(house, other)).tags == ["second"]


async def test_it_answers_with_what_is_filled_in(house: Desk) -> None:
    text = "Hello {requester.name}, {ticket.number} is {ticket.state}. {{x}}"
    await rule(house, "Answer", [{"do": "say", "kind": "public", "text": text}])
    ticket = await house.make(requester=CARA)
    await settled(house, ticket)
    async with house.database.session() as session:
        message = await session.get(TicketMessage, 2)
    assert message is not None
    assert (message.text, message.author, message.kind) == (
        f"Hello Cara, {ticket.number} is Received. {{x}}",
        "rule",
        "public",
    )


async def test_whoever_has_spoken_is_told_apart(house: Desk) -> None:
    await rule(house, "Customer", [tags("customer")], events=["customer_replied"])
    await rule(house, "Agent", [tags("agent")], events=["agent_replied"])
    await rule(house, "Note", [tags("note")], events=["noted"])
    one, two, three = [await house.make(requester=CARA) for _ in range(3)]
    await house.say(one, "And?", CUSTOMER)
    await house.say(two, "Yes.")
    await house.say(three, "Hm.", kind="note")
    assert [(await settled(house, each)).tags for each in (one, two, three)] == [["customer"], ["agent"], ["note"]]


async def in_north(house: Desk, *users: str) -> None:
    async with house.database.transaction() as session:
        session.add_all(TeamMember(team_id="north", user_id=user) for user in users)


async def assignee(house: Desk, ticket: TicketOut) -> str | None:
    seen = await settled(house, ticket)
    return None if seen.assignee is None else seen.assignee.id


async def test_tickets_go_round_the_team(house: Desk) -> None:
    await in_north(house, "anna", "bert", "plan")
    await rule(house, "Turn", [{"do": "assign", "how": "turn", "team": "north"}])
    assert [await assignee(house, await house.make()) for _ in range(3)] == ["anna", "bert", "anna"]


async def test_who_has_least_to_do_gets_it(house: Desk) -> None:
    await in_north(house, "anna", "bert")
    for _ in range(2):
        await house.make(assignee="anna")
    await rule(house, "Least", [{"do": "assign", "how": "least_open", "team": "north"}])
    assert [await assignee(house, await house.make()) for _ in range(2)] == ["bert", "bert"]


async def test_what_cannot_be_done_is_said_and_the_others_go_on(house: Desk) -> None:
    await rule(house, "Nobody", [tags("half"), {"do": "assign", "how": "turn", "team": "north"}], position=1)
    await rule(house, "Closing", [sets("state", "closed")], position=2)
    await rule(house, "Other", [tags("whole")], position=3)
    assert (await settled(house, await house.make())).tags == ["whole"]
    failed = {each.rule: each.problem for each in await runs(house, outcome="failed")}
    assert "nobody in this team" in failed["Nobody"]
    assert "state" in failed["Closing"]


async def test_those_who_are_to_watch_do(house: Desk) -> None:
    await in_north(house, "bert")
    await rule(house, "Watch", [{"do": "watch", "users": ["assignee", "team"]}])
    seen = await settled(house, await house.make(assignee="anna", team="north"))
    assert [each.id for each in seen.watchers] == ["anna", "bert"]


async def ping_pong(house: Desk) -> tuple[str, str]:
    up = await rule(
        house, "Up", [sets("priority", "high")], events=["changed"], became=[{"field": "priority", "after": "low"}]
    )
    down = await rule(
        house, "Down", [sets("priority", "low")], events=["changed"], became=[{"field": "priority", "after": "high"}]
    )
    return up, down


async def test_two_that_would_go_on_for_ever_stop_and_say_so(house: Desk) -> None:
    up, down = await ping_pong(house)
    ticket = await house.make()
    await house.change(ticket, priority="low")
    seen = await settled(house, ticket)
    assert seen.priority == "low"
    log = await runs(house, ticket=ticket.id)
    assert [(each.rule_id, each.outcome) for each in reversed(log)] == [(up, "done"), (down, "done"), (up, "loop")]
    assert "Up → Down → Up" in log[0].problem
    assert log[0].chain == [down, up]


async def test_after_too_many_circles_it_is_off_and_people_are_told(house: Desk) -> None:
    told: list[TicketRuleStopped] = []
    house.bus.subscribe(TicketRuleStopped, told.append)
    up, _ = await ping_pong(house)
    told.clear()
    for _ in range(5):
        ticket = await house.make()
        await house.change(ticket, priority="low")
        await settled(house, ticket)
    rules = {each.id: each for each in house.helpdesk.automation.book.shown()}
    assert not rules[up].enabled
    assert "circles" in rules[up].stopped
    assert [(each.rule_id, bool(each.why)) for each in told] == [(up, True)]
    body = RuleBody.model_validate(rules[up].model_dump(exclude={"id", "stopped", "broken"}) | {"enabled": True})
    assert (await house.helpdesk.automation.book.put(up, body)).stopped == ""
    assert told[-1].why == ""


async def test_circles_far_apart_leave_it_on(house: Desk) -> None:
    up, _ = await ping_pong(house)
    for _ in range(5):
        ticket = await house.make()
        await house.change(ticket, priority="low")
        await settled(house, ticket)
        house.pass_hours(0.01)
    assert {each.id: each.enabled for each in house.helpdesk.automation.book.shown()}[up]


async def test_one_that_would_change_nothing_more_is_no_loop(house: Desk) -> None:
    await rule(house, "Tag", [tags("seen")], events=["made", "changed"])
    await settled(house, await house.make())
    assert [each.outcome for each in await runs(house)] == ["done"]


async def test_one_that_speaks_whenever_spoken_to_is_one(house: Desk) -> None:
    await rule(house, "Parrot", [{"do": "say", "kind": "note", "text": "Noted."}], events=["noted"])
    ticket = await house.make()
    await house.say(ticket, "Hm.", kind="note")
    await settled(house, ticket)
    assert [each.outcome for each in await runs(house)] == ["loop", "done"]


async def test_what_was_missed_is_shown_again_and_nothing_is_done_twice(house: Desk) -> None:
    runner = house.helpdesk.automation.runner
    await rule(house, "Note", [{"do": "say", "kind": "note", "text": "Seen."}])
    await house.make()
    await runner.drain()
    await runner.remember()
    await runner.remember()
    done = await house.make()
    await runner.drain()
    missed = await house.make()
    again = Runner(house.tickets, house.helpdesk.automation.book, house.bus)
    assert await again.catch_up() > 0
    await again.drain()
    again.close()
    assert len(await runs(house)) == 3
    assert [len(await runs(house, ticket=each.id)) for each in (done, missed)] == [1, 1]
    await settled(house, missed)
    assert len(await runs(house)) == 3


async def test_what_goes_wrong_in_the_product_keeps_nothing_else_from_going_on(
    house: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rule(house, "Tag", [tags("seen")])
    broken, whole = await house.make(), await house.make()
    real = actions.perform

    async def perform(held: Held, *rest: Any) -> Any:
        if held.row.id == broken.id:
            raise ValueError("a mistake")
        return await real(held, *rest)

    monkeypatch.setattr(actions, "perform", perform)
    assert (await settled(house, whole)).tags == ["seen"]
    assert [(each.ticket_id, each.outcome) for each in await runs(house)] == [
        (whole.id, "done"),
        (broken.id, "failed"),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"events": []}, "events"),
        ({"timer": {"since": "made", "hours": 1}}, "events"),
        ({"events": [], "timer": {"since": "state", "hours": 1}}, "timer.states"),
        ({"events": [], "timer": {"since": "made", "hours": 1, "states": ["open"]}}, "timer.states"),
        ({"events": [], "timer": {"since": "state", "hours": 1, "states": ["gone"]}}, "timer.states.0"),
        ({"clock": "resolution"}, "clock"),
        ({"became": [{"field": "colour"}]}, "became.0.field"),
        ({"events": ["noted"], "became": [{"field": "state"}]}, "became"),
        ({"actions": [sets("subject", "x")]}, "actions.0.field"),
        ({"actions": [sets("state", "gone")]}, "actions.0.value"),
        ({"actions": [sets("state", None)]}, "actions.0.value"),
        ({"actions": [sets("queue", ["a"])]}, "actions.0.value"),
        ({"actions": [sets("language", "?")]}, "actions.0.value"),
        ({"actions": [sets("fields.colour", "red")]}, "actions.0.field"),
        ({"actions": [{"do": "assign", "how": "user"}]}, "actions.0.user"),
        ({"actions": [{"do": "assign", "how": "user", "user": "gone"}]}, "actions.0.user"),
        ({"actions": [{"do": "assign", "how": "turn", "team": "gone"}]}, "actions.0.team"),
        ({"actions": [{"do": "say", "text": "{ticket.numbr}"}]}, "actions.0.text"),
        ({"actions": [{"do": "say", "text": "{"}]}, "actions.0.text"),
        ({"actions": [{"do": "watch", "users": ["gone"]}]}, "actions.0.users.0"),
        ({"conditions": {"all": [{"field": "colour", "op": "empty"}]}}, "conditions.all.0.field"),
    ],
)
async def test_what_cannot_work_is_refused_and_named(house: Desk, values: dict[str, Any], field: str) -> None:
    body = {"name": "Wrong", "events": ["made"], "actions": [tags("seen")], **values}
    with pytest.raises(Problem) as refused:
        await house.helpdesk.automation.book.put(None, RuleBody.model_validate(body))
    assert (refused.value.status, refused.value.extra["field"]) == (422, field)


async def test_the_order_is_what_people_make_it(house: Desk) -> None:
    ids = [await rule(house, name, [tags(name)]) for name in ("a", "b", "c")]
    wanted = [ids[2], ids[0], ids[1]]
    assert [each.id for each in await house.helpdesk.automation.book.order(wanted)] == wanted
    with pytest.raises(Problem) as refused:
        await house.helpdesk.automation.book.order(ids[:2])
    assert refused.value.extra["field"] == "ids"
    await house.helpdesk.automation.book.remove(ids[0])
    assert [each.id for each in house.helpdesk.automation.book.shown()] == [ids[2], ids[1]]

"""Macros and ready answers: whose they are, what they would do, and that they do it in one step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contactcenter.api.problems import Problem
from contactcenter.permissions import Principal, Role, Scope
from contactcenter.tickets.automation.settings import MacroBody, MacroOut, ReplyBody
from contactcenter.tickets.automation.shelf import Macros, Replies
from contactcenter.tickets.documents import LinkBody, TicketOut
from contactcenter.tickets.events import TicketChanged, TicketSaid
from contactcenter.tickets.linking import Linking
from tests.tickets.desk import ANNA, CARA, Desk, desk, everywhere, principal

SUPERVISOR = principal("anna", Role.SUPERVISOR)
BERT = principal("bert")
DONE: list[dict[str, Any]] = [
    {"do": "set", "field": "state", "value": "resolved"},
    {"do": "tags", "add": ["solved"]},
    {"do": "priority", "way": "lower"},
    {"do": "say", "kind": "public", "text": "Dear {requester.called}, {ticket.number} is done. {agent.name}"},
    {"do": "watch", "users": ["anna"]},
]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


def macros(house: Desk) -> Macros:
    return house.helpdesk.automation.macros


def replies(house: Desk) -> Replies:
    return house.helpdesk.automation.replies


async def macro(house: Desk, who: Principal = BERT, **values: Any) -> MacroOut:
    return await macros(house).put(None, MacroBody.model_validate({"name": "Done", "actions": DONE, **values}), who)


async def test_it_does_what_it_has_shown_in_one_step_and_as_who_applies_it(house: Desk) -> None:
    key, ticket = (await macro(house)).id, await house.make(requester=CARA)
    text = f"Dear Cara, {ticket.number} is done. Bert"
    shown = await macros(house).preview(ticket.id, key, BERT)
    assert shown.changes == {"state": ["open", "resolved"], "tags": [[], ["solved"]], "priority": ["medium", "low"]}
    assert (shown.messages, shown.watchers) == ([{"kind": "public", "text": text}], ["anna"])
    assert (await house.look(ticket)).sequence == ticket.sequence
    told = len(house.told)
    seen = await macros(house).apply(ticket.id, key, BERT)
    assert (seen.state.id, seen.tags, seen.priority) == ("resolved", ["solved"], "low")
    assert [each.id for each in seen.watchers] == ["anna"]
    events = house.told[told:]
    assert [type(each) for each in events] == [TicketChanged, TicketSaid, TicketChanged]
    assert {(each.author, each.author_id) for each in events} == {("agent", "bert")}
    clock = next(clock for clock in seen.clocks if clock.kind == "first_response")
    assert clock.done_at is not None


async def test_what_it_may_not_do_it_does_not_do_in_part(house: Desk) -> None:
    key = (await macro(house, actions=[*DONE[1:], {"do": "set", "field": "state", "value": "closed"}])).id
    ticket = await house.make()
    with pytest.raises(Problem) as refused:
        await macros(house).apply(ticket.id, key, BERT)
    assert (refused.value.status, refused.value.extra["field"]) == (422, "state")
    assert (await house.look(ticket)).sequence == ticket.sequence


async def parent_of_two(house: Desk) -> list[TicketOut]:
    tickets = [await house.make(requester=CARA) for _ in range(3)]
    for child in tickets[1:]:
        link = LinkBody(ticket=child.id, kind="parent")
        await Linking(house.tickets).link(tickets[0].id, link, ANNA, everywhere())
    return tickets


async def states(house: Desk, tickets: list[TicketOut]) -> list[str]:
    return [(await house.look(each)).state.id for each in tickets]


async def test_open_ones_below_keep_it_from_resolving_until_it_is_said_what_becomes_of_them(house: Desk) -> None:
    key, tickets = (await macro(house)).id, await parent_of_two(house)
    before = (await house.look(tickets[0])).sequence
    with pytest.raises(Problem) as refused:
        await macros(house).apply(tickets[0].id, key, BERT)
    assert refused.value.type_slug == "children-open"
    assert refused.value.extra["children"] == [each.number for each in tickets[1:]]
    assert (await house.look(tickets[0])).sequence == before
    await macros(house).apply(tickets[0].id, key, BERT, "leave")
    assert await states(house, tickets) == ["resolved", "open", "open"]


async def test_those_below_are_resolved_with_it_and_announced(house: Desk) -> None:
    key, tickets = (await macro(house)).id, await parent_of_two(house)
    house.told.clear()
    seen = await macros(house).apply(tickets[0].id, key, BERT, "resolve")
    assert await states(house, tickets) == ["resolved"] * 3
    assert seen.tags == ["solved"]
    # The words are for the one it was applied to.
    assert [(await house.look(each)).tags for each in tickets[1:]] == [[], []]
    assert {event.ticket_id for event in house.told} == {each.id for each in tickets}


async def test_where_one_below_cannot_be_resolved_the_macro_does_nothing(house: Desk) -> None:
    key, tickets = (await macro(house)).id, await parent_of_two(house)
    within = principal("bert", scope=Scope(frozenset(), frozenset({"support"})))
    await house.change(tickets[0], queue="support")
    with pytest.raises(Problem) as refused:
        await macros(house).apply(tickets[0].id, key, within, "resolve")
    assert refused.value.extra["field"] == "children"
    assert await states(house, tickets) == ["open"] * 3


async def test_a_macro_that_resolves_nothing_leaves_those_below_alone(house: Desk) -> None:
    key, tickets = (await macro(house, actions=[{"do": "tags", "add": ["seen"]}])).id, await parent_of_two(house)
    await house.change(tickets[0], state="resolved", children="leave")
    await macros(house).apply(tickets[0].id, key, BERT, "resolve")
    assert await states(house, tickets) == ["resolved", "open", "open"]


async def test_one_without_the_right_to_work_on_it_cannot(house: Desk) -> None:
    key = (await macro(house, SUPERVISOR, shared=True)).id
    ticket = await house.make()
    elsewhere = principal("bert", scope=Scope(frozenset({"north"}), frozenset()))
    for act in (macros(house).apply, macros(house).preview):
        with pytest.raises(Problem) as refused:
            await act(ticket.id, key, elsewhere)
        assert refused.value.status in (403, 404)


async def test_ones_own_are_nobody_elses_and_everybodys_are_kept_by_few(house: Desk) -> None:
    own, shared = await macro(house), await macro(house, SUPERVISOR, name="For all", shared=True)
    assert [each.id for each in await macros(house).every(BERT)] == [own.id, shared.id]
    assert [(each.id, each.mine) for each in await macros(house).every(SUPERVISOR)] == [(shared.id, True)]
    assert [each.mine for each in await macros(house).every(BERT)] == [True, False]
    body = MacroBody.model_validate({"name": "Mine now", "actions": DONE, "shared": True})
    for key in (None, own.id, shared.id):
        with pytest.raises(Problem) as refused:
            await macros(house).put(key, body, BERT)
        assert refused.value.status == 403
    with pytest.raises(Problem) as refused:
        await macros(house).remove(own.id, SUPERVISOR)
    assert refused.value.status == 404
    ticket = await house.make()
    with pytest.raises(Problem) as refused:
        await macros(house).apply(ticket.id, own.id, SUPERVISOR)
    assert refused.value.status == 404
    await macros(house).remove(own.id, BERT)
    assert [each.id for each in await macros(house).every(BERT)] == [shared.id]


async def test_two_of_one_name_cannot_be_told_apart(house: Desk) -> None:
    await macro(house)
    with pytest.raises(Problem) as refused:
        await macro(house)
    assert (refused.value.status, refused.value.extra["field"]) == (409, "name")


async def test_an_answer_is_filled_in_for_the_ticket(house: Desk) -> None:
    body = ReplyBody.model_validate({"name": "Hello", "text": "Hello {requester.name}, about “{ticket.subject}”:"})
    key = (await replies(house).put(None, body, BERT)).id
    ticket = await house.make(requester=CARA)
    assert await replies(house).filled(ticket.id, key, BERT) == "Hello Cara, about “Printer broken”:"
    nobodys = await house.make(subject="{ticket.number}")
    assert await replies(house).filled(nobodys.id, key, BERT) == "Hello , about “{ticket.number}”:"
    with pytest.raises(Problem) as refused:
        await replies(house).put(key, body.model_copy(update={"text": "{requester.nam}"}), BERT)
    assert refused.value.extra["field"] == "text"
    assert "requester.name" in refused.value.detail

"""A ticket above others: not done while they are not, done with them, and words to all of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.permissions import EVERYWHERE, Role, Scope
from contactcenter.tickets import children
from contactcenter.tickets.acting import staff
from contactcenter.tickets.bulk_documents import BulkBody, BulkOut
from contactcenter.tickets.documents import ChildrenMessage, Decision, LinkBody, TicketOut, TicketPatch
from contactcenter.tickets.events import TicketSaid
from contactcenter.tickets.linking import Linking
from contactcenter.tickets.models import TicketMessage
from contactcenter.tickets.settings import TransitionBody, TypeBody
from tests.tickets.desk import ANNA, CARA, CUSTOMER, Desk, desk, everywhere, principal

LEADS = principal("bert", Role.QUALITY)
"""Sees tickets, and does not work on them."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


async def family(house: Desk, *, grandchild: bool = False) -> list[TicketOut]:
    """A parent, two children and maybe one below the second."""
    tickets = [await house.make(requester=CARA) for _ in range(4 if grandchild else 3)]
    below = [(0, 1), (0, 2), *([(2, 3)] if grandchild else [])]
    for parent, child in below:
        link = LinkBody(ticket=tickets[child].id, kind="parent")
        await Linking(house.tickets).link(tickets[parent].id, link, ANNA, everywhere())
    return [await house.look(each) for each in tickets]


async def test_it_is_not_done_while_those_below_are_not(house: Desk) -> None:
    parent, one, two = await family(house)
    with pytest.raises(Problem) as refused:
        await house.change(parent, state="resolved")
    assert (refused.value.status, refused.value.type_slug) == (409, "children-open")
    assert refused.value.extra["children"] == [one.number, two.number]
    with pytest.raises(Problem):
        await house.say(parent, "Solved.", change={"state": "resolved"})
    assert (await house.look(parent)).state.id == "open"
    for child in (one, two):
        await house.change(child, state="resolved")
    assert (await house.change(parent, state="resolved")).state.id == "resolved"


async def test_they_are_left_on_purpose(house: Desk) -> None:
    parent, one, _ = await family(house)
    assert (await house.change(parent, state="resolved", children="leave")).state.id == "resolved"
    assert (await house.look(one)).state.id == "open"


async def test_the_customer_says_of_his_own_that_it_is_done(house: Desk) -> None:
    parent, _, _ = await family(house)
    await house.change(parent, state="resolved", children="leave")
    assert (await house.change(parent, CUSTOMER, state="closed")).state.id == "closed"


async def test_all_below_are_done_with_it_and_each_is_announced(house: Desk) -> None:
    tickets = await family(house, grandchild=True)
    house.told.clear()
    await house.change(tickets[0], state="resolved", children="resolve")
    assert [(await house.look(each)).state.id for each in tickets] == ["resolved"] * 4
    assert {event.ticket_id for event in house.told} == {each.id for each in tickets}
    assert house.told[-1].ticket_id == tickets[0].id


async def test_where_one_cannot_be_done_none_is(house: Desk) -> None:
    parent, one, two = await family(house)
    shown = next(each for each in house.set_up.shown().types if each.id == "incident")
    ways = [
        TransitionBody.model_validate(
            way.model_dump() | ({"required": ["category"]} if way.target == "resolved" else {})
        )
        for way in shown.transitions
    ]
    body = TypeBody.model_validate(shown.model_dump(exclude={"id"}) | {"transitions": ways})
    await house.set_up.put("types", "incident", body)
    await house.change(one, type="incident")
    with pytest.raises(Problem, match=rf"{one.number}: category: must be filled in") as refused:
        await house.change(parent, state="resolved", children="resolve")
    assert refused.value.extra["field"] == "children"
    assert [(await house.look(each)).state.id for each in (parent, one, two)] == ["open"] * 3


async def agreed_first(house: Desk, *tickets: TicketOut) -> None:
    """These are resolved once quality has agreed."""
    shown = next(each for each in house.set_up.shown().types if each.id == "incident")
    ways = [
        TransitionBody.model_validate(way.model_dump() | ({"approver": "quality"} if way.target == "resolved" else {}))
        for way in shown.transitions
    ]
    body = TypeBody.model_validate(shown.model_dump(exclude={"id"}) | {"transitions": ways})
    await house.set_up.put("types", "incident", body)
    for each in tickets:
        await house.change(each, type="incident")


async def states(house: Desk, *tickets: TicketOut) -> list[str]:
    return [(await house.look(each)).state.id for each in tickets]


async def test_for_each_of_them_somebody_has_to_agree_to_he_is_asked(house: Desk) -> None:
    parent, one, two, below_two = await family(house, grandchild=True)
    await agreed_first(house, two)
    shown = await house.change(parent, state="resolved", children="resolve")
    assert await states(house, parent, one, two, below_two) == ["resolved", "resolved", "open", "resolved"]
    assert {each.ticket.id: each.waits_for and each.waits_for.id for each in shown.links} == {
        one.id: None,
        two.id: "resolved",
    }
    await house.change(parent, state="reopened")
    await house.change(parent, state="resolved", children="resolve")
    approvals = (await house.look(two)).approvals
    assert len(approvals) == 1, "who is asked already is not asked again"
    await house.helpdesk.involving.decide(two.id, approvals[0].id, Decision(agreed=True), staff(LEADS), LEADS)
    assert (await house.look(parent)).links[1].waits_for is None
    assert await states(house, two) == ["resolved"]


async def test_they_follow_once_somebody_has_agreed_to_the_one_above(house: Desk) -> None:
    parent, one, two = await family(house)
    await agreed_first(house, parent)
    asked = await house.change(parent, state="resolved", children="resolve")
    assert [each.children for each in asked.approvals] == ["resolve"]
    assert await states(house, parent, one, two) == ["open"] * 3
    await house.helpdesk.involving.decide(parent.id, asked.approvals[0].id, Decision(agreed=True), staff(LEADS), LEADS)
    assert await states(house, parent, one, two) == ["resolved"] * 3


async def test_whoever_asks_for_it_may_do_it_to_those_below(house: Desk) -> None:
    parent, _, _ = await family(house)
    await agreed_first(house, parent)
    anna = principal("anna", Role.AGENT, Scope(queues=frozenset({"support"})))
    await house.change(parent, queue="support")
    patch = TicketPatch(state="resolved", children="resolve")
    with pytest.raises(Problem, match="somebody else has to do it"):
        await house.tickets.change(parent.id, patch, staff(anna), anna)
    assert (await house.look(parent)).approvals == []


async def test_who_agrees_says_of_those_that_came_since(house: Desk) -> None:
    parent, one, two = await family(house)
    await agreed_first(house, parent)
    for child in (one, two):
        await house.change(child, state="resolved")
    asked = (await house.change(parent, state="resolved")).approvals[0]
    await house.change(two, state="reopened")
    decide = house.helpdesk.involving.decide
    with pytest.raises(Problem) as refused:
        await decide(parent.id, asked.id, Decision(agreed=True), staff(LEADS), LEADS)
    assert (refused.value.type_slug, refused.value.extra["children"]) == ("children-open", [two.number])
    with pytest.raises(Problem, match=two.number):
        await decide(parent.id, asked.id, Decision(agreed=True, children="resolve"), staff(LEADS), LEADS)
    await decide(parent.id, asked.id, Decision(agreed=True, children="leave"), staff(LEADS), LEADS)
    assert await states(house, parent, two) == ["resolved", "reopened"]


async def finished(house: Desk, job: BulkOut) -> BulkOut:
    while (now := await house.helpdesk.bulk.get(job.id, everywhere())).state == "running":
        await asyncio.sleep(0)
    return now


def bulk_of(*tickets: TicketOut, **change: Any) -> BulkBody:
    return BulkBody(ids=[each.id for each in tickets], change=TicketPatch.model_validate(change))


async def test_for_many_at_once_it_is_said_once_and_taken_back_with_them(house: Desk) -> None:
    parent, one, two, deep = await family(house, grandchild=True)
    other = await house.make()
    bulk, who = house.helpdesk.bulk, everywhere()
    with pytest.raises(Problem) as refused:
        await bulk.begin(bulk_of(parent, two, other, state="resolved"), who)
    assert (refused.value.type_slug, refused.value.extra["children"]) == ("children-open", [one.number, deep.number])
    assert await states(house, parent, two, other) == ["open"] * 3
    job = await bulk.begin(bulk_of(parent, two, other, state="resolved", children="resolve"), who)
    now = await finished(house, job)
    assert (now.state, now.done, now.failed, now.below, now.asked) == ("done", 3, 0, 2, 0)
    assert await states(house, parent, one, two, deep, other) == ["resolved"] * 5
    await house.change(deep, state="closed")
    await finished(house, await bulk.undo(job.id, who))
    assert await states(house, parent, one, two, deep, other) == ["open", "open", "open", "closed", "open"]


async def test_those_that_are_chosen_too_need_no_choice_in_whatever_order(house: Desk) -> None:
    tickets = await family(house, grandchild=True)
    now = await finished(house, await house.helpdesk.bulk.begin(bulk_of(*tickets, state="resolved"), everywhere()))
    assert (now.failed, now.below) == (0, 0)
    assert await states(house, *tickets) == ["resolved"] * 4


async def test_many_at_once_left_or_asked_for(house: Desk) -> None:
    parent, one, two = await family(house)
    await agreed_first(house, one)
    bulk, who = house.helpdesk.bulk, everywhere()
    now = await finished(house, await bulk.begin(bulk_of(parent, state="resolved", children="leave"), who))
    assert (now.failed, await states(house, parent, one, two)) == (0, ["resolved", "open", "open"])
    await house.change(parent, state="reopened")
    now = await finished(house, await bulk.begin(bulk_of(parent, state="resolved", children="resolve"), who))
    assert (now.below, now.asked) == (1, 1)
    assert await states(house, parent, one, two) == ["resolved", "open", "resolved"]


async def test_of_tickets_he_does_not_see_nobody_is_told_what_stands_below(house: Desk) -> None:
    parent, _, _ = await family(house)
    anna = principal("anna", Role.AGENT, Scope(queues=frozenset({"support"})))
    job = await house.helpdesk.bulk.begin(bulk_of(parent, state="resolved"), anna)
    while (now := await house.helpdesk.bulk.get(job.id, anna)).state == "running":
        await asyncio.sleep(0)
    assert [each.ticket for each in now.failures] == [parent.id]


async def test_nobody_resolves_with_it_what_he_may_not(house: Desk) -> None:
    parent, one, _ = await family(house)
    anna = principal("anna", Role.AGENT, Scope(queues=frozenset({"support"})))
    await house.change(parent, queue="support")
    patch = TicketPatch(state="resolved", children="resolve")
    with pytest.raises(Problem, match="somebody else has to do it"):
        await house.tickets.change(parent.id, patch, staff(anna), anna)
    assert (await house.look(one)).state.id == "open"


async def test_the_same_words_go_to_all_who_asked_and_once(house: Desk) -> None:
    parent, one, two, three = await family(house, grandchild=True)
    await house.change(two, state="resolved", children="leave")
    body = ChildrenMessage(text="We are on it.")
    who = principal("anna", Role.AGENT, EVERYWHERE)
    for _ in range(2):
        found = await children.say(house.tickets, parent.id, body, ANNA, who, "k" * 64)
        assert ([each.name for each in found.told], found.left_out) == ([one.number], [])
    async with house.database.session() as session:
        query = select(TicketMessage.ticket_id).where(TicketMessage.text == body.text)
        assert list(await session.scalars(query)) == [one.id]
    assert len([event for event in house.told if isinstance(event, TicketSaid)]) == 1
    assert three.state.id == "open", "below one that is done nobody is looked for"


async def test_what_he_does_not_see_is_told_nothing(house: Desk) -> None:
    parent, one, _ = await family(house)
    await house.change(parent, queue="support")
    await house.change(one, queue="support")
    anna = principal("anna", Role.AGENT, Scope(queues=frozenset({"support"})))
    found = await children.say(house.tickets, parent.id, ChildrenMessage(text="Hello"), staff(anna), anna, None)
    assert [each.name for each in found.told] == [one.number]

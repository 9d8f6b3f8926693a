"""A ticket above others: not done while they are not, done with them, and words to all of them at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.permissions import EVERYWHERE, Role, Scope
from contactcenter.tickets import children
from contactcenter.tickets.acting import staff
from contactcenter.tickets.documents import ChildrenMessage, LinkBody, TicketOut, TicketPatch
from contactcenter.tickets.events import TicketSaid
from contactcenter.tickets.linking import Linking
from contactcenter.tickets.models import TicketMessage
from contactcenter.tickets.settings import TransitionBody, TypeBody
from tests.tickets.desk import ANNA, CARA, CUSTOMER, Desk, desk, everywhere, principal


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

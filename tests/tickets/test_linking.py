"""Linked, merged and taken apart, split: nothing is lost on the way, and circles are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.permissions import Role
from contactcenter.tickets.acting import staff
from contactcenter.tickets.documents import Decision, LinkBody, SplitBody, TicketOut, WatchBody
from contactcenter.tickets.involving import Involving
from contactcenter.tickets.linking import Linking
from contactcenter.tickets.listing import TicketFilter, page
from contactcenter.tickets.models import Ticket, TicketMessage
from contactcenter.tickets.settings import TransitionBody, TypeBody
from contactcenter.tickets.sight import EVERYTHING
from tests.tickets.desk import ANNA, BERT, CARA, Desk, desk, everywhere, principal

LEAD = principal("lead", Role.SUPERVISOR)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


async def test_children_and_parents_read_from_both_sides(house: Desk) -> None:
    linking = Linking(house.tickets)
    parent, child = await house.make(), await house.make()
    linked = await linking.link(child.id, LinkBody(ticket=parent.number, kind="child"), ANNA, everywhere())
    assert [(link.kind, link.ticket.name) for link in linked.links] == [("child", parent.number)]
    seen = await house.look(parent)
    assert [(link.kind, link.ticket.name) for link in seen.links] == [("parent", child.number)]
    with pytest.raises(Problem, match="linked; unlink"):
        await linking.link(parent.id, LinkBody(ticket=child.id, kind="related"), ANNA, everywhere())
    assert (await linking.unlink(parent.id, child.id, ANNA, everywhere())).links == []
    with pytest.raises(Problem, match="no such link"):
        await linking.unlink(parent.id, child.id, ANNA, everywhere())


async def test_nobody_is_his_own_grandparent(house: Desk) -> None:
    linking = Linking(house.tickets)
    one, two, three = [await house.make() for _ in range(3)]
    await linking.link(one.id, LinkBody(ticket=two.id, kind="parent"), ANNA, everywhere())
    await linking.link(two.id, LinkBody(ticket=three.id, kind="parent"), ANNA, everywhere())
    with pytest.raises(Problem, match="stands above"):
        await linking.link(three.id, LinkBody(ticket=one.id, kind="parent"), ANNA, everywhere())
    with pytest.raises(Problem, match="this ticket itself"):
        await linking.link(one.id, LinkBody(ticket=one.number, kind="related"), ANNA, everywhere())


async def test_merged_and_taken_apart_each_is_what_it_was(house: Desk) -> None:
    linking = Linking(house.tickets)
    kept = await house.make(requester=CARA)
    gone = await house.make(requester=CARA)
    await house.change(gone, state="in_progress")
    inner = await house.make()
    await linking.merge(inner.id, gone.id, ANNA, everywhere())
    await linking.merge(gone.id, kept.id, ANNA, everywhere())
    closed = await house.look(gone)
    assert (closed.state.id, closed.merged_into and closed.merged_into.name) == ("closed", kept.number)
    async with house.database.session() as session:
        into = set(await session.scalars(select(Ticket.merged_into).where(Ticket.id.in_([inner.id, gone.id]))))
    assert into == {kept.id}
    with pytest.raises(Problem, match=f"become part of {kept.number}"):
        await house.change(gone, priority="low")
    back = await linking.unmerge(gone.id, ANNA, everywhere())
    assert (back.state.id, back.merged_into) == ("in_progress", None)
    again = await house.look(inner)
    assert again.merged_into is not None
    assert again.merged_into.name == gone.number
    with pytest.raises(Problem, match="part of no other"):
        await linking.unmerge(gone.id, ANNA, everywhere())


async def test_a_message_becomes_a_ticket_of_its_own(house: Desk) -> None:
    linking = Linking(house.tickets)
    made = await house.make(requester=CARA, queue="support")
    await house.say(made, "And my mouse is broken too.")
    async with house.database.session() as session:
        ids = list(await session.scalars(select(TicketMessage.id).order_by(TicketMessage.id)))
    new = await linking.split(made.id, SplitBody(message=ids[-1], subject="Mouse"), ANNA, everywhere())
    assert (new.subject, new.requester and new.requester.id, new.queue and new.queue.id) == ("Mouse", CARA, "support")
    assert [link.ticket.name for link in new.links] == [made.number]
    with pytest.raises(Problem, match="not in this ticket"):
        await linking.split(new.id, SplitBody(message=ids[0]), ANNA, everywhere())


async def test_whoever_sees_a_ticket_watches_it(house: Desk) -> None:
    involving = Involving(house.tickets)
    made = await house.make()
    watched = await involving.watch(made.id, WatchBody(), ANNA, everywhere())
    assert [each.id for each in watched.watchers] == ["anna"]
    both = await involving.watch(made.id, WatchBody(user="bert"), ANNA, everywhere())
    assert [each.id for each in both.watchers] == ["anna", "bert"]
    assert [
        each.id for each in (await involving.watch(made.id, WatchBody(watch=False), ANNA, everywhere())).watchers
    ] == ["bert"]


async def test_somebody_else_with_the_role_agrees(house: Desk) -> None:
    made = await _asked(house)
    involving, asked = Involving(house.tickets), made.approvals[0]
    assert (made.state.id, asked.approver, asked.agreed) == ("open", "supervisor", None)
    asks_me = TicketFilter(asks_me=True)
    async with house.database.session() as session:
        for who, found in ((LEAD, [made.id]), (principal("bert"), [])):
            rows = await page(session, asks_me, EVERYTHING, house.set_up.catalog, who, house.tickets.moment())
            assert [row.id for row in rows.items] == found
    with pytest.raises(Problem) as refused:
        await involving.decide(made.id, asked.id, Decision(agreed=True), BERT, principal("bert"))
    assert refused.value.status == 403
    with pytest.raises(Problem, match="agree to this first"):
        await house.change(made, state="resolved")
    done = await involving.decide(made.id, asked.id, Decision(agreed=True), staff(LEAD), LEAD)
    assert (done.state.id, done.approvals[0].agreed, done.approvals[0].decided_by) == ("resolved", True, "Lead")
    with pytest.raises(Problem, match="has decided this"):
        await involving.decide(made.id, asked.id, Decision(agreed=False), staff(LEAD), LEAD)


async def test_what_is_not_agreed_to_stays_as_it_was(house: Desk) -> None:
    made = await _asked(house)
    involving, body = Involving(house.tickets), Decision(agreed=False, reason="Not yet")
    left = await involving.decide(made.id, made.approvals[0].id, body, staff(LEAD), LEAD)
    assert (left.state.id, left.approvals[0].reason) == ("open", "Not yet")
    assert len((await house.change(made, state="resolved")).approvals) == 2


async def _asked(house: Desk) -> TicketOut:
    shown = next(each for each in house.set_up.shown().types if each.id == "request")
    ways = [TransitionBody(target="resolved", approver="supervisor")]
    form = TypeBody.model_validate(shown.model_dump(exclude={"id"}) | {"transitions": ways})
    await house.set_up.put("types", "request", form)
    return await house.change(await house.make(type="request"), state="resolved")

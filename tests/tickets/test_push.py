"""Tickets in the routing engine: who is offered what, and that the table is what counts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from acd.commands import AcceptOffer, EndContact, EnqueueContact
from acd.engine import Engine
from acd.model import Phase, Presence
from contactcenter.api.problems import Problem
from contactcenter.identity.models import UserRole
from contactcenter.tickets import push_board
from contactcenter.tickets.acting import staff
from contactcenter.tickets.settings import CategoryBody, PolicyBody
from tests.tickets.desk import ANNA, CARA, CUSTOMER, everywhere, principal
from tests.tickets.push_house import Office, around, office

PROMISE: dict[str, Any] = {
    "name": "Standard",
    "targets": {"medium": {"resolution": 8 * 3600.0}, "urgent": {"resolution": 3600.0}, "low": {"resolution": 9e4}},
    "pauses": ["pending"],
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as made:
        yield made


async def test_a_pushed_ticket_rings_at_an_agent_is_shown_and_accepted(house: Office) -> None:
    house.presence("anna")
    ticket = await house.make(requester=CARA, priority="high", subject="Router dead")
    row = house.rows("anna", "offers")[ticket.id]
    assert (row["channel"], row["caller"]["name"], row["queue"]["name"]) == ("ticket", "Cara", "Support")
    assert row["ticket"]["subject"] == "Router dead"
    assert row["ticket"]["priority"] == "high"
    assert row["ticket"]["number"] == ticket.number
    assert await house.accept("anna", ticket) == {"number": ticket.number}
    assert house.rows("anna", "offers") == {}
    assert house.rows("anna", "tickets")[ticket.id]["number"] == ticket.number
    assert (await house.reread(ticket)).assignee_id == "anna"
    assert house.desk.told[-1].author_id == "anna"
    await house.settled()


async def test_types_that_are_not_pushed_and_tickets_of_nobody_wait_for_no_agent(house: Office) -> None:
    house.presence("anna")
    for values in ({"type": "question"}, {"queue": None}, {"assignee": "bert"}):
        assert house.seen(await house.make(**values)) is None
    await house.settled()


async def test_who_declines_or_does_not_answer_lets_it_go_to_the_next(house: Office) -> None:
    house.presence("anna")
    ticket = await house.make()
    house.presence("bert")
    house.reject("anna", ticket)
    assert house.rings(ticket) == ("bert",)
    assert house.rows("anna", "offers") == {}
    house.pass_s(21)
    assert house.driver.engine.agent_view("bert").presence is Presence.NOT_RESPONDING
    assert house.rows("bert", "offers") == {}
    house.pass_s(30)
    assert house.rings(ticket) == ("anna",)
    with pytest.raises(Problem, match="not being offered"):
        await house.accept("bert", ticket)


@pytest.mark.parametrize("way", ["assign", "resolve", "queue", "merge", "remove", "type"])
async def test_what_makes_it_nobodys_turn_takes_it_out_of_the_line(house: Office, way: str) -> None:
    house.presence("anna")
    ticket, other = await house.make(), await house.desk.make()
    assert house.rings(ticket) == ("anna",)
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "assign": lambda: house.desk.change(ticket, assignee="bert"),
        "resolve": lambda: house.desk.change(ticket, state="resolved"),
        "queue": lambda: house.desk.change(ticket, queue=None),
        "merge": lambda: house.desk.helpdesk.linking.merge(ticket.id, other.id, ANNA, everywhere()),
        "remove": lambda: house.desk.tickets.remove(ticket.id, ANNA, everywhere()),
        "type": lambda: house.set_type("incident", push=False),
    }
    await acts[way]()
    await house.board.settle()
    assert house.seen(ticket) is None
    assert house.rows("anna", "offers") == {}
    assert house.board.cards == {}


async def test_another_queue_is_another_line_with_the_place_kept(house: Office) -> None:
    ticket = await house.make()
    before = house.seen(ticket)
    house.desk.pass_hours(1)
    await house.change(ticket, queue="second")
    after = house.seen(ticket)
    assert before is not None
    assert after is not None
    assert (after.queue_id, after.queued_at) == ("second", before.queued_at)
    assert house.line() == []


async def test_what_is_due_first_goes_first_and_priority_before_it(house: Office) -> None:
    await house.desk.set_up.put_policy("standard", PolicyBody.model_validate(PROMISE))
    low = await house.make(priority="low")
    house.desk.pass_hours(2)
    late = await house.make()
    house.desk.pass_hours(1)
    urgent = await house.make(priority="urgent")
    assert house.line() == [urgent.id, late.id, low.id]
    view = house.seen(urgent)
    assert view is not None
    assert view.queued_at == house.desk.now + 3600, "its place is when it is due"
    await house.change(low, priority="urgent")
    assert house.line() == [low.id, urgent.id, late.id], "three hours of one are gone"
    await house.settled()


async def test_a_ticket_asks_for_the_skills_of_its_type_and_category(house: Office) -> None:
    dutch = [{"skill": "dutch", "level": 3}]
    parent = CategoryBody.model_validate({"name": "Abroad", "skills": dutch})
    await house.desk.set_up.put("categories", None, parent, "abroad")
    child = CategoryBody.model_validate({"name": "Holland", "parent_id": "abroad"})
    await house.desk.set_up.put("categories", None, child, "holland")
    house.presence("anna")
    ticket = await house.make(category="holland")
    view = house.seen(ticket)
    assert view is not None
    assert (view.asks, view.offered_to) == ("with dutch≥3", ())
    await house.change(ticket, category=None)
    assert house.rings(ticket) == ("anna",)
    await house.settled()


async def test_a_skill_that_is_not_there_is_refused_with_its_field(house: Office) -> None:
    with pytest.raises(Problem) as refused:
        await house.set_type("incident", skills=[{"skill": "frisian", "level": 1}])
    assert refused.value.extra["field"] == "skills.0.skill"


@pytest.mark.parametrize("state", ["pending", "resolved"])
async def test_an_agents_place_is_free_when_the_ticket_waits_for_others(house: Office, state: str) -> None:
    house.presence("anna")
    tickets = [await house.make() for _ in range(3)]
    for ticket in tickets[:2]:
        await house.accept("anna", ticket)
    assert house.rings(tickets[2]) == (), "two at a time"
    await house.change(tickets[0], state=state)
    assert house.rings(tickets[2]) == ("anna",)
    assert (await house.reread(tickets[0])).assignee_id == "anna"
    assert set(house.rows("anna", "tickets")) == {tickets[1].id}
    await house.desk.say(tickets[0], "It is back.", CUSTOMER)
    await house.board.settle()
    assert house.seen(tickets[0]) is None, "it has its agent"
    await house.settled()


async def test_a_ticket_handed_back_stands_where_it_stood(house: Office) -> None:
    house.presence("anna")
    first = await house.make()
    house.desk.pass_hours(1)
    second = await house.make()
    await house.accept("anna", first)
    house.presence("anna", Presence.PAUSED)
    house.desk.pass_hours(1)
    await house.change(first, assignee=None)
    assert house.line() == [first.id, second.id]
    assert house.rows("anna", "tickets") == {}
    await house.settled()


async def test_given_to_somebody_else_it_is_no_longer_in_the_first_ones_hands(house: Office) -> None:
    house.presence("anna")
    ticket = await house.make()
    await house.accept("anna", ticket)
    await house.change(ticket, assignee="bert")
    assert house.seen(ticket) is None
    assert house.driver.engine.agent_view("anna").work == ()


async def test_whoever_assigns_it_while_it_rings_has_it_and_not_the_one_who_accepts(house: Office) -> None:
    house.presence("anna")
    ticket = await house.make()
    await house.desk.change(ticket, assignee="bert")
    with pytest.raises(Problem, match="Somebody else"):
        await house.accept("anna", ticket)
    assert (await house.reread(ticket)).assignee_id == "bert"
    await house.board.settle()
    assert house.seen(ticket) is None
    assert house.driver.engine.agent_view("anna").work == ()


async def test_one_who_may_not_work_on_tickets_does_not_keep_it(house: Office) -> None:
    house.presence("anna")
    ticket = await house.make()
    async with house.desk.database.transaction() as session:
        await session.delete(await session.get_one(UserRole, ("anna", "agent")))
    with pytest.raises(Problem, match="may not work on tickets"):
        await house.board.accept(ticket.id, "anna", staff(principal("anna")))
    house.presence("bert")
    await house.board.settle()
    assert (await house.reread(ticket)).assignee_id is None
    assert house.rings(ticket) == ("bert",)


async def test_a_start_brings_table_and_engine_together(house: Office) -> None:
    house.presence("anna")
    names = ("held", "unsaved", "waiting", "gone", "unknown")
    tickets = {name: await house.make(subject=name) for name in names}
    await house.accept("anna", tickets["held"])
    # The server was killed between the engine's word and the database's.
    house.driver.submit(AcceptOffer(tickets["unsaved"].id, "anna"))
    house.driver.submit(EnqueueContact("f" * 32, "support", channel="ticket"))
    engine = Engine.restore(house.driver.engine.snapshot())
    await house.desk.change(tickets["gone"], state="resolved")
    fresh = await house.desk.make(type="incident", queue="support")
    house.driver.stop()
    house.agents.stop()
    again = await around(house.desk, engine)
    try:
        await again.board.restore()
        held, unsaved = again.seen(tickets["held"]), again.seen(tickets["unsaved"])
        assert held is not None
        assert (held.phase, held.agent_id) == (Phase.ASSIGNED, "anna")
        assert set(again.rows("anna", "tickets")) == {tickets["held"].id}
        assert unsaved is not None
        assert unsaved.agent_id is None
        assert again.seen(tickets["gone"]) is None
        waiting = [tickets["unsaved"].id, tickets["waiting"].id, tickets["unknown"].id, fresh.id]
        assert again.line() == waiting
        assert set(again.rows("anna", "offers")) == {waiting[0]}
        await again.settled()
    finally:
        again.agents.stop()
        again.driver.stop()


async def test_a_call_interrupts_and_the_page_says_that_the_ticket_rests(house: Office) -> None:
    house.presence("anna")
    ticket = await house.make()
    await house.accept("anna", ticket)
    house.driver.submit(EnqueueContact("call", "support"))
    house.driver.submit(AcceptOffer("call", "anna"))
    assert house.rows("anna", "tickets")[ticket.id]["interrupted"]
    house.driver.submit(EndContact("call"))
    assert not house.rows("anna", "tickets")[ticket.id]["interrupted"]


async def test_at_a_start_the_most_urgent_are_told_first_and_what_is_touched_meanwhile_comes_between(
    house: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_board, "BATCH", 1)
    made = [await house.make(priority=each) for each in ("low", "urgent", "medium", "urgent")]
    again = await around(house.desk, Engine())
    told: list[str] = []
    plain = again.board._settle_some

    async def seen(ids: list[str]) -> None:
        told.extend(ids)
        if len(told) == 1:
            again.board.touch(made[0].id)
        await plain(ids)

    monkeypatch.setattr(again.board, "_settle_some", seen)
    await again.board.restore()
    assert told == [made[each].id for each in (1, 0, 3, 2, 0)]
    assert again.line() == [made[each].id for each in (1, 3, 2, 0)]
    await again.settled()
    again.agents.stop()
    again.driver.stop()

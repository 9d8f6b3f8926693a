"""A ticket's life: made, changed, answered, confirmed, taken up again; every refusal says what would be right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.audit.models import AuditEntry
from contactcenter.permissions import Role, Scope
from contactcenter.tickets import search
from contactcenter.tickets.documents import NewTicket, TicketPatch
from contactcenter.tickets.events import TicketChanged, TicketMade, TicketRemoved, TicketSaid
from contactcenter.tickets.models import TicketEntry
from contactcenter.tickets.search import SearchQuery
from contactcenter.tickets.settings import FieldBody, FormField, TransitionBody, TypeBody
from contactcenter.tickets.sight import EVERYTHING
from tests.tickets.desk import ANNA, BERT, CARA, CUSTOMER, Desk, desk, everywhere, principal


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


async def test_a_ticket_begins_as_its_type_says(house: Desk) -> None:
    made = await house.make(type="incident", requester=CARA, tags=["b", "a", "a"], queue="support")
    assert (made.number, made.state.id, made.priority, made.tags) == ("T-000001", "open", "high", ["a", "b"])
    assert made.requester is not None
    assert (made.requester.name, made.queue and made.queue.name) == ("Cara", "Support")
    assert {clock.kind: clock.state for clock in made.clocks} == {"first_response": "running", "resolution": "running"}
    assert [type(event) for event in house.told] == [TicketMade]
    assert (await house.make()).number == "T-000002"


async def test_states_go_as_the_workflow_leads(house: Desk) -> None:
    made = await house.make(requester=CARA)
    assert [state.id for state in made.states] == ["in_progress", "pending", "resolved"]
    with pytest.raises(Problem) as refused:
        await house.change(made, state="closed")
    assert refused.value.status == 422
    assert refused.value.extra == {
        "field": "state",
        "value": "closed",
        "allowed": ["in_progress", "pending", "resolved"],
    }
    changed = await house.change(made, state="pending", assignee="bert", seen=made.sequence)
    assert (changed.state.id, changed.assignee and changed.assignee.name) == ("pending", "Bert")
    event = house.told[-1]
    assert isinstance(event, TicketChanged)
    assert event.changes["assignee"] == (None, "bert")


async def test_the_customers_word_brings_it_back_to_work(house: Desk) -> None:
    made = await house.make(requester=CARA)
    await house.say(made, "What is it?", change={"state": "pending"})
    house.pass_hours(1)
    answered = await house.say(made, "It is on fire.", CUSTOMER)
    assert answered.state.id == "in_progress"
    solved = await house.say(made, "Put it out.", change={"state": "resolved"})
    assert (solved.state.id, solved.resolved_at is not None, solved.close_at is not None) == ("resolved", True, True)
    again = await house.say(made, "It burns again.", CUSTOMER)
    assert (again.state.id, again.reopened, again.resolved_at, again.close_at) == ("reopened", 1, None, None)
    said = [event for event in house.told if isinstance(event, TicketSaid)]
    assert [event.author for event in said] == ["agent", "customer", "agent", "customer"]


async def test_clocks_kept_are_clocks_reckoned(house: Desk) -> None:
    made = await house.make(requester=CARA)
    house.pass_hours(2)
    answered = await house.say(made, "On it.")
    first = next(clock for clock in answered.clocks if clock.kind == "first_response")
    assert (first.state, first.counted_s) == ("met", 7200)
    urgent = await house.change(made, priority="urgent")
    resolution = next(clock for clock in urgent.clocks if clock.kind == "resolution")
    assert (resolution.target_s, resolution.counted_s) == (8 * 3600, 7200)


async def test_a_stale_edit_says_what_changed_and_who_did(house: Desk) -> None:
    made = await house.make()
    await house.change(made, BERT, priority="urgent", tags=["fire"])
    with pytest.raises(Problem) as refused:
        await house.change(made, priority="low", seen=made.sequence)
    assert (refused.value.status, refused.value.type_slug) == (409, "stale")
    changed = refused.value.extra["changed"]["priority"]
    assert (changed["now"], changed["yours"], changed["by"]) == ("urgent", "low", "Bert")
    other = await house.change(made, subject="Printer on fire", seen=made.sequence)
    assert (other.subject, other.priority, other.tags) == ("Printer on fire", "urgent", ["fire"])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"type": "nonsense"}, "type"),
        ({"category": "nonsense"}, "category"),
        ({"queue": "nonsense"}, "queue"),
        ({"assignee": "plan"}, "assignee"),
        ({"assignee": "nobody"}, "assignee"),
        ({"requester": "nobody"}, "requester"),
        ({"fields": {"unknown": 1}}, "fields.unknown"),
        ({"attachments": ["nothing"]}, "attachments.0"),
    ],
)
async def test_what_is_not_there_is_named(house: Desk, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Problem) as refused:
        await house.make(**values)
    assert (refused.value.status, refused.value.extra["field"]) == (422, field)
    assert house.told == []


async def test_own_fields_are_held_to_their_kind_and_form(house: Desk) -> None:
    await house.set_up.put("fields", None, FieldBody(name="Floor", type="number"), "floor")
    await house.set_up.put("fields", None, FieldBody(name="Colour", type="choice", choices=["red", "blue"]), "colour")
    await _change_type(house, "incident", form=[FormField(field="floor", required=True)])
    with pytest.raises(Problem, match="must be filled in"):
        await house.make(type="incident")
    with pytest.raises(Problem, match="must be a number"):
        await house.make(type="incident", fields={"floor": "three"})
    made = await house.make(type="incident", fields={"floor": 3, "colour": "red"})
    with pytest.raises(Problem) as refused:
        await house.change(made, fields={"colour": "green"})
    assert refused.value.extra["allowed"] == ["red", "blue"]
    with pytest.raises(Problem, match="must be filled in"):
        await house.change(made, fields={"floor": None})
    assert (await house.change(made, fields={"colour": None})).fields == {"floor": 3}


async def test_a_transition_asks_for_fields_and_for_somebody_who_agrees(house: Desk) -> None:
    ways = [TransitionBody(target="resolved", required=["category"], approver="supervisor")]
    await _change_type(house, "request", transitions=ways)
    made = await house.make(type="request")
    with pytest.raises(Problem) as refused:
        await house.change(made, state="resolved")
    assert refused.value.extra["field"] == "category"


async def test_who_may_not_see_it_does_not_know_of_it(house: Desk) -> None:
    made = await house.make(queue="support")
    elsewhere = principal("bert", Role.SUPERVISOR, Scope(queues=frozenset({"sales"})))
    for work in (
        house.tickets.get(made.id, elsewhere),
        house.tickets.change(made.id, TicketPatch(priority="low"), BERT, elsewhere),
    ):
        with pytest.raises(Problem) as refused:
            await work
        assert refused.value.status == 404
    here = principal("bert", Role.SUPERVISOR, Scope(queues=frozenset({"support"})))
    assert (await house.tickets.get(made.number, here)).id == made.id
    await house.change(made, queue=None, assignee="bert")
    assert (await house.tickets.get(made.id, elsewhere)).id == made.id


async def test_asked_twice_with_one_key_it_is_made_once(house: Desk) -> None:
    body = NewTicket(subject="Once")
    first = await house.tickets.make(body, ANNA, key="k")
    second = await house.tickets.make(body, ANNA, key="k")
    assert (first.ticket.id, first.again, second.again) == (second.ticket.id, False, True)


async def test_what_was_done_is_recorded_without_what_was_said(house: Desk) -> None:
    made = await house.make(subject="Secret", description="Very secret")
    await house.say(made, "Most secret")
    async with house.database.session() as session:
        entries = list(await session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
        history = list(await session.scalars(select(TicketEntry).where(TicketEntry.ticket_id == made.id)))
    assert [entry.act for entry in entries] == ["ticket.made", "ticket.said"]
    assert "ecret" not in "".join(f"{entry.before}{entry.after}" for entry in entries)
    assert [entry.kind for entry in history] == ["made", "replied"]


async def test_a_retired_type_is_no_longer_chosen_and_still_shown(house: Desk) -> None:
    made = await house.make(type="complaint")
    await _change_type(house, "complaint", retired=True)
    with pytest.raises(Problem) as refused:
        await house.make(type="complaint")
    assert "complaint" not in refused.value.extra["allowed"]
    assert (await house.look(made)).type.name == "Complaint"
    with pytest.raises(Problem, match="retire it instead"):
        await house.set_up.remove("types", "complaint")


async def _change_type(house: Desk, key: str, **values: object) -> None:
    shown = next(each for each in house.set_up.shown().types if each.id == key)
    form = TypeBody.model_validate(shown.model_dump(exclude={"id"}) | values)
    await house.set_up.put("types", key, form)


async def test_everybody_sees_by_number_or_id(house: Desk) -> None:
    made = await house.make()
    assert (await house.tickets.get(made.number, everywhere())).id == made.id
    with pytest.raises(Problem, match="no such ticket"):
        await house.tickets.get("T-999999", everywhere())


async def test_removed_for_good_is_found_nowhere_and_recorded(house: Desk) -> None:
    made, kept = await house.make(description="Findme"), await house.make()
    with pytest.raises(Problem) as refused:
        await house.tickets.remove(made.id, ANNA, principal("anna"))
    assert refused.value.status == 403
    await house.helpdesk.linking.merge(kept.id, made.id, ANNA, everywhere())
    with pytest.raises(Problem, match="part of this one"):
        await house.tickets.remove(made.id, ANNA, everywhere())
    await house.helpdesk.linking.unmerge(kept.id, ANNA, everywhere())
    await house.tickets.remove(made.id, ANNA, everywhere())
    assert isinstance(house.told[-1], TicketRemoved)
    async with house.database.session() as session:
        found = await search.find(session, SearchQuery(q="findme"), EVERYTHING, house.set_up.catalog)
        acts = list(await session.scalars(select(AuditEntry.act)))
        left = set(await session.scalars(select(TicketEntry.ticket_id)))
    assert (found.items, acts[-1], left) == ([], "ticket.removed", {kept.id})

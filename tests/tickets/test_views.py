"""Lists: the database finds what the conditions mean, ticket by ticket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.permissions import Role, Scope
from contactcenter.tickets import conditions
from contactcenter.tickets.bulk_documents import BulkBody, BulkOut
from contactcenter.tickets.models import Ticket, TicketTag
from contactcenter.tickets.settings import Conditions, FieldBody
from contactcenter.tickets.sql_conditions import where
from contactcenter.tickets.values import document_of
from contactcenter.tickets.views import TicketQuery, ViewBody
from tests.tickets.desk import CARA, Desk, desk, everywhere, principal

MANY: list[dict[str, Any]] = [
    {"subject": "Printer broken", "priority": "urgent", "tags": ["fire", "floor_3"], "assignee": "anna"},
    {"subject": "Password 100% forgotten", "priority": "low", "type": "request", "tags": ["fire"]},
    {"subject": "printer on fire", "queue": "support", "fields": {"floor": 3, "colour": "red", "seen": True}},
    {"subject": "Müller writes", "team": "north", "language": "de", "fields": {"floor": 0, "parts": ["cap", "nib"]}},
    {"subject": "Thanks", "type": "compliment", "requester": CARA, "fields": {"colour": "blue", "seen": False}},
    {"subject": "No_thing", "assignee": "bert", "channel": "api", "fields": {"parts": ["cap"], "on": "2026-03-01"}},
]
FIELDS = (
    ("floor", FieldBody(name="Floor", type="number")),
    ("colour", FieldBody(name="Colour", type="choice", choices=["red", "blue"])),
    ("seen", FieldBody(name="Seen", type="yes-no")),
    ("parts", FieldBody(name="Parts", type="choices", choices=["cap", "nib"])),
    ("on", FieldBody(name="On", type="date")),
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        for key, body in FIELDS:
            await made.set_up.put("fields", None, body, key)
        for values in MANY:
            made.pass_hours(1)
            await made.make(**values)
        yield made


WORDS: dict[str, list[Any]] = {
    "subject": ["Printer broken", "printer", "100%", "_", "MÜLLER", None],
    "type": ["question", "request", "compliment"],
    "priority": ["low", "medium", "urgent"],
    "assignee": ["anna", "bert", None],
    "queue": ["support", None],
    "team": ["north", None],
    "tags": ["fire", "floor_3", "absent"],
    "state_class": ["open", "closed"],
    "requester": [CARA, None],
    "fields.colour": ["red", "blue", None],
    "fields.seen": [True, False, None],
    "fields.floor": [0, 3, None],
    "fields.parts": ["cap", "nib"],
    "fields.on": ["2026-03-01", "2026-01-01", None],
}
SUITED = {
    "tags": ["is", "is_not", "in", "not_in", "contains", "not_contains", "empty", "filled"],
    "fields.parts": ["is", "is_not", "in", "not_in", "empty", "filled"],
    "fields.seen": ["is", "is_not", "empty", "filled"],
    "fields.floor": ["is", "is_not", "in", "not_in", "at_least", "at_most"],
    "fields.on": ["is", "is_not", "at_least", "at_most", "empty", "filled"],
    "priority": ["is", "is_not", "in", "not_in", "at_least", "at_most"],
}
PLAIN = ["is", "is_not", "in", "not_in", "contains", "not_contains", "empty", "filled"]


@st.composite
def one_test(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(WORDS)))
    op = draw(st.sampled_from(SUITED.get(name, PLAIN)))
    given_values = WORDS[name] if op in ("is", "is_not", "in", "not_in") else [x for x in WORDS[name] if x is not None]
    one = st.sampled_from(given_values)
    if op in conditions.BARE:
        return {"field": name, "op": op}
    value = draw(st.lists(one, min_size=1, max_size=3)) if op in conditions.LISTED else draw(one)
    return {"field": name, "op": op, "value": value}


documents = st.fixed_dictionaries({"all": st.lists(one_test(), max_size=2), "any": st.lists(one_test(), max_size=2)})


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(documents, min_size=30, max_size=60))
def test_the_database_finds_what_the_conditions_mean(tmp_path_factory: pytest.TempPathFactory, some: list[Any]) -> None:
    asyncio.run(_same_answers(tmp_path_factory.mktemp("views"), some))


async def _same_answers(folder: Path, some: list[dict[str, Any]]) -> None:
    async with desk(folder) as house:
        for key, body in FIELDS:
            await house.set_up.put("fields", None, body, key)
        for values in MANY:
            await house.make(**values)
        catalog = house.set_up.catalog
        async with house.database.session() as session:
            rows = list(await session.scalars(select(Ticket)))
            tags: dict[str, list[str]] = {}
            for tag in await session.scalars(select(TicketTag)):
                tags.setdefault(tag.ticket_id, []).append(tag.tag)
            for document in some:
                found = set(await session.scalars(select(Ticket.id).where(where(document, catalog, "me"))))
                meant = {row.id for row in rows if conditions.holds(document, document_of(row, tags.get(row.id, [])))}
                assert found == meant, document


async def test_lists_page_through_everything_once_in_order(house: Desk) -> None:
    views = house.helpdesk.views
    seen: list[str] = []
    cursor = None
    while True:
        page = await views.query(TicketQuery(cursor=cursor, limit=4, order="priority"), everywhere())
        seen += [f"{row.priority} {row.number}" for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [
        "urgent T-000001",
        "medium T-000006",
        "medium T-000004",
        "medium T-000003",
        "low T-000005",
        "low T-000002",
    ]


async def test_views_are_ones_own_or_everybodys(house: Desk) -> None:
    views, lead = house.helpdesk.views, principal("lead", Role.SUPERVISOR)
    anna, bert = principal("anna"), principal("bert")
    fire = {"all": [{"field": "tags", "op": "is", "value": "fire"}]}
    body = ViewBody(name="Fire", conditions=Conditions.model_validate(fire))
    made = await views.put(None, body, anna)
    assert [row.number for row in (await views.page(made.id, None, 10, anna)).items] == ["T-000002", "T-000001"]
    assert made.id not in [view.id for view in (await views.every(bert)).items]
    with pytest.raises(Problem) as refused:
        await views.page(made.id, None, 10, bert)
    assert refused.value.status == 404
    shared = body.model_copy(update={"shared": True, "name": "All fires"})
    with pytest.raises(Problem) as refused:
        await views.put(None, shared, anna)
    assert refused.value.status == 403
    common = await views.put(None, shared, lead)
    with pytest.raises(Problem) as refused:
        await views.remove(common.id, bert)
    assert refused.value.status == 403
    counts = (await views.counts(bert)).counts
    assert (counts[common.id], counts["open"], counts["mine"], counts["unassigned"]) == (2, 6, 1, 4)


async def test_what_one_may_not_see_is_in_no_list(house: Desk) -> None:
    here = principal("zoe", Role.SUPERVISOR, Scope(queues=frozenset({"support"})))
    page = await house.helpdesk.views.query(TicketQuery(), here)
    assert [row.number for row in page.items] == ["T-000003"]
    assert (await house.helpdesk.views.counts(here)).counts["open"] == 1


async def done(house: Desk, job: BulkOut) -> BulkOut:
    while (now := await house.helpdesk.bulk.get(job.id, everywhere())).state == "running":
        await asyncio.sleep(0)
    return now


async def test_many_are_changed_at_once_and_taken_back_where_nobody_has_touched_them(house: Desk) -> None:
    bulk, views = house.helpdesk.bulk, house.helpdesk.views
    everything = Conditions()
    body = BulkBody.model_validate({"conditions": {}, "change": {"priority": "high"}, "add_tags": ["moved"]})
    job = await done(house, await bulk.begin(body, everywhere()))
    assert (job.state, job.total, job.done, job.failed) == ("done", 6, 6, 0)
    first = (await views.query(TicketQuery(conditions=everything, order="made"), everywhere())).items[-1]
    await house.change(await house.tickets.get(first.id, everywhere()), priority="low")
    back = await done(house, await bulk.undo(job.id, everywhere()))
    assert (back.total, back.failed, back.undoes) == (6, 0, job.id)
    rows = (await views.query(TicketQuery(order="made"), everywhere())).items
    assert [row.priority for row in reversed(rows)] == ["low", "low", "medium", "medium", "low", "medium"]
    assert not any("moved" in row.tags for row in rows)


async def test_what_cannot_be_changed_is_told_and_the_rest_is(house: Desk) -> None:
    bulk = house.helpdesk.bulk
    ids = await house.helpdesk.views.ids(Conditions(), everywhere(), 100)
    body = BulkBody.model_validate({"ids": [*ids, "nothing"], "change": {"state": "closed"}})
    job = await done(house, await bulk.begin(body, everywhere()))
    assert (job.done, job.failed, job.failures[-1].problem) == (7, 7, "There is no such ticket.")
    assert "cannot go to 'closed'" in job.failures[0].problem


async def test_a_cancelled_one_stops_where_it_is(house: Desk) -> None:
    bulk = house.helpdesk.bulk
    job = await bulk.begin(BulkBody.model_validate({"conditions": {}, "add_tags": ["x"]}), everywhere())
    await bulk.cancel(job.id, everywhere())
    stopped = await done(house, job)
    assert stopped.state == "cancelled"
    assert stopped.done < stopped.total
    with pytest.raises(Problem) as refused:
        await bulk.get(job.id, everywhere("bert"))
    assert refused.value.status == 404


@pytest.mark.parametrize(("body", "field"), [({"change": {"priority": "low"}}, "ids"), ({"ids": ["x"]}, "change")])
async def test_a_bulk_edit_says_which_and_what(house: Desk, body: dict[str, Any], field: str) -> None:
    with pytest.raises(Problem) as refused:
        await house.helpdesk.bulk.begin(BulkBody.model_validate(body), everywhere())
    assert refused.value.extra["field"] == field


async def test_whoever_looks_is_called_me_in_what_he_saves_and_asks(house: Desk) -> None:
    mine = {"all": [{"field": "assignee", "op": "in", "value": ["me"]}]}
    await house.make(assignee="bert")
    found = await house.helpdesk.views.query(TicketQuery.model_validate({"conditions": mine}), everywhere("bert"))
    assert {row.assignee.id for row in found.items if row.assignee} == {"bert"}
    saved = await house.helpdesk.views.put(
        None, ViewBody.model_validate({"name": "Ours", "conditions": mine}), everywhere()
    )
    assert saved.conditions.all[0].value == ["me"]

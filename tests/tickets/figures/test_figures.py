"""Figures of tickets: the database's are those that a plain reckoning over the histories gives."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from contactcenter.api.problems import Problem
from contactcenter.permissions import Catalogue, Holding, Principal, Role, Scope
from contactcenter.queues.models import Queue
from contactcenter.tickets.figures import spans
from contactcenter.tickets.figures.figures import TicketFigures
from contactcenter.tickets.figures.settings import BehindBody, Figure, FiguresBody, FiguresOut, Group
from contactcenter.tickets.permissions import TICKETS_FIGURES, TICKETS_VIEW
from contactcenter.tickets.settings import CategoryBody, FieldBody
from contactcenter.tickets.views import TicketQuery
from tests.tickets.desk import ANNA, BEGIN, CUSTOMER, Desk, desk, everywhere, principal
from tests.tickets.figures import plain
from tests.tickets.figures.histories import add, history, utc

BYS = ("type", "priority", "assignee", "queue", "team", "channel", "category", "tags", "fields.colour")
FIRST, LAST = date(2026, 3, 3), date(2026, 3, 25)


def figures_of(house: Desk) -> TicketFigures:
    return TicketFigures(house.tickets, house.helpdesk.views)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


async def _filled(house: Desk, rng: random.Random, count: int) -> list[plain.Story]:
    field = FieldBody(name="Colour", type="choice", choices=["red", "blue"])
    await house.set_up.put("fields", None, field, "colour")
    await house.set_up.put("categories", None, CategoryBody(name="Devices"), "devices")
    house.clock[0] = BEGIN + 18 * 86400 + 5000
    now, catalog = utc(house.now), house.set_up.catalog
    stories = []
    async with house.database.transaction() as session:
        for serial in range(1, count + 1):
            entries = history(rng, utc(BEGIN), now, catalog)
            add(session, entries, serial, catalog, now)
            stories.append(plain.story(entries[0].ticket_id, entries, catalog, now))
    return stories


def _grouped(stories: list[plain.Story], by: str) -> dict[str, list[plain.Story]]:
    found: dict[str, list[plain.Story]] = {}
    for each in stories:
        held = each.values.get(by)
        for key in (held or [""]) if by == "tags" else [held or ""]:
            found.setdefault(key, []).append(each)
    return found


def _same(found: Group, meant: Group) -> None:
    assert found.model_dump(exclude={"name"}) == meant.model_dump(exclude={"name"})


async def _compare(house: Desk, stories: list[plain.Story], rng: random.Random) -> None:
    figures, now = figures_of(house), utc(house.now)
    for per in rng.sample(("day", "week", "month"), 1):
        zone = rng.choice(("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"))
        by = rng.choice(BYS)
        chosen = rng.choice((None, "question"))
        tests = [] if chosen is None else [{"field": "type", "op": "is", "value": chosen}]
        body = FiguresBody.model_validate(
            {"first": FIRST, "last": LAST, "zone": zone, "per": per, "by": by, "conditions": {"all": tests}}
        )
        mine = [each for each in stories if chosen in (None, each.values["type"])]
        out = await figures.figures(body, everywhere())
        parts = spans.periods(FIRST, LAST, zone, body.per)
        span = spans.whole(parts)
        assert [each.model_dump() for each in out.periods] == [
            plain.period(mine, part, now).model_dump() for part in parts
        ]
        _same(out.total, plain.group("", mine, span))
        groups = {key: plain.group(key, some, span) for key, some in _grouped(mine, by).items()}
        assert {each.key for each in out.groups} == {key for key, each in groups.items() if _counts(each)}
        for each in out.groups:
            _same(each, groups[each.key])
        await _compare_behind(house, body, out, mine, rng)


def _counts(group: Group) -> bool:
    return bool(group.made or group.resolved or group.reopened or group.open or group.resolution.count)


async def _compare_behind(
    house: Desk, body: FiguresBody, out: FiguresOut, stories: list[plain.Story], rng: random.Random
) -> None:
    """Behind each number are the tickets it is made of, and a list has the same."""
    parts = spans.periods(body.first, body.last, body.zone, body.per)
    span = spans.whole(parts)
    place = rng.randrange(len(parts))
    period, part = out.periods[place], parts[place]
    for figure in ("made", "resolved", "reopened", "backlog"):
        found = await _behind(house, body, everywhere(), figure=figure, period=period.first)
        assert found == plain.behind(figure, stories, part)
        number = getattr(period, figure)
        if figure in ("resolved", "reopened"):
            # What happens to a ticket twice counts twice.
            assert min(number, 1) <= len(found) <= number
        elif number is not None:
            assert len(found) == number
    assert body.by is not None
    groups = _grouped(stories, body.by)
    for row in rng.sample(out.groups, min(1, len(out.groups))):
        for figure in get_args(Figure):
            found = await _behind(house, body, everywhere(), figure=figure, group=row.key)
            assert found == plain.behind(figure, groups[row.key], span), figure
        numbers = {
            "made": row.made,
            "open": row.open,
            "answered": row.first_response.count,
            "done": row.resolution.count,
            "came_back": row.came_back,
            "missed_first_response": row.met_first_response.decided - row.met_first_response.met,
            "missed_next_response": row.met_next_response.decided - row.met_next_response.met,
            "missed_resolution": row.met_resolution.decided - row.met_resolution.met,
        }
        assert {name: len(plain.behind(name, groups[row.key], span)) for name in numbers} == numbers


async def _behind(house: Desk, body: FiguresBody, who: Principal, **values: Any) -> set[str]:
    asked = BehindBody.model_validate(body.model_dump() | {"limit": 200, **values})
    page = await figures_of(house).behind(asked, who)
    found = {row.id for row in page.items}
    assert page.conditions is not None
    query = TicketQuery(conditions=page.conditions, limit=200)
    assert {row.id for row in (await house.helpdesk.views.query(query, who)).items} == found, page.conditions
    return found


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_the_database_counts_what_the_histories_say(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    async def run() -> None:
        rng = random.Random(seed)
        async with desk(tmp_path_factory.mktemp("figures")) as house:
            await _compare(house, await _filled(house, rng, 30), rng)

    asyncio.run(run())


@pytest.mark.e2e
async def test_and_so_does_postgresql(tmp_path: Path, postgres_url: str) -> None:
    rng = random.Random(4)
    async with desk(tmp_path, postgres_url) as house:
        stories = await _filled(house, rng, 60)
        await _compare(house, stories, rng)
        for figure in get_args(Figure):
            body = BehindBody(first=FIRST, last=LAST, figure=figure, by="tags", group="")
            await figures_of(house).behind(body, everywhere())


async def test_what_the_service_writes_is_counted(house: Desk) -> None:
    body = FiguresBody(first=date(2026, 3, 2), last=date(2026, 3, 4))
    ticket = await house.make(CUSTOMER)
    house.pass_hours(2)
    ticket = await house.say(ticket, "Is it plugged in?", ANNA)
    house.pass_hours(3)
    ticket = await house.change(ticket, state="resolved")
    house.pass_hours(20)
    ticket = await house.say(ticket, "It still burns.", CUSTOMER)
    out = await figures_of(house).figures(body, everywhere())
    told = [(each.made, each.resolved, each.reopened, each.backlog) for each in out.periods]
    assert told == [(1, 1, 0, 0), (0, 0, 1, 1), (0, 0, 0, None)]
    assert (out.total.first_response.median_s, out.total.open, out.total.came_back, out.total.ended) == (7200, 1, 1, 1)
    assert out.periods[0].resolution.count == 0


async def test_backlog_names_those_that_were_open_then(house: Desk) -> None:
    one, other = await house.make(CUSTOMER), await house.make(CUSTOMER)
    await house.change(one, state="resolved")
    house.pass_hours(24)
    await house.say(one, "It still burns.", CUSTOMER)
    await house.change(other, state="resolved")

    async def open_on(day: int) -> list[str]:
        body = BehindBody(first=date(2026, 3, day), last=date(2026, 3, day), figure="backlog")
        return [row.id for row in (await figures_of(house).behind(body, everywhere())).items]

    assert [await open_on(1), await open_on(2), await open_on(3)] == [[], [other.id], [one.id]]


async def test_one_late_answer_breaks_the_promise_of_answers(house: Desk) -> None:
    ticket = await house.make(CUSTOMER)
    for hours in (0.1, 200, 0.1):
        house.pass_hours(hours)
        await house.say(ticket, "So?", CUSTOMER)
        house.pass_hours(hours)
        await house.say(ticket, "So.", ANNA)
    out = await figures_of(house).figures(FiguresBody(first=date(2026, 3, 2), last=date(2026, 3, 2)), everywhere())
    assert (out.total.met_next_response.decided, out.total.met_next_response.met) == (1, 0)


async def test_merged_tickets_are_counted_with_what_they_became(house: Desk) -> None:
    one, other = await house.make(), await house.make()
    await house.helpdesk.linking.merge(one.id, other.id, ANNA, everywhere())
    out = await figures_of(house).figures(FiguresBody(first=date(2026, 3, 2), last=date(2026, 3, 2)), everywhere())
    assert (out.total.made, out.total.resolved, out.periods[0].backlog) == (1, 0, 1)


async def test_somebody_sees_figures_of_his_own_queues_and_an_agent_of_himself(house: Desk) -> None:
    await house.make(queue="support", assignee="bert")
    await house.make(team="north")
    await house.make(assignee="anna")
    body = FiguresBody(first=date(2026, 3, 2), last=date(2026, 3, 2), by="assignee")
    figures = figures_of(house)
    lead = principal("lead", Role.SUPERVISOR, Scope(queues=frozenset({"support"})))
    out = await figures.figures(body, lead)
    assert (out.own, out.total.made, [(each.key, each.name) for each in out.groups]) == (False, 1, [("bert", "Bert")])
    out = await figures.figures(body, principal("anna"))
    assert (out.own, out.total.made, [each.key for each in out.groups]) == (True, 1, ["anna"])
    page = await figures.behind(BehindBody(**body.model_dump(), figure="made"), principal("bert"))
    assert [row.assignee.id for row in page.items if row.assignee] == ["bert"]


async def test_lists_have_no_more_than_the_figures_somebody_sees(house: Desk) -> None:
    """He sees more tickets than he has the figures of."""
    support, north = await house.make(queue="support"), await house.make(team="north")
    mine, _ = await house.make(assignee="bert"), await house.make(assignee="anna")
    body = FiguresBody(first=date(2026, 3, 2), last=date(2026, 3, 2), by="assignee")
    catalogue = Catalogue(TICKETS_VIEW, TICKETS_FIGURES)
    sees = Holding(Role.SUPERVISOR, frozenset({TICKETS_VIEW.name}))
    for scope, meant in (
        (Scope(queues=frozenset({"support"}), teams=frozenset({"north"})), {support.id, north.id, mine.id}),
        (Scope(teams=frozenset({"north"})), {north.id, mine.id}),
        (None, {mine.id}),
    ):
        counts = [] if scope is None else [Holding(Role.SUPERVISOR, frozenset({TICKETS_FIGURES.name}), scope)]
        who = replace(principal("bert"), grants=catalogue.grants([sees, *counts]))
        assert await _behind(house, body, who, figure="made") == meant


async def test_what_a_list_cannot_say_has_none(house: Desk) -> None:
    await house.make(queue="support")
    async with house.database.transaction() as session:
        await session.execute(delete(Queue))
    body = BehindBody(first=date(2026, 3, 2), last=date(2026, 3, 2), figure="made", by="queue", group="support")
    page = await figures_of(house).behind(body, everywhere())
    assert (len(page.items), page.conditions) == (1, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last": "2026-03-01"}, "last"),
        ({"last": "2028-03-01"}, "per"),
        ({"first": "1900-01-01"}, "first"),
        ({"last": "9999-12-31"}, "last"),
        ({"by": "fields.nothing"}, "by"),
        ({"period": "2026-03-03"}, "period"),
        ({"group": "anna"}, "group"),
        ({"conditions": {"all": [{"field": "type", "op": "is", "value": "nothing"}]}}, "conditions.all.0.value"),
    ],
)
async def test_what_cannot_be_counted_is_refused(house: Desk, wrong: dict[str, Any], field: str) -> None:
    values = {"first": "2026-03-02", "last": "2026-03-02", "figure": "made", **wrong}
    with pytest.raises(Problem) as refusal:
        await figures_of(house).behind(BehindBody.model_validate(values), everywhere())
    assert (refusal.value.status, refusal.value.extra["field"]) == (422, field)


def test_days_are_cut_where_they_begin_for_the_reader() -> None:
    parts = spans.periods(date(2026, 3, 28), date(2026, 3, 30), "Europe/Berlin", "day")
    assert [(part.end - part.start).total_seconds() / 3600 for part in parts] == [24, 23, 24]
    weeks = spans.periods(date(2026, 2, 27), date(2026, 3, 10), "UTC", "week")
    assert [(part.first.day, part.last.day) for part in weeks] == [(27, 1), (2, 8), (9, 10)]
    months = spans.periods(date(2026, 1, 31), date(2026, 3, 1), "UTC", "month")
    assert [(part.first.month, part.first.day, part.last.day) for part in months] == [
        (1, 31, 31),
        (2, 1, 28),
        (3, 1, 1),
    ]


@given(
    st.dates(date(1971, 1, 1), date(2100, 1, 1)),
    st.integers(0, 390),
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia"]),
    st.sampled_from(["day", "week", "month"]),
)
@settings(max_examples=60)
def test_periods_follow_each_other(first: date, days: int, zone: str, per: Any) -> None:
    parts = spans.periods(first, first + timedelta(days=days), zone, per)
    assert (parts[0].first, parts[-1].last) == (first, first + timedelta(days=days))
    for one, other in pairwise(parts):
        assert one.last + timedelta(days=1) == other.first
        assert one.start <= one.end == other.start

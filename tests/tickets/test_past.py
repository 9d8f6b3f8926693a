"""Lists by what has happened: within days, how often, and what was missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.api.problems import Problem
from contactcenter.tickets import conditions
from contactcenter.tickets.documents import TicketOut
from contactcenter.tickets.set_up_checks import References, check_conditions
from contactcenter.tickets.settings import Conditions
from contactcenter.tickets.views import TicketQuery
from tests.tickets.desk import ANNA, BEGIN, CUSTOMER, Desk, desk, everywhere


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


def at(hours: float) -> str:
    return datetime.fromtimestamp(BEGIN + hours * 3600, UTC).isoformat()


async def listed(house: Desk, field: str, op: str, value: Any = None) -> set[str]:
    document = Conditions.model_validate({"all": [{"field": field, "op": op, "value": value}]})
    page = await house.helpdesk.views.query(TicketQuery(conditions=document), everywhere())
    return {row.id for row in page.items}


def ids(*tickets: TicketOut) -> set[str]:
    return {each.id for each in tickets}


async def test_lists_ask_the_history(house: Desk) -> None:
    slow, quick = await house.make(CUSTOMER), await house.make(CUSTOMER)
    house.pass_hours(1)
    await house.say(quick, "Done.", ANNA, change={"state": "resolved"})
    house.pass_hours(1)
    await house.say(quick, "It still burns.", CUSTOMER)
    house.pass_hours(200)
    await house.change(quick, state="resolved")
    await house.say(slow, "Who takes it?", ANNA, kind="note")
    late = await house.make(CUSTOMER)

    assert await listed(house, "made_at", "within", [at(0), at(1)]) == ids(slow, quick)
    assert await listed(house, "made_at", "within", [at(1), None]) == ids(late)
    assert await listed(house, "made_at", "within", [None, at(0)]) == set()
    assert await listed(house, "answered_at", "filled") == ids(quick)
    for span, found in (([at(0), at(1)], set()), ([at(1), at(2)], ids(quick)), ([None, at(150)], ids(quick))):
        assert await listed(house, "was_resolved", "within", span) == found
    assert await listed(house, "was_resolved", "within", [at(2), at(200)]) == set()
    assert await listed(house, "was_reopened", "within", [at(2), at(3)]) == ids(quick)
    assert await listed(house, "was_reopened", "within", [at(3), None]) == set()
    assert await listed(house, "was_open", "is", at(1.5)) == ids(slow)
    assert await listed(house, "was_open", "is", at(100)) == ids(slow, quick)
    assert await listed(house, "reopened", "at_least", 1) == ids(quick)
    assert await listed(house, "reopened", "is", 0) == ids(slow, late)
    assert await listed(house, "missed", "is", "first_response") == ids(slow)
    assert await listed(house, "missed", "in", ["first_response", "next_response"]) == ids(slow, quick)
    assert await listed(house, "missed", "empty") == ids(late)
    assert await listed(house, "missed", "filled") == ids(slow, quick)
    assert await listed(house, "missed", "not_in", ["first_response"]) == ids(quick, late)


@pytest.mark.parametrize(
    ("test", "field"),
    [
        (("was_resolved", "at_least", at(0)), "op"),
        (("was_resolved", "within", [None, None]), "value"),
        (("was_resolved", "within", [at(0)]), "value"),
        (("was_resolved", "within", at(0)), "value"),
        (("was_reopened", "within", [at(0), "soon"]), "value"),
        (("made_at", "within", [at(0), at(1), at(2)]), "value"),
        (("made_at", "within", [1, None]), "value"),
        (("subject", "within", [at(0), None]), "op"),
        (("was_open", "is", "yesterday"), "value"),
        (("was_open", "is", None), "value"),
        (("reopened", "at_least", "often"), "value"),
        (("reopened", "is", True), "value"),
        (("reopened", "is", 1.5), "value"),
        (("reopened", "at_most", -1), "value"),
        (("reopened", "at_most", 1e300), "value"),
        (("was_open", "is", "0001-01-01T00:00:00+14:00"), "value"),
        (("made_at", "within", ["9999-12-31T23:59:59-14:00", None]), "value"),
        (("made_at", "at_least", "0001-01-01T00:00:00+14:00"), "value"),
        (("missed", "is", "lunch"), "value"),
        (("missed", "filled", "lunch"), "value"),
        (("missed", "contains", "first_response"), "op"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_place(house: Desk, test: Any, field: str) -> None:
    with pytest.raises(Problem) as refused:
        await listed(house, *test)
    assert (refused.value.status, refused.value.extra["field"]) == (422, f"conditions.all.0.{field}")


@pytest.mark.parametrize("name", sorted(conditions.PAST))
async def test_rules_and_service_levels_do_not_ask_the_history(house: Desk, name: str) -> None:
    body = Conditions.model_validate({"all": [{"field": name, "op": "is", "value": 1}]})
    with pytest.raises(Problem) as refused:
        check_conditions("conditions", body, house.set_up.catalog, References())
    assert refused.value.extra["field"] == "conditions.all.0.field"
    body = Conditions.model_validate({"all": [{"field": "made_at", "op": "within", "value": [at(0), None]}]})
    with pytest.raises(Problem, match="lists only"):
        check_conditions("conditions", body, house.set_up.catalog, References())


moments = st.none() | st.integers(0, 5).map(lambda day: datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day))


@given(moments, moments, moments)
def test_within_has_its_first_moment_and_not_its_last(
    held: datetime | None, since: datetime | None, until: datetime | None
) -> None:
    span = [each and each.isoformat() for each in (since, until)]
    found = conditions.OPERATORS["within"](held and held.isoformat(), span)
    meant = held is not None and (since is None or held >= since) and (until is None or held < until)
    assert found == meant

"""What a rule, macro, list or service level names is not taken away under it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contactcenter.api.problems import Problem
from contactcenter.tickets.automation.models import TicketMacro, TicketRule
from contactcenter.tickets.models import TicketView
from contactcenter.tickets.settings import CategoryBody, PolicyBody, StateBody
from contactcenter.tickets.setup import told
from tests.tickets.desk import Desk, desk

FINDS = {"all": [{"field": "category", "op": "is", "value": "printers"}], "any": []}
SETS = [{"do": "set", "field": "category", "value": "printers"}]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        await made.set_up.put("categories", None, CategoryBody(name="Printers"), "printers")
        yield made


def rule(name: str, conditions: Any, actions: Any) -> TicketRule:
    document = {"conditions": conditions, "events": ["made"], "became": [], "clock": None, "timer": None}
    return TicketRule(id=name.lower(), name=name, enabled=True, document=document | {"actions": actions})


def macro(owner: str | None) -> TicketMacro:
    return TicketMacro(id=f"m-{owner}", name="Secret", owner_id=owner, actions=SETS)


def view(owner: str | None) -> TicketView:
    return TicketView(id=f"v-{owner}", name="Printing", owner_id=owner, conditions=FINDS, order="changed")


NOTHING: dict[str, Any] = {"all": [], "any": []}


@pytest.mark.parametrize(
    ("row", "words", "retires"),
    [
        (rule("Finder", FINDS, []), "The rule “Finder” names it", True),
        (rule("Setter", NOTHING, SETS), "The rule “Setter” names it", False),
        (macro("anna"), "A macro of Anna names it", False),
        (macro(None), "The macro “Secret” names it", False),
        (view(None), "The list “Printing” names it", True),
        (view("anna"), "A list of Anna names it", True),
    ],
)
async def test_what_is_named_is_not_removed_and_what_is_set_not_retired(
    house: Desk, row: Any, words: str, retires: bool
) -> None:
    async with house.database.transaction() as session:
        session.add(row)
    with pytest.raises(Problem, match=words) as refused:
        await house.set_up.remove("categories", "printers")
    assert (refused.value.status, refused.value.type_slug) == (409, "in-use")
    body = CategoryBody(name="Printers", retired=True)
    if retires:
        assert (await house.set_up.put("categories", "printers", body)).retired
    else:
        with pytest.raises(Problem, match=words):
            await house.set_up.put("categories", "printers", body)


async def test_a_service_level_that_pauses_in_a_state_names_it_until_it_is_retired(house: Desk) -> None:
    waits = StateBody.model_validate({"name": "Waits", "customer_name": "Waits", "state_class": "pending"})
    await house.set_up.put("states", None, waits, "waits")
    gold: dict[str, Any] = {"name": "Gold", "targets": {"high": {"resolution": 3600.0}}, "pauses": ["waits"]}
    await house.set_up.put_policy(None, PolicyBody.model_validate(gold), "gold")
    with pytest.raises(Problem, match="The service level “Gold” names it"):
        await house.set_up.remove("states", "waits")
    await house.set_up.put_policy("gold", PolicyBody.model_validate(gold | {"retired": True}))
    await house.set_up.remove("states", "waits")


async def test_what_nothing_names_goes(house: Desk) -> None:
    await house.set_up.remove("categories", "printers")
    assert "printers" not in house.set_up.catalog.categories


def test_several_are_told_in_one_sentence() -> None:
    assert told(["the rule “A”", "a list of Bo"]) == "The rule “A” and a list of Bo name it; change them first."
    assert told([f"the rule “{n}”" for n in range(7)]).endswith("the rule “4” and 2 more name it; change them first.")

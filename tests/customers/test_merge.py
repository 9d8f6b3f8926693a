"""Merging and taking it back, in any order, in chains: what was is what is again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from contactcenter.api.problems import Problem
from contactcenter.customers import duplicates
from contactcenter.customers.merge import COLUMNS, Merges, changes, combined, undone
from contactcenter.customers.models import Customer, CustomerMerge
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import CustomerBody, CustomerFilter, CustomerOut, MergeBody, MergeValues, NoteBody

COUNT = 5


def columns(number: int) -> dict[str, Any]:
    return {
        "name": f"n{number}",
        "called": "" if number % 2 else f"c{number}",
        "kind": "person",
        "language": "" if number % 3 else "de",
        "timezone": "",
        "organisation_id": None if number % 2 else f"o{number}",
        "vip": number == 3,
        "priority": number if number % 2 else 0,
        "addresses": [{"city": f"a{number}"}] if number != 1 else [],
        "fields": {f"f{number}": number, "shared": number},
    }


@dataclass
class Link:
    survivor: int
    merged: int
    changed: dict[str, list[Any]]


@dataclass
class Register:
    """Merges as the database keeps them, without it."""

    rows: list[dict[str, Any]] = field(default_factory=lambda: [columns(number) for number in range(COUNT)])
    into: dict[int, int] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    def merge(self, survivor: int, merged: int, name: str | None) -> None:
        if survivor == merged or survivor in self.into or merged in self.into:
            return
        before = self.rows[survivor]
        after = combined(before, self.rows[merged], {} if name is None else {"name": name})
        self.links.append(Link(survivor, merged, changes(before, after)))
        self.rows[survivor] = after
        self.into[merged] = survivor

    def undo(self, place: int) -> None:
        link = self.links.pop(place % len(self.links))
        later = [each for each in self.links[place % (len(self.links) + 1) :] if each.survivor == link.survivor]
        self.rows[link.survivor], handed_on = undone(
            self.rows[link.survivor], link.changed, [each.changed for each in later]
        )
        for each, changed in zip(later, handed_on, strict=True):
            each.changed = changed
        del self.into[link.merged]


steps = st.lists(
    st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1), st.sampled_from([None, "x", "y", "n0", "n1"])),
    max_size=8,
)


@given(steps, st.lists(st.integers(0, 100), min_size=20, max_size=20))
def test_merges_undone_in_any_order_leave_nothing(asked: list[tuple[int, int, str | None]], order: list[int]) -> None:
    register = Register()
    for survivor, merged, name in asked:
        register.merge(survivor, merged, name)
    while register.links:
        register.undo(order.pop())
    assert register.rows == [columns(number) for number in range(COUNT)]
    assert register.into == {}


@given(steps, st.integers(0, 100))
def test_undoing_the_last_merge_gives_what_was_before_it(asked: list[tuple[int, int, str | None]], extra: int) -> None:
    register = Register()
    for survivor, merged, name in asked:
        register.merge(survivor, merged, name)
    before, links = [dict(row) for row in register.rows], len(register.links)
    register.merge(extra % COUNT, (extra // COUNT) % COUNT, "z")
    if len(register.links) > links:
        register.undo(links)
    assert register.rows == before


def test_what_a_person_changed_since_stays() -> None:
    before = columns(0)
    after = combined(before, columns(1), {"name": "chosen"})
    result, _ = undone(after | {"name": "typed", "priority": 77}, changes(before, after), [])
    assert (result["name"], result["priority"]) == ("typed", 77)
    assert {name: result[name] for name in COLUMNS if name not in ("name", "priority")} == {
        name: before[name] for name in COLUMNS if name not in ("name", "priority")
    }


def body(name: str, **values: Any) -> CustomerBody:
    return CustomerBody.model_validate({"name": name, **values})


def phone(number: str) -> list[dict[str, str]]:
    return [{"kind": "phone", "value": number}]


def content(shown: CustomerOut) -> dict[str, Any]:
    return shown.model_dump(exclude={"changed_at"})


async def test_a_merged_customer_is_one_and_comes_back_whole(customers: Customers) -> None:
    merges = Merges(customers)
    anna = await customers.make(body("Anna Berg", identities=phone("030111111"), tags=["a"]))
    ann = await customers.make(body("Ann Berg", identities=phone("030222222"), tags=["b"], vip=True, called="Annie"))
    old = await customers.make(body("A. Berg", identities=phone("030111111")))
    for made in (anna, ann, old):
        await customers.note(made.id, NoteBody(text=f"of {made.name}"))
    originals = {made.id: content(await customers.get(made.id)) for made in (anna, ann, old)}

    chosen = MergeBody(merged_id=old.id, values=MergeValues(name="Ann B."))
    await merges.merge(ann.id, chosen)
    whole = await merges.merge(anna.id, MergeBody(merged_id=ann.id))
    assert [each.value for each in whole.identities] == ["+4930111111", "+4930222222"]
    assert (whole.tags, whole.vip, whole.called, len(whole.notes)) == (["a", "b"], True, "Annie", 3)
    assert (await customers.get(old.id)).id == anna.id, "old links lead to it"
    for query in ("ann b", "222222", "anna", "a"):
        found = (await customers.page(CustomerFilter(q=query))).items
        assert [row.id for row in found] == ([anna.id] if len(query) > 1 else []), query
    assert [each.id for each in await customers.callers.of_address("030222222")] == [anna.id]
    with pytest.raises(Problem) as problem:
        await merges.merge(ann.id, MergeBody(merged_id=anna.id))
    assert problem.value.extra["field"] == "merged_id"

    by_merged = {merge.merged.id: merge.id for merge in whole.merges}
    await merges.undo(anna.id, by_merged[old.id])
    assert content(await customers.get(old.id)) == originals[old.id]
    await merges.undo(anna.id, by_merged[ann.id])
    for customer_id, original in originals.items():
        assert content(await customers.get(customer_id)) == original
    with pytest.raises(Problem) as problem:
        await merges.undo(anna.id, by_merged[ann.id])
    assert problem.value.status == 409
    assert [row.id for row in (await customers.page(CustomerFilter(q="222222"))).items] == [ann.id]


async def test_duplicates_are_told_with_their_reasons(customers: Customers) -> None:
    anna = await customers.make(body("Anna Meyer", identities=phone("030111111")))
    other = await customers.make(body("Meier, Anna", identities=phone("030 111 111")))
    await customers.make(body("Somebody Else", identities=phone("030333333")))
    async with customers.database.session() as session:
        found = await duplicates.of_customer(session, anna.id)
        everywhere = await duplicates.everywhere(session)
    assert [(each.other.id, each.reasons) for each in found.items] == [(other.id, ["same-phone", "similar-name"])]
    assert [each.reasons for each in everywhere.items] == [["same-phone"]]
    await Merges(customers).merge(anna.id, MergeBody(merged_id=other.id))
    async with customers.database.session() as session:
        assert (await duplicates.everywhere(session)).items == []


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=steps, order=st.lists(st.integers(0, 100), min_size=20, max_size=20))
async def test_the_database_agrees(
    customers: Customers, asked: list[tuple[int, int, str | None]], order: list[int]
) -> None:
    async with customers.database.transaction() as session:
        await session.execute(delete(CustomerMerge))
        await session.execute(delete(Customer))
    merges = Merges(customers)
    made = [
        await customers.make(body(f"Name {number}", priority=number, identities=phone(f"03011111{number}")))
        for number in range(COUNT)
    ]
    for survivor, merged, name in asked:
        values = MergeValues() if name is None else MergeValues(name=name)
        roots = [(await customers.get(made[each].id)).id for each in (survivor, merged)]
        if roots[0] != roots[1]:
            await merges.merge(roots[0], MergeBody(merged_id=roots[1], values=values))
    while True:
        left = {merge.id: one.id for one in made for merge in (await customers.get(one.id)).merges}
        if not left:
            break
        merge_id = sorted(left)[order.pop() % len(left)]
        await merges.undo(left[merge_id], merge_id)
    assert [content(await customers.get(one.id)) for one in made] == [content(one) for one in made]

from __future__ import annotations

import pytest

from contactcenter.actor import Actor, acting
from contactcenter.api.problems import Problem
from contactcenter.customers.fields import FieldSetUp
from contactcenter.customers.segments import Segments
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import (
    CustomerBody,
    CustomerFilter,
    FieldOrder,
    NewField,
    SegmentBody,
    SegmentFilter,
)

ANNA = Actor(kind="user", id="anna", name="Anna")
BEN = Actor(kind="user", id="ben", name="Ben")


def vip(name: str, *, own: bool = False) -> SegmentBody:
    return SegmentBody(name=name, filter=SegmentFilter(vip=True), own=own)


async def test_a_segment_of_ones_own_is_nobody_elses_business(customers: Customers) -> None:
    segments = Segments(customers.database)
    with acting(ANNA):
        mine = await segments.make(vip("Mine", own=True))
        await segments.make(vip("Ours"))
        assert [each.name for each in (await segments.all()).items] == ["Mine", "Ours"]
    with acting(BEN):
        assert [each.name for each in (await segments.all()).items] == ["Ours"]
        for act in (segments.change(mine.id, vip("Stolen")), segments.remove(mine.id)):
            with pytest.raises(Problem) as problem:
                await act
            assert problem.value.status == 404
        with pytest.raises(Problem) as problem:
            await customers.page(CustomerFilter(segment=mine.id))
        assert problem.value.status == 404
        his = await segments.make(vip("Mine", own=True))
        assert his.id != mine.id
        with pytest.raises(Problem) as problem:
            await segments.make(vip("ours"))
        assert problem.value.extra["field"] == "name"
    with acting(ANNA):
        shared = await segments.change(mine.id, vip("Mine"))
        assert not shared.own
    with acting(BEN):
        assert mine.id in {each.id for each in (await segments.all()).items}


async def test_what_a_filter_finds_is_counted(customers: Customers) -> None:
    segments = Segments(customers.database)
    await customers.make(CustomerBody(name="Anna", vip=True, tags=["gold"]))
    await customers.make(CustomerBody(name="Ben", vip=True))
    await customers.make(CustomerBody(name="Cara"))
    for asked, count in (({}, 3), ({"vip": True}, 2), ({"vip": True, "tag": "gold"}, 1), ({"q": "zoe"}, 0)):
        assert (await segments.count(SegmentFilter.model_validate(asked))).count == count, asked


async def test_fields_are_put_in_order_and_told_who_uses_them(customers: Customers) -> None:
    fields = FieldSetUp(customers.database)
    for name in ("Meter", "Plan", "Secret"):
        await fields.make(NewField(name=name, type="text", sensitive=name == "Secret"))
    await customers.make(CustomerBody(name="Anna", fields={"meter": "1", "secret": "x"}))
    await customers.make(CustomerBody(name="Ben", fields={"meter": ""}))
    await Segments(customers.database).make(SegmentBody(name="Metered", filter=SegmentFilter(fields={"meter": "1"})))
    ordered = await fields.arrange(FieldOrder(ids=["secret", "meter", "plan"]))
    assert [each.id for each in ordered.items] == ["secret", "meter", "plan"]
    assert await fields.all() == ordered
    for ids in (["meter", "plan"], ["meter", "plan", "secret", "secret"], ["meter", "plan", "other"]):
        with pytest.raises(Problem) as problem:
            await fields.arrange(FieldOrder(ids=ids))
        assert (problem.value.status, problem.value.extra["field"]) == (422, "ids")
    uses = {name: await fields.use(name) for name in ("meter", "plan", "secret")}
    assert {name: (use.customers, use.segments) for name, use in uses.items()} == {
        "meter": (1, ["Metered"]),
        "plan": (0, []),
        "secret": (1, []),
    }

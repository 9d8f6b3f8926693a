"""Results of contacts: one tree, replaced as a whole, without losing what past contacts name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.api.problems import Problem
from contactcenter.queues.dispositions import DispositionIs, check
from contactcenter.queues.events import RoutingChanged
from tests.fakes.office import Office

PATH = "/dispositions/settings"


def result(key: str, **fields: Any) -> dict[str, Any]:
    start = {"id": key, "label": key.title(), "parent_id": None, "queue_id": None, "note_required": False}
    return start | {"position": 0} | fields


ORDER = result("order", position=0)
NEW = result("new", parent_id="order", position=1, note_required=True)
SPAM = result("spam", position=2)
UPSELL = result("upsell", queue_id="sales", position=3)


async def test_the_tree_is_replaced_as_a_whole(office: Office) -> None:
    assert await office.get(PATH) == {"items": []}
    # The child ahead of its parent: the order of the body means nothing, positions do.
    tree = {"items": [ORDER, NEW, SPAM, UPSELL]}
    assert await office.put(PATH, {"items": [UPSELL, NEW, SPAM, ORDER]}) == tree
    assert await office.get(PATH) == tree
    offered = (await office.get("/dispositions?queue=help"))["items"]
    assert [(each["id"], each["note_required"]) for each in offered] == [
        ("order", False),
        ("new", True),
        ("spam", False),
    ]
    assert office.changes == [RoutingChanged(what="dispositions")]


async def test_what_is_left_out_is_not_offered_but_keeps_its_label(office: Office) -> None:
    await office.put(PATH, {"items": [ORDER, NEW, SPAM]})
    assert await office.put(PATH, {"items": [SPAM]}) == {"items": [SPAM]}
    assert [each["id"] for each in (await office.get("/dispositions"))["items"]] == ["spam"]
    assert office.queues.disposition("new", None) is None
    assert office.queues.disposition_label("new") == "New"
    assert await office.put(PATH, {"items": [ORDER, NEW, SPAM]}) == {"items": [ORDER, NEW, SPAM]}


async def test_what_stood_above_can_be_given_once_nothing_stands_below(office: Office) -> None:
    await office.put(PATH, {"items": [ORDER, NEW]})
    assert office.queues.disposition("order", None) is None
    await office.put(PATH, {"items": [ORDER]})
    assert office.queues.disposition("order", None) is not None


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([ORDER, ORDER], "items.1.id"),
        ([ORDER, result("again", label="ORDER")], "items.1.label"),
        ([NEW], "items.0.parent_id"),
        ([result("a", parent_id="a")], "items.0.parent_id"),
        ([result("a", parent_id="b"), result("b", parent_id="a")], "items.0.parent_id"),
        ([result("a", queue_id="gone")], "items.0.queue_id"),
        ([result("a", queue_id="sales"), result("b", parent_id="a")], "items.1.queue_id"),
        ([result("a", label=" ")], "items.0.label"),
        ([result(str(n), parent_id=str(n - 1) if n else None) for n in range(8)], "items.6.parent_id"),
    ],
)
async def test_what_is_no_tree_is_refused_at_its_field(office: Office, items: list[Any], field: str) -> None:
    assert (await office.refused("PUT", PATH, {"items": items}))[:2] == (422, field)
    assert await office.get(PATH) == {"items": []}


async def test_only_administrators_change_them(office: Office) -> None:
    assert (await office.ask("PUT", PATH, {"items": []}, role="supervisor"))[0] == 403
    assert (await office.ask("GET", PATH, role="supervisor"))[0] == 200


KEYS = st.sampled_from(["a", "b", "c", "d"])
ITEMS = st.lists(
    st.builds(
        lambda key, label, parent, queue: DispositionIs(id=key, label=label, parent_id=parent, queue_id=queue),
        KEYS,
        st.sampled_from(["One", "Two", "Three", "Four"]),
        st.none() | KEYS,
        st.none() | st.sampled_from(["sales", "help"]),
    ),
    max_size=5,
)


@given(ITEMS)
def test_what_is_taken_is_a_tree(items: list[DispositionIs]) -> None:
    try:
        check(items, {"sales", "help"})
    except Problem as problem:
        place = int(str(problem.extra["field"]).split(".")[1])
        assert 0 <= place < len(items)
        return
    parents = {item.id: item for item in items}
    assert len(parents) == len(items)
    for item in items:
        step, steps = item, 0
        while step.parent_id is not None:
            step, steps = parents[step.parent_id], steps + 1
            assert steps <= len(items)
            assert step.queue_id in (None, item.queue_id)

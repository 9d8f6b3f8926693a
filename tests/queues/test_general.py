"""Reasons to pause and the order across queues: replaced as a whole, told to the engine."""

from __future__ import annotations

from acd.events import OrderConfigured, PauseReasonsConfigured
from acd.model import Order
from contactcenter.queues.events import RoutingChanged
from tests.fakes.office import Office

BREAK = {"id": "break", "label": "Break", "paid": True, "occupancy": False, "position": 1}
TRAINING = {"id": "training", "label": "Training", "paid": True, "occupancy": True, "position": 2}


async def test_reasons_are_replaced_as_a_whole(office: Office) -> None:
    assert await office.get("/pause-reasons/settings") == {"items": []}
    assert await office.put("/pause-reasons/settings", {"items": [TRAINING, BREAK]}) == {"items": [BREAK, TRAINING]}
    short = [{"id": "break", "label": "Break"}, {"id": "training", "label": "Training"}]
    assert await office.get("/pause-reasons") == {"items": short}
    assert [event.reason_ids for event in office.events if isinstance(event, PauseReasonsConfigured)] == [
        (),
        ("break", "training"),
    ]
    renamed = BREAK | {"label": "Coffee", "paid": False}
    assert await office.put("/pause-reasons/settings", {"items": [renamed]}) == {"items": [renamed]}
    assert office.queues.pause_reason("training") is None
    assert office.changes == [RoutingChanged(what="pause-reasons")] * 2


async def test_a_reason_is_in_the_list_once(office: Office) -> None:
    same_id = {"items": [BREAK, BREAK | {"label": "Other"}]}
    assert (await office.refused("PUT", "/pause-reasons/settings", same_id))[:2] == (422, "items.1.id")
    same_label = {"items": [BREAK, TRAINING | {"label": "break"}]}
    assert (await office.refused("PUT", "/pause-reasons/settings", same_label))[:2] == (422, "items.1.label")
    assert (await office.refused("PUT", "/pause-reasons/settings", {"items": [{"id": "x"}]}))[1] == "items.0.label"
    assert await office.get("/pause-reasons/settings") == {"items": []}


async def test_the_order_across_queues(office: Office) -> None:
    assert await office.get("/routing/order") == {"order": "priority"}
    assert await office.put("/routing/order", {"order": "c-mu"}) == {"order": "c-mu"}
    assert await office.get("/routing/order") == {"order": "c-mu"}
    await office.put("/routing/order", {"order": "priority"})
    orders = [event.order for event in office.events if isinstance(event, OrderConfigured)]
    assert orders == [Order.PRIORITY, Order.C_MU, Order.PRIORITY]
    assert (await office.refused("PUT", "/routing/order", {"order": "alphabet"}))[:2] == (422, "order")

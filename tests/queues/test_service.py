"""What administrators set up reaches the engine, and agents can give only results that fit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from acd.engine import Engine
from acd.events import CommandRefused, Event, OrderConfigured, PauseReasonsConfigured, QueueConfigured, QueueRemoved
from acd.model import Order, OverflowCause, OverflowRule, QueueConfig, SkillRequirement, Target, TargetKind
from contactcenter.app import App
from contactcenter.queues.models import Disposition, PauseReason, Queue, RoutingSetting
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from tests.fakes.center import Page, populate, running, settings


@dataclass
class Desk:
    database: Database
    queues: Queues
    driver: RoutingDriver
    events: list[Event]

    async def add(self, *rows: Any) -> None:
        async with self.database.transaction() as session:
            for row in rows:
                session.add(row)
                await session.flush()
        await self.queues.reload()

    def configured(self) -> dict[str, QueueConfig]:
        return {event.config.queue_id: event.config for event in self.events if isinstance(event, QueueConfigured)}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await upgrade(url)
    database = Database(url)
    events: list[Event] = []
    driver = RoutingDriver(Engine(), events.append)
    yield Desk(database, Queues(database, driver), driver, events)
    driver.stop()
    await database.stop()


async def test_every_setting_reaches_the_engine(desk: Desk) -> None:
    sales = Queue(
        id="sales",
        name="Sales",
        strategy="round-robin",
        ring_timeout_s=11,
        wrap_up_s=22,
        wrap_up_forced=False,
        required_skills=[{"type": "skill", "skill": "selling", "level": 3}],
        overflow=[{"cause": "max-wait", "to": {"kind": "queue", "value": "help"}, "limit": 33, "absent": []}],
        service_level_target_s=44,
        weight=5,
        position=2,
    )
    await desk.add(
        Queue(id="help", name="Help", position=1),
        sales,
    )
    assert [queue.id for queue in desk.queues.all()] == ["help", "sales"]
    config = desk.configured()["sales"]
    assert config.strategy == "round-robin"
    assert config.required_skills == (SkillRequirement("selling", 3),)
    assert (config.ring_timeout_s, config.wrap_up_s, config.wrap_up_forced) == (11, 22, False)
    to_help = Target(TargetKind.QUEUE, "help")
    assert config.overflow == (OverflowRule(cause=OverflowCause.MAX_WAIT, to=to_help, limit=33),)
    assert (config.service_level_target_s, config.weight) == (44, 5)
    assert desk.configured()["help"].overflow == ()


async def test_a_change_counts_after_a_reload(desk: Desk) -> None:
    await desk.add(Queue(id="sales", name="Sales"))
    async with desk.database.transaction() as session:
        await session.execute(update(Queue).values(name="Shop", ring_timeout_s=7))
    assert desk.queues.name("sales") == "Sales"
    await desk.queues.reload()
    assert desk.queues.name("sales") == "Shop"
    assert desk.configured()["sales"].ring_timeout_s == 7
    assert desk.queues.name("gone") == "gone"
    assert desk.queues.get("gone") is None


async def test_only_what_changed_is_told_again(desk: Desk) -> None:
    await desk.add(
        Queue(id="sales", name="Sales"), Queue(id="help", name="Help"), PauseReason(id="break", label="Break")
    )
    desk.events.clear()
    await desk.queues.reload()
    assert desk.events == []
    async with desk.database.transaction() as session:
        await session.execute(delete(Queue).where(Queue.id == "help"))
    await desk.add(RoutingSetting(name="order", value="c-mu"), PauseReason(id="lunch", label="Lunch", paid=False))
    assert [type(event) for event in desk.events] == [QueueRemoved, PauseReasonsConfigured, OrderConfigured]
    assert (desk.queues.ids(), desk.queues.order) == ({"sales"}, Order.C_MU)


async def test_a_row_that_cannot_work_leaves_the_others_alone(desk: Desk) -> None:
    await desk.add(Queue(id="odd", name="Odd", strategy="astrology"), Queue(id="sales", name="Sales"))
    assert desk.queues.ids() == {"sales"}
    assert [event.code for event in desk.events if isinstance(event, CommandRefused)] == ["unknown-strategy"]


async def test_only_leaves_that_fit_the_queue_can_be_given(desk: Desk) -> None:
    await desk.add(
        Queue(id="sales", name="Sales"),
        Queue(id="help", name="Help"),
        Disposition(id="order", label="Order", position=1),
        Disposition(id="new", label="New order", parent_id="order", position=2),
        Disposition(id="upsell", label="More", queue_id="sales", position=3),
        Disposition(id="spam", label="Spam", position=4),
        PauseReason(id="break", label="Break"),
    )
    given = {
        (result, queue): desk.queues.disposition(result, queue) is not None
        for result in ("order", "new", "upsell", "spam", "no such")
        for queue in ("sales", "help", None)
    }
    assert {key for key, allowed in given.items() if allowed} == {
        ("new", "sales"),
        ("new", "help"),
        ("new", None),
        ("upsell", "sales"),
        ("upsell", None),
        ("spam", "sales"),
        ("spam", "help"),
        ("spam", None),
    }
    assert [d.id for d in desk.queues.dispositions("help")] == ["order", "new", "spam"]
    assert desk.queues.pause_reason("break") is not None
    assert desk.queues.pause_reason("no such") is None


async def test_a_branch_whose_leaves_are_of_another_queue_is_no_result_there(desk: Desk) -> None:
    await desk.add(
        Queue(id="sales", name="Sales"),
        Queue(id="help", name="Help"),
        Disposition(id="order", label="Order"),
        Disposition(id="new", label="New order", parent_id="order", queue_id="sales"),
    )
    assert desk.queues.disposition("order", "help") is None
    assert desk.queues.disposition("new", "help") is None
    assert desk.queues.dispositions("help") == []
    assert len(desk.queues.dispositions("sales")) == 2
    assert desk.queues.disposition("new", "sales") is not None


async def test_lists_for_pages(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    app: App
    async with running(config) as app, Page(app, "anna") as anna:
        assert await anna.get("/api/v1/queues") == {"items": [{"id": "sales", "name": "Sales"}]}
        sold = {"id": "sold", "label": "Sold", "parent_id": None, "note_required": False}
        lost = {"id": "lost", "label": "Lost", "parent_id": None, "note_required": True}
        results = {"items": [sold, lost]}
        assert await anna.get("/api/v1/dispositions") == results
        assert await anna.get("/api/v1/dispositions?queue=sales") == results
        assert await anna.get("/api/v1/pause-reasons") == {"items": [{"id": "break", "label": "Break"}]}
        names = [agent["name"] for agent in (await anna.get("/api/v1/agents"))["items"]]
        assert names == ["Anna", "Ben", "Dora"]

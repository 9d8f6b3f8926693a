"""What administrators set up reaches the engine, and agents can give only results that fit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from acd.engine import Engine
from acd.events import Event, QueueConfigured
from acd.model import Overflow, QueueConfig, SkillRequirement
from contactcenter.app import App
from contactcenter.queues.models import Disposition, PauseReason, Queue, QueueSkill, Skill
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from tests.fakes.center import Page, populate, running, settings


@dataclass
class Office:
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
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await upgrade(url)
    database = Database(url)
    events: list[Event] = []
    driver = RoutingDriver(Engine(), events.append)
    yield Office(database, Queues(database, driver), driver, events)
    driver.stop()
    await database.stop()


async def test_every_setting_reaches_the_engine(office: Office) -> None:
    sales = Queue(
        id="sales",
        name="Sales",
        strategy="round-robin",
        ring_timeout_s=11,
        wrap_up_s=22,
        wrap_up_forced=False,
        max_wait_s=33,
        service_level_target_s=44,
        weight=5,
        position=2,
        overflow_queue_id="help",
    )
    await office.add(
        Queue(id="help", name="Help", position=1),
        sales,
        Skill(id="selling", name="Selling"),
        QueueSkill(queue_id="sales", skill_id="selling", level=3),
    )
    assert [queue.id for queue in office.queues.all()] == ["help", "sales"]
    config = office.configured()["sales"]
    assert config.strategy == "round-robin"
    assert config.required_skills == (SkillRequirement("selling", 3),)
    assert (config.ring_timeout_s, config.wrap_up_s, config.wrap_up_forced) == (11, 22, False)
    assert (config.max_wait_s, config.overflow) == (33, Overflow("help"))
    assert (config.service_level_target_s, config.weight) == (44, 5)
    assert office.configured()["help"].overflow is None


async def test_a_change_counts_after_a_reload(office: Office) -> None:
    await office.add(Queue(id="sales", name="Sales"))
    async with office.database.transaction() as session:
        await session.execute(update(Queue).values(name="Shop", ring_timeout_s=7))
    assert office.queues.name("sales") == "Sales"
    await office.queues.reload()
    assert office.queues.name("sales") == "Shop"
    assert office.configured()["sales"].ring_timeout_s == 7
    assert office.queues.name("gone") == "gone"
    assert office.queues.get("gone") is None


async def test_only_leaves_that_fit_the_queue_can_be_given(office: Office) -> None:
    await office.add(
        Queue(id="sales", name="Sales"),
        Queue(id="help", name="Help"),
        Disposition(id="order", label="Order", position=1),
        Disposition(id="new", label="New order", parent_id="order", position=2),
        Disposition(id="upsell", label="More", queue_id="sales", position=3),
        Disposition(id="spam", label="Spam", position=4),
        PauseReason(id="break", label="Break"),
    )
    given = {
        (result, queue): office.queues.disposition(result, queue) is not None
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
    assert [d.id for d in office.queues.dispositions("help")] == ["order", "new", "spam"]
    assert office.queues.pause_reason("break") is not None
    assert office.queues.pause_reason("no such") is None


async def test_a_branch_whose_leaves_are_of_another_queue_is_no_result_there(office: Office) -> None:
    await office.add(
        Queue(id="sales", name="Sales"),
        Queue(id="help", name="Help"),
        Disposition(id="order", label="Order"),
        Disposition(id="new", label="New order", parent_id="order", queue_id="sales"),
    )
    assert office.queues.disposition("order", "help") is None
    assert office.queues.disposition("new", "help") is None
    assert office.queues.dispositions("help") == []
    assert len(office.queues.dispositions("sales")) == 2
    assert office.queues.disposition("new", "sales") is not None


async def test_lists_for_pages(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    app: App
    async with running(config) as app, Page(app, "anna") as anna:
        assert await anna.get("/api/v1/queues") == {"items": [{"id": "sales", "name": "Sales"}]}
        results = {"items": [{"id": "sold", "label": "Sold", "parent_id": None}]}
        assert await anna.get("/api/v1/dispositions") == results
        assert await anna.get("/api/v1/dispositions?queue=sales") == results
        assert await anna.get("/api/v1/pause-reasons") == {"items": [{"id": "break", "label": "Break"}]}
        names = [agent["name"] for agent in (await anna.get("/api/v1/agents"))["items"]]
        assert names == ["Anna", "Ben", "Dora"]

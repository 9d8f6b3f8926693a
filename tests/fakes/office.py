"""The set-up of routing as in the server, over HTTP: real database, engine, bus and flows; no calls, no pages."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from aiohttp.test_utils import TestClient, TestServer

from acd.engine import Engine
from acd.events import AgentConfigured, Event, QueueConfigured
from acd.model import AgentConfig, QueueConfig
from contactcenter.agents import set_up_routes as agent_set_up
from contactcenter.agents.models import AgentProfile
from contactcenter.agents.service import Agents
from contactcenter.api.http import build_app
from contactcenter.api.live import Live
from contactcenter.api.routes import Route, Router
from contactcenter.api.topic import Topic, TopicState
from contactcenter.bus import Bus
from contactcenter.flows.store import FlowStore
from contactcenter.identity.models import User, UserRole
from contactcenter.queues import routes as queue_routes
from contactcenter.queues import set_up_routes as queue_set_up
from contactcenter.queues.calendars import Calendars
from contactcenter.queues.events import RoutingChanged
from contactcenter.queues.models import Queue, QueueMember, Skill
from contactcenter.queues.reach import Reach
from contactcenter.queues.service import Queues
from contactcenter.queues.set_up import SetUp
from contactcenter.routing.driver import RoutingDriver
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from tests.fakes.house import Clock
from tests.fakes.people import SignedIn, cookie, person

FLOW = """
flow: main
start: wait
steps:
  wait:
    queue: {queue: sales, skills: {english: 2}}
    on_max_wait: bye
    on_failure: bye
  bye:
    hangup:
"""
AGENTS = ("anna", "ben")


class Topics:
    """As much of the live feed as agents need."""

    def topic(self, name: str) -> Topic:
        return Topic(name, TopicState("epoch"), lambda topic, event: None)


class Office:
    """Queues sales (with the skill selling at 2, members anna and ben) and help; skills english, german, selling."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.clock = Clock()
        self.bus = Bus()
        self.events: list[Event] = []
        self.changes: list[RoutingChanged] = []
        self.bus.subscribe(Event, self.events.append)
        self.bus.subscribe(RoutingChanged, self.changes.append)
        self.driver = RoutingDriver(Engine(), self.bus.publish, clock=self.clock)
        self.queues = Queues(database, self.driver)
        self.calendars = Calendars(database, self.clock)
        self.agents = Agents(database, self.driver, cast(Live, Topics()), self.bus)
        self.flows = FlowStore(folder, known_queues=self.queues.ids)
        self.set_up = SetUp(
            database,
            self.queues,
            self.calendars,
            self.flows,
            self.bus,
            reach=Reach(database),
            now=self.clock,
            unreachable=lambda number: None if number.strip("+ 0123456789") == "" else "is no telephone number.",
            reload_agents=self.agents.reload,
        )
        self.client: TestClient[Any, Any] | None = None

    async def furnish(self) -> None:
        await _furnish(self.database)

    async def start(self, *more: Route) -> None:
        """`more`: routes of a slice above."""
        await self.calendars.reload()
        await self.queues.reload()
        await self.set_up.reach.reload()
        self.flows.load_all()
        await self.agents.reload()
        router = Router()
        router.add(*queue_routes.routes(self.queues, self.set_up.reach))
        router.add(*queue_set_up.routes(self.set_up), *agent_set_up.routes(self.set_up), *more)
        people = SignedIn(person("administrator"), person("supervisor"), person("agent"))
        self.client = TestClient(TestServer(build_app(router, authenticate=people)))
        await self.client.start_server()

    async def stop(self) -> None:
        if self.client is not None:
            await self.client.close()
        self.driver.stop()
        self.agents.stop()
        await self.bus.close()

    async def ask(self, method: str, path: str, body: Any = None, *, role: str = "administrator") -> tuple[int, Any]:
        """Status and what was answered."""
        headers = cookie(role) | {"Content-Type": "application/json"}
        data = None if method in ("GET", "DELETE") else json.dumps(body)
        address = f"/api/v1{path}"
        assert self.client is not None
        async with self.client.request(method, address, headers=headers, data=data) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def get(self, path: str) -> Any:
        status, answer = await self.ask("GET", path)
        assert status == 200, answer
        return answer

    async def put(self, path: str, body: Any) -> Any:
        status, answer = await self.ask("PUT", path, body)
        assert status == 200, answer
        return answer

    async def post(self, path: str, body: Any) -> Any:
        status, answer = await self.ask("POST", path, body)
        assert status == 201, answer
        return answer

    async def delete(self, path: str) -> None:
        status, answer = await self.ask("DELETE", path)
        assert status == 204, answer

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str | None, str]:
        """Status, field and sentence of a change that must not happen, and has not been told to the engine."""
        told, announced = len(self.events), len(self.changes)
        status, answer = await self.ask(method, path, body)
        assert status in (404, 409, 422), answer
        assert (len(self.events), len(self.changes)) == (told, announced)
        return status, answer.get("field"), answer["detail"]

    def queue_config(self, queue_id: str) -> QueueConfig:
        """What the engine was told last."""
        configs = [each.config for each in self.events if isinstance(each, QueueConfigured)]
        return [config for config in configs if config.queue_id == queue_id][-1]

    def agent_config(self, agent_id: str) -> AgentConfig:
        configs = [each.config for each in self.events if isinstance(each, AgentConfigured)]
        return [config for config in configs if config.agent_id == agent_id][-1]


@asynccontextmanager
async def open_office(folder: Path, *, furnished: bool = True, url: str | None = None) -> AsyncIterator[Office]:
    """Started; or, not furnished, on an empty database and to be started once something is in it. `url`: an empty
    database to use; None: SQLite in `folder`."""
    url = url or f"sqlite+aiosqlite:///{folder}/cc.db"
    flows = folder / "flows"
    flows.mkdir(exist_ok=True)
    (flows / "main.yaml").write_text(FLOW.lstrip())
    await upgrade(url)
    database = Database(url)
    office = Office(database, flows)
    try:
        if furnished:
            await _furnish(database)
            await office.start()
        yield office
    finally:
        await office.stop()
        await database.stop()


async def _furnish(database: Database) -> None:
    hired = datetime(2026, 1, 1, tzinfo=UTC)
    roles = dict.fromkeys(AGENTS, "agent") | {"sue": "supervisor"}
    rows: list[Any] = [
        User(
            id=name,
            email=f"{name}@example.com",
            name=name.title(),
            password_hash="x",
            created_at=hired,
        )
        for name in roles
    ]
    rows += [UserRole(user_id=name, role=role) for name, role in roles.items()]
    rows += [Skill(id=skill, name=skill.title()) for skill in ("english", "german", "selling")]
    selling = {"type": "skill", "skill": "selling", "level": 2}
    rows += [
        Queue(id="sales", name="Sales", position=1, required_skills=[selling]),
        Queue(id="help", name="Help", position=2),
    ]
    rows += [AgentProfile(user_id=name) for name in AGENTS]
    rows += [QueueMember(queue_id="sales", user_id=name) for name in AGENTS]
    async with database.transaction() as session:
        for row in rows:
            session.add(row)
            await session.flush()

"""Calls, agents and the routing engine as in the server; around them no database, sockets, audio or real time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, cast

from acd.commands import Command, ConfigureAgent, ConfigureQueue
from acd.engine import Engine
from acd.model import AgentConfig, OverflowCause, OverflowRule, Presence, QueueConfig, members
from contactcenter.agents import routes as agent_routes
from contactcenter.agents.directory import Agent
from contactcenter.agents.service import Agents
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.audit.acts import Act
from contactcenter.bus import Bus
from contactcenter.calls.commands import AgentCommands, problem_of
from contactcenter.calls.engine_events import EngineEvents
from contactcenter.calls.pages import Pages
from contactcenter.calls.rows import Rows
from contactcenter.calls.service import Calls
from contactcenter.calls.services import CallServices
from contactcenter.flows.model import Flow
from contactcenter.flows.parse import examine
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.interactions.service import Interactions
from contactcenter.queues.models import Disposition, PauseReason, Queue
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.routing.records import Tick
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Insert, Journal
from contactcenter.tasks import Tasks
from contactcenter.telephony import Call, UserAgent
from tests.fakes.people import person
from tests.fakes.plane import FakePlane
from tests.fakes.seams import FakeHistory, FakeHouse, FakeJournal, FakeLive, FakePrompts
from tests.fakes.sip_calls import FakeCall, FakeUserAgent

EPOCH = 1_750_000_000.0
FLOW = """
flow: main
language: en
start: hello
steps:
  hello:
    say: Welcome.
    next: number
  number:
    collect:
      label: Customer number
      prompt: Number please.
      into: customer_number
      min_digits: 2
      max_digits: 2
      timeout_s: 1
      attempts: 1
    next: wait
    on_failure: wait
  wait:
    queue:
      queue: sales
      announce: {first_after_s: 3, every_s: 10, position: true}
    on_max_wait: sorry
    on_failure: sorry
  sorry:
    hangup: {say: Sorry., outcome: overflowed}
"""


def flow_of(text: str) -> Flow:
    flow, problems = examine(text.encode(), "main.yaml", directory=None)
    assert flow is not None, problems
    return flow


MAIN = flow_of(FLOW)
AGENTS = {"anna": "browser", "ben": "browser", "dora": "sip"}


class RosterAgents(Agents):
    """Three agents without a database."""

    async def reload(self) -> None:
        for name, device in AGENTS.items():
            config = AgentConfig(name, skills={}, queues=members("sales"))
            phone = f"{name}-phone" if device == "sip" else None
            self._known[name] = Agent(name, name.title(), device, phone, config)
            self._driver.submit(ConfigureAgent(config))
            self._show_state(name, self._driver.now)


class RosterQueues(Queues):
    """One queue without a database; its strategy is chosen before `reload`."""

    strategy = "longest-idle"

    async def reload(self) -> None:
        self._queues = {"sales": Queue(id="sales", name="Sales", service_level_target_s=20.0, service_level_goal=0.8)}
        self._dispositions = {"sold": Disposition(id="sold", label="Sold", parent_id=None, queue_id=None)}
        self._pause_reasons = {"break": PauseReason(id="break", label="Break")}
        leave = OverflowRule(cause=OverflowCause.MAX_WAIT, limit=60.0)
        config = QueueConfig(
            "sales", self.strategy, ring_timeout_s=5.0, ring_next_s=2.0, wrap_up_s=30.0, overflow=(leave,)
        )
        self._driver.submit(ConfigureQueue(config))


class CallWorld:
    """Build it with its loop running, then `await start()`."""

    def __init__(self, strategy: str = "longest-idle", flow: Flow = MAIN) -> None:
        loop = asyncio.get_running_loop()
        self.plane = FakePlane()
        self.live = FakeLive()
        self.journal = FakeJournal()
        self.user_agent = FakeUserAgent()
        self.tasks = Tasks()
        self.bus = Bus()
        self.driver = RoutingDriver(Engine(), self.bus.publish, clock=lambda: EPOCH + loop.time(), recorder=self)
        self.told: list[Command | Tick] = []
        live, database = cast(Live, self.live), cast(Database, None)
        self.house = FakeHouse()
        self.sealed: list[Path] = []
        self.deleted: list[Path] = []
        self.queues = RosterQueues(database, self.driver)
        self.queues.strategy = strategy
        self.agents = RosterAgents(database, self.driver, live, self.bus)
        self.services = CallServices(
            plane=self.plane,
            driver=self.driver,
            user_agent=cast(UserAgent, self.user_agent),
            agents=self.agents,
            queues=self.queues,
            interactions=Interactions(cast(Journal, self.journal), lambda: self.driver.now),
            history=FakeHistory(),
            prompts=FakePrompts(),
            rows=Rows(self.agents, self.queues),
            tasks=self.tasks,
            recordings_dir=Path("recordings"),
            messages_dir=Path("recordings"),
            journal=self.journal.append,
            seal=self.sealed.append,
            delete=self._deleted,
            dialable=lambda number: number or None,
            tickets=self.house,
            messenger=self.house,
            consents=self.house,
        )
        self.calls = Calls(self.services, lambda number, trunk: flow if number == "1000" else None)
        EngineEvents(self.calls, self.services, self.bus)
        self.acted: list[Act] = []
        AgentCommands(self.calls, self.services, live, self.acted.append)
        Pages(self.agents, self.calls, live)
        agent_routes.register_commands(self.agents, self.queues, live)
        self.incoming: list[FakeCall] = []
        self.pages: dict[str, int] = dict.fromkeys(AGENTS, 0)
        self.acts: set[asyncio.Task[Any]] = set()
        self.faults: list[BaseException] = []

    async def _deleted(self, path: Path) -> None:
        self.deleted.append(path)

    def append(self, at: float, what: Command | Tick) -> None:
        """As the routing journal."""
        self.told.append(what)

    async def start(self) -> None:
        await self.queues.reload()
        await self.agents.reload()
        self.user_agent.registered.add("dora-phone")

    def dial(self, number: str = "1000", caller: str = "+4930123456") -> FakeCall:
        call = FakeCall("in", caller, dialled=number)
        self.incoming.append(call)
        self.calls.incoming(cast(Call, call))
        return call

    def rows(self, agent: str, collection: str) -> dict[str, dict[str, Any]]:
        return self.agents.topic(agent).snapshot().get(collection, {})

    async def command(self, agent: str, name: str, **args: Any) -> dict[str, Any] | Problem:
        """The answer, or what the agent's page is told instead. Anything else is a fault of the server."""
        model, handler = self.live.commands[name]
        try:
            data: dict[str, Any] = await handler(person("agent", agent), model.model_validate(args)) or {}
            return data
        except Problem as problem:
            return problem
        except Exception as error:
            known = problem_of(error)
            if known is None:
                self.faults.append(error)
                raise
            return known

    def act(self, agent: str, name: str, **args: Any) -> asyncio.Task[Any]:
        """A command under way while other things happen."""
        return self.under_way(self.command(agent, name, **args))

    def under_way(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self.acts.add(task)
        task.add_done_callback(self.acts.discard)
        return task

    async def open_page(self, agent: str) -> None:
        self.pages[agent] += 1
        await self.live.opened(person("agent", agent), f"{agent}-{self.pages[agent]}")

    async def close_pages(self, agent: str) -> None:
        count, self.pages[agent] = self.pages[agent], 0
        for number in range(1, count + 1):
            await self.live.closed(person("agent", agent), f"{agent}-{number}")

    async def ready(self, agent: str) -> None:
        """A page is open and the agent available."""
        await self.open_page(agent)
        assert await self.command(agent, "presence.set", presence="available") == {}

    async def offered(self, agent: str) -> str:
        async with asyncio.timeout(60):
            while not self.rows(agent, "offers"):
                await asyncio.sleep(0.05)
        return next(iter(self.rows(agent, "offers")))

    async def talking(self, agent: str = "anna") -> tuple[FakeCall, str]:
        """A call that this agent has taken."""
        await self.ready(agent)
        call = self.dial()
        interaction = await self.offered(agent)
        answer = await self.command(agent, "offer.accept", interaction_id=interaction, sdp="offer")
        assert answer == {"sdp": "answer to offer"}
        return call, interaction

    async def quiet(self) -> None:
        """Return when nothing more happens at this moment."""
        while True:
            for _ in range(20):
                await asyncio.sleep(0)
            if not self.plane.in_flight:
                return
            await asyncio.sleep(0.01)

    def check(self) -> None:
        """Holds whenever it is quiet: what agents are shown is what the engine believes, and legs belong to calls."""
        assert not self.faults, self.faults
        for agent in AGENTS:
            view = self.driver.engine.agent_view(agent)
            offers, work = self.rows(agent, "offers"), self.rows(agent, "work")
            shown = {**dict.fromkeys(offers, "offered")}
            for interaction, row in work.items():
                shown[interaction] = "wrap_up" if row["phase"] == "wrap_up" else "busy"
            believed = {view.contact_id: view.activity.value} if view.activity.value != "idle" else {}
            assert shown == believed, (agent, shown, believed)
        owners = {leg_id.partition(":")[0] for leg_id in self.plane.legs}
        assert all(self.calls.get(owner) is not None for owner in owners), "legs without a call"

    async def finish(self) -> None:
        """Everybody goes home; then nothing may be left."""
        self.plane.failures.clear()
        for call in self.incoming:
            call.far_hangs_up()
        await self.quiet()
        for agent in AGENTS:
            for interaction in list(self.rows(agent, "work")):
                answer = await self.command(agent, "wrapup.complete", interaction_id=interaction, disposition_id="sold")
                assert answer == {}, answer
            await self.close_pages(agent)
        await asyncio.sleep(100)
        await self.quiet()
        self.check()
        self.nothing_left()

    def nothing_left(self) -> None:
        engine = self.driver.engine
        assert len(self.calls) == 0
        assert engine.contact_ids() == []
        assert engine.next_deadline() is None
        assert self.plane.legs == {}
        assert self.plane.recordings == {}
        assert len(self.tasks) == 0
        assert not self.acts
        for agent in AGENTS:
            assert engine.agent_view(agent).activity.value == "idle"
            assert engine.agent_view(agent).presence is Presence.OFF
            assert not self.rows(agent, "offers")
            assert not self.rows(agent, "work")
        for call in (*self.incoming, *self.user_agent.outgoing):
            assert call.ended
            assert call.last_events == 1
        self.stories_are_whole()

    def stories_are_whole(self) -> None:
        """One `interaction.ended` for each call, sequences without gaps, the row closed once."""
        began = [r.values["id"] for r in self.journal.records if isinstance(r, Insert) and r.model is Interaction]
        assert len(began) == len([call for call in self.incoming if call.request_uri_user == "1000"])
        for interaction in began:
            events = [
                r.values
                for r in self.journal.records
                if isinstance(r, Insert) and r.model is InteractionEvent and r.values["interaction_id"] == interaction
            ]
            assert [event["sequence"] for event in events] == list(range(len(events)))
            assert [event["type"] for event in events].count("interaction.ended") == 1
            assert [event["type"] for event in events].count("call.ended") == 1

    async def stop(self) -> None:
        await self.calls.stop()
        self.agents.stop()
        self.driver.stop()
        await self.tasks.cancel()
        await self.bus.close()

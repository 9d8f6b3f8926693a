"""Any order of tickets, changes, offers, presences, calls and restarts: table and engine never disagree for long."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from acd.commands import AcceptOffer, EndContact, EnqueueContact, RejectOffer
from acd.engine import Engine
from acd.model import Phase, Presence
from contactcenter.api.problems import Problem
from contactcenter.tickets.push_desk import tickets_in
from tests.tickets.desk import ANNA, everywhere
from tests.tickets.push_house import Office, around, office

T = TypeVar("T")
AGENTS = ("anna", "bert")
STATES = ("open", "in_progress", "pending", "resolved", "reopened")
WHOLE = everywhere()
which = st.integers(0, 5)


class PushMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="push-"))
        self.opened = office(self.folder)
        self.house: Office = self.do(self.opened.__aenter__())
        self.ids: list[str] = []
        self.calls = 0

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.do(self.opened.__aexit__(None, None, None))
        self.runner.close()
        shutil.rmtree(self.folder)

    async def change(self, place: int, **values: Any) -> None:
        if self.ids:
            ticket = await self.house.desk.tickets.get(self.ids[place % len(self.ids)], WHOLE)
            try:
                await self.house.desk.change(ticket, ANNA, **values)
            except Problem as problem:
                if problem.status not in (409, 422):
                    raise

    @precondition(lambda self: len(self.ids) < 6)
    @rule(priority=st.sampled_from(["low", "medium", "urgent"]), queue=st.sampled_from(["support", "second"]))
    def make(self, priority: str, queue: str) -> None:
        made = self.do(self.house.desk.make(type="incident", priority=priority, queue=queue))
        self.ids.append(made.id)

    @rule(place=which, who=st.sampled_from([None, *AGENTS]))
    def assign(self, place: int, who: str | None) -> None:
        self.do(self.change(place, assignee=who))

    @rule(place=which, state=st.sampled_from(STATES))
    def move(self, place: int, state: str) -> None:
        self.do(self.change(place, state=state))

    @rule(place=which, queue=st.sampled_from([None, "support", "second"]))
    def send(self, place: int, queue: str | None) -> None:
        self.do(self.change(place, queue=queue))

    @rule(place=which, priority=st.sampled_from(["low", "high"]))
    def prioritise(self, place: int, priority: str) -> None:
        self.do(self.change(place, priority=priority))

    @rule(agent=st.sampled_from(AGENTS), presence=st.sampled_from([Presence.AVAILABLE, Presence.PAUSED, Presence.OFF]))
    def turn(self, agent: str, presence: Presence) -> None:
        self.do(self.submitted(lambda: self.house.presence(agent, presence)))

    async def submitted(self, act: Any) -> None:
        act()

    @rule(agent=st.sampled_from(AGENTS), takes=st.booleans())
    def answer(self, agent: str, takes: bool) -> None:
        offer = self.house.driver.engine.agent_view(agent).offered
        if offer in self.ids:
            self.do(self.take(agent, offer) if takes else self.submitted(lambda: self.decline(agent, offer)))

    def decline(self, agent: str, ticket_id: str) -> None:
        self.house.driver.submit(RejectOffer(ticket_id, agent))

    async def take(self, agent: str, ticket_id: str) -> None:
        ticket = await self.house.desk.tickets.get(ticket_id, WHOLE)
        try:
            await self.house.accept(agent, ticket)
        except Problem as problem:
            if problem.status != 409:
                raise
        else:
            assert (await self.house.reread(ticket)).assignee_id == agent

    @rule(agent=st.sampled_from(AGENTS))
    def call_comes_and_goes(self, agent: str) -> None:
        self.do(self.submitted(lambda: self.talk(agent)))

    def talk(self, agent: str) -> None:
        self.calls += 1
        call = f"call{self.calls}"
        self.house.driver.submit(EnqueueContact(call, "support", priority=100))
        self.house.driver.submit(AcceptOffer(call, agent))
        self.house.driver.submit(EndContact(call))

    @rule(seconds=st.sampled_from([5.0, 25.0, 3600.0]))
    def pass_time(self, seconds: float) -> None:
        self.do(self.submitted(lambda: self.house.pass_s(seconds)))

    @rule()
    def restart(self) -> None:
        self.do(self._restart())

    async def _restart(self) -> None:
        engine = Engine.restore(self.house.driver.engine.snapshot())
        self.house.driver.stop()
        self.house.agents.stop()
        self.house = await around(self.house.desk, engine)
        await self.house.board.restore()

    @invariant()
    def table_and_engine_agree(self) -> None:
        self.do(self._agree())

    async def _agree(self) -> None:
        await self.house.board.settle()
        await self.house.settled()
        held = {agent: set(self.house.rows(agent, "tickets")) for agent in AGENTS}
        shown = {agent: set(self.house.rows(agent, "offers")) for agent in AGENTS}
        for view in tickets_in(self.house.driver.engine):
            with_agent = view.agent_id if view.phase is Phase.ASSIGNED else None
            for agent in AGENTS:
                assert (view.contact_id in held[agent]) == (with_agent == agent)
                assert (view.contact_id in shown[agent]) == (agent in view.offered_to)
        for agent in AGENTS:
            assert len(self.house.driver.engine.agent_view(agent).work) <= 2


TestPush = PushMachine.TestCase
TestPush.settings = settings(max_examples=4, stateful_step_count=20, deadline=None)

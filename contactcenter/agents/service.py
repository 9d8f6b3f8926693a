"""Agents at work: presence set by them, activity told by the engine, both shown on their own page."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
import structlog

from acd.commands import ConfigureAgent, SetPresence
from acd.events import AgentActivityChanged, AgentPresenceChanged, ContactEnded, Event, OfferExpired
from acd.model import Presence
from acd.shown import AgentView
from contactcenter.agents.directory import Agent, load_agents
from contactcenter.api.live import Live
from contactcenter.api.topic import Topic
from contactcenter.bus import Bus
from contactcenter.moments import iso
from contactcenter.routing.driver import RoutingDriver, refusal
from contactcenter.storage.database import Database

log = structlog.get_logger(__name__)

OFF_AFTER_S = 30.0
"""An agent whose last page has been closed for this long goes off: nobody is there to hear it ring."""


class Agents:
    def __init__(self, database: Database, driver: RoutingDriver, live: Live, bus: Bus) -> None:
        self._database = database
        self._driver = driver
        self._live = live
        self._known: dict[str, Agent] = {}
        self._pages: dict[str, set[str]] = {}
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        self._today: dict[str, dict[str, Any]] = {}
        bus.subscribe(AgentPresenceChanged, lambda event: self._show_state(event.agent_id, event.at))
        bus.subscribe(AgentActivityChanged, lambda event: self._show_state(event.agent_id, event.at))
        bus.subscribe(ContactEnded, self._count_handled)
        bus.subscribe(OfferExpired, self._count_missed)

    async def reload(self) -> None:
        """Read all agents from the database and tell the engine of new and changed ones."""
        agents = await load_agents(self._database)
        for agent in agents.values():
            if self._known.get(agent.id) != agent and (
                refused := refusal(self._driver.submit(ConfigureAgent(agent.config)))
            ):
                log.error("agent.not_configured", agent=agent.id, reason=refused.sentence)
                continue
            self._known[agent.id] = agent
            self._show_state(agent.id, self._driver.now)
        for agent_id in self._known.keys() - agents.keys():
            self._take_from_queues(self._known[agent_id])

    def _take_from_queues(self, agent: Agent) -> None:
        """One who is no agent any more gets nothing new; what is in hand goes on."""
        if agent.config.queues:
            config = msgspec.structs.replace(agent.config, queues={})
            self._driver.submit(ConfigureAgent(config))
            self._known[agent.id] = replace(agent, config=config)

    def stop(self) -> None:
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()

    def all(self) -> Iterable[Agent]:
        return self._known.values()

    def get(self, agent_id: str) -> Agent:
        return self._known[agent_id]

    def find(self, agent_id: str) -> Agent | None:
        return self._known.get(agent_id)

    def name(self, agent_id: str) -> str:
        agent = self._known.get(agent_id)
        return agent.name if agent else agent_id

    def device(self, agent_id: str) -> str:
        """Where calls ring: "browser" or "sip"."""
        agent = self._known.get(agent_id)
        return agent.device if agent else "browser"

    def topic(self, agent_id: str) -> Topic:
        return self._live.topic(f"agent:{agent_id}")

    def has_page(self, agent_id: str) -> bool:
        return bool(self._pages.get(agent_id))

    def set_presence(self, agent_id: str, presence: Presence, reason: str | None = None) -> Sequence[Event]:
        """What came of it; a refusal for an agent whom the engine does not know."""
        return self._driver.submit(SetPresence(agent_id, presence, reason))

    def _view(self, agent_id: str) -> AgentView:
        return self._driver.engine.agent_view(agent_id, self._driver.now)

    def expect_pages(self) -> None:
        """After a restart: who is logged in has as long to come back as after closing the last page."""
        for agent_id in self._known:
            if not self.has_page(agent_id) and self._view(agent_id).presence is not Presence.OFF:
                self._leave_later(agent_id)

    def _leave_later(self, agent_id: str) -> None:
        if agent_id not in self._leaving:
            loop = asyncio.get_running_loop()
            self._leaving[agent_id] = loop.call_later(OFF_AFTER_S, self._leave, agent_id)

    async def page_opened(self, agent_id: str, sid: str) -> None:
        if agent_id not in self._known:
            await self.reload()
        self._pages.setdefault(agent_id, set()).add(sid)
        if timer := self._leaving.pop(agent_id, None):
            timer.cancel()

    def page_closed(self, agent_id: str, sid: str) -> None:
        pages = self._pages.get(agent_id, set())
        pages.discard(sid)
        if not pages and agent_id in self._known:
            self._leave_later(agent_id)

    def _leave(self, agent_id: str) -> None:
        del self._leaving[agent_id]
        if self._view(agent_id).presence is not Presence.OFF:
            self.set_presence(agent_id, Presence.OFF)

    def _show_state(self, agent_id: str, at: float) -> None:
        if agent_id not in self._known:
            return
        view = self._view(agent_id)
        pending = None
        if view.pending is not None:
            pending = {"presence": view.pending.value, "reason": view.pending_reason}
        row = {
            "presence": view.presence.value,
            "reason": view.reason,
            "since": iso(view.presence_since),
            "activity": view.activity.value,
            "activity_since": iso(view.activity_since),
            "pending": pending,
            "device": self._known[agent_id].device,
        }
        self.topic(agent_id).put("state", "me", row)
        self._show_today(agent_id)

    def _count_handled(self, event: ContactEnded) -> None:
        counts = self._counts(event.agent_id)
        counts["handled"] += 1
        counts["talk_s"] = round(counts["talk_s"] + event.talk_s)
        self._show_today(event.agent_id)

    def _count_missed(self, event: OfferExpired) -> None:
        self._counts(event.agent_id)["missed"] += 1
        self._show_today(event.agent_id)

    def _counts(self, agent_id: str) -> dict[str, Any]:
        day = datetime.fromtimestamp(self._driver.now).date()
        counts = self._today.get(agent_id)
        if counts is None or counts["day"] != day:
            counts = self._today[agent_id] = {"day": day, "handled": 0, "talk_s": 0, "missed": 0}
        return counts

    def seed_today(self, agent_id: str, *, handled: int, talk_s: float, missed: int = 0) -> None:
        """What the journal knows of today from before this start."""
        counts = self._counts(agent_id)
        counts["handled"] += handled
        counts["missed"] += missed
        counts["talk_s"] = round(counts["talk_s"] + talk_s)

    def _show_today(self, agent_id: str) -> None:
        counts = self._counts(agent_id)
        self.topic(agent_id).put("today", "me", {key: counts[key] for key in ("handled", "talk_s", "missed")})

"""A process that routes chats and calls under load and writes the journal of it; killed by its tests.

    python -m tests.fakes.routing_server FOLDER        goes on until it is killed
    python -m tests.fakes.routing_server FOLDER stuck  as well; no snapshot made by another process is ever done
    python -m tests.fakes.routing_server FOLDER look   starts, says how things stand, and ends in order

It prints a line for each command that was carried out, after `submit` has returned: "> number contact". Lines without
the ">" are its log.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from acd import commands as ask
from acd.engine import Engine
from acd.model import AgentConfig, Presence, QueueConfig, members
from contactcenter.routing.checkpointer import Checkpointer
from contactcenter.routing.driver import RoutingDriver, refusal
from contactcenter.routing.keeper import Keeper

WRAP_UP_S = 3600.0
UNTIL_ORPHANED = """
import os, sys, time
while os.getppid() == int(sys.argv[1]):
    time.sleep(0.05)
"""
AGENTS = [f"agent{number}" for number in range(8)]


def say(line: str) -> None:
    os.write(sys.stdout.fileno(), f"> {line}\n".encode())


class Load:
    def __init__(self, driver: RoutingDriver) -> None:
        self._driver = driver
        self._done = 0

    def tell(self, command: ask.Command, name: str = "-") -> None:
        refused = refusal(self._driver.submit(command))
        assert refused is None, refused
        self._done += 1
        say(f"{self._done} {name}")

    def open(self) -> None:
        self.tell(ask.ConfigureQueue(QueueConfig("busy", wrap_up_s=0.0, wrap_up_forced=False)))
        self.tell(ask.ConfigureQueue(QueueConfig("quiet", wrap_up_s=WRAP_UP_S, wrap_up_forced=False)))
        for agent in AGENTS:
            self.tell(ask.ConfigureAgent(AgentConfig(agent, {}, members("busy"))))
            self.tell(ask.SetPresence(agent, Presence.AVAILABLE))
        self.tell(ask.ConfigureAgent(AgentConfig("resting", {}, members("busy"))))
        self.tell(ask.SetPresence("resting", Presence.PAUSED, "lunch"))
        self.tell(ask.ConfigureAgent(AgentConfig("writing", {}, members("quiet"))))
        self.tell(ask.SetPresence("writing", Presence.AVAILABLE))
        self.tell(ask.EnqueueContact("letter", "quiet", channel="email"), "letter")
        self.tell(ask.AcceptOffer("letter", "writing"))
        self.tell(ask.EndContact("letter"))
        self.tell(ask.EnqueueContact("patient", "quiet", channel="chat"), "patient")
        self.tell(ask.EnqueueContact("callback", "quiet", channel="callback", priority=1), "callback")
        self.tell(ask.EnqueueContact("urgent", "quiet", channel="chat", priority=3), "urgent")
        self.tell(ask.EnqueueContact("ticket", "quiet", channel="ticket"), "ticket")

    async def run(self) -> None:
        """Everybody ready takes a chat or a call, and ends the one before."""
        engine, number = self._driver.engine, 0
        while True:
            for agent in AGENTS:
                number += 1
                name, channel = f"c{number}", "voice" if number % 2 else "chat"
                self.tell(ask.EnqueueContact(name, "busy", channel=channel), name)
                view = engine.agent_view(agent)
                for work in view.work:
                    self.tell(ask.EndContact(work.contact_id))
                if offered := engine.agent_view(agent).offered:
                    self.tell(ask.AcceptOffer(offered, agent))
            await asyncio.sleep(0)


def look(driver: RoutingDriver) -> None:
    engine = driver.engine
    contacts = {each: engine.contact_view(each) for each in engine.contact_ids()}
    agents = {each: engine.agent_view(each) for each in engine.agent_ids()}
    found = {
        "channels": sorted({view.channel for view in contacts.values()}),
        "line": [[each.contact_id, each.queued_at, each.position, each.priority] for each in engine.waiting("quiet")],
        "agents": {name: [view.presence.value, view.reason] for name, view in agents.items()},
        "wrap_ups": [[each.contact_id, each.started_at, each.deadline] for each in agents["writing"].wrap_ups],
    }
    say(json.dumps(found))


async def main(folder: Path, mode: str) -> None:
    driver = RoutingDriver(Engine(), lambda event: None)
    stuck = Checkpointer(folder, (sys.executable, "-c", UNTIL_ORPHANED, str(os.getpid()))) if mode == "stuck" else None
    keeper = Keeper(driver, folder, snapshot_every_s=1.5, keep_s=86_400.0, checkpointer=stuck)
    await keeper.start()
    if mode == "look":
        look(driver)
        driver.stop()
        await keeper.stop()
        return
    load = Load(driver)
    load.open()
    await load.run()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), "".join(sys.argv[2:])))

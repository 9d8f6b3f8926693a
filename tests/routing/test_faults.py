"""Mistakes in the engine's program: they cost the command at which they show, and no more."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from acd import commands as ask
from acd import engine as acting
from acd.commands import Command
from acd.engine import Engine
from acd.events import Event
from acd.model import AgentConfig, Phase, Presence, QueueConfig, members
from contactcenter.routing.driver import RoutingDriver, refusal
from contactcenter.routing.faults import CODE, carried_out
from contactcenter.routing.journal import CommandJournal, write_snapshot
from contactcenter.routing.records import Record, Tick
from contactcenter.routing.replay import recover
from tests.fakes.any_day import Act, Day, acts
from tests.fakes.virtual_time import VirtualLoop

EPOCH = 1_750_000_000.0


class Fault(Exception):  # noqa: N818 - what no program should have
    pass


class Faulty:
    """Handlers of the engine that break before they have done their work, after it, or not, as the command says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, when: Callable[[Command], str | None]) -> None:
        self.count = 0
        for kind, sound in list(acting.HANDLERS.items()):
            monkeypatch.setitem(acting.HANDLERS, kind, self._handler(sound, when))

    def _handler(
        self, sound: Callable[[Any, Any], None], when: Callable[[Command], str | None]
    ) -> Callable[[Any, Command], None]:
        def handle(floor: Any, command: Command) -> None:
            place = when(command)
            if place != "before":
                sound(floor, command)
            if place is not None:
                self.count += 1
                raise Fault

        return handle


def only(kind: type[Command], place: str) -> Callable[[Command], str | None]:
    return lambda command: place if isinstance(command, kind) else None


class Room:
    """Anna is available for sales; c0 is with her, c1 rings nowhere and waits."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.heard: list[Event] = []
        self.written: list[Record] = []
        self.driver = RoutingDriver(Engine(), self.heard.append, clock=lambda: EPOCH + loop.time(), recorder=self)
        self.driver.submit(ask.ConfigureQueue(QueueConfig("sales", wrap_up_s=60.0)))
        self.driver.submit(ask.ConfigureAgent(AgentConfig("anna", {}, members("sales"))))
        self.driver.submit(ask.SetPresence("anna", Presence.AVAILABLE))
        self.driver.submit(ask.EnqueueContact("c0", "sales", channel="chat"))

    def append(self, at: float, what: Command | Tick) -> None:
        self.written.append(Record(at, what))

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.heard]


def play(scene: Callable[[Room], None]) -> None:
    async def run() -> None:
        room = Room()
        scene(room)
        room.driver.stop()

    loop = VirtualLoop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()


def test_a_contact_that_came_into_the_line_all_the_same_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def scene(room: Room) -> None:
        Faulty(monkeypatch, only(ask.EnqueueContact, "after"))
        room.heard.clear()
        events = room.driver.submit(ask.EnqueueContact("c1", "sales"))
        assert refusal(events) is None
        assert room.names()[0] == "ContactQueued", "what was true before it broke is told"
        assert room.driver.engine.contact_view("c1").phase is Phase.WAITING
        assert room.driver.faults == 1
        assert [type(record.what).__name__ for record in room.written[-2:]] == ["EnqueueContact", "Tick"]

    play(scene)


def test_a_contact_that_did_not_come_into_the_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def scene(room: Room) -> None:
        Faulty(monkeypatch, only(ask.EnqueueContact, "before"))
        refused = refusal(room.driver.submit(ask.EnqueueContact("c1", "sales")))
        assert refused is not None
        assert (refused.code, refused.command, refused.contact_id) == (CODE, "EnqueueContact", "c1")
        assert room.heard[-1] == refused

    play(scene)


COMMANDS = [
    ask.EnqueueContact("c1", "sales"),
    ask.AcceptOffer("c0", "anna"),
    ask.RejectOffer("c0", "anna"),
    ask.AbandonContact("c0"),
    ask.EndContact("c2"),
    ask.RequeueContact("c2", "sales"),
    ask.CompleteWrapUp("ben", "c3"),
    ask.SetPresence("ben", Presence.PAUSED),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("place", ["before", "after"])
def test_what_was_carried_out_is_seen(command: Command, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """c0 rings at anna, carl talks with c2, ben wraps c3 up."""

    def scene(room: Room) -> None:
        room.driver.submit(ask.ConfigureQueue(QueueConfig("other", wrap_up_s=60.0)))
        for agent, contact in (("ben", "c3"), ("carl", "c2")):
            room.driver.submit(ask.ConfigureAgent(AgentConfig(agent, {}, members("other"))))
            room.driver.submit(ask.SetPresence(agent, Presence.AVAILABLE))
            room.driver.submit(ask.EnqueueContact(contact, "other", channel="chat"))
            room.driver.submit(ask.AcceptOffer(contact, agent))
        room.driver.submit(ask.EndContact("c3"))
        assert not carried_out(room.driver.engine, command)
        Faulty(monkeypatch, only(type(command), place))
        assert (refusal(room.driver.submit(command)) is None) == (place == "after")

    play(scene)


def test_an_engine_that_cannot_even_be_looked_at_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*args: object) -> None:
        raise Fault

    def scene(room: Room) -> None:
        Faulty(monkeypatch, only(ask.EnqueueContact, "after"))
        monkeypatch.setattr(Engine, "contact_view", unreadable)
        monkeypatch.setattr(Engine, "tick", unreadable)
        refused = refusal(room.driver.submit(ask.EnqueueContact("c1", "sales")))
        assert refused is not None
        assert refused.code == CODE
        assert room.driver.faults == 2

    play(scene)


def sometimes(command: Command) -> str | None:
    """The same for the same command in every run, as a mistake in a program is."""
    chance = zlib.crc32(repr(command).encode()) % 10
    return "before" if chance == 0 else "after" if chance < 3 else None


def drive(told: list[tuple[float, Command | None]], folder: Path) -> RoutingDriver:
    """The commands of a day at their times, given to an engine with faults."""

    async def run() -> RoutingDriver:
        begin, loop = told[0][0], asyncio.get_running_loop()
        journal = CommandJournal(folder)
        journal.open()
        driver = RoutingDriver(Engine(), lambda event: None, clock=lambda: begin + loop.time(), recorder=journal)
        journal.rotate(begin)
        write_snapshot(folder, number=1, first=0, taken_at=begin, engine=driver.engine.snapshot())
        for at, command in told:
            await asyncio.sleep(at - begin - loop.time())
            if command is not None:
                driver.submit(command)
        driver.stop()
        journal.close()
        return driver

    loop = VirtualLoop()
    try:
        return loop.run_until_complete(run())
    finally:
        loop.close()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(acts, min_size=10, max_size=60))
def test_whatever_breaks_the_driver_goes_on_and_its_journal_replays_it(
    steps: list[Act], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = Day()
    for kind, seed in steps:
        day.act(kind, seed)
    folder = tmp_path_factory.mktemp("day")
    with monkeypatch.context() as patch, capture_logs():
        faulty = Faulty(patch, sometimes)
        driver = drive(day.told, folder)
        faults = faulty.count
        recovery = recover(folder)
    assert driver.faults == faults
    assert recovery.whole
    assert recovery.engine.snapshot() == driver.engine.snapshot()

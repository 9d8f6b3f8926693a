"""A day written down as a server writes it, read back and run again, comes out as it was; pauses found again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd import events as ev
from acd.model import AgentConfig, Order, QueueConfig, members
from acd.scenario import Answering, Exponential, Lognormal, Pause, Scenario, Shift, Staff, Stream, Traits
from acd.simulated import Report
from acd.simulation import Simulation, simulate
from contactcenter.agents.directory import Agent
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.whatif.absences import SURE_S, pauses_of, united
from contactcenter.whatif.recorded import Day, SetUp, _learn, _scenario, _window
from contactcenter.whatif.retold import retell


def real_day(agents: int, seed: int) -> Scenario:
    """Two queues and three kinds of agents in two shifts, each with half an hour for lunch."""
    rates = (30.0, 60.0, 90.0, 100.0, 90.0, 80.0, 90.0, 80.0, 60.0, 30.0)
    queues = (("a",), ("b",), ("a", "b"))
    staff = []
    for number in range(agents):
        begin = number % 2 * 7200.0
        lunch = begin + 10800.0 + 300.0 * number
        shift = Shift(from_s=begin, to_s=begin + 28800.0, pauses=(Pause(from_s=lunch, to_s=lunch + 1800.0),))
        staff.append(Staff(AgentConfig(f"agent-{number}", {}, members(*queues[number % 3])), (shift,)))
    return Scenario(
        duration_s=36000.0,
        seed=seed,
        queues=(QueueConfig("a", wrap_up_s=30.0), QueueConfig("b", wrap_up_s=20.0, wrap_up_forced=False)),
        agents=tuple(staff),
        streams=(
            Stream(queue_id="a", per_hour=rates, interval_s=3600.0),
            Stream(queue_id="b", per_hour=tuple(rate / 2 for rate in rates), interval_s=3600.0),
        ),
        traits={
            "a": Traits(handling=Lognormal(240.0, 1.2), patience=Exponential(240.0), wrap_up=Exponential(25.0)),
            "b": Traits(handling=Exponential(300.0), patience=Exponential(400.0)),
        },
        answering=Answering(delay=Lognormal(4.0, 0.3), miss=0.01),
    )


class Clerk:
    """Writes interactions down from the engine's events, as contactcenter/calls does."""

    KINDS = (
        (ev.OfferAccepted, "offer.accepted"),
        (ev.OfferExpired, "offer.expired"),
        (ev.OfferWithdrawn, "offer.withdrawn"),
        (ev.ContactOffered, "offer.made"),
        (ev.WrapUpStarted, "wrapup.started"),
        (ev.WrapUpEnded, "wrapup.completed"),
    )

    def __init__(self, simulation: Simulation) -> None:
        self.rows: dict[str, Interaction] = {}
        self.events: dict[str, list[InteractionEvent]] = {}
        kinds: list[type[ev.Event]] = [kind for kind, _ in self.KINDS]
        kinds += [ev.ContactQueued, ev.ContactAbandoned, ev.ContactEnded]
        for kind in kinds:
            self._listen(simulation, kind)

    def _listen(self, simulation: Simulation, kind: type[ev.Event]) -> None:
        before = simulation._on.get(kind)

        def heard(event: Any, now: float) -> None:
            self.write(event, datetime.fromtimestamp(now, UTC))
            if before is not None:
                before(event, now)

        simulation._on[kind] = heard

    def write(self, event: Any, at: datetime) -> None:
        match event:
            case ev.ContactQueued():
                row = Interaction(id=event.contact_id, channel="voice", queue_id=event.queue_id, queued_at=at)
                self.rows[event.contact_id] = row
                self.events[event.contact_id] = []
                self.note(event.contact_id, at, "queue.entered", {"queue": {"id": event.queue_id}})
            case ev.OfferAccepted():
                self.rows[event.contact_id].answered_at = at
                self.rows[event.contact_id].agent_id = event.agent_id
            case ev.ContactAbandoned() | ev.ContactEnded():
                self.rows[event.contact_id].ended_at = at
                self.rows[event.contact_id].outcome = (
                    "abandoned" if isinstance(event, ev.ContactAbandoned) else "handled"
                )
        for kind, name in self.KINDS:
            if isinstance(event, kind):
                self.note(event.contact_id, at, name, {"agent": {"id": event.agent_id}})

    def note(self, contact_id: str, at: datetime, kind: str, data: dict[str, Any]) -> None:
        self.events[contact_id].append(InteractionEvent(interaction_id=contact_id, at=at, type=kind, data=data))


def recorded(scenario: Scenario) -> tuple[Report, Scenario, Report]:
    """What truly was, the scenario read back from the interactions, and the figures counted from them."""
    simulation = Simulation(scenario)
    clerk = Clerk(simulation)
    for _ in simulation.run():
        pass
    told = Day(0.0)
    for contact_id, row in clerk.rows.items():
        _learn(told, row, clerk.events[contact_id])
    agents = [Agent(staff.config.agent_id, "", "browser", None, staff.config) for staff in scenario.agents]
    set_up = SetUp(list(scenario.queues), agents, Order.PRIORITY, {})
    read = _scenario(told, set_up, *_window(told), 1)
    return simulation.report(), read, retell(told.contacts, read)


def level(report: Report) -> float:
    found = report.total.service_levels.of_offered
    assert found is not None
    return found


@pytest.mark.parametrize(("agents", "seed"), [(12, 1), (15, 2), (18, 3)])
def test_a_day_is_run_again_as_it_was(agents: int, seed: int) -> None:
    truth, read, retold = recorded(real_day(agents, seed))
    assert level(retold) == pytest.approx(level(truth), abs=0.005)
    again = simulate(read)
    assert truth.occupancy is not None
    assert again.occupancy == pytest.approx(truth.occupancy, abs=0.02)
    assert level(again) == pytest.approx(level(truth), abs=0.04)
    assert again.total.talk_s == pytest.approx(truth.total.talk_s, rel=0.02)


def test_lunch_is_found_where_somebody_waited() -> None:
    _, read, _ = recorded(real_day(12, 1))
    found = 0.0
    for staff in read.agents:
        name = int(staff.config.agent_id.removeprefix("agent-"))
        lunch = name % 2 * 7200.0 + 10800.0 + 300.0 * name
        for pause in staff.shifts[0].pauses:
            found += max(min(pause.to_s, lunch + 1800.0 + 600.0) - max(pause.from_s, lunch), 0.0)
    assert found > 0.6 * 12 * 1800.0


def test_who_is_free_while_somebody_waits_is_away() -> None:
    waiting = united([(100.0, 160.0), (150.0, 200.0), (400.0, 403.0), (600.0, 700.0)])
    assert waiting == [(100.0, 200.0), (400.0, 403.0), (600.0, 700.0)]
    pauses = pauses_of((0.0, 1000.0), [(0.0, 120.0), (300.0, 500.0), (650.0, 900.0)], [waiting])
    assert pauses == (Pause(from_s=120.0, to_s=200.0), Pause(from_s=600.0, to_s=650.0))
    assert pauses_of((0.0, 1000.0), [(0.0, 1000.0)], [waiting]) == ()
    assert pauses_of((0.0, 1000.0), [], []) == ()


SPANS = st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 200)).map(lambda pair: (pair[0], sum(pair))), max_size=20)


@given(in_hand=SPANS, waiting=st.lists(SPANS, max_size=3))
def test_pauses_lie_in_the_shift_and_beside_the_work(
    in_hand: list[tuple[float, float]], waiting: list[list[tuple[float, float]]]
) -> None:
    pauses = pauses_of((50.0, 900.0), in_hand, [united(spans) for spans in waiting])
    last = 50.0
    for pause in pauses:
        assert last <= pause.from_s <= pause.to_s - SURE_S
        last = pause.to_s
        assert not any(start < pause.to_s and pause.from_s < end and end > start for start, end in in_hand)
    assert last <= 900.0

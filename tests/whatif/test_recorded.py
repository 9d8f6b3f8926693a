"""A recorded day: read as it was, its figures counted, and run again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from acd.scenario import Empirical, Exponential
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.storage.database import Database
from contactcenter.whatif.outcome import Question, answer
from contactcenter.whatif.problems import Unusable
from contactcenter.whatif.recorded import question_of, set_up_of
from tests.fakes.center import populate, settings

DAY = date(2026, 11, 20)
NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)


class Recorder:
    """Writes a day as the server does. Times in seconds after nine."""

    def __init__(self) -> None:
        self.rows: list[Any] = []

    def call(
        self,
        at: float,
        *,
        agent: str | None = None,
        answered: float | None = None,
        ended: float,
        wrapped_up: float | None = None,
        outcome: str = "handled",
        queue: str = "sales",
        missed_by: str | None = None,
    ) -> None:
        number = len(self.rows)
        interaction_id = f"call-{number}"
        self.rows.append(
            Interaction(
                id=interaction_id,
                channel="voice",
                direction="inbound",
                state="ended",
                outcome=outcome,
                caller_address="",
                queue_id=queue,
                agent_id=agent,
                started_at=moment(at - 10),
                queued_at=moment(at),
                answered_at=None if answered is None else moment(answered),
                ended_at=moment(ended),
                wait_s=None if answered is None else answered - at,
                talk_s=None if answered is None else ended - answered,
            )
        )
        who = {"agent": {"id": agent, "name": agent}}
        told: list[tuple[float, str, dict[str, Any]]] = [(at, "queue.entered", {"queue": {"id": "sales"}})]
        if missed_by is not None:
            other = {"agent": {"id": missed_by, "name": missed_by}}
            told += [(at, "offer.made", other), (at + 15, "offer.expired", other)]
        if answered is not None:
            told += [(answered - 4, "offer.made", who), (answered, "offer.accepted", who)]
        if wrapped_up is not None:
            told += [(ended, "wrapup.started", who), (wrapped_up, "wrapup.completed", who)]
        for sequence, (moment_s, kind, data) in enumerate(told):
            event = InteractionEvent(
                interaction_id=interaction_id, sequence=sequence, at=moment(moment_s), type=kind, data=data
            )
            self.rows.append(event)


def moment(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    config = settings(tmp_path)
    await populate(config)
    database = Database(config.database.url)
    recorder = Recorder()
    recorder.call(0, agent="anna", answered=5, ended=125, wrapped_up=145)
    recorder.call(60, agent="ben", answered=70, ended=370, wrapped_up=400)
    recorder.call(130, agent="anna", answered=150, ended=250, wrapped_up=260, missed_by="ben")
    recorder.call(200, ended=245, outcome="abandoned")
    recorder.call(300, ended=360, outcome="overflowed")
    recorder.call(4000, agent="gone", answered=4006, ended=4100, wrapped_up=4110)
    recorder.call(24 * 3600, ended=24 * 3600 + 60, outcome="abandoned")
    async with database.transaction() as session:
        for row in recorder.rows:
            session.add(row)
    yield database
    await database.stop()


async def asked(database: Database) -> Question:
    return await question_of(database, DAY, zone=UTC)


async def test_a_day_is_read_as_it_was(database: Database) -> None:
    scenario = (await asked(database)).scenario
    assert scenario.start == 9 * 3600.0
    assert scenario.duration_s == 5 * 900.0
    assert [arrival.at for arrival in scenario.arrivals] == [0.0, 60.0, 130.0, 200.0, 300.0, 4000.0]
    assert scenario.arrivals[0].handling_s == 120.0
    assert (scenario.arrivals[2].patience_s, scenario.arrivals[2].waited_s) == (None, 20.0)
    assert (scenario.arrivals[3].patience_s, scenario.arrivals[3].handling_s) == (45.0, None)
    assert scenario.answering.delay == Empirical((4.0,) * 4)
    sales = scenario.traits["sales"]
    assert sales.handling == Empirical((120.0, 300.0, 100.0, 94.0))
    assert sales.wrap_up == Empirical((20.0, 30.0, 10.0, 10.0))
    waited = 5 + 10 + 20 + 45 + 60 + 6
    assert sales.patience == Exponential(float(waited))


async def test_agents_are_there_from_their_first_offer_to_their_last_wrap_up(database: Database) -> None:
    agents = {staff.config.agent_id: staff for staff in (await asked(database)).scenario.agents}
    assert sorted(agents) == ["anna", "ben", "gone"]
    assert (agents["anna"].shifts[0].from_s, agents["anna"].shifts[0].to_s) == (1.0, 260.0)
    assert agents["anna"].config.skills == {"selling": 3}
    assert list(agents["gone"].config.queues) == ["sales"]
    assert agents["gone"].config.skills == {"selling": 2}


async def test_the_figures_are_those_that_were(database: Database) -> None:
    recorded = (await asked(database)).recorded
    assert recorded is not None
    total = recorded.total
    assert (total.offered, total.answered, total.abandoned, total.left) == (6, 4, 1, 1)
    assert total.average_speed_of_answer_s == (5 + 10 + 20 + 6) / 4
    assert total.service_levels.of_offered == 4 / 5
    assert total.max_wait_s == 45.0
    assert total.missed == 1
    assert total.talk_s == (120 + 300 + 100 + 94) / 4
    anna = next(agent for agent in recorded.agents if agent.agent_id == "anna")
    assert (anna.handled, anna.handling_s, anna.staffed_s) == (2, 120 + 20 + 100 + 10, 259.0)
    assert [interval.offered for interval in recorded.intervals] == [5, 0, 0, 0, 1]
    assert recorded.intervals[0].waiting == pytest.approx((5 + 10 + 20 + 45 + 60) / 900)


async def test_the_day_is_run_again_beside_the_original(database: Database) -> None:
    comparison = answer(await asked(database))
    assert [outcome.title for outcome in comparison.outcomes] == ["Recorded", "2026-11-20 again"]
    again = comparison.report.report.total
    assert again.offered == 6
    assert again.answered + again.abandoned + again.unresolved == 6
    assert comparison.times[0] == "09:00"
    assert comparison.queues == {"sales": "Sales"}
    assert comparison.agents["anna"] == "Anna"


async def test_a_queue_that_is_no_more_is_there_again(database: Database) -> None:
    recorder = Recorder()
    recorder.rows = [None] * 100
    recorder.call(500, agent="ben", answered=510, ended=600, queue="closed")
    async with database.transaction() as session:
        for row in recorder.rows[100:]:
            session.add(row)
    question = await asked(database)
    assert [queue.queue_id for queue in question.scenario.queues] == ["sales", "closed"]
    assert question.recorded is not None
    assert question.recorded.queues[0].figures.overflowed == 1
    answer(question)


async def test_a_day_without_contacts_is_said(database: Database) -> None:
    with pytest.raises(Unusable, match="No contact was queued on 2026-11-19"):
        await question_of(database, date(2026, 11, 19), zone=UTC)


async def test_the_set_up_alone_is_a_scenario(database: Database) -> None:
    scenario = await set_up_of(database)
    assert [queue.queue_id for queue in scenario.queues] == ["sales"]
    assert {staff.config.agent_id for staff in scenario.agents} == {"anna", "ben", "dora"}

"""Simulations in a process of their own: progress, result, refusal, cancel, and a process that dies."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from acd.model import AgentConfig, QueueConfig, members
from acd.scenario import Scenario, Staff, Stream
from contactcenter.whatif.outcome import DayQuestion, Question
from contactcenter.whatif.service import KEPT, MAX_WAITING, Simulated, Simulations, TooMany
from tests.fakes.waiting import until


def question(hours: float = 1.0) -> Question:
    scenario = Scenario(
        duration_s=hours * 3600.0,
        queues=(QueueConfig("sales"),),
        agents=(Staff(AgentConfig("anna", {}, members("sales"))),),
        streams=(Stream(queue_id="sales", per_hour=(10.0,)),),
    )
    return Question(title="A day", scenario=scenario)


@pytest.fixture
async def simulations(tmp_path: Path) -> AsyncIterator[Simulations]:
    made = Simulations(tmp_path / "simulations", lambda: 1000.0)
    yield made
    await made.stop()


async def over(simulated: Simulated) -> Simulated:
    await until(lambda: simulated.state not in ("waiting", "running"), "the simulation is over", 60.0)
    return simulated


async def test_a_simulation_runs_and_is_kept(simulations: Simulations) -> None:
    simulated = await over(simulations.ask("A day", question(), "sue"))
    assert (simulated.state, simulated.progress, simulated.reason) == ("done", 1.0, None)
    assert simulated.comparison is not None
    assert simulated.comparison.report.report.total.offered > 0
    assert await simulations.found(simulated.id) == simulated.comparison
    assert simulations.all() == [simulated]


async def test_after_a_restart_those_of_before_are_listed_and_can_be_read(tmp_path: Path) -> None:
    before = Simulations(tmp_path, lambda: 1000.0)
    first = await over(before.ask("First", question(), "sue"))
    second = await over(before.ask("Second", question(), "ann"))
    after = Simulations(tmp_path, lambda: 2000.0)
    fresh = after.ask("Fresh", question(), "sue")
    await after.recall()
    listed = [(each.id, each.title, each.asked_by, each.asked_at, each.ended_at) for each in after.all()]
    assert listed == [
        (fresh.id, "Fresh", "sue", 2000.0, None),
        (second.id, "Second", "ann", 1000.0, 1000.0),
        (first.id, "First", "sue", 1000.0, 1000.0),
    ]
    assert await after.found(first.id) == first.comparison
    await after.cancel(fresh)
    await after.recall()
    assert len(after.all()) == 3


async def test_what_cannot_be_read_or_was_erased_is_not_listed(tmp_path: Path) -> None:
    before = Simulations(tmp_path, lambda: 1000.0)
    kept = await over(before.ask("Kept", question(), "sue"))
    (tmp_path / f"{'0' * 16}.json").write_text("not JSON")
    after = Simulations(tmp_path, lambda: 2000.0)
    await after.recall()
    assert [each.id for each in after.all()] == [kept.id]
    (tmp_path / f"{kept.id}.json").unlink()
    assert await after.found(kept.id) is None
    assert after.all() == []


async def test_a_file_of_an_earlier_version_is_listed_by_its_report(tmp_path: Path) -> None:
    before = Simulations(tmp_path, lambda: 1000.0)
    done = await over(before.ask("Any", question(), "sue"))
    path = tmp_path / f"{done.id}.json"
    path.write_bytes(msgspec.json.encode(done.comparison))
    after = Simulations(tmp_path, lambda: 2000.0)
    await after.recall()
    assert [(each.title, each.asked_by, each.state) for each in after.all()] == [("A day", None, "done")]
    assert await after.found(done.id) == done.comparison


async def test_what_was_not_simulated_is_not_stored(simulations: Simulations) -> None:
    for simulation_id in ("0" * 16, "../../etc/passwd", ""):
        assert await simulations.found(simulation_id) is None


async def test_a_long_one_is_cancelled_and_the_next_begins(simulations: Simulations) -> None:
    long = simulations.ask("Long", question(31 * 24.0), "sue")
    following = simulations.ask("Next", question(), "sue")
    await until(lambda: long.progress > 0.0 or long.state not in ("waiting", "running"), "it has begun", 60.0)
    await simulations.cancel(long)
    assert long.state == "cancelled"
    assert (await over(following)).state == "done"
    await simulations.cancel(following)
    assert following.state == "done"


async def test_a_scenario_that_cannot_run_fails_with_the_sentence(simulations: Simulations) -> None:
    nowhere = DayQuestion(day="2026-11-20", database_url="sqlite+aiosqlite:////proc/no/such.db")
    simulated = await over(simulations.ask("A day", nowhere, "sue"))
    assert simulated.state == "failed"
    assert simulated.reason is not None
    assert "database" in simulated.reason


@pytest.mark.parametrize("program", ["import sys; sys.stdin.read(); sys.exit(3)", "import sys; sys.exit(3)"])
async def test_a_process_that_dies_is_said(tmp_path: Path, program: str) -> None:
    simulations = Simulations(tmp_path, lambda: 0.0, (sys.executable, "-c", program))
    simulated = await over(simulations.ask("A day", question(), "sue"))
    assert simulated.state == "failed"
    assert simulated.reason is not None
    assert "process ended" in simulated.reason
    await simulations.stop()


async def test_only_so_many_wait_and_only_so_many_are_kept(tmp_path: Path) -> None:
    program = "import sys; sys.stdin.read(); sys.exit(3)"
    simulations = Simulations(tmp_path, lambda: 0.0, (sys.executable, "-c", program))
    for _ in range(MAX_WAITING):
        simulations.ask("A day", question(), "sue")
    with pytest.raises(TooMany):
        simulations.ask("One more", question(), "sue")
    await simulations.stop()
    assert all(each.state == "cancelled" for each in simulations.all())
    for _ in range(KEPT + 3):
        simulated = simulations.ask("A day", question(), "sue")
        await simulations.cancel(simulated)
    assert len(simulations.all()) <= KEPT + 1

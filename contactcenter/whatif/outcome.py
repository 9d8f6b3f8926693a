"""What is compared: a day as it was, run again, and run with changes, each with the same figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from acd.replications import Spread, mean_of, seeds, spread
from acd.scenario import Scenario
from acd.simulated import Figures, Report
from acd.simulation import simulate
from contactcenter.whatif.times import clock_text

METRICS: dict[str, Callable[[Figures], float | None]] = {
    "service_level": lambda figures: figures.service_levels.of_offered,
    "average_speed_of_answer_s": lambda figures: figures.average_speed_of_answer_s,
    "abandonment": lambda figures: figures.abandonment,
    "p90_wait_s": lambda figures: figures.percentiles.get("90"),
}
"""Figures of which an interval is told."""
TOTAL = "total"


class Outcome(Struct, frozen=True, kw_only=True):
    """`report` holds means over all runs. `spreads` by queue, and "total", tells how sure those of METRICS are, and
    under "total" the occupancy: 95 % intervals by Student's t, only with two runs or more. runs 0: it really was so."""

    title: str
    runs: int
    report: Report
    spreads: Mapping[str, Mapping[str, Spread]] = {}


class Comparison(Struct, frozen=True, kw_only=True):
    """`report`: what was asked for. `original`: the same without changes. `recorded`: the day as it really was.

    `times`: the time of day at which each interval begins. `queues`, `agents`: names by id, as far as known.
    """

    report: Outcome
    original: Outcome | None = None
    recorded: Outcome | None = None
    times: Sequence[str] = ()
    queues: Mapping[str, str] = {}
    agents: Mapping[str, str] = {}

    @property
    def outcomes(self) -> list[Outcome]:
        """From the oldest truth to the newest idea."""
        return [each for each in (self.recorded, self.original, self.report) if each is not None]


class Question(Struct, frozen=True, kw_only=True, tag="scenario"):
    """What is to be run: the scenario, and its changed form if there are changes. `recorded`: the day as it was."""

    title: str
    scenario: Scenario
    runs: int = 1
    changes_title: str | None = None
    changed: Scenario | None = None
    recorded: Report | None = None
    queues: Mapping[str, str] = {}
    agents: Mapping[str, str] = {}


class DayQuestion(Struct, frozen=True, kw_only=True, tag="day"):
    """The same about a recorded day (YYYY-MM-DD), which is read where the answer is found. `changes`: in the form of
    described.Changes."""

    day: str
    database_url: str
    runs: int = 1
    seed: int = 1
    changes: Mapping[str, Any] | None = None


def answer(question: Question, progress: Callable[[float], None] | None = None) -> Comparison:
    """Runs everything. `progress` hears the share done; what it raises ends the work. Raises BadScenario."""
    parts = 1 if question.changed is None else 2

    def shown(part: int) -> Callable[[float], None] | None:
        return None if progress is None else lambda share: progress((part + share) / parts)

    original = outcome(question.title, question.scenario, question.runs, shown(0))
    recorded = None
    if question.recorded is not None:
        recorded = Outcome(title="Recorded", runs=0, report=question.recorded)
    frame: dict[str, Any] = {
        "recorded": recorded,
        "times": [clock_text(question.scenario.start + interval.at) for interval in original.report.intervals],
        "queues": question.queues,
        "agents": question.agents,
    }
    if question.changed is None:
        return Comparison(report=original, **frame)
    changed = outcome(question.changes_title or "Changed", question.changed, question.runs, shown(1))
    return Comparison(report=changed, original=original, **frame)


def outcome(title: str, scenario: Scenario, runs: int, progress: Callable[[float], None] | None = None) -> Outcome:
    """One scenario over so many seeds."""
    reports: list[Report] = []
    for number, each in enumerate(seeds(scenario, runs)):
        reports.append(simulate(each, None if progress is None else _within(progress, number, runs)))
    return Outcome(title=title, runs=runs, report=mean_of(reports), spreads=_spreads(reports) if runs > 1 else {})


def _within(progress: Callable[[float], None], number: int, runs: int) -> Callable[[float], None]:
    return lambda share: progress((number + share) / runs)


def _spreads(reports: Sequence[Report]) -> dict[str, dict[str, Spread]]:
    spreads = {TOTAL: _of([report.total for report in reports])}
    if (occupancy := spread([report.occupancy for report in reports])) is not None:
        spreads[TOTAL]["occupancy"] = occupancy
    for index, queue in enumerate(reports[0].queues):
        spreads[queue.queue_id] = _of([report.queues[index].figures for report in reports])
    return spreads


def _of(figures: Sequence[Figures]) -> dict[str, Spread]:
    found = {name: spread([metric(each) for each in figures]) for name, metric in METRICS.items()}
    return {name: each for name, each in found.items() if each is not None}


def to_json(comparison: Comparison) -> bytes:
    return msgspec.json.format(msgspec.json.encode(comparison), indent=1)

"""Simulations over HTTP: ask, look how far it is, read what was found, cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web
from pydantic import BaseModel, Field

from acd.scenario import Scenario
from contactcenter.api.problems import Problem, not_found
from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note
from contactcenter.moments import iso
from contactcenter.storage.database import Database
from contactcenter.whatif.acts import SIMULATION_ASKED, SIMULATION_CANCELLED
from contactcenter.whatif.build import scenario_of
from contactcenter.whatif.change import changed
from contactcenter.whatif.described import Changes, Generated
from contactcenter.whatif.outcome import Comparison, DayQuestion, Question
from contactcenter.whatif.permissions import SIMULATIONS_RUN
from contactcenter.whatif.problems import Unusable
from contactcenter.whatif.recorded import set_up_of
from contactcenter.whatif.report import html_of
from contactcenter.whatif.service import Simulated, Simulations, TooMany

RUN = SIMULATIONS_RUN
MAX_CONTACTS = 5_000_000


class DayBase(BaseModel):
    """A past day, or this one until now, in the server's time zone."""

    kind: Literal["day"]
    date: date


class GeneratedBase(Generated):
    """A scenario; see docs/simulation.md. `recorded` is for files only."""

    kind: Literal["generated"]


class Ask(BaseModel):
    """`runs`: so many seeds; from two on each figure comes with its interval."""

    base: Annotated[DayBase | GeneratedBase, Field(discriminator="kind")]
    changes: Changes | None = None
    runs: int = Field(1, ge=1, le=30)


class Asked(BaseModel):
    id: str


class SimulationRow(BaseModel):
    """`state` is waiting, running, done, failed or cancelled; `progress` the share done; `reason` why it failed."""

    id: str
    title: str
    state: str
    progress: float
    reason: str | None
    asked_by: str | None
    asked_at: str | None
    ended_at: str | None


class SimulationList(BaseModel):
    items: list[SimulationRow]


class SimulationOut(SimulationRow):
    """Once done: `report` is what was asked for, `original` the same without changes (null without changes),
    `recorded` the day as it really was (null for a generated one). Each is {title, runs, report: {total, queues,
    agents, intervals, occupancy, …}, spreads}; see docs/simulation.md. `times`: when each interval begins, "HH:MM".
    `queues`, `agents`: names by id.
    """

    report: dict[str, Any] | None
    original: dict[str, Any] | None
    recorded: dict[str, Any] | None
    times: list[str]
    queues: dict[str, str]
    agents: dict[str, str]


def routes(simulations: Simulations, database: Database, catch_up: Callable[[], Awaitable[object]]) -> list[Route]:
    """`catch_up` brings the database up to date with what is still being written."""

    async def ask(call: Call) -> Asked:
        body = call.body(Ask)
        try:
            if isinstance(body.base, DayBase):
                await catch_up()
                question: Question | DayQuestion = await _day(body, body.base.date, database)
                title = body.changes.changes if body.changes else body.base.date.isoformat()
            else:
                question = await asyncio.to_thread(_generated, body, body.base)
                title = question.changes_title or question.title
        except Unusable as error:
            field: dict[str, Any] = {"field": error.field} if error.path else {}
            raise Problem(422, "bad-scenario", "This cannot be simulated", str(error), **field) from error
        try:
            asked = simulations.ask(title, question, call.principal.user_id)
        except TooMany as error:
            detail = "Several simulations wait already; wait until one is done, or cancel one."
            raise Problem(409, "too-many-simulations", "Too many simulations", detail) from error
        after = body.model_dump(mode="json", include={"changes", "runs"}, exclude_unset=True, by_alias=True)
        await note(database, Act(kind=SIMULATION_ASKED, subject=Subject("simulation", asked.id, title), after=after))
        return Asked(id=asked.id)

    async def every(call: Call) -> SimulationList:
        await simulations.recall()
        return SimulationList(items=[SimulationRow(**_row(each)) for each in simulations.all()])

    async def find(simulation_id: str) -> tuple[Simulated | None, Comparison | None]:
        """What is known of it and what it found; one of them at least."""
        await simulations.recall()
        comparison = await simulations.found(simulation_id)
        simulated = simulations.get(simulation_id)
        if simulated is None and comparison is None:
            raise not_found("simulation")
        return simulated, comparison

    async def one(call: Call) -> web.Response:
        simulation_id = call.path("id")
        simulated, comparison = await find(simulation_id)
        row = _row(simulated) if simulated is not None else _stored_row(simulation_id, comparison)
        body = await asyncio.to_thread(msgspec.json.encode, {**row, **_found(comparison)})
        return web.Response(body=body, content_type="application/json")

    async def page(call: Call) -> web.Response:
        simulation_id = call.path("id")
        _, comparison = await find(simulation_id)
        if comparison is None:
            raise Problem(409, "not-done", "There is no report yet", "The simulation has not found anything (yet).")
        disposition = {"Content-Disposition": f'attachment; filename="what-if-{simulation_id}.html"'}
        text = await asyncio.to_thread(html_of, comparison)
        return web.Response(text=text, content_type="text/html", headers=disposition)

    async def cancel(call: Call) -> None:
        simulated = simulations.get(call.path("id"))
        if simulated is None:
            raise not_found("simulation")
        await simulations.cancel(simulated)
        subject = Subject("simulation", simulated.id, simulated.title)
        await note(database, Act(kind=SIMULATION_CANCELLED, subject=subject))

    path, single = "/api/v1/simulations", "/api/v1/simulations/{id}"
    return [
        Route("GET", path, every, RUN, "Simulations, newest first", response=SimulationList),
        Route(
            "POST",
            path,
            ask,
            RUN,
            "Run a day again",
            body=Ask,
            response=Asked,
            status=202,
            errors=(409,),
            audited=(SIMULATION_ASKED,),
        ),
        Route("GET", single, one, RUN, "A simulation, and what it found", response=SimulationOut),
        Route(
            "GET",
            f"{single}/report",
            page,
            RUN,
            "Its figures and charts as a file to keep",
            media_type="text/html",
            errors=(404, 409),
        ),
        Route("DELETE", single, cancel, RUN, "Cancel a simulation", audited=(SIMULATION_CANCELLED,)),
    ]


async def _day(body: Ask, day: date, database: Database) -> DayQuestion:
    """Changes are tried on today's set-up first, so that what cannot work is said at once."""
    scenario = await set_up_of(database)
    if body.changes is not None:
        await asyncio.to_thread(changed, scenario, body.changes)
    return DayQuestion(
        day=day.isoformat(),
        database_url=database.url.render_as_string(hide_password=False),
        runs=body.runs,
        changes=None
        if body.changes is None
        else body.changes.model_dump(mode="json", exclude_unset=True, by_alias=True),
    )


def _generated(body: Ask, base: GeneratedBase) -> Question:
    if base.recorded is not None:
        raise Unusable(("recorded",), "Recorded arrivals are read by the command line only.")
    scenario = scenario_of(base)
    after = None if body.changes is None else changed(scenario, body.changes)
    expected = max(_expected(each) for each in (scenario, after) if each is not None) * body.runs
    if expected > MAX_CONTACTS:
        raise Unusable(
            ("runs",), f"About {expected:,.0f} contacts are too many; at most {MAX_CONTACTS:,} are simulated."
        )
    return Question(
        title=base.scenario,
        scenario=scenario,
        runs=body.runs,
        changes_title=None if body.changes is None else body.changes.changes,
        changed=after,
    )


def _expected(scenario: Scenario) -> float:
    """Contacts that will come, about."""
    hours = scenario.duration_s / 3600.0
    return sum(
        stream.per_hour[0] * hours if len(stream.per_hour) == 1 else sum(stream.per_hour) * stream.interval_s / 3600.0
        for stream in scenario.streams
    )


def _row(simulated: Simulated) -> dict[str, Any]:
    return {
        "id": simulated.id,
        "title": simulated.title,
        "state": simulated.state,
        "progress": simulated.progress,
        "reason": simulated.reason,
        "asked_by": simulated.asked_by,
        "asked_at": iso(simulated.asked_at),
        "ended_at": iso(simulated.ended_at),
    }


def _stored_row(simulation_id: str, comparison: Comparison | None) -> dict[str, Any]:
    title = comparison.report.title if comparison is not None else ""
    unknown = dict.fromkeys(("reason", "asked_by", "asked_at", "ended_at"))
    return {"id": simulation_id, "title": title, "state": "done", "progress": 1.0, **unknown}


def _found(comparison: Comparison | None) -> dict[str, Any]:
    if comparison is None:
        nothing: dict[str, Any] = dict.fromkeys(("report", "original", "recorded"))
        return {**nothing, "times": [], "queues": {}, "agents": {}}
    return {name: getattr(comparison, name) for name in comparison.__struct_fields__}

"""Why an interaction waited and who got it: the routing journal of its time, run again in a process of its own."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import structlog
from pydantic import BaseModel

from acd.commands import Command
from acd.explain import Explanation, Moment, Standing, explain
from contactcenter.api.problems import Problem, not_found
from contactcenter.api.routes import Call, Route
from contactcenter.audit.accesses import Accesses
from contactcenter.audit.acts import Act, Subject
from contactcenter.interactions.acts import EXPLANATION_READ
from contactcenter.interactions.names import Names
from contactcenter.interactions.permissions import INTERACTIONS_VIEW
from contactcenter.interactions.queries import InteractionQueries
from contactcenter.interactions.sight import sight_of
from contactcenter.routing.records import JournalError, Tick
from contactcenter.routing.replay import commands_between, engine_at

log = structlog.get_logger(__name__)

EARLIER_S = 0.001
"""Replay begins so much before the contact came; the database keeps microseconds."""


class Ref(BaseModel):
    id: str
    name: str


class StandingOut(BaseModel):
    """How an agent stood; `why_not` is empty for one who could have had the contact."""

    agent: Ref
    eligible: bool
    ready: bool
    why_not: str


class MomentOut(BaseModel):
    at: datetime
    what: str
    queue: Ref
    agent: Ref | None
    rule: str
    asks: str
    position: int | None
    standings: list[StandingOut]


class SupplyOut(BaseModel):
    """From `at` on: members who meet what is asked, and those of them who could have had the contact."""

    at: datetime
    eligible: int
    ready: int


class ExplanationOut(BaseModel):
    contact_id: str
    moments: list[MomentOut]
    supply: list[SupplyOut]


class Explainer:
    """Runs one explanation at a time, away from the event loop. `close` when the server stops."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._one_at_a_time = asyncio.Lock()

    async def explain(self, contact_id: str, queued_at: float, until: float) -> Explanation:
        """Unix seconds. Raises JournalError when the journal does not reach back so far or is damaged."""
        loop = asyncio.get_running_loop()
        async with self._one_at_a_time:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            try:
                return await loop.run_in_executor(self._pool, _run, self._folder, contact_id, queued_at, until)
            except BrokenProcessPool:
                self.close()
                raise

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def routes(queries: InteractionQueries, names: Names, explainer: Explainer, accesses: Accesses) -> list[Route]:
    async def explanation(call: Call) -> ExplanationOut:
        interaction_id = call.path("id")
        found = await queries.one(interaction_id, sight_of(call.principal, INTERACTIONS_VIEW))
        if found is None:
            raise not_found("interaction")
        row = found[0]
        if row.queued_at is None:
            raise not_explained("It was never in a queue.")
        ended_at = row.ended_at or datetime.now(UTC)
        told = await explained(explainer, names, interaction_id, row.queued_at.timestamp(), ended_at.timestamp() + 1)
        await accesses.note(Act(kind=EXPLANATION_READ, subject=Subject("interaction", interaction_id)))
        return told

    return [
        Route(
            "GET",
            "/api/v1/interactions/{id}/explanation",
            explanation,
            INTERACTIONS_VIEW,
            "Why it waited, who could have had it, and why this agent got it",
            response=ExplanationOut,
            description="The routing journal of its time is run again; 404 `not-explained` when it is no longer kept.",
            errors=(403, 404),
            audited=(EXPLANATION_READ,),
        )
    ]


async def explained(
    explainer: Explainer, names: Names, contact_id: str, queued_at: float, until: float
) -> ExplanationOut:
    """For people; unix seconds. Raises Problem 404 `not-explained` with the reason."""
    try:
        told = await explainer.explain(contact_id, queued_at, until)
    except JournalError as error:
        raise not_explained(str(error)) from error
    except OSError as error:
        log.warning("interactions.not_explained", reason=error.strerror or str(error))
        raise not_explained("The routing journal cannot be read.") from error
    if not told.moments:
        raise not_explained("The routing journal does not know it.")
    return ExplanationOut(
        contact_id=told.contact_id,
        moments=[_moment(each, names) for each in told.moments],
        supply=[SupplyOut(at=_time(each.at), eligible=each.eligible, ready=each.ready) for each in told.supply],
    )


def _run(folder: Path, contact_id: str, queued_at: float, until: float) -> Explanation:
    before = queued_at - EARLIER_S
    engine = engine_at(folder, before)
    return explain(engine, _steps(folder, math.nextafter(before, math.inf), until), contact_id)


def _steps(folder: Path, start: float, end: float) -> Iterator[tuple[float, Command | None]]:
    for at, what in commands_between(folder, start, end):
        yield at, None if isinstance(what, Tick) else what


def _moment(moment: Moment, names: Names) -> MomentOut:
    return MomentOut(
        at=_time(moment.at),
        what=moment.what,
        queue=Ref(**names.queue(moment.queue_id)),
        agent=Ref(**names.agent(moment.agent_id)) if moment.agent_id is not None else None,
        rule=names.sentence(moment.rule),
        asks=names.sentence(moment.asks),
        position=moment.position,
        standings=[_standing(each, names) for each in moment.standings],
    )


def _standing(standing: Standing, names: Names) -> StandingOut:
    return StandingOut(
        agent=Ref(**names.agent(standing.agent_id)),
        eligible=standing.eligible,
        ready=standing.ready,
        why_not=names.sentence(standing.why_not),
    )


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def not_explained(why: str) -> Problem:
    return Problem(404, "not-explained", "There is no explanation", why)

"""Simulations asked for over HTTP: one at a time, in a process of its own, so that nothing that is live waits."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import structlog

from contactcenter.asked_process import NotAnswered, Said, ask
from contactcenter.tasks import ended
from contactcenter.whatif.kept import Head, KeptSimulations
from contactcenter.whatif.outcome import Comparison, DayQuestion, Question

log = structlog.get_logger(__name__)

KEPT = 20
MAX_WAITING = 5
State = Literal["waiting", "running", "done", "failed", "cancelled"]


class TooMany(Exception):  # noqa: N818 - a refusal, not a failure
    """So many simulations wait already that another one would not be looked at today."""


@dataclass(slots=True)
class Simulated:
    """One simulation. `progress` is the share done; `reason` a sentence when it failed; moments are unix seconds.
    `comparison`: what was found, None for one of before the start, of which `Simulations.found` reads it."""

    id: str
    title: str
    asked_by: str | None
    asked_at: float
    state: State = "waiting"
    progress: float = 0.0
    reason: str | None = None
    ended_at: float | None = None
    comparison: Comparison | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class Simulations:
    """The last KEPT are listed, also those of before the start; what was found is kept longer, as files in `folder`."""

    def __init__(self, folder: Path, now: Callable[[], float], command: tuple[str, ...] | None = None) -> None:
        self._kept = KeptSimulations(folder, 10 * KEPT)
        self._recalled = asyncio.Lock()
        self._is_recalled = False
        self._now = now
        self._command = command or (sys.executable, "-m", "contactcenter.whatif.worker")
        self._known: dict[str, Simulated] = {}
        self._turn = asyncio.Semaphore(1)

    def all(self) -> list[Simulated]:
        """Newest first."""
        return list(reversed(self._known.values()))

    def get(self, simulation_id: str) -> Simulated | None:
        return self._known.get(simulation_id)

    async def recall(self) -> None:
        """List those of before the start as well. Reads the disk at the first call."""
        async with self._recalled:
            if self._is_recalled:
                return
            heads = await asyncio.to_thread(self._kept.heads, KEPT)
            before = {head.id: _done(head) for head in heads if head.id not in self._known}
            self._known = {**before, **self._known}
            self._is_recalled = True
            self._forget_old()

    async def found(self, simulation_id: str) -> Comparison | None:
        """What it found, from memory or the disk; None while it is not done, or when that was erased."""
        simulated = self._known.get(simulation_id)
        if simulated is not None and (simulated.comparison is not None or simulated.state != "done"):
            return simulated.comparison
        comparison = await asyncio.to_thread(self._kept.read, simulation_id)
        if comparison is None:
            self._known.pop(simulation_id, None)
        return comparison

    def ask(self, title: str, question: Question | DayQuestion, asked_by: str) -> Simulated:
        """Begin at once, or when those before are done. Raises TooMany."""
        if sum(each.state == "waiting" for each in self._known.values()) >= MAX_WAITING:
            raise TooMany
        simulated = Simulated(secrets.token_hex(8), title, asked_by, self._now())
        self._known[simulated.id] = simulated
        simulated.task = asyncio.get_running_loop().create_task(self._run(simulated, question))
        self._forget_old()
        return simulated

    async def cancel(self, simulated: Simulated) -> None:
        """Ends it if it is not over."""
        if simulated.task is not None and not simulated.task.done():
            await ended(simulated.task)
            if simulated.state == "waiting":
                # Cancelled before its first step: the task itself could not say so.
                simulated.state, simulated.ended_at = "cancelled", self._now()

    async def stop(self) -> None:
        for simulated in self._known.values():
            await self.cancel(simulated)

    def _forget_old(self) -> None:
        over = [each for each in self._known.values() if each.state not in ("waiting", "running")]
        for simulated in over[: max(len(self._known) - KEPT, 0)]:
            del self._known[simulated.id]

    async def _run(self, simulated: Simulated, question: Question | DayQuestion) -> None:
        try:
            async with self._turn:
                simulated.state = "running"
                simulated.comparison = await self._answer(simulated, question)
                await asyncio.to_thread(self._kept.write, self._head(simulated), simulated.comparison)
            simulated.state, simulated.progress = "done", 1.0
        except asyncio.CancelledError:
            simulated.state = "cancelled"
            raise
        except NotAnswered as error:
            simulated.state, simulated.reason = "failed", str(error)
        except Exception:
            simulated.state, simulated.reason = "failed", "The simulation failed; the server's log says why."
            log.exception("simulation.failed", simulation=simulated.id)
        finally:
            simulated.ended_at = self._now()

    async def _answer(self, simulated: Simulated, question: Question | DayQuestion) -> Comparison:
        def told(share: float) -> None:
            simulated.progress = share

        return await ask(self._command, question, Said[Comparison], told)

    def _head(self, simulated: Simulated) -> Head:
        return Head(
            id=simulated.id,
            title=simulated.title,
            asked_by=simulated.asked_by,
            asked_at=simulated.asked_at,
            ended_at=self._now(),
        )


def _done(head: Head) -> Simulated:
    return Simulated(head.id, head.title, head.asked_by, head.asked_at, "done", 1.0, ended_at=head.ended_at)

"""When it is learned, and learning at work: in a process of its own, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func, select

from contactcenter.api.problems import Problem
from contactcenter.asked_process import NotAnswered
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.suggesting import kept
from contactcenter.tickets.suggesting.examples import LEARNABLE
from contactcenter.tickets.suggesting.process import learn
from contactcenter.tickets.suggesting.settings import FIELDS, Training
from contactcenter.tickets.suggesting.values import choosable
from contactcenter.tickets.suggesting.worker import Answer, Question
from contactcenter.vault.service import Vault

log = structlog.get_logger(__name__)

EVERY_S: Final = 30.0
NIGHT: Final = 3
"""The hour, in the house's time."""
PAUSE: Final = timedelta(minutes=10)
"""After a failure, before it is tried again."""
LEAST: Final = 50
"""With fewer tickets no process is started for it by itself."""
Learn = Callable[[Question, Callable[[float], None]], Awaitable[Answer]]


def due(held: kept.Held, tried: datetime | None, now: datetime) -> bool:
    """Whether it is to be learned now; all in local time. `tried`: when it was last begun, since the start."""
    if not any(getattr(held.settings, field) for field in FIELDS):
        return False
    if held.again:
        return tried is None or now - tried >= PAUSE
    night = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    night -= timedelta(days=night > now)
    last = max((each for each in (held.trained_at, tried) if each is not None), default=None)
    return held.settings.nightly and (last is None or last < night)


class Trainer:
    """`learn` does it; `progress`: the share that is done of what runs; `problem`: a sentence when it failed."""

    def __init__(self, tickets: Tickets, vault: Vault, learn: Learn = learn) -> None:
        self._tickets = tickets
        self._database = tickets.database
        self._vault = vault
        self.learn = learn
        self._tried: datetime | None = None
        self._watch: asyncio.Task[None] | None = None
        self._work: asyncio.Task[None] | None = None
        self.state: Training = "idle"
        self.progress = 0.0
        self.problem = ""

    def start(self) -> None:
        self._watch = asyncio.create_task(self._go_on(), name="ticket-suggestions")

    async def stop(self) -> None:
        await ended(self._watch)
        self._watch = None
        await self.cancel()

    def begin(self) -> asyncio.Task[None]:
        """Raises Problem 409 while it is at it."""
        if self.state == "running":
            raise Problem(409, "busy", "At it already", "It is learning from the tickets at this moment.")
        self.state, self.progress, self.problem = "running", 0.0, ""
        self._tried = self._tickets.moment()
        self._work = asyncio.create_task(self._run(), name="learning from tickets")
        return self._work

    async def cancel(self) -> bool:
        """What was learned before stays. Whether there was something to stop."""
        if self._work is None or self._work.done():
            return False
        await ended(self._work)
        self.state = "cancelled"
        return True

    async def count(self) -> int:
        """Tickets there are to learn from."""
        async with self._database.session() as session:
            return await session.scalar(select(func.count()).select_from(Ticket).where(*LEARNABLE)) or 0

    async def sweep(self) -> bool:
        """Learns when it is time to; whether it did. Raises StorageUnavailable."""
        now = self._tickets.moment().astimezone()
        async with self._database.session() as session:
            held = await kept.held(session)
        if self.state == "running" or not due(held, self._tried, now):
            return False
        if await self.count() < LEAST:
            self._tried = now
            return False
        await asyncio.gather(self.begin(), return_exceptions=True)
        return True

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.sweep()
            except StorageUnavailable as error:
                log.warning("ticket_suggestions_wait", reason=str(error))
            except Exception:
                log.exception("ticket_suggestions_failed")

    async def _run(self) -> None:
        try:
            begun = await kept.begin(self._database)
            answer = await self.learn(self._question(), self._told)
            if await kept.keep(self._database, self._vault, answer, self._tickets.moment(), begun):
                seconds, terms = answer.report["seconds"], answer.report["terms"]
                log.info("ticket_suggestions_learned", tickets=answer.report["tickets"], seconds=seconds, terms=terms)
            self.state = "idle"
        except asyncio.CancelledError:
            self.state = "cancelled"
            raise
        except (NotAnswered, StorageUnavailable) as error:
            self.state, self.problem = "failed", str(error)
            log.warning("ticket_suggestions_not_learned", reason=str(error))
        except Exception:
            self.state, self.problem = "failed", "Something went wrong in the product itself; its log says what."
            log.exception("ticket_suggestions_not_learned")

    def _told(self, share: float) -> None:
        self.progress = share

    def _question(self) -> Question:
        catalog = self._tickets.set_up.catalog
        return Question(
            url=self._database.url.render_as_string(hide_password=False),
            chosen={name: sorted(choices) for name, choices in choosable(catalog).items()},
        )

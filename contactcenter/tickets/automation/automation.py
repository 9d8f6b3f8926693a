"""The parts of automation, and the two tasks that drive them."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from sqlalchemy import select

from contactcenter.api.problems import bad_cursor
from contactcenter.bus import Bus
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tickets.automation.book import RuleBook
from contactcenter.tickets.automation.dry_run import DryRuns
from contactcenter.tickets.automation.models import TicketRuleRun
from contactcenter.tickets.automation.runner import Runner
from contactcenter.tickets.automation.settings import RunFilter, RunList, RunOut
from contactcenter.tickets.automation.shelf import Macros, Replies
from contactcenter.tickets.automation.timed import Timed
from contactcenter.tickets.service import Tickets

log = structlog.get_logger(__name__)

EVERY_S: Final = 15.0
FORGET_EVERY: Final = 240
"""Rounds: once an hour."""


class Automation:
    def __init__(self, tickets: Tickets, bus: Bus) -> None:
        self.tickets = tickets
        self.book = RuleBook(tickets.database, bus, tickets.set_up)
        self.runner = Runner(tickets, self.book, bus)
        self.timed = Timed(self.runner)
        self.macros = Macros(tickets)
        self.replies = Replies(tickets)
        self.dry_runs = DryRuns(tickets, self.book)
        self._tasks: list[asyncio.Task[None]] = []

    async def prepare(self) -> None:
        """Raises StorageUnavailable."""
        await self.book.reload()

    def start(self) -> None:
        self.book.tell()
        self._tasks = [
            asyncio.create_task(self.runner.run(), name="ticket-rules"),
            asyncio.create_task(self._sweep(), name="ticket-rules-of-time"),
        ]

    async def stop(self) -> None:
        self.runner.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self.dry_runs.stop()

    async def _sweep(self) -> None:
        caught_up = False
        rounds = 0
        while True:
            try:
                if not caught_up:
                    await self.runner.catch_up()
                    caught_up = True
                await self.timed.sweep()
                if rounds % FORGET_EVERY == 0:
                    await self.timed.forget()
                await self.runner.remember()
            except StorageUnavailable as error:
                log.warning("ticket_rules_wait", reason=str(error))
            except Exception:
                log.exception("ticket_rules_failed")
            rounds += 1
            await asyncio.sleep(EVERY_S)

    async def runs(self, asked: RunFilter) -> RunList:
        """The newest first. Raises Problem 400 for a cursor that is none."""
        query = select(TicketRuleRun).order_by(TicketRuleRun.id.desc()).limit(asked.limit + 1)
        if asked.rule is not None:
            query = query.where(TicketRuleRun.rule_id == asked.rule)
        if asked.ticket is not None:
            of_it = (TicketRuleRun.ticket_id == asked.ticket) | (TicketRuleRun.number == asked.ticket)
            query = query.where(of_it)
        if asked.outcome is not None:
            query = query.where(TicketRuleRun.outcome == asked.outcome)
        if asked.cursor is not None:
            if not asked.cursor.isdecimal() or len(asked.cursor) > 18:
                raise bad_cursor()
            query = query.where(TicketRuleRun.id < int(asked.cursor))
        async with self.tickets.database.session() as session:
            rows = list(await session.scalars(query))
        more = rows[asked.limit - 1].id if len(rows) > asked.limit else None
        items = [_out(row) for row in rows[: asked.limit]]
        return RunList(items=items, next_cursor=None if more is None else str(more))


def _out(row: TicketRuleRun) -> RunOut:
    names = ("id", "rule_id", "ticket_id", "number", "at", "event", "outcome", "changes", "said", "problem", "chain")
    return RunOut.model_validate({name: getattr(row, name) for name in names} | {"rule": row.rule_name})

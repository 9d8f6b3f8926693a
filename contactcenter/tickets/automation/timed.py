"""Rules of time at work: now and then it is looked which tickets have been waiting long enough.

A rule looks at a ticket once after each change, and notes when it has to look again; so a sweep reads only what is new
or due, whatever the number of tickets, and nothing is lost while the server is away.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, and_, delete, or_, select

from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tickets.automation.models import TicketRuleRun, TicketRuleTimer
from contactcenter.tickets.automation.rules import Happened, Rule, Since, Standing
from contactcenter.tickets.automation.runner import Runner
from contactcenter.tickets.models import Ticket, TicketEntry
from contactcenter.tickets.sql_conditions import where

log = structlog.get_logger(__name__)

BATCH: Final = 200
TOO_LATE: Final = timedelta(days=30)
"""A ticket that is done and has not changed for so much longer than the rule's time is left alone."""
KEPT: Final = timedelta(days=60)
"""Lines of the log."""
UNANSWERED: Final = 3
"""So often a rule of time meets a ticket with nobody doing anything meanwhile; then it goes round in circles."""


class Timed:
    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._tickets = runner.tickets
        self._book = runner.book

    async def sweep(self) -> int:
        """How many tickets rules have met. Raises StorageUnavailable."""
        met = 0
        for rule in self._book.timers:
            try:
                met += await self._rule(rule)
            except StorageUnavailable:
                raise
            except Exception:
                log.exception("ticket_rule_failed", rule=rule.id)
        return met

    async def forget(self) -> None:
        """Takes old lines out of the log."""
        async with self._tickets.database.writing() as session:
            await session.execute(delete(TicketRuleRun).where(TicketRuleRun.at < self._tickets.moment() - KEPT))

    async def _rule(self, rule: Rule) -> int:
        met = 0
        while True:
            async with self._tickets.database.session() as session:
                ids = list(await session.scalars(self._candidates(rule).limit(BATCH)))
            for ticket_id in ids:
                met += await self._look(rule, ticket_id)
            if len(ids) < BATCH:
                return met

    def _candidates(self, rule: Rule) -> Any:
        now = self._tickets.moment()
        own = and_(TicketRuleTimer.ticket_id == Ticket.id, TicketRuleTimer.rule_id == rule.id)
        fresh = or_(
            TicketRuleTimer.ticket_id.is_(None),
            TicketRuleTimer.sequence != Ticket.sequence,
            TicketRuleTimer.again_at <= now,
        )
        near: list[ColumnElement[bool]] = [Ticket.merged_into.is_(None), Ticket.made_at <= now - rule.after]
        near.append(or_(Ticket.done.is_(False), Ticket.changed_at >= now - rule.after - TOO_LATE))
        if rule.since == "state":
            near.append(Ticket.state.in_(rule.states))
        meets = where(rule.conditions, self._tickets.set_up.catalog, "")
        return select(Ticket.id).outerjoin(TicketRuleTimer, own).where(*near, meets, fresh).order_by(Ticket.serial)

    async def _look(self, rule: Rule, ticket_id: str) -> int:
        """1 when its time had come. It stays due until the rule has met it, so that a crash loses nothing."""
        async with self._tickets.database.writing() as session:
            query = select(TicketEntry).where(TicketEntry.ticket_id == ticket_id).order_by(TicketEntry.sequence)
            standing, last = Standing(), 0
            entries = list(await session.scalars(query))
            for entry in entries:
                standing.take(entry)
                last = entry.sequence
            since = standing.since(rule.since or "", rule.states)
            timer = await session.get(TicketRuleTimer, (rule.id, ticket_id))
            if timer is None:
                timer = TicketRuleTimer(rule_id=rule.id, ticket_id=ticket_id, fired=None)
                session.add(timer)
            timer.sequence, timer.again_at = last, None
            if since is None or since.mark == timer.fired:
                return 0
            timer.again_at = since.at + rule.after
            if timer.again_at > self._tickets.moment():
                return 0
        return await self._come(rule, ticket_id, since, standing.acted)

    async def _come(self, rule: Rule, ticket_id: str, since: Since, acted: Since | None) -> int:
        happened = Happened(ticket_id=ticket_id, sequence=since.mark, event="timer")
        if await self._times(rule, ticket_id, acted) >= UNANSWERED:
            met = True
            await self._runner.stopped(rule, happened)
        else:
            met = await self._runner.fire(rule, happened)
        async with self._tickets.database.writing() as session:
            timer = await session.get(TicketRuleTimer, (rule.id, ticket_id))
            if timer is not None:
                timer.again_at = None
                timer.fired = since.mark if met else timer.fired
        return int(met)

    async def _times(self, rule: Rule, ticket_id: str, acted: Since | None) -> int:
        """How often it has met the ticket since anybody did anything."""
        query = select(TicketRuleRun.id).where(TicketRuleRun.rule_id == rule.id, TicketRuleRun.ticket_id == ticket_id)
        async with self._tickets.database.session() as session:
            after = TicketRuleRun.mark >= (acted.mark if acted else 0)
            return len(list(await session.scalars(query.where(after).limit(UNANSWERED))))

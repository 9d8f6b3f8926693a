"""Triggers at work: what has happened to tickets is shown to the rules in their order, one ticket after the other.

Each rule acts in a transaction of its own together with the line of the log that says so, so that after a crash what
was missed is shown again and nothing is done twice. What a rule does is shown to the others with what led to it, and
none answers what it has led to itself.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import replace
from typing import Any, Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem
from contactcenter.bus import Bus
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tickets import conditions
from contactcenter.tickets.acting import SYSTEM, By
from contactcenter.tickets.automation import actions
from contactcenter.tickets.automation.book import RuleBook
from contactcenter.tickets.automation.checks import STOPS
from contactcenter.tickets.automation.models import TicketRuleMark, TicketRuleRun
from contactcenter.tickets.automation.rules import (
    LOOPS,
    LOOPS_WITHIN_S,
    Happened,
    Rule,
    concerns,
    happened_in,
    in_circle,
)
from contactcenter.tickets.events import TicketChanged, TicketEvent, TicketRemoved
from contactcenter.tickets.line import Line
from contactcenter.tickets.model import Author
from contactcenter.tickets.models import Ticket, TicketEntry, TicketTag
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.values import Document, document_of

log = structlog.get_logger(__name__)

MOST_MISSED: Final = 20_000
WITHOUT_ENTRY: Final = frozenset({"watcher", "approval", "links"})
INSIDE: Final = "Something went wrong in the product itself; its log says what."
Seen = tuple[str, int, tuple[str, ...]]
"""Ticket, entry, and the rules that led to it."""


class Runner:
    def __init__(self, tickets: Tickets, book: RuleBook, bus: Bus) -> None:
        self.tickets = tickets
        self.book = book
        self._bus = bus
        self._line: Line[Seen] = Line("rules", lambda seen: self._meet(*seen))
        self._newest: int | None = None
        self._written: int | None = None
        self._loops: defaultdict[str, deque[float]] = defaultdict(deque)
        self._unsubscribe = bus.subscribe(TicketEvent, self._heard)

    def close(self) -> None:
        self._unsubscribe()

    def _heard(self, event: TicketEvent) -> None:
        if isinstance(event, TicketRemoved) or not self.book.triggers:
            return
        if isinstance(event, TicketChanged) and event.changes.keys() <= WITHOUT_ENTRY:
            return
        self._line.add([(event.ticket_id, event.sequence, event.cause)])

    async def run(self) -> None:
        """For ever."""
        await self._line.run()

    async def drain(self) -> None:
        """Until nothing waits any more, also of what it leads to. Raises StorageUnavailable; nothing is lost then."""
        await self._line.drain()

    async def catch_up(self) -> int:
        """What happened after the history was last written down as seen, as before a crash: how many entries."""
        async with self.tickets.database.session() as session:
            mark = await session.get(TicketRuleMark, 1)
            if mark is None or not self.book.triggers:
                return 0
            missed = select(TicketEntry).where(TicketEntry.id > mark.entry_id).order_by(TicketEntry.id)
            entries = list(await session.scalars(missed.limit(MOST_MISSED)))
        causes = [(entry.author_id,) if entry.author == Author.RULE else () for entry in entries]
        self._line.add((entry.ticket_id, entry.sequence, cause) for entry, cause in zip(entries, causes, strict=True))
        return len(entries)

    async def remember(self) -> None:
        """Writes down how far the triggers have seen the history. What was there when this was last called, and nothing
        waits since, has been announced and seen by now."""
        if self._line:
            return
        async with self.tickets.database.session() as session:
            newest = int(await session.scalar(select(func.max(TicketEntry.id))) or 0)
        if self._newest is not None and self._newest != self._written:
            async with self.tickets.database.writing() as session:
                await session.merge(TicketRuleMark(id=1, entry_id=self._newest))
            self._written = self._newest
        self._newest = newest

    async def _meet(self, ticket_id: str, sequence: int, cause: tuple[str, ...]) -> None:
        async with self.tickets.database.session() as session:
            query = select(TicketEntry).where(TicketEntry.ticket_id == ticket_id, TicketEntry.sequence == sequence)
            entry = await session.scalar(query)
        seen = None if entry is None else happened_in(entry)
        if seen is None:
            return
        happened = replace(seen, cause=cause)
        for rule in self.book.triggers:
            if not concerns(rule, happened):
                continue
            if in_circle(rule, cause):
                await self._circle(rule, happened)
            elif await self.fire(rule, happened) and any(each["do"] == STOPS for each in rule.actions):
                return

    async def fire(self, rule: Rule, happened: Happened) -> bool:
        """Whether the ticket meets its conditions; what came of it is in the log. Raises StorageUnavailable."""
        try:
            return await self._act(rule, happened)
        except StorageUnavailable:
            raise
        except Problem as problem:
            if problem.status != 404 and problem.type_slug != "merged":
                await self._log(rule, happened, "failed", problem.detail)
                return True
            return False
        except Exception:
            log.exception("ticket_rule_failed", rule=rule.id, ticket=happened.ticket_id)
            await self._log(rule, happened, "failed", INSIDE)
            return True

    async def _act(self, rule: Rule, happened: Happened) -> bool:
        found = await self._now(happened.ticket_id)
        if found is None or not conditions.holds(rule.conditions, found):
            return False
        async with self.tickets.database.writing() as session:
            held = await self.tickets.hold(session, happened.ticket_id, None, None)
            if not conditions.holds(rule.conditions, live_values(held.row, held.document)):
                return False
            if await _ran(session, rule, happened):
                return True
            done = await actions.perform(held, rule.actions, by_rule(rule, happened.cause), self.tickets)
            run = line(rule, happened, held.row.number, held.at, "done" if done.anything else "nothing")
            run.changes, run.said = list(done.changes), done.said
            session.add(run)
        self.tickets.announce(held)
        return True

    async def _now(self, ticket_id: str) -> Document | None:
        async with self.tickets.database.session() as session:
            row = await session.get(Ticket, ticket_id)
            if row is None or row.merged_into is not None:
                return None
            tags = await session.scalars(select(TicketTag.tag).where(TicketTag.ticket_id == row.id))
            return live_values(row, document_of(row, tags))

    async def _circle(self, rule: Rule, happened: Happened) -> None:
        """It would do it again, for ever; where nothing would come of it, there is no loop."""
        found = await self._now(happened.ticket_id)
        if found is None or not conditions.holds(rule.conditions, found) or not actions.would_act(rule.actions, found):
            return
        await self.stopped(rule, happened)

    async def stopped(self, rule: Rule, happened: Happened) -> None:
        """Says that it was kept from going on, and turns it off when that happens too often."""
        names = {each.id: each.name for each in self.book.shown()}
        chain = " → ".join(names.get(each, each) for each in (*reversed(happened.cause), rule.id))
        await self._log(rule, happened, "loop", f"Stopped, as it would go on for ever: {chain}.")
        now, times = self.tickets.moment().timestamp(), self._loops[rule.id]
        times.append(now)
        while times and now - times[0] > LOOPS_WITHIN_S:
            times.popleft()
        if len(times) >= LOOPS:
            times.clear()
            log.warning("ticket_rule_turned_off", rule=rule.id)
            await self.book.turn_off(rule.id, lambda name: f"“{name}” goes round in circles ({chain}) and is off.")

    async def _log(self, rule: Rule, happened: Happened, outcome: str, problem: str) -> None:
        async with self.tickets.database.writing() as session:
            number = await session.scalar(select(Ticket.number).where(Ticket.id == happened.ticket_id))
            if number is None or await _ran(session, rule, happened):
                return
            run = line(rule, happened, number, self.tickets.moment(), outcome)
            run.problem = problem
            session.add(run)


def by_rule(rule: Rule, cause: tuple[str, ...] = ()) -> By:
    return replace(replace(SYSTEM, cause=cause).because(rule.id), name=rule.name)


def live_values(row: Ticket, document: Document) -> Document:
    """A ticket as conditions ask about it."""
    moments: dict[str, Any] = {name: getattr(row, name) for name in conditions.MOMENTS}
    iso = {name: None if at is None else at.isoformat() for name, at in moments.items()}
    return document | iso | {"number": row.number}


def line(rule: Rule, happened: Happened, number: str, at: Any, outcome: str) -> TicketRuleRun:
    return TicketRuleRun(
        rule_id=rule.id,
        rule_name=rule.name,
        ticket_id=happened.ticket_id,
        number=number,
        mark=happened.sequence,
        at=at,
        event=happened.event,
        outcome=outcome,
        changes=[],
        said=0,
        problem="",
        chain=list(happened.cause),
    )


async def _ran(session: AsyncSession, rule: Rule, happened: Happened) -> bool:
    same = (TicketRuleRun.rule_id == rule.id, TicketRuleRun.ticket_id == happened.ticket_id)
    return (
        await session.scalar(select(TicketRuleRun.id).where(*same, TicketRuleRun.mark == happened.sequence)) is not None
    )

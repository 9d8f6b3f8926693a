"""Any order of states, words, merges, splits, hours and sweeps: clocks go on, nothing is lost, what is kept is what a
reckoning over the whole history says."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.tickets import sla
from contactcenter.tickets.acting import By
from contactcenter.tickets.documents import NewMessage, SplitBody, TicketOut
from contactcenter.tickets.events import TicketDue
from contactcenter.tickets.models import Ticket, TicketEntry, TicketMessage
from contactcenter.tickets.sla import ClockKind
from contactcenter.tickets.values import document_of, facts_of
from tests.tickets.desk import ANNA, BERT, CARA, CUSTOMER, Desk, desk, everywhere

T = TypeVar("T")
STATES = ("open", "in_progress", "pending", "resolved", "closed", "reopened")
PRIORITIES = ("low", "medium", "high", "urgent")
AUTHORS = {"anna": ANNA, "bert": BERT, "customer": CUSTOMER}
which = st.integers(0, 7)


class TicketMachine(RuleBasedStateMachine):
    """`said`: every message by its text, which is its own; `counted`: what each clock had counted when last looked."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="tickets-"))
        self.opened = desk(self.folder)
        self.house: Desk = self.do(self.opened.__aenter__())
        self.ids: list[str] = []
        self.merged: dict[str, str] = {}
        self.said: set[str] = set()
        self.counted: dict[tuple[str, ClockKind], tuple[int, float, float]] = {}
        self.make("medium")

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.do(self.opened.__aexit__(None, None, None))
        self.runner.close()
        shutil.rmtree(self.folder)

    def words(self) -> str:
        text = f"word{len(self.said)}"
        self.said.add(text)
        return text

    def one(self, place: int) -> TicketOut:
        return self.do(self.house.tickets.get(self.ids[place % len(self.ids)], everywhere()))

    @precondition(lambda self: len(self.ids) < 8)
    @rule(priority=st.sampled_from(PRIORITIES))
    def make(self, priority: str) -> None:
        made = self.do(self.house.make(requester=CARA, description=self.words(), priority=priority))
        self.ids.append(made.id)

    @rule(place=which, state=st.sampled_from(STATES))
    def move(self, place: int, state: str) -> None:
        ticket = self.one(place)
        allowed = [each.id for each in ticket.states]
        moved = self.attempt(ticket, self.house.change(ticket, state=state))
        if isinstance(moved, Problem):
            assert moved.type_slug == "merged" or (state not in allowed and moved.extra["allowed"] == allowed)
        else:
            assert state in allowed or state == ticket.state.id
            assert moved.state.id == state

    @rule(place=which, priority=st.sampled_from(PRIORITIES))
    def prioritise(self, place: int, priority: str) -> None:
        ticket = self.one(place)
        changed = self.attempt(ticket, self.house.change(ticket, BERT, priority=priority))
        assert isinstance(changed, Problem) or changed.priority == priority

    @rule(place=which, author=st.sampled_from(sorted(AUTHORS)), kind=st.sampled_from(["public", "note"]))
    def say(self, place: int, author: str, kind: str) -> None:
        ticket, by = self.one(place), AUTHORS[author]
        if ticket.id in self.merged or (by is CUSTOMER and kind == "note"):
            return
        self.do(self.speak(ticket, by, kind))
        after = self.one(place)
        if by is CUSTOMER:
            assert after.state_class not in ("pending", "resolved")

    async def speak(self, ticket: TicketOut, by: By, kind: str) -> None:
        body = NewMessage.model_validate({"kind": kind, "text": self.words()})
        await self.house.tickets.say(ticket.id, body, by)

    @rule(place=which, other=which)
    def merge(self, place: int, other: int) -> None:
        one, two = self.one(place), self.one(other)
        try:
            self.do(self.house.helpdesk.linking.merge(one.id, two.id, ANNA, everywhere()))
        except Problem:
            assert one.id == two.id or one.id in self.merged or two.id in self.merged
            return
        self.merged = {each: two.id if into == one.id else into for each, into in self.merged.items()}
        self.merged[one.id] = two.id

    @rule(place=which)
    def unmerge(self, place: int) -> None:
        ticket = self.one(place)
        try:
            self.do(self.house.helpdesk.linking.unmerge(ticket.id, ANNA, everywhere()))
        except Problem:
            assert ticket.id not in self.merged
            return
        del self.merged[ticket.id]
        self.merged |= {row: into for row, into in self.do(self.parts()).items() if into != self.merged.get(row)}

    async def parts(self) -> dict[str, str]:
        async with self.house.database.session() as session:
            query = select(Ticket.id, Ticket.merged_into).where(Ticket.merged_into.is_not(None))
            return {row.id: row.merged_into for row in await session.execute(query)}

    @precondition(lambda self: len(self.ids) < 8)
    @rule(place=which)
    def split(self, place: int) -> None:
        ticket = self.one(place)
        if ticket.id in self.merged:
            return
        message = self.do(self.first_message(ticket.id))
        new = self.do(self.house.helpdesk.linking.split(ticket.id, SplitBody(message=message), ANNA, everywhere()))
        self.ids.append(new.id)

    async def first_message(self, ticket_id: str) -> int:
        async with self.house.database.session() as session:
            query = select(TicketMessage.id).where(TicketMessage.ticket_id == ticket_id).order_by(TicketMessage.id)
            found = await session.scalar(query.limit(1))
            assert found is not None
            return found

    @rule(hours=st.sampled_from([0.01, 0.5, 1, 7, 30, 200]))
    def time_passes(self, hours: float) -> None:
        self.house.pass_hours(hours)

    @rule()
    def sweep(self) -> None:
        self.do(self.house.helpdesk.due.sweep())
        assert self.do(self.house.helpdesk.due.sweep()) == 0

    def attempt(self, ticket: TicketOut, work: Coroutine[Any, Any, T]) -> T | Problem:
        """Only what has become part of another is refused as such."""
        try:
            return self.do(work)
        except Problem as problem:
            if problem.type_slug == "merged" and ticket.id not in self.merged:
                raise
            return problem

    @invariant()
    def nothing_is_lost(self) -> None:
        async def texts() -> list[str]:
            async with self.house.database.session() as session:
                return list(await session.scalars(select(TicketMessage.text)))

        assert set(self.do(texts())) == self.said

    @invariant()
    def merged_are_as_they_were_left(self) -> None:
        assert self.do(self.parts()) == self.merged

    @invariant()
    def rows_clocks_and_histories_say_the_same(self) -> None:
        self.do(self.check_rows())

    async def check_rows(self) -> None:
        catalog, now = self.house.set_up.catalog, self.house.now
        async with self.house.database.session() as session:
            for row in list(await session.scalars(select(Ticket))):
                query = select(TicketEntry).where(TicketEntry.ticket_id == row.id).order_by(TicketEntry.sequence)
                entries = list(await session.scalars(query))
                assert [entry.sequence for entry in entries] == list(range(1, row.sequence + 1))
                assert _replayed(entries) == _held(row)
                clocks = sla.reckon(facts_of(entries, catalog), catalog.versions, now)
                kept = dict(row.sla)
                for kind, clock in clocks.items():
                    self.check_clock(row.id, clock, now)
                    if clock.state != "idle":
                        assert kept[kind]["target_s"] == clock.target_s
                        assert kept[kind]["done_at"] == clock.done_at
                        assert (kept[kind]["due_at"] is None) == (clock.due_at is None and clock.late_since is None)

    def check_clock(self, ticket_id: str, clock: sla.Clock, now: float) -> None:
        assert clock.counted_s >= 0
        seen = self.counted.get((ticket_id, clock.kind))
        if seen is not None and seen[0] == clock.round:
            assert -1e-6 <= clock.counted_s - seen[1] <= now - seen[2] + 1e-6
        self.counted[ticket_id, clock.kind] = (clock.round, clock.counted_s, now)

    @invariant()
    def every_point_is_told_once_in_a_round(self) -> None:
        told = [event for event in self.house.told if isinstance(event, TicketDue)]
        firsts = [(event.ticket_id, event.clock, event.percent) for event in told if event.clock != "next_response"]
        assert len(firsts) == len(set(firsts))


def _replayed(entries: list[TicketEntry]) -> dict[str, Any]:
    """What the history makes of the ticket."""
    values: dict[str, Any] = {}
    for entry in entries:
        if entry.kind == "made":
            values = dict(entry.data["values"])
        if entry.kind == "changed":
            values |= {name: pair[1] for name, pair in entry.data["changes"].items()}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _held(row: Ticket) -> dict[str, Any]:
    document = document_of(row, [])
    return {name: value for name, value in document.items() if value not in (None, "", [])}


TicketMachine.TestCase.settings = settings(max_examples=10, stateful_step_count=25)
TestTickets = TicketMachine.TestCase

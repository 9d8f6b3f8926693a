"""Tickets that wait in a queue beside callers: shown apart, and nothing that is counted of calls."""

from __future__ import annotations

from datetime import UTC
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.commands import AcceptOffer, EndContact, EnqueueContact, SetPresence
from acd.model import Presence
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.moments import iso
from contactcenter.queues.reach import Reach
from contactcenter.storage.database import Database
from contactcenter.supervision.day import Day
from contactcenter.supervision.line import LineCommands
from contactcenter.supervision.wallboard import WAITING_SHOWN, Wallboard
from contactcenter.tickets.push_cards import Card, Cards
from tests.fakes.call_world import EPOCH, CallWorld
from tests.fakes.people import person

DUE = {"kind": "resolution", "state": "running", "due_at": iso(EPOCH + 3600), "target_s": 7200.0}


def card(ticket_id: str, due: dict[str, Any] | None = None) -> Card:
    return Card(
        id=ticket_id,
        number=f"T-{ticket_id}",
        subject="Nobody's business here",
        type_name="Incident",
        priority="high",
        requester="Cara",
        queue_id="sales",
        made_at="2026-03-02T09:00:00Z",
        due=due,
    )


class Board(CallWorld):
    def __init__(self) -> None:
        super().__init__()
        self.cards = Cards([card("1", DUE), card("2")])
        self.wallboard = Wallboard(
            self.driver,
            self.queues,
            self.agents,
            self.calls,
            cast(Live, self.live),
            self.bus,
            Day(UTC),
            reach=Reach(cast(Database, None)),
            cards=self.cards,
        )
        live = cast(Live, self.live)
        LineCommands(self.driver, self.queues, self.agents, self.wallboard, live, lambda act: None)

    def board(self, collection: str) -> dict[str, dict[str, Any]]:
        self.wallboard.flush()
        return self.live.topic("wallboard").snapshot().get(collection, {})


async def test_tickets_are_shown_apart_and_never_counted_as_calls() -> None:
    board = Board()
    await board.start()
    try:
        for ticket_id in board.cards:
            board.driver.submit(EnqueueContact(ticket_id, "sales", channel="ticket", due=board.driver.now + 3600))
        queue = board.board("queues")["sales"]
        assert (queue["waiting"], queue["longest_wait_since"]) == (0, None)
        assert queue["tickets"] == {"waiting": 2, "due_at": DUE["due_at"]}
        row = board.board("contacts")["1"]
        assert row["ticket"] == {"number": "T-1", "priority": "high", "due": DUE}
        assert (row["caller"]["name"], row["queued_at"]) == ("Cara", "2026-03-02T09:00:00Z")
        assert "business" not in str(row)
        board.driver.submit(EnqueueContact("call", "sales"))
        assert board.board("queues")["sales"]["waiting"] == 1

        board.driver.submit(SetPresence("anna", Presence.AVAILABLE))
        board.driver.submit(AcceptOffer("call", "anna"))
        board.driver.submit(EndContact("call"))
        board.driver.submit(AcceptOffer("1", "anna"))
        totals = board.board("totals")["today"]
        assert (totals["offered"], totals["answered"]) == (1, 1)
    finally:
        board.wallboard.stop()
        await board.stop()


async def test_a_caller_is_seen_behind_tickets_that_are_overdue_and_no_view_of_all_of_them_is_made() -> None:
    board = Board()
    board.cards.put(card(f"t{number}", DUE) for number in range(3 * WAITING_SHOWN))
    await board.start()
    try:
        came = board.driver.now
        board.driver.submit(EnqueueContact("call", "sales", since=came))
        for number in range(3 * WAITING_SHOWN):
            due = board.driver.now - 3600 + number
            board.driver.submit(EnqueueContact(f"t{number}", "sales", channel="ticket", due=due))
        queue = board.board("queues")["sales"]
        assert (queue["waiting"], queue["longest_wait_since"]) == (1, iso(came))
        assert queue["tickets"] == {"waiting": 3 * WAITING_SHOWN, "due_at": DUE["due_at"]}
        rows = board.board("contacts")
        assert rows.keys() == {"call", *(f"t{number}" for number in range(WAITING_SHOWN))}
        assert rows["call"]["position"] == 3 * WAITING_SHOWN + 1
    finally:
        board.wallboard.stop()
        await board.stop()


def due_at(hours: int) -> dict[str, Any]:
    return {**DUE, "due_at": iso(EPOCH + 3600 * hours)}


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.integers(0, 5)), st.booleans()), max_size=30),
    st.sets(st.sampled_from("abcdef")),
)
@settings(max_examples=60)
def test_the_first_due_is_that_of_a_look_at_all(acts: list[tuple[str, int | None, bool]], in_line: set[str]) -> None:
    cards, there = Cards(), dict[str, int | None]()
    for ticket_id, hours, put in acts:
        if put:
            cards.put([card(ticket_id, None if hours is None else due_at(hours))])
            there[ticket_id] = hours
        else:
            cards.drop(ticket_id)
            there.pop(ticket_id, None)
    assert set(cards) == set(there)
    first = min((hours for each, hours in there.items() if each in in_line and hours is not None), default=None)
    found = cards.first_due("sales", in_line.__contains__)
    assert found == (None if first is None else due_at(first)["due_at"])
    assert cards.first_due("other", in_line.__contains__) is None


async def test_a_tickets_place_is_changed_in_the_ticket() -> None:
    board = Board()
    await board.start()
    try:
        board.driver.submit(EnqueueContact("1", "sales", channel="ticket"))
        model, handler = board.live.commands["contact.prioritize"]
        with pytest.raises(Problem, match="in the ticket itself"):
            await handler(person("anna"), model(interaction_id="1", priority=3))
    finally:
        board.wallboard.stop()
        await board.stop()

"""Tickets that wait in a queue beside callers: shown apart, and nothing that is counted of calls."""

from __future__ import annotations

from datetime import UTC
from typing import Any, cast

import pytest

from acd.commands import AcceptOffer, EndContact, EnqueueContact, SetPresence
from acd.model import Presence
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.moments import iso
from contactcenter.queues.reach import Reach
from contactcenter.storage.database import Database
from contactcenter.supervision.day import Day
from contactcenter.supervision.line import LineCommands
from contactcenter.supervision.wallboard import Wallboard
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

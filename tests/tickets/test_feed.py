"""The feed of tickets for a role that is held for one queue: what he does not see he cannot open, nor keep open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.api.topic import Topic
from contactcenter.permissions import Principal, Role, Scope
from contactcenter.queues.models import Queue
from contactcenter.tickets.documents import TicketOut
from contactcenter.tickets.feed import TicketFeed
from tests.fakes.seams import FakeLive
from tests.tickets.desk import Desk, desk, everywhere, principal

BEN = principal("bert", Role.AGENT, Scope(queues=frozenset({"support"})))
LEAD = everywhere("lead")


class Pages(FakeLive):
    """Who may open a topic, and whose pages were looked through again."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: dict[str, Callable[[Principal, str], bool]] = {}
        self.reviewed: list[frozenset[str]] = []

    def allow(self, prefix: str, rule: Any) -> None:
        self.rules[prefix] = rule

    async def review(self, users: frozenset[str]) -> None:
        self.reviewed.append(users)

    def give_up(self, topic: Topic) -> None:
        self.topics.pop(topic.name)

    def may(self, who: Principal, ticket: TicketOut) -> bool:
        return self.rules["ticket:"](who, f"ticket:{ticket.id}")


@dataclass(slots=True)
class House:
    desk: Desk
    pages: Pages
    feed: TicketFeed
    opened: list[str] = field(default_factory=list)

    async def look(self, who: Principal, ticket: TicketOut, command: str = "ticket.look", **more: Any) -> Any:
        model, handler = self.pages.commands[command]
        return await handler(who, model(ticket=ticket.id, page="one", **more))

    def people(self, ticket: TicketOut) -> list[str]:
        return sorted(self.pages.topic(f"ticket:{ticket.id}").ids("people"))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with desk(tmp_path) as made:
        async with made.database.transaction() as session:
            session.add(Queue(id="second", name="Second"))
        pages = Pages()
        feed = TicketFeed(made.tickets, cast(Live, pages), made.bus, now=lambda: made.now)
        yield House(made, pages, feed)
        await feed.stop()


async def test_a_ticket_of_another_queue_is_not_there(house: House) -> None:
    mine, other = await house.desk.make(queue="support"), await house.desk.make(queue="second")
    assert await house.look(BEN, mine) == {"ticket": mine.id}
    for command, more in (("ticket.look", {}), ("ticket.typing", {"typing": True})):
        with pytest.raises(Problem):
            await house.look(BEN, other, command, **more)
    assert house.pages.may(BEN, mine)
    assert not house.pages.may(BEN, other)
    assert house.people(other) == []


async def test_nobody_opens_the_topic_who_has_not_looked(house: House) -> None:
    mine = await house.desk.make(queue="support")
    await house.look(LEAD, mine)
    assert not house.pages.may(BEN, mine)


async def test_moved_out_of_his_queue_it_is_closed_for_him_alone(house: House) -> None:
    ticket = await house.desk.make(queue="support")
    for who in (BEN, LEAD):
        house.feed._connected(who, "sid")
        await house.look(who, ticket)
    assert house.people(ticket) == ["bert", "lead"]
    await house.desk.change(ticket, queue="second")
    await house.desk.bus.drain()
    assert house.pages.reviewed == [frozenset({"bert"})]
    assert not house.pages.may(BEN, ticket)
    assert house.pages.may(LEAD, ticket)
    assert house.people(ticket) == ["lead"]


@pytest.mark.parametrize("values", [{"assignee": "bert", "queue": "second"}, {"subject": "Another"}])
async def test_what_stays_his_stays_open(house: House, values: dict[str, Any]) -> None:
    ticket = await house.desk.make(queue="support")
    await house.look(BEN, ticket)
    await house.desk.change(ticket, **values)
    await house.desk.bus.drain()
    assert house.pages.reviewed == []
    assert house.pages.may(BEN, ticket)


async def test_a_role_that_became_narrower_closes_what_it_opened(house: House) -> None:
    ticket = await house.desk.make(queue="support")
    await house.look(BEN, ticket)
    elsewhere = principal("bert", Role.AGENT, Scope(queues=frozenset({"second"})))
    assert not house.pages.may(elsewhere, ticket)

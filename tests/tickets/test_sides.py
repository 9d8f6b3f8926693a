"""Side conversations: who is asked gets it, who may see it, and that the customer never does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.identity.models import TeamMember
from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.permissions import Role, Scope
from contactcenter.plugin import Person
from contactcenter.templates.service import Templates
from contactcenter.tickets.documents import NewMessage, SplitBody
from contactcenter.tickets.events import TicketSaid
from contactcenter.tickets.linking import Linking
from contactcenter.tickets.models import TicketMessage
from contactcenter.tickets.notices_people import seeing
from contactcenter.tickets.side_links import SideLinks
from contactcenter.tickets.side_mail import SIDE, SideMail
from contactcenter.tickets.side_models import TicketSide
from contactcenter.tickets.sides import NewSide, Sides, SideWords
from tests.fakes.keys import open_vault
from tests.tickets.desk import ANNA, CARA, Desk, desk, everywhere, principal

ELSEWHERE = Scope(queues=frozenset({"other"}))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        async with made.database.transaction() as session:
            session.add(TeamMember(team_id="north", user_id="bert"))
        yield made


class Post:
    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)


async def with_mail(house: Desk, folder: Path) -> tuple[Sides, Outbox, Post]:
    post, templates = Post(), Templates(house.database)
    templates.add(SIDE)
    vault = await open_vault(house.database, folder)
    outbox = Outbox(house.database, vault, post.send, now=lambda: house.now)
    links = SideLinks(vault, lambda: "https://cc.example.com/portal")
    return Sides(house.tickets, SideMail(outbox, templates, links)), outbox, post


def asks(**values: Any) -> NewSide:
    return NewSide.model_validate({"subject": "When comes the van?", "text": "Can you say?\n\nIt is urgent."} | values)


async def test_somebody_outside_gets_each_message_by_mail_once(house: Desk, tmp_path: Path) -> None:
    sides, outbox, post = await with_mail(house, tmp_path)
    ticket = await house.make(requester=CARA)
    begun = await sides.begin(ticket.id, asks(email=" Van@Example.com"), everywhere(), key="k")
    assert (await sides.begin(ticket.id, asks(email="van@example.com"), everywhere(), key="k")).id == begun.id
    said = await sides.say(ticket.id, begun.id, SideWords(text="And?"), everywhere(), key="again")
    assert await sides.say(ticket.id, begun.id, SideWords(text="And?"), everywhere(), key="again") == said
    await outbox.deliver_due()
    assert [(mail.to, mail.subject) for mail in post.sent] == [
        ("van@example.com", f"When comes the van? [{ticket.number}]")
    ] * 2
    assert post.sent[0].text.startswith("Can you say?\n\nIt is urgent.\n\nAnna")
    listed = await sides.every(ticket.number, everywhere())
    assert ([each.email for each in listed.items], listed.mail) == (["van@example.com"], True)
    assert {event.kind for event in house.told if isinstance(event, TicketSaid)} == {"side"}


async def test_what_cannot_be_is_refused_by_name(house: Desk, tmp_path: Path) -> None:
    sides, _, _ = await with_mail(house, tmp_path)
    without, ticket, who = Sides(house.tickets, None), await house.make(), everywhere()
    for where, body, field in (
        (sides, asks(), "email"),
        (sides, asks(email="a@b.de", team="north"), "email"),
        (sides, asks(team="nowhere"), "team"),
        (sides, asks(email="a@b.de", attachments=["x"]), "attachments.0"),
        (sides, asks(team="north", attachments=["x"]), "attachments.0"),
        (without, asks(email="a@b.de"), "email"),
    ):
        with pytest.raises(Problem) as refused:
            await where.begin(ticket.id, body, who)
        assert (refused.value.status, refused.value.extra["field"]) == (422, field)
    begun = await without.begin(ticket.id, asks(team="north"), who)
    other = await house.make()
    with pytest.raises(Problem) as missing:
        await without.say(other.id, begun.id, SideWords(text="Hm"), who, key=None)
    assert missing.value.status == 404
    with pytest.raises(ValueError, match="kind"):
        NewMessage.model_validate({"text": "x", "kind": "side"})


async def test_a_team_that_is_asked_sees_and_answers_and_nobody_else_does(house: Desk) -> None:
    sides, ticket = Sides(house.tickets, None), await house.make(queue="support")
    bert, plan = principal("bert", scope=ELSEWHERE), principal("anna", scope=ELSEWHERE)
    with pytest.raises(Problem):
        await house.tickets.get(ticket.id, bert)
    begun = await sides.begin(ticket.id, asks(team="north"), everywhere())
    assert (begun.team and begun.team.name, begun.opened_by) == ("North", "Anna")
    assert (await house.tickets.get(ticket.id, bert)).id == ticket.id
    await sides.say(ticket.id, begun.id, SideWords(text="On Monday."), bert, key=None)
    async with house.database.session() as session:
        said = list(await session.scalars(select(TicketMessage).where(TicketMessage.side_id == begun.id)))
        assert [each.mentions for each in said] == [["bert"], ["anna"]]
        row = await house.tickets.row(session, ticket.id, everywhere())
        assert await seeing(session, row, {"bert", "plan"}) == {"bert"}
    with pytest.raises(Problem) as refused:
        await house.tickets.say(ticket.id, NewMessage(text="Hello"), ANNA, principal=bert)
    assert refused.value.status == 403
    for who in (plan, principal("plan", Role.PLANNER)):
        with pytest.raises(Problem) as hidden:
            await sides.every(ticket.id, who)
        assert hidden.value.status == 404


async def test_it_goes_along_when_tickets_are_merged_and_stays_private_when_they_are_split(house: Desk) -> None:
    sides, linking, who = Sides(house.tickets, None), Linking(house.tickets), everywhere()
    gone, kept = await house.make(requester=CARA), await house.make(requester=CARA)
    begun = await sides.begin(gone.id, asks(team="north"), who)
    await linking.merge(gone.id, kept.id, ANNA, who)
    assert [each.id for each in (await sides.every(kept.id, who)).items] == [begun.id]
    said = await sides.say(kept.id, begun.id, SideWords(text="hush"), who, key=None)
    parted = await linking.split(kept.id, SplitBody(message=said), ANNA, who)
    async with house.database.session() as session:
        first = await session.scalar(select(TicketMessage).where(TicketMessage.ticket_id == parted.id))
        assert first is not None
        assert (first.kind, first.text) == ("note", "hush")


async def test_who_is_forgotten_leaves_no_address_and_no_name(house: Desk, tmp_path: Path) -> None:
    sides, _, _ = await with_mail(house, tmp_path)
    ticket = await house.make(requester=CARA)
    await sides.begin(ticket.id, asks(email="van@example.com"), everywhere())
    privacy = house.helpdesk.privacy
    person = Person(customers=frozenset({CARA}), users=frozenset())
    [exported] = [each async for each in privacy.export(person)]
    assert exported.document["side_conversations"][0]["email"] == "van@example.com"
    await privacy.forget_author(Person(customers=frozenset(), users=frozenset({"anna"})), 100)
    await privacy.erase(person, 100)
    async with house.database.session() as session:
        side = (await session.scalars(select(TicketSide))).one()
    assert (side.subject, side.email, side.opened_by) == ("", "", "Former colleague")

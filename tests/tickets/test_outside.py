"""Whom an agent asks outside answers by a link, which opens this side conversation and nothing else."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.api.uploads import Uploaded
from contactcenter.plugin import Cut, Held, Person
from contactcenter.templates.service import WordsBody
from contactcenter.tickets.automation.settings import RuleBody
from contactcenter.tickets.customer_documents import CustomerWords
from contactcenter.tickets.documents import AttachmentOut, SplitBody, TicketOut
from contactcenter.tickets.models import Ticket, TicketAttachment, TicketEntry, TicketMessage
from contactcenter.tickets.outside import Outside, Outsider
from contactcenter.tickets.search import SearchQuery, find
from contactcenter.tickets.side_links import SideLinks
from contactcenter.tickets.side_mail import SIDE, SideMail, files_in_words
from contactcenter.tickets.side_models import TicketSide
from contactcenter.tickets.side_privacy import SidePrivacy
from contactcenter.tickets.sides import NewSide, Sides, SideWords
from contactcenter.tickets.sight import EVERYTHING
from tests.fakes.keys import open_vault
from tests.tickets.bell import URL, Bell, bell
from tests.tickets.desk import ANNA, CARA, CUSTOMER, everywhere

HERE = "192.0.2.1"
VAN = "van-one@example.com"
PERSON = Person(addresses=frozenset({"vanone@examplecom"}))


@dataclass(slots=True)
class House:
    """Anna has asked whoever has the van."""

    bell: Bell
    sides: Sides
    outside: Outside
    ticket: TicketOut
    side: str

    @property
    def desk(self) -> Any:
        return self.bell.desk

    async def token(self, side: str | None = None) -> str:
        async with self.desk.database.session() as session:
            return self.outside.links.token(await session.get_one(TicketSide, side or self.side))

    async def who(self, side: str | None = None) -> Outsider:
        return await self.outside.who(await self.token(side), HERE)

    async def answer(
        self, text: str = "On Monday.", *files: str, side: str | None = None, key: str | None = None
    ) -> Any:
        body = CustomerWords(text=text, attachments=list(files))
        return await self.outside.say(await self.who(side), body, key=key)

    async def begin(self, ticket: TicketOut | None = None, **values: Any) -> str:
        body = {"subject": "When comes the van?", "text": "Can you say?", "email": VAN} | values
        where = self.ticket if ticket is None else ticket
        return (await self.sides.begin(where.id, NewSide.model_validate(body), everywhere())).id

    async def ask(self, text: str, *files: AttachmentOut) -> None:
        body = SideWords(text=text, attachments=[file.id for file in files])
        await self.sides.say(self.ticket.id, self.side, body, everywhere(), key=None)

    async def file(self, by: Any, name: str = "plan.txt") -> AttachmentOut:
        return await self.outside.files.take(Uploaded(name=name, media_type="text/plain", data=name.encode()), by)

    async def rows(self, table: Any, **values: Any) -> list[Any]:
        async with self.desk.database.session() as session:
            return list(await session.scalars(select(table).filter_by(**values).order_by(table.id)))

    async def found(self, words: str) -> list[str]:
        async with self.desk.database.session() as session:
            found = await find(session, SearchQuery(q=words), EVERYTHING, self.desk.set_up.catalog)
        return [hit.ticket.id for hit in found.items]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with bell(tmp_path) as made:
        links = SideLinks(await open_vault(made.desk.database, tmp_path), lambda: f"{URL}/portal")
        made.parts.templates.add(SIDE)
        sides = Sides(made.desk.tickets, SideMail(made.outbox, made.parts.templates, links))
        ticket = await made.desk.make(CUSTOMER, requester=CARA, subject="Nobody else's business")
        house = House(made, sides, Outside(made.side.files, links), ticket, "")
        house.side = await house.begin()
        yield house


async def refused(work: Any) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        await work
    return caught.value.status, caught.value.type_slug


UNKNOWN, ENDED = (404, "tracking-unknown"), (410, "side-ended")


async def test_the_mail_leads_to_it_and_says_how_many_files_are_there(house: House) -> None:
    await house.ask("See there.", await house.file(ANNA), await house.file(ANNA, "map.txt"))
    first, second = [mail for mail in await house.bell.mails(1) if mail.to == VAN]
    link = f"{URL}/portal/s/{await house.token()}"
    for mail in (first, second):
        assert link in mail.text
        assert f'<a href="{link}"' in mail.html
        assert "Nobody else" not in mail.text + mail.html + mail.subject
    assert "waiting there" not in first.text
    assert "2 files are waiting there." in second.text
    assert [files_in_words(language, 1) for language in ("de-AT", "fr")] == [
        "Dort liegt eine Datei für Sie.",
        "\N{PAPERCLIP} 1",
    ]


async def test_words_of_the_house_from_before_the_link_get_it_too(house: House) -> None:
    await house.bell.mails(1)
    await house.bell.parts.templates.change(SIDE.key, "en", WordsBody(subject="{subject}", text="Dear all,\n\n{text}"))
    await house.ask("See there.", await house.file(ANNA))
    [mail] = await house.bell.mails(1)
    link = f"{URL}/portal/s/{await house.token()}"
    assert mail.text == f"Dear all,\n\nSee there.\n\nA file is waiting there.\n\n{link}\n"


async def test_he_reads_this_and_nothing_else(house: House) -> None:
    await house.desk.say(house.ticket, "Secret note", ANNA, kind="note")
    await house.desk.say(house.ticket, "Secret reply", ANNA)
    other = await house.begin(subject="Secret too", email="other@example.com", text="Secret question")
    team = await house.begin(subject="Secret", email=None, team="north", text="Secret of the team")
    plan = await house.file(ANNA)
    await house.ask("See there.", plan)
    who = await house.who()
    shown = await house.outside.get(who)
    assert (shown.subject, shown.asked_by, shown.email) == ("When comes the van?", "Anna", VAN)
    assert [(each.by, each.name, each.text) for each in shown.messages] == [
        ("house", "Anna", "Can you say?"),
        ("house", "Anna", "See there."),
    ]
    document = shown.model_dump_json()
    for hidden in ("Secret", "business", house.ticket.number, house.ticket.id, CARA):
        assert hidden not in document
    assert (await house.outside.file(who, plan.id)).name == "plan.txt"
    assert await refused(house.outside.file(await house.who(other), plan.id)) == (404, "not-found")
    assert await refused(house.outside.who(await house.token(team), HERE)) == UNKNOWN


async def test_an_answer_is_of_the_side_conversation_and_changes_nothing_else(house: House) -> None:
    await house.desk.say(house.ticket, "We ask them.", ANNA)
    before = await house.desk.change(house.ticket, ANNA, state="pending")
    by = (await house.who()).by
    map_ = await house.file(by, "route.txt")
    house.desk.pass_hours(1)
    shown = await house.answer("On Monday,\nat nine.", map_.id, key="k")
    assert await house.answer("On Monday,\nat nine.", map_.id, key="k") == shown
    last = shown.messages[-1]
    assert (last.by, last.text, [file.name for file in last.files]) == (
        "outside",
        "On Monday,\nat nine.",
        ["route.txt"],
    )
    [row] = await house.rows(TicketMessage, author="partner")
    assert (row.kind, row.side_id, row.author_name, row.channel) == ("side", house.side, VAN, "portal")
    after = await house.desk.look(house.ticket)
    assert (after.state, after.reopened) == (before.state, 0)
    assert [(each.kind, each.state) for each in after.clocks] == [(each.kind, each.state) for each in before.clocks]
    assert after.changed_at > before.changed_at
    entry = (await house.rows(TicketEntry, ticket_id=house.ticket.id))[-1]
    assert (entry.kind, entry.author, entry.author_name) == ("aside", "partner", VAN)
    assert await house.found("monday") == [house.ticket.id]
    # Whoever asks from outside sends only what he has uploaded himself.
    assert (await refused(house.answer("x", (await house.file(ANNA)).id)))[0] == 422


async def test_a_trigger_can_take_the_ticket_up_again(house: House) -> None:
    opens = [{"do": "set", "field": "state", "value": "in_progress"}]
    body = RuleBody.model_validate({"name": "Asked", "events": ["partner_replied"], "actions": opens})
    automation = house.desk.helpdesk.automation
    await automation.book.put(None, body)
    await house.desk.change(house.ticket, ANNA, state="pending")
    await house.ask("And?")
    await automation.runner.drain()
    assert (await house.desk.look(house.ticket)).state.id == "pending"
    await house.answer()
    await automation.runner.drain()
    assert (await house.desk.look(house.ticket)).state.id == "in_progress"


async def test_who_has_asked_is_told_else_who_has_the_ticket(house: House) -> None:
    await house.desk.change(house.ticket, ANNA, assignee="bert")
    await house.bell.heard("bert")
    await house.answer()
    assert (await house.bell.kinds("anna"))[:1] == ["outside"]
    assert "outside" not in await house.bell.kinds("bert")
    assert VAN not in str(await house.bell.heard("anna"))
    async with house.desk.database.transaction() as session:
        for row in await session.scalars(select(TicketMessage).where(TicketMessage.side_id == house.side)):
            row.author_id = "gone"
    await house.answer("Still on Monday.")
    assert (await house.bell.kinds("bert"))[:1] == ["outside"]
    mails = await house.bell.mails(1)
    # The customer hears that the request has arrived; whom was asked, nothing of his own answer.
    assert [mail.to for mail in mails].count("cara@example.com") == [mail.to for mail in mails].count(VAN) == 1
    assert not [mail for mail in mails if mail.to != VAN and VAN in mail.text]


async def test_ended_it_opens_nothing_until_somebody_writes_again(house: House) -> None:
    before, who = await house.token(), await house.who()
    unsent = await house.file(who.by)
    ended = await house.sides.end(house.ticket.number, house.side, everywhere())
    assert ended.ended_at is not None
    assert await house.sides.end(house.ticket.id, house.side, everywhere()) == ended
    assert await refused(house.outside.who(before, HERE)) == ENDED
    # As where somebody has the page open at that moment.
    assert await refused(house.outside.say(who, CustomerWords(text="x", attachments=[unsent.id]), key=None)) == ENDED
    kinds = [entry.kind for entry in await house.rows(TicketEntry, ticket_id=house.ticket.id)]
    assert kinds.count("aside_ended") == 1
    await house.ask("One more thing.")
    [side] = (await house.sides.every(house.ticket.id, everywhere())).items
    assert side.ended_at is None
    assert await refused(house.outside.who(before, HERE)) == UNKNOWN
    assert (await house.answer("Yes?")).messages[-1].text == "Yes?"
    team = await house.begin(email=None, team="north")
    assert await refused(house.sides.end(house.ticket.id, team, everywhere())) == (409, "no-link")


async def test_it_goes_along_when_tickets_are_merged_and_comes_back_when_they_are_parted(house: House) -> None:
    kept, who = await house.desk.make(ANNA, subject="Another"), everywhere()
    linking = house.desk.helpdesk.linking
    await linking.merge(house.ticket.id, kept.number, ANNA, who)
    house.desk.pass_hours(24 * 40)
    route = await house.file((await house.who()).by, "route.txt")
    shown = await house.answer("Tuesday rather.", route.id)
    assert [each.text for each in shown.messages] == ["Can you say?", "Tuesday rather."]
    [row] = await house.rows(TicketMessage, author="partner")
    assert row.ticket_id == kept.id
    assert await house.found("tuesday") == [kept.id]
    await linking.unmerge(house.ticket.id, ANNA, who)
    [row], [file] = await house.rows(TicketMessage, author="partner"), await house.rows(TicketAttachment)
    assert {row.ticket_id, file.ticket_id} == {house.ticket.id}
    assert await house.found("tuesday") == [house.ticket.id]
    assert [each.text for each in (await house.outside.get(await house.who())).messages][-1] == "Tuesday rather."
    await linking.split(house.ticket.id, SplitBody(message=row.id), ANNA, who)
    assert len((await house.answer("Noon.")).messages) == 3
    assert (await house.rows(TicketMessage, author="partner"))[-1].ticket_id == house.ticket.id


async def test_a_month_after_the_ticket_was_closed_it_is_over(house: House) -> None:
    token = await house.token()
    await house.desk.change(house.ticket, ANNA, state="resolved")
    await house.desk.change(house.ticket, ANNA, state="closed")
    house.desk.pass_hours(24 * 29)
    await house.answer("Late, but here.")
    assert (await house.desk.look(house.ticket)).state.id == "closed"
    # Whoever is asked again can answer.
    await house.ask("Thanks, and the key?")
    house.desk.pass_hours(24 * 29)
    await house.outside.who(token, HERE)
    house.desk.pass_hours(24 * 2)
    assert await refused(house.outside.who(token, HERE)) == UNKNOWN
    await house.desk.tickets.remove(house.ticket.id, ANNA, everywhere())
    assert await refused(house.outside.who(token, "192.0.2.9")) == UNKNOWN


async def test_who_was_asked_from_outside_can_be_forgotten(house: House) -> None:
    other = await house.begin(email="other@example.com", text="Another gearbox")
    route = await house.file((await house.who()).by, "route.txt")
    await house.file((await house.who()).by, "unsent.txt")
    await house.answer("By the tunnel.", route.id)
    await house.answer("A gearbox, yes.", side=other)
    privacy = SidePrivacy(house.desk.database, house.outside.files)
    assert await privacy.count(PERSON) == 1
    [exported] = [each async for each in privacy.export(PERSON)]
    said = exported.document["messages"]
    assert [(each["by"], each["files"]) for each in said] == [("house", []), ("outside", ["route.txt"])]
    [opener] = exported.files.values()
    with await opener() as file:
        assert file.read() == b"route.txt"
    token = await house.token()
    assert (await privacy.erase(PERSON, 100), await privacy.erase(PERSON, 100)) == (1, 0)
    assert await refused(house.outside.who(token, HERE)) == UNKNOWN
    assert await house.rows(TicketAttachment) == []
    assert VAN not in str([row.author_name for row in await house.rows(TicketEntry)])
    assert [row.author_name for row in await house.rows(TicketMessage, author="partner")] == ["", "other@example.com"]
    for words, hits in (("tunnel", 0), ("gearbox", 1), ("business", 1)):
        assert len(await house.found(words)) == hits, words
    assert await refused(house.sides.say(house.ticket.id, house.side, SideWords(text="?"), everywhere(), key=None)) == (
        409,
        "side-forgotten",
    )
    assert await privacy.count(Person()) == 0


async def test_what_a_hold_keeps_is_counted_and_its_ticket_not_deleted(house: House) -> None:
    privacy, tickets = SidePrivacy(house.desk.database, house.outside.files), house.desk.helpdesk.privacy
    of_the_van = Held(person=PERSON)
    others = Held(person=Person(addresses=frozenset({"other@example.com"})))
    by_queue = Held(queue="no-such-queue")
    assert [await privacy.held(PERSON, (each,)) for each in (of_the_van, others, by_queue)] == [1, 0, 0]
    await house.desk.change(house.ticket, ANNA, state="resolved")
    house.desk.pass_hours(24)
    cut = Cut(before=house.desk.tickets.moment(), held=(of_the_van,))
    assert (await tickets.count_older(cut)).count == 0
    assert (await tickets.count_older(replace(cut, held=(others,)))).count == 1


async def test_with_the_requester_whom_was_asked_about_it_is_forgotten_too(house: House) -> None:
    await house.answer()
    token = await house.token()
    await house.desk.helpdesk.privacy.erase(Person(customers=frozenset({CARA})), 100)
    assert await refused(house.outside.who(token, HERE)) == UNKNOWN
    rows = [*await house.rows(TicketMessage), *await house.rows(TicketEntry)]
    assert VAN not in str([row.author_name for row in rows])


async def test_guessing_is_slowed_down_and_so_is_writing(house: House) -> None:
    token = await house.token()
    for _ in range(21):
        assert await refused(house.outside.who("A" * 43, HERE)) == UNKNOWN
    assert await refused(house.outside.who(token, HERE)) == (429, "too-often")
    for _ in range(31):
        await house.outside.who(token, "192.0.2.3", doing=True)
    assert await refused(house.outside.who(token, "192.0.2.3", doing=True)) == (429, "too-often")


@given(data=st.data())
@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_no_other_token_opens_it(house: House, data: st.DataObject) -> None:
    """Whatever is changed in its own, whatever belongs to a ticket or to another side conversation, whatever text."""
    token = await house.token()
    raw = base64.urlsafe_b64decode(token + "=")
    place, mask = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(1, 255))
    changed = bytes([*raw[:place], raw[place] ^ mask, *raw[place + 1 :]])
    async with house.desk.database.session() as session:
        of_ticket = house.bell.tracking.token(await session.get_one(Ticket, house.ticket.id))
    others = [base64.urlsafe_b64encode(changed).decode(), of_ticket, data.draw(st.text(max_size=60))]
    of_another = base64.urlsafe_b64decode(of_ticket + "=")
    others.append(base64.urlsafe_b64encode(raw[:16] + of_another[16:]).decode())
    for tried in others:
        with pytest.raises(Problem) as caught:
            await house.outside.who(tried, str(data.draw(st.uuids())))
        assert (caught.value.status, caught.value.type_slug) == UNKNOWN
    assert await refused(house.bell.tracking.asker(token, str(data.draw(st.uuids())))) == UNKNOWN

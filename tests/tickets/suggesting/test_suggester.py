"""Suggestions on a real database: learned, shown, counted, forgotten."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from contactcenter.api.problems import Problem
from contactcenter.asked_process import NotAnswered
from contactcenter.audit.models import AuditEntry
from contactcenter.permissions import Role, Scope
from contactcenter.plugin import Person
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.settings import CategoryBody
from contactcenter.tickets.suggesting import kept
from contactcenter.tickets.suggesting.models import TicketSuggester
from contactcenter.tickets.suggesting.privacy import personal
from contactcenter.tickets.suggesting.process import learn
from contactcenter.tickets.suggesting.settings import SuggesterBody
from contactcenter.tickets.suggesting.trainer import Trainer
from contactcenter.vault.keyring import Sealed
from tests.tickets.desk import CARA, CUSTOMER, principal
from tests.tickets.suggesting.house import FEW, INVOICE, House, house

ANNAS = principal("anna")


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        await made.stock(160)
        yield made


async def test_nothing_is_suggested_until_enough_was_learned_well_enough(center: House) -> None:
    assert await center.suggested() == {}
    await center.learned(SuggesterBody(least_tickets=200, least_confidence=0))
    assert await center.suggested() == {}
    page = await center.suggester.page()
    assert [(each.field, each.on, each.why) for each in page.fields] == [
        ("category", False, "few"),
        ("priority", False, "few"),
        ("type", False, "off"),
    ]
    assert page.fields[0].accuracy > 0.7
    await center.suggester.set(FEW)
    found = await center.suggested()
    assert (found["category"].value, found["category"].name) == ("invoices", "Invoices")
    assert found["priority"].value == "urgent"
    assert set(found["category"].words) <= set(f"{INVOICE[0]} {INVOICE[1]}".replace(".", "").replace(",", "").split())
    assert found["category"].words
    vague = "Something is wrong with a parcel or a payment"
    assert 0.3 < (await center.suggested(vague, ""))["category"].confidence < 0.9
    await center.suggester.set(FEW.model_copy(update={"least_confidence": 90}))
    assert await center.suggested(vague, "") == {}
    assert set(await center.suggested()) == {"category", "priority"}
    await center.suggester.set(FEW.model_copy(update={"category": False}))
    assert set(await center.suggested()) == {"priority"}


async def test_a_value_that_is_no_longer_chosen_is_not_suggested(center: House) -> None:
    await center.learned()
    await center.desk.set_up.put("categories", "invoices", CategoryBody(name="Invoices", retired=True))
    assert set(await center.suggested()) == {"priority"}
    await center.learned()
    assert (await center.suggested())["category"].value != "invoices"


async def test_what_a_person_has_chosen_is_not_doubted(center: House) -> None:
    await center.learned()
    subject, description = INVOICE
    ticket = await center.desk.make(CUSTOMER, requester=CARA, subject=subject, description=description)
    found = (await center.suggester.of_ticket(ticket.id, ANNAS)).items
    assert [(each.field, each.value) for each in found] == [("category", "invoices"), ("priority", "urgent")]
    await center.desk.change(ticket, category="printers")
    assert [each.field for each in (await center.suggester.of_ticket(ticket.id, ANNAS)).items] == ["priority"]
    await center.desk.change(ticket, priority="urgent")
    assert (await center.suggester.of_ticket(ticket.number, ANNAS)).items == []
    chosen = await center.desk.make(priority="low", subject=subject, description=description)
    assert [each.field for each in (await center.suggester.of_ticket(chosen.id, ANNAS)).items] == ["category"]
    await center.desk.change(chosen, category="invoices", state="resolved")
    assert (await center.suggester.of_ticket(chosen.id, ANNAS)).items == []


async def test_only_who_works_on_a_ticket_is_told(center: House) -> None:
    await center.learned()
    ticket = await center.desk.make(subject=INVOICE[0], description=INVOICE[1])
    elsewhere = principal("bert", Role.AGENT, Scope(queues=frozenset({"support"})))
    with pytest.raises(Problem) as refused:
        await center.suggester.of_ticket(ticket.id, elsewhere)
    assert refused.value.status == 404
    with pytest.raises(Problem) as refused:
        await center.suggester.of_ticket(ticket.id, principal("plan", Role.QUALITY))
    assert refused.value.status == 403


async def test_what_became_of_suggestions_is_counted_for_a_month(center: House) -> None:
    for taken in (True, True, False):
        await center.suggester.answered("category", taken=taken)
    center.desk.pass_hours(24)
    await center.suggester.answered("category", taken=True)
    answers = {each.field: each.answers for each in (await center.suggester.page()).fields}
    assert (answers["category"].taken, answers["category"].refused) == (3, 1)
    assert (answers["priority"].taken, answers["priority"].refused) == (0, 0)
    center.desk.pass_hours(24 * 29)
    answers = {each.field: each.answers for each in (await center.suggester.page()).fields}
    assert (answers["category"].taken, answers["category"].refused) == (1, 0)


async def test_what_was_learned_goes_with_whoever_is_forgotten(center: House) -> None:
    data = personal(center.database)
    person = Person(customers=frozenset({f"{7:032d}"}))
    assert await data.erase(person, 200) == 0, "nothing was learned yet"
    await center.learned()
    assert await data.count(person) > 0
    assert await data.count(Person(customers=frozenset({CARA}))) == 0
    assert await data.count(Person(addresses=frozenset({"a@b.c"}))) == 0
    assert [each async for each in data.export(person)] == []
    assert await data.erase(Person(users=frozenset({"anna"})), 200) == 0
    async with center.database.transaction() as session:
        await session.execute(
            update(Ticket).where(Ticket.requester_id == f"{7:032d}").values(subject="", requester_id=None)
        )
    assert await data.erase(person, 200) == 1
    assert await data.erase(person, 200) == 0
    assert await center.suggested() == {}
    async with center.database.session() as session:
        assert await session.scalar(select(TicketSuggester.model)) is None
    assert (await center.suggester.page()).forgotten
    center.desk.pass_hours(1)
    assert await center.suggester.trainer.sweep()
    page = await center.suggester.page()
    assert not page.forgotten
    assert page.report.tickets < 160
    assert (await center.suggested())["category"].value == "invoices"


async def test_what_is_being_learned_while_somebody_is_forgotten_is_not_kept(center: House) -> None:
    await center.suggester.set(FEW)
    center.learner.gate.clear()
    work = center.suggester.trainer.begin()
    while center.learner.asked == 0:
        await asyncio.sleep(0.001)
    assert await personal(center.database).erase(Person(customers=frozenset({CARA})), 200) == 0
    center.learner.gate.set()
    await asyncio.gather(work)
    page = await center.suggester.page()
    assert (page.trained_at, page.forgotten) == (None, True)
    assert await center.suggested() == {}
    center.desk.pass_hours(1)
    assert await center.suggester.trainer.sweep()
    assert (await center.suggested())["category"].value == "invoices"


async def test_it_learns_at_night_once(center: House) -> None:
    trainer = center.suggester.trainer
    assert await trainer.sweep()
    assert not await trainer.sweep()
    center.desk.pass_hours(24)
    assert await trainer.sweep()
    assert center.learner.asked == 2
    async with center.database.transaction() as session:
        await session.execute(delete(Ticket).where(Ticket.serial >= 1040))
    center.desk.pass_hours(24)
    assert not await trainer.sweep(), "too few to begin at all"


async def test_learning_is_stopped_and_what_was_learned_before_stays(center: House) -> None:
    await center.learned()
    center.learner.gate.clear()
    assert (await center.suggester.train()).state == "running"
    with pytest.raises(Problem) as refused:
        await center.suggester.train()
    assert refused.value.status == 409
    await center.suggester.cancel()
    await center.suggester.cancel()
    assert center.suggester.trainer.state == "cancelled"
    assert (await center.suggested())["category"].value == "invoices"
    async with center.database.session() as session:
        query = select(func.count()).select_from(AuditEntry).where(AuditEntry.act == "ticket_suggester.training")
        assert await session.scalar(query) == 2


async def test_what_cannot_be_read_is_learned_anew(center: House) -> None:
    await center.learned()
    async with center.database.transaction() as session:
        await session.execute(update(TicketSuggester).values(model=Sealed(b"\x00\xff")))
    assert await center.suggested() == {}
    async with center.database.session() as session:
        assert (await kept.held(session)).again
    center.desk.pass_hours(1)
    assert await center.suggester.trainer.sweep()
    assert (await center.suggested())["category"].value == "invoices"


async def test_a_process_of_its_own_learns(center: House) -> None:
    await center.suggester.set(FEW)
    own = Trainer(center.desk.tickets, center.vault, learn)
    began = time.process_time()
    await asyncio.gather(own.begin())
    assert (own.state, own.progress) == ("idle", 1.0), own.problem
    assert time.process_time() - began < 1.0, "not in this one"
    assert (await center.suggested())["category"].value == "invoices"


async def test_a_failure_is_said_and_tried_again_another_night(center: House) -> None:
    async def broken(question: object, told: object) -> object:
        raise NotAnswered("No room.")

    trainer = Trainer(center.desk.tickets, center.vault, broken)  # type: ignore[arg-type]  # it never answers
    assert await trainer.sweep()
    assert (trainer.state, trainer.problem) == ("failed", "No room.")
    assert not await trainer.sweep()
    center.desk.pass_hours(24)
    assert await trainer.sweep()

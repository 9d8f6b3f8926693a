"""The link shows one ticket and nothing else, as long as it counts; customers get mail at each step."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.api.problems import Problem
from contactcenter.tickets.by_link import parted
from contactcenter.tickets.customer_documents import CustomerWords
from contactcenter.tickets.customer_requests import Asker
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.settings import TypeBody
from tests.tickets.bell import URL, Bell, bell
from tests.tickets.desk import ANNA, BERT, CARA, CUSTOMER, everywhere

HERE = "192.0.2.1"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bell]:
    async with bell(tmp_path) as made:
        yield made


async def row(house: Bell, ticket: Any) -> Ticket:
    async with house.desk.database.session() as session:
        return await session.get_one(Ticket, ticket.id)


def asker_of(ticket: Any) -> Asker:
    return Asker(customer_id=CARA, only=ticket.id)


async def refused(house: Bell, token: str, address: str = HERE) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        await house.tracking.asker(token, address)
    return caught.value.status, caught.value.type_slug


async def test_mail_at_each_step_in_the_customers_language(house: Bell) -> None:
    made = await house.desk.make(CUSTOMER, requester=CARA)
    [mail] = await house.mails(1)
    assert (mail.to, mail.subject) == ("cara@example.com", f"Ihre Anfrage {made.number}: Printer broken")
    link = house.tracking.link(await row(house, made))
    assert link.startswith(f"{URL}/portal/t/")
    assert link in mail.text
    await house.desk.say(made, "Nothing for the customer", ANNA, kind="note")
    await house.desk.change(made, ANNA, state="in_progress")
    await house.desk.change(made, ANNA, priority="high")
    assert await house.mails(1) == []
    await house.desk.say(made, "Have you tried water?", ANNA)
    [mail] = await house.mails(1)
    assert mail.subject.startswith("Antwort auf")
    assert "Have you tried water?" in mail.text
    await house.desk.say(made, "It helps.", CUSTOMER)
    assert await house.mails(1) == []
    await house.desk.change(made, ANNA, state="resolved")
    [mail] = await house.mails(1)
    assert mail.subject.startswith("Gelöst")
    await house.desk.change(made, ANNA, state="reopened")
    [mail] = await house.mails(1)
    assert mail.subject.startswith("Wieder aufgenommen")
    await house.desk.change(made, ANNA, state="resolved")
    await house.mails(1)
    await house.desk.change(made, ANNA, state="closed")
    [mail] = await house.mails(1)
    assert mail.subject.startswith("Abgeschlossen")


async def test_an_answer_that_solves_it_is_one_mail(house: Bell) -> None:
    made = await house.desk.make(CUSTOMER, requester=CARA, language="en")
    await house.mails(1)
    await house.desk.say(made, "Done.", ANNA, change={"state": "resolved"})
    [mail] = await house.mails(1)
    assert mail.subject.startswith("Solved")
    assert "Done." in mail.text


async def test_what_he_did_himself_he_is_not_told(house: Bell) -> None:
    made = await house.desk.make(CUSTOMER, requester=CARA)
    await house.desk.change(made, ANNA, state="resolved")
    await house.mails(1)
    asker = await house.tracking.asker(house.tracking.token(await row(house, made)), HERE)
    await house.requests.reopen(asker, made.id)
    assert await house.mails(1) == []


async def test_none_where_the_type_says_so_or_nobody_can_be_written_to(house: Bell) -> None:
    await house.desk.make(ANNA)
    shown = next(each for each in house.desk.set_up.shown().types if each.id == "question")
    body = TypeBody.model_validate(shown.model_dump(exclude={"id"}) | {"customer_mails": False})
    await house.desk.set_up.put("types", "question", body, None)
    await house.desk.make(CUSTOMER, requester=CARA, type="question")
    assert await house.mails(1) == []


async def test_told_once_also_after_a_crash(house: Bell) -> None:
    await house.herald.remember()
    await house.herald.remember()
    await house.desk.make(CUSTOMER, requester=CARA)
    assert len(await house.mails(1)) == 1
    again = await house.another_herald()
    await again.catch_up()
    assert await house.mails(1) == []


async def test_by_the_link_he_reads_answers_confirms(house: Bell) -> None:
    made = await house.desk.make(CUSTOMER, requester=CARA)
    await house.desk.say(made, "For us alone", ANNA, kind="note")
    await house.desk.say(made, "Have you tried water?", ANNA)
    asker = await house.tracking.asker(house.tracking.token(await row(house, made)), HERE, doing=True)
    shown = await house.requests.get(asker, made.id)
    assert [each.text for each in shown.messages] == ["It burns.", "Have you tried water?"]
    shown = await house.requests.say(asker, made.id, CustomerWords(text="It helps."), key=None)
    assert shown.messages[-1].by == "customer"
    await house.desk.change(made, ANNA, state="resolved")
    assert (await house.requests.confirm(asker, made.id)).step == "solved"


async def test_the_link_opens_no_other_ticket_of_the_same_customer(house: Bell) -> None:
    one = await house.desk.make(CUSTOMER, requester=CARA)
    other = await house.desk.make(CUSTOMER, requester=CARA, subject="Secret")
    asker = await house.tracking.asker(house.tracking.token(await row(house, one)), HERE)
    words = CustomerWords(text="Let me in")
    for key in (other.id, other.number):
        for work in (
            house.requests.get(asker, key),
            house.requests.say(asker, key, words, key=None),
            house.requests.confirm(asker, key),
            house.requests.reopen(asker, key),
            house.requests.file(asker, key, "x"),
        ):
            with pytest.raises(Problem) as caught:
                await work
            assert caught.value.status == 404


async def test_it_goes_on_with_what_it_has_become_part_of_where_he_asks_there_too(house: Bell) -> None:
    one = await house.desk.make(CUSTOMER, requester=CARA, description="Mine")
    other = await house.desk.make(ANNA, requester=CARA, subject="No light", description="Both")
    token, linking = house.tracking.token(await row(house, one)), house.desk.helpdesk.linking
    await linking.merge(one.id, other.number, ANNA, everywhere())
    house.desk.pass_hours(24 * 40)
    asker = await house.tracking.asker(token, HERE, doing=True)
    assert asker.only == other.id
    shown = await house.requests.say(asker, other.id, CustomerWords(text="And now?"), key=None)
    told = {each.text for each in shown.messages}
    assert (shown.number, shown.includes, shown.joined_other) == (other.number, [one.number], False)
    assert told == {"Mine", "Both", "And now?"}
    # Whoever ends the links of the one ends those that lead to it.
    await linking.unmerge(one.id, ANNA, everywhere())
    assert (await house.tracking.asker(token, HERE)).only == one.id
    assert [each.text for each in (await house.requests.get(asker_of(one), one.id)).messages] == ["Mine"]
    await linking.merge(one.id, other.number, ANNA, everywhere())
    await house.tracking.withdraw(other.number, everywhere())
    assert await refused(house, token) == (404, "tracking-unknown")


async def test_where_somebody_else_asks_it_says_that_it_was_joined_and_no_more(house: Bell) -> None:
    one = await house.desk.make(CUSTOMER, requester=CARA)
    other = await house.desk.make(ANNA, subject="Secret")
    token, linking = house.tracking.token(await row(house, one)), house.desk.helpdesk.linking
    await linking.merge(one.id, other.number, ANNA, everywhere())
    asker = await house.tracking.asker(token, HERE)
    shown = await house.requests.get(asker, one.id)
    assert (asker.only, shown.joined, shown.joined_other, shown.can_reply) == (one.id, None, True, False)
    assert other.number not in shown.model_dump_json()
    assert "Secret" not in shown.model_dump_json()
    with pytest.raises(Problem):
        await house.requests.say(asker, one.id, CustomerWords(text="Let me in"), key=None)
    with pytest.raises(Problem) as caught:
        await house.requests.get(asker, other.id)
    assert caught.value.status == 404
    await linking.unmerge(one.id, ANNA, everywhere())
    shown = await house.requests.say(asker, one.id, CustomerWords(text="Back"), key=None)
    assert (shown.joined_other, shown.messages[-1].text) == (False, "Back")


async def test_it_ends_when_it_is_withdrawn_when_another_asks_and_after_a_month(house: Bell) -> None:
    made = await house.desk.make(CUSTOMER, requester=CARA)
    token = house.tracking.token(await row(house, made))
    await house.tracking.withdraw(made.number, everywhere())
    unknown = (404, "tracking-unknown")
    assert await refused(house, token) == unknown
    token = house.tracking.token(await row(house, made))
    await house.tracking.asker(token, HERE)
    await house.desk.change(made, ANNA, state="resolved")
    await house.desk.change(made, ANNA, state="closed")
    house.desk.pass_hours(24 * 29)
    await house.tracking.asker(token, HERE)
    house.desk.pass_hours(24 * 2)
    assert await refused(house, token) == unknown
    nobodys = await house.desk.make(BERT)
    assert await refused(house, house.tracking.token(await row(house, nobodys))) == unknown


async def test_guessing_is_slowed_down_and_so_is_writing(house: Bell) -> None:
    made = await house.desk.make(CUSTOMER, requester=CARA)
    token = house.tracking.token(await row(house, made))
    wrong = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    for _ in range(21):
        assert (await refused(house, wrong))[0] == 404
    assert (await refused(house, token))[1] == "too-often"
    await house.tracking.asker(token, "192.0.2.2")
    for _ in range(31):
        await house.tracking.asker(token, "192.0.2.3", doing=True)
    with pytest.raises(Problem, match="too often"):
        await house.tracking.asker(token, "192.0.2.3", doing=True)


async def test_whatever_is_changed_in_a_token_opens_nothing(house: Bell) -> None:
    made = await house.desk.make(CUSTOMER, requester=CARA)
    token = house.tracking.token(await row(house, made))
    raw = base64.urlsafe_b64decode(token + "=")
    for place in range(len(raw)):
        changed = bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]])
        other = base64.urlsafe_b64encode(changed).decode().rstrip("=")
        assert await refused(house, other, f"192.0.2.{place}") == (404, "tracking-unknown")


@given(st.text(max_size=80) | st.binary(max_size=64).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_text_is_taken_apart(token: str) -> None:
    ticket_id, code = parted(token)
    assert (len(ticket_id), len(code)) == (32, 16)

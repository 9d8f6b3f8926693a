"""Customers see what both sides said of their own tickets, and nothing else whatever happens to them."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.api.problems import Problem
from contactcenter.customers.models import Customer
from contactcenter.tickets.customer_documents import CustomerWords, NewRequest, RequestQuery
from contactcenter.tickets.customer_requests import Asker, CustomerRequests
from contactcenter.tickets.customer_shown import LastWord, step_of
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.model import StateClass
from contactcenter.tickets.models import TicketMessage
from contactcenter.tickets.scanning import Scanner
from contactcenter.tickets.settings import FieldBody, FormField, TypeBody
from contactcenter.tickets.sides import NewSide, Sides
from tests.fakes.keys import open_vault
from tests.tickets.desk import ANNA, BEGIN, CARA, CUSTOMER, Desk, desk, everywhere
from tests.tickets.test_files import a_file

DORA = "d" * 32
CARA_ASKS, DORA_ASKS = Asker(customer_id=CARA, name="Cara"), Asker(customer_id=DORA, name="Dora")


@asynccontextmanager
async def counter(folder: Path) -> AsyncIterator[tuple[Desk, CustomerRequests]]:
    async with desk(folder) as house:
        at = datetime.fromtimestamp(BEGIN, UTC)
        async with house.database.transaction() as session:
            session.add(
                Customer(id=DORA, root_id=DORA, kind="person", name="Dora", sort_name="dora", created_at=at,
                         changed_at=at)
            )  # fmt: skip
        vault = await open_vault(house.database, folder)
        contents = TicketContents(vault, folder / "files")
        yield house, CustomerRequests(TicketFiles(house.tickets, contents, Scanner(""), most_bytes=2**20))


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Desk, CustomerRequests]]:
    async with counter(tmp_path) as made:
        yield made


async def ask(requests: CustomerRequests, asker: Asker = CARA_ASKS, **values: Any) -> Any:
    body = NewRequest.model_validate({"type": "question", "subject": "Printer", "text": "It burns.", **values})
    return await requests.make(asker, body, key=None, address="192.0.2.1")


async def refusal(work: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        await work
    return caught.value


async def test_from_the_first_word_to_the_end(both: tuple[Desk, CustomerRequests]) -> None:
    house, requests = both
    made = await ask(requests)
    assert (made.step, made.state, [each.by for each in made.messages]) == ("received", made.state, ["customer"])
    ticket = await house.tickets.get(made.id, everywhere())
    assert (ticket.channel, ticket.requester and ticket.requester.id) == ("portal", CARA)

    await house.change(ticket, state="in_progress")
    assert (await requests.get(CARA_ASKS, made.number)).step == "working"
    await house.say(ticket, "Have you tried water?", ANNA)
    shown = await requests.get(CARA_ASKS, made.id)
    assert (shown.step, shown.messages[-1].by, shown.messages[-1].name) == ("answered", "house", "Anna")
    await requests.say(CARA_ASKS, made.id, CustomerWords(text="It helps."), key="k")
    await requests.say(CARA_ASKS, made.id, CustomerWords(text="It helps."), key="k")
    assert len((await requests.get(CARA_ASKS, made.id)).messages) == 3

    await house.change(ticket, state="resolved")
    shown = await requests.get(CARA_ASKS, made.id)
    assert (shown.step, shown.can_confirm, shown.can_reopen, shown.can_reply) == ("solved", True, True, True)
    shown = await requests.reopen(CARA_ASKS, made.id)
    assert (shown.step, shown.can_confirm) == ("working", False)
    await house.change(ticket, state="resolved")
    shown = await requests.confirm(CARA_ASKS, made.id)
    assert (shown.step, shown.can_reply, shown.can_reopen) == ("solved", False, False)
    for work in (
        requests.say(CARA_ASKS, made.id, CustomerWords(text="One more thing"), key=None),
        requests.confirm(CARA_ASKS, made.id),
        requests.reopen(CARA_ASKS, made.id),
    ):
        assert (await refusal(work)).status == 409


async def test_an_answer_takes_up_what_was_solved(both: tuple[Desk, CustomerRequests]) -> None:
    house, requests = both
    made = await ask(requests)
    await house.change(await house.tickets.get(made.id, everywhere()), state="resolved")
    shown = await requests.say(CARA_ASKS, made.id, CustomerWords(text="It is not."), key=None)
    assert shown.step == "working"


async def test_another_customers_ticket_is_not_there(both: tuple[Desk, CustomerRequests]) -> None:
    house, requests = both
    made = await ask(requests)
    nobodys = await house.make()
    words = CustomerWords(text="Let me in")
    for ticket in (made.id, made.number, nobodys.id, "x"):
        for work in (
            requests.get(DORA_ASKS, ticket),
            requests.say(DORA_ASKS, ticket, words, key=None),
            requests.confirm(DORA_ASKS, ticket),
            requests.reopen(DORA_ASKS, ticket),
            requests.file(DORA_ASKS, ticket, "x"),
        ):
            assert (await refusal(work)).status == 404
    assert (await requests.page(DORA_ASKS, RequestQuery())).items == []
    other = await ask(requests)
    only = Asker(customer_id=CARA, only=made.id)
    assert [each.id for each in (await requests.page(only, RequestQuery())).items] == [made.id]
    assert (await refusal(requests.get(only, other.id))).status == 404


async def test_files_of_public_words_only(both: tuple[Desk, CustomerRequests]) -> None:
    house, requests = both
    mine = await requests.files.take(a_file(), CARA_ASKS.by)
    made = await ask(requests, attachments=[mine.id])
    inner = await requests.files.take(a_file(b"inner"), ANNA)
    ticket = await house.tickets.get(made.id, everywhere())
    await house.say(ticket, "Look", ANNA, kind="note", attachments=[inner.id])
    shown = await requests.get(CARA_ASKS, made.id)
    assert [file.id for each in shown.messages for file in each.files] == [mine.id]
    assert (await requests.file(CARA_ASKS, made.id, mine.id)).name == "invoice.txt"
    assert (await refusal(requests.file(CARA_ASKS, made.id, inner.id))).status == 404
    assert (await refusal(ask(requests, attachments=[inner.id]))).extra["field"] == "attachments.0"


async def test_the_form_asks_for_the_customers_fields(both: tuple[Desk, CustomerRequests]) -> None:
    house, requests = both
    for key in ("floor", "room", "cost"):
        await house.set_up.put("fields", None, FieldBody(name=key.title(), type="text"), key)
    form = [
        FormField(field="floor", customer="required"),
        FormField(field="room", customer="shown"),
        FormField(field="cost", required=True),
    ]
    kind = house.set_up.catalog.types["question"]
    names = ("name", "initial_state", "transitions", "position")
    body = TypeBody.model_validate({name: getattr(kind, name) for name in names} | {"form": form})
    await house.set_up.put("types", "question", body)
    hidden = body.model_copy(update={"name": "Inner", "for_customers": False, "form": []})
    await house.set_up.put("types", None, hidden, "inner")

    offered = {each.id: each for each in requests.forms().items}
    assert "inner" not in offered
    assert [(each.id, each.required) for each in offered["question"].fields] == [("floor", True), ("room", False)]
    assert (await refusal(ask(requests))).extra["field"] == "fields.floor"
    assert (await refusal(ask(requests, fields={"floor": "1", "cost": "9"}))).extra["field"] == "fields.cost"
    assert (await refusal(ask(requests, type="inner"))).extra["field"] == "type"
    made = await ask(requests, fields={"floor": "Third"})
    await house.change(await house.tickets.get(made.id, everywhere()), fields={"cost": "hush"})
    shown = await requests.get(CARA_ASKS, made.id)
    assert [(each.name, each.value) for each in shown.fields] == [("Floor", "Third")]


async def test_lists_by_state_words_and_page(both: tuple[Desk, CustomerRequests]) -> None:
    house, requests = both
    made = [await ask(requests, subject=f"100% of {place}") for place in range(5)]
    await house.change(await house.tickets.get(made[0].id, everywhere()), state="resolved")
    first = await requests.page(CARA_ASKS, RequestQuery(limit=3))
    rest = await requests.page(CARA_ASKS, RequestQuery(limit=3, cursor=first.next_cursor))
    assert [each.id for each in (*first.items, *rest.items)] == [each.id for each in made[::-1]]
    assert rest.next_cursor is None
    assert [each.id for each in (await requests.page(CARA_ASKS, RequestQuery(state="done"))).items] == [made[0].id]
    assert [each.id for each in (await requests.page(CARA_ASKS, RequestQuery(q="100% OF 3"))).items] == [made[3].id]
    assert (await requests.page(CARA_ASKS, RequestQuery(q="_"))).items == []
    assert (await refusal(requests.page(CARA_ASKS, RequestQuery(cursor="x")))).extra["field"] == "cursor"


async def test_who_asks_too_often_waits(both: tuple[Desk, CustomerRequests]) -> None:
    house, requests = both
    for _ in range(11):
        await ask(requests)
    problem = await refusal(ask(requests))
    assert problem.status == 429
    house.pass_hours(0.1)
    await ask(requests)


def test_how_far_it_has_come() -> None:
    at = datetime.fromtimestamp(BEGIN, UTC)
    house, customer = LastWord(at=at, by_house=True), LastWord(at=at, by_house=False)
    assert step_of(StateClass.OPEN, customer) == step_of(StateClass.OPEN, None) == "received"
    assert step_of(StateClass.IN_PROGRESS, customer) == step_of(StateClass.REOPENED, customer) == "working"
    assert step_of(StateClass.OPEN, house) == step_of(StateClass.PENDING, customer) == "answered"
    assert step_of(StateClass.RESOLVED, house) == step_of(StateClass.CLOSED, customer) == "solved"


ACTS = ("make", "say", "note", "aside", "rule", "answer", "tag", "assign", "move", "merge", "unmerge", "file")
acts = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(0, 5)), min_size=10, max_size=40)


@settings(max_examples=8, deadline=None)
@given(acts)
def test_whatever_happens_they_see_their_own_open_words_only(wanted: list[tuple[str, int, int]]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="customers-"))
    try:
        asyncio.run(_happens(folder, wanted))
    finally:
        shutil.rmtree(folder)


async def _happens(folder: Path, wanted: list[tuple[str, int, int]]) -> None:
    async with counter(folder) as (house, requests):
        seen_by: dict[str, set[str]] = {CARA: set(), DORA: set()}
        ids: list[tuple[str, str]] = []
        for customer in (CARA, DORA):
            made = await house.make(ANNA, requester=customer, subject="Nothing", description=_word(seen_by, customer))
            ids.append((made.id, customer))
        for act, one, two in wanted:
            # What is refused in the state it is in changes nothing.
            with suppress(Problem):
                await _act(house, requests, act, ids, one, two, seen_by)
        for asker, other in ((CARA_ASKS, DORA), (DORA_ASKS, CARA)):
            page = await requests.page(asker, RequestQuery(limit=100))
            rows = [await requests.get(asker, row.id) for row in page.items]
            everything = page.model_dump_json() + "".join(row.model_dump_json() for row in rows)
            assert "hush" not in everything
            for word in seen_by[asker.customer_id]:
                assert f"{word} ." in everything
            for word in seen_by[other]:
                assert f"{word} ." not in everything
            for ticket, whose in ids:
                if whose == other:
                    assert ticket not in everything


def _word(seen_by: dict[str, set[str]], customer: str) -> str:
    word = f"open-{customer[0]}-{len(seen_by[customer])}"
    seen_by[customer].add(word)
    return f"{word} ."


async def _act(
    house: Desk,
    requests: CustomerRequests,
    act: str,
    ids: list[tuple[str, str]],
    one: int,
    two: int,
    seen_by: dict[str, set[str]],
) -> None:
    ticket_id, customer = ids[one % len(ids)]
    ticket = await house.tickets.get(ticket_id, everywhere())
    asker = CARA_ASKS if customer == CARA else DORA_ASKS
    if act == "make":
        made = await house.make(requester=customer, subject="Nothing", description="hush", description_kind="note")
        ids.append((made.id, customer))
    elif act in ("note", "aside"):
        file = await requests.files.take(a_file(b"hush", name="hush.txt"), ANNA)
        if act == "note":
            await house.say(ticket, "hush", ANNA, kind="note", attachments=[file.id])
        else:
            aside = NewSide(subject="hush", team="north", text="hush", attachments=[file.id])
            await Sides(house.tickets, None).begin(ticket.id, aside, everywhere())
    elif act in ("say", "answer", "rule"):
        word = f"open-{customer[0]}-{len(seen_by[customer])}"
        if act == "answer":
            await requests.say(asker, ticket_id, CustomerWords(text=f"{word} ."), key=None)
        else:
            await house.say(ticket, f"{word} .", ANNA if act == "say" else CUSTOMER.because("hush"))
        seen_by[customer].add(word)
    elif act == "tag":
        await house.change(ticket, tags=["hush"], category=None, priority="urgent")
    elif act == "assign":
        await house.change(ticket, queue="support", team="north", assignee="bert")
    elif act == "move":
        await house.change(ticket, state=("open", "in_progress", "pending", "resolved", "closed", "reopened")[two])
    elif act == "merge":
        await house.helpdesk.linking.merge(ticket_id, ids[two % len(ids)][0], ANNA, everywhere())
    elif act == "unmerge":
        await house.helpdesk.linking.unmerge(ticket_id, ANNA, everywhere())
    else:
        file = await requests.files.take(a_file(b"there", name="there.txt"), asker.by)
        await requests.say(asker, ticket_id, CustomerWords(text="See", attachments=[file.id]), key=None)


async def test_a_rules_name_is_not_shown(both: tuple[Desk, CustomerRequests]) -> None:
    house, requests = both
    made = await ask(requests)
    ticket = await house.tickets.get(made.id, everywhere())
    await house.say(ticket, "We look into it.", ANNA.because("hush-rule"))
    async with house.database.transaction() as session:
        row = await session.get_one(TicketMessage, (await requests.get(CARA_ASKS, made.id)).messages[-1].id)
        row.author_name = "hush-rule"
    assert "hush" not in (await requests.get(CARA_ASKS, made.id)).model_dump_json()

"""Words are found where they stand, newest first, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.storage.search import MOST_GROWN, NARROWEST, wider
from contactcenter.tickets import search
from contactcenter.tickets.documents import NewMessage
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.search import Found, SearchQuery
from contactcenter.tickets.settings import FieldBody
from contactcenter.tickets.sight import EVERYTHING
from contactcenter.tickets.views import TicketQuery
from tests.tickets.desk import BERT, Desk, desk, everywhere

MANY: list[dict[str, Any]] = [
    {"subject": "Printer broken", "priority": "urgent", "assignee": "anna"},
    {"subject": "Password forgotten", "priority": "low", "type": "request"},
    {"subject": "printer on fire", "queue": "support", "fields": {"colour": "red"}},
    {"subject": "Müller writes", "team": "north"},
    {"subject": "Thanks", "type": "compliment", "priority": "low"},
    {"subject": "No thing", "assignee": "bert"},
]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.e2e)])
def url(request: pytest.FixtureRequest) -> str | None:
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgres" else None


@pytest.fixture
async def house(tmp_path: Path, url: str | None) -> AsyncIterator[Desk]:
    async with desk(tmp_path, url) as made:
        colour = FieldBody(name="Colour", type="choice", choices=["red", "blue"])
        await made.set_up.put("fields", None, colour, "colour")
        for values in MANY:
            await made.make(**values)
        yield made


async def find(house: Desk, q: str, sight: Any = EVERYTHING, **asked: Any) -> Found:
    async with house.database.session() as session:
        return await search.find(session, SearchQuery(q=q, **asked), sight, house.set_up.catalog)


async def found(house: Desk, q: str, **asked: Any) -> list[str]:
    return [hit.ticket.number for hit in (await find(house, q, **asked)).items]


async def test_words_are_found_in_subject_number_fields_and_thread(house: Desk) -> None:
    assert await found(house, "printer") == ["T-000003", "T-000001"]
    assert await found(house, "PRINT") == ["T-000003", "T-000001"]
    assert await found(house, "muller") == ["T-000004"]
    assert await found(house, "red") == ["T-000003"]
    assert await found(house, "T-000002") == ["T-000002"]
    assert await found(house, "?!") == []
    rows = (await house.helpdesk.views.query(TicketQuery(), everywhere())).items
    thanks = next(row for row in rows if "Tha" in row.subject)
    await house.tickets.say(thanks.id, NewMessage(text="Your *printer* is lovely"), BERT)
    assert await found(house, "lovely printer") == ["T-000005"]
    made = await house.tickets.get(thanks.id, everywhere())
    await house.change(made, subject="Praise")
    assert await found(house, "thanks") == []
    assert await found(house, "praise") == ["T-000005"]


async def test_addresses_and_numbers_are_found_by_their_parts(house: Desk) -> None:
    made = await house.make(subject="Mail from zoe@shop.example.com about foo_bar-baz, -42 or 3.14 <b>see</b>")
    for q in (
        "zoe",
        "shop",
        "example",
        "zoe@shop.example.com",
        "bar",
        "foo_bar",
        "baz",
        "-42",
        "42",
        "3.14",
        "14",
        "b",
    ):
        assert made.number in await found(house, q), q
    assert await found(house, "oo_bar") == await found(house, "4.3") == []


async def test_hits_are_shown_with_what_is_around_them_and_counted(house: Desk) -> None:
    first = await find(house, "burn", limit=2)
    later = await find(house, "burn", before=first.next_before)
    assert [hit.marks for hit in first.items] == [[[("It ", False), ("burn", True), ("s.", False)]]] * 2
    assert (first.counted, first.more, first.facets["priority"]) == (6, True, {"medium": 3, "low": 2, "urgent": 1})
    assert (len(later.items), later.more, later.facets) == (4, False, {})


@pytest.mark.parametrize("read_through", [0, 1])
async def test_however_little_is_looked_through_at_once_all_are_found_in_order(
    house: Desk, monkeypatch: pytest.MonkeyPatch, read_through: int
) -> None:
    monkeypatch.setattr(search, "NARROWEST", 1)
    monkeypatch.setattr(search, "READ_THROUGH", read_through)
    monkeypatch.setattr(search, "wider", lambda width, found, missing: 1)
    assert await found(house, "printer") == ["T-000003", "T-000001"]
    assert await found(house, "burns") == [f"T-00000{serial}" for serial in range(6, 0, -1)]
    assert await found(house, "burns", before=4, limit=2) == ["T-000003", "T-000002"]
    assert await found(house, "burns", type="request") == ["T-000002"]
    assert await found(house, "nothing burns") == []
    mine = await find(house, "burns", Ticket.assignee_id == "anna")
    assert ([hit.ticket.number for hit in mine.items], mine.counted, mine.more) == (["T-000001"], 1, False)


async def test_what_was_frequent_until_lately_is_found_without_looking_at_all_of_it(
    house: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await house.make(subject="Scanner", description="Noise")
    monkeypatch.setattr(search, "NARROWEST", 2)
    monkeypatch.setattr(search, "SAMPLED", 6)
    looked: list[tuple[int, float, int]] = []

    def wider(width: int, found: float, missing: int) -> int:
        looked.append((width, found, missing))
        return 2

    monkeypatch.setattr(search, "wider", wider)
    assert await found(house, "burns", limit=3) == ["T-000006", "T-000005", "T-000004"]
    if looked:
        # Of the seven keys below, six are looked at: the burning ones stand at 1 to 5.
        assert looked[0] == (2, 2 * 5 / 6, search.COUNTED)


async def test_those_of_somebody_are_found_however_many_he_has(house: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.make(subject="Another one", assignee="anna")
    for few in (0, 1, 2, 500):
        monkeypatch.setattr(search, "FEW", few)
        assert await found(house, "burns", assignee="anna") == ["T-000007", "T-000001"]
        assert await found(house, "burns", assignee="anna", before=7) == ["T-000001"]
        assert await found(house, "printer", assignee="anna") == ["T-000001"]
        assert await found(house, "burns", assignee="plan") == []


@given(width=st.integers(1, 10**9), found=st.integers(0, 1000), missing=st.integers(1, 1000))
def test_the_next_look_holds_what_is_missing_and_is_not_too_wide(width: int, found: int, missing: int) -> None:
    width_then = wider(width, found, missing)
    assert NARROWEST <= width_then <= max(NARROWEST, MOST_GROWN * width)
    assert width_then * found >= missing * width or width_then >= MOST_GROWN * width


@given(st.text(max_size=60), st.lists(st.sampled_from(["a", "ss", "e", "müll"]), max_size=3))
def test_marks_lose_and_add_nothing(text: str, words: list[str]) -> None:
    pieces = search.marked(text, words)
    assert "".join(piece for piece, _ in pieces) in text

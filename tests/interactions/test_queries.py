"""The list of interactions: filters, and pages that neither skip nor repeat while calls come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from contactcenter.interactions.models import Interaction
from contactcenter.interactions.queries import BadCursorError, InteractionFilter, InteractionQueries
from contactcenter.interactions.sight import EVERYTHING
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Insert, Journal

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Archive:
    def __init__(self, database: Database, journal: Journal) -> None:
        self.journal = journal
        self.queries = InteractionQueries(database, journal)

    def add(self, name: str, minute: float = 0, **values: Any) -> None:
        row = {
            "id": name,
            "channel": "voice",
            "direction": "in",
            "state": "ended",
            "caller_address": "+4930",
            "started_at": NOON + timedelta(minutes=minute),
            "data": [],
            "note": "",
        }
        self.journal.append(Insert(Interaction, row | values))

    async def find(self, *only: str, **wanted: Any) -> list[str]:
        rows, _ = await self.queries.page(
            InteractionFilter.model_validate(wanted), Interaction.agent_id.in_(only) if only else EVERYTHING
        )
        return [row.id for row in rows]


@pytest.fixture
def archive(database: Database, journal: Journal) -> Archive:
    return Archive(database, journal)


async def test_text_is_searched_as_it_is_typed(archive: Archive) -> None:
    archive.add("percent", note="gave 50% off")
    archive.add("plain", note="gave 500 off")
    archive.add("under", caller_name="a_b")
    archive.add("letter", caller_name="axb")
    archive.add("back", note="C:\\temp")
    archive.add("number", caller_address="+49301234")
    assert await archive.find(q="50%") == ["percent"]
    assert await archive.find(q="a_b") == ["under"]
    assert await archive.find(q="A_B") == ["under"]
    assert await archive.find(q="C:\\t") == ["back"]
    assert await archive.find(q="3012") == ["number"]
    assert await archive.find(q="%") == ["percent"]
    assert await archive.find(q="nothing like it") == []


async def test_filters_narrow_together(archive: Archive) -> None:
    archive.add("a", 0, queue_id="sales", agent_id="anna", outcome="handled")
    archive.add("b", 1, queue_id="sales", agent_id="ben", outcome="handled")
    archive.add("c", 2, queue_id="support", agent_id="anna", outcome="abandoned")
    assert await archive.find() == ["c", "b", "a"]
    assert await archive.find(queue="sales") == ["b", "a"]
    assert await archive.find(agent="anna") == ["c", "a"]
    assert await archive.find(agent="anna", queue="sales") == ["a"]
    assert await archive.find(outcome="abandoned") == ["c"]
    assert await archive.find("ben") == ["b"]
    assert await archive.find("ben", agent="anna") == []


async def test_the_period_includes_its_beginning_and_not_its_end(archive: Archive) -> None:
    for minute in range(4):
        archive.add(str(minute), minute)
    since, until = NOON + timedelta(minutes=1), NOON + timedelta(minutes=3)
    assert await archive.find(**{"from": since, "to": until}) == ["2", "1"]
    berlin = since.astimezone(tz=None).isoformat()
    assert await archive.find(**{"from": berlin}) == ["3", "2", "1"]
    with pytest.raises(ValidationError):
        InteractionFilter.model_validate({"from": "2026-05-04T12:00:00"})


async def test_pages_stay_in_step_while_calls_come_in(archive: Archive) -> None:
    for number in range(7):
        archive.add(f"old-{number}", number // 3)
    seen: list[str] = []
    cursor = None
    for page in range(10):
        wanted = InteractionFilter(limit=2, cursor=cursor)
        rows, cursor = await archive.queries.page(wanted, EVERYTHING)
        seen += [row.id for row in rows]
        archive.add(f"new-{page}", 60 + page)
        if cursor is None:
            break
    assert seen == ["old-6", "old-5", "old-4", "old-3", "old-2", "old-1", "old-0"]


async def test_a_page_that_ends_exactly_with_the_list_has_no_next_one(archive: Archive) -> None:
    archive.add("a")
    archive.add("b", 1)
    rows, cursor = await archive.queries.page(InteractionFilter(limit=2), EVERYTHING)
    assert ([row.id for row in rows], cursor) == (["b", "a"], None)


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "ÿ", "MjAyNnxh", "fHw="])
async def test_an_invented_cursor_is_refused(archive: Archive, cursor: str) -> None:
    with pytest.raises(BadCursorError):
        await archive.queries.page(InteractionFilter(cursor=cursor), EVERYTHING)

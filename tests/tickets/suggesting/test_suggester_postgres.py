"""The same on PostgreSQL: from the tickets to what is suggested, counted and forgotten."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from contactcenter.plugin import Person
from contactcenter.tickets.suggesting.privacy import personal
from tests.tickets.desk import CARA
from tests.tickets.suggesting.house import FEW, house


@pytest.mark.e2e
async def test_learned_shown_counted_and_forgotten(tmp_path: Path, postgres_url: str) -> None:
    async with house(tmp_path, postgres_url) as center:
        await center.stock(160)
        await asyncio.gather(*(center.suggester.set(FEW) for _ in range(4)))
        await center.learned()
        assert {name: each.value for name, each in (await center.suggested()).items()} == {
            "category": "invoices",
            "priority": "urgent",
        }
        await asyncio.gather(*(center.suggester.answered("category", taken=each % 2 == 0) for each in range(6)))
        answers = (await center.suggester.page()).fields[0].answers
        assert (answers.taken, answers.refused) == (3, 3)
        assert await personal(center.database).erase(Person(customers=frozenset({CARA})), 200) == 1
        assert await center.suggested() == {}
        center.desk.pass_hours(1)
        assert await center.suggester.trainer.sweep()
        assert (await center.suggested())["category"].value == "invoices"

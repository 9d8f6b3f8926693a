"""The same on PostgreSQL: found, forgotten, kept for so long."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.privacy.settings import HoldBody, InteractionsHeld
from tests.privacy.house import house
from tests.privacy.test_erasure import CARA, WORDS, asked, fill
from tests.privacy.test_retention import rules, run

pytestmark = pytest.mark.e2e


async def test_forgotten_and_kept(tmp_path: Path, postgres_url: str) -> None:
    async with house(tmp_path, url=postgres_url) as center:
        await fill(center)
        await center.call("u1", "+4930777777", agent="ann_a")
        center.pass_days(2)
        await center.privacy.holds.set(HoldBody(reason="Complaint.", interactions=InteractionsHeld(interaction="u1")))
        request = await center.privacy.requests.ask("erase", asked(CARA))
        await center.privacy.runner.run_waiting()
        done = await center.privacy.requests.one(request.id)
        assert (done.state, done.problem) == ("done", None)
        after = await center.everything()
        for word in WORDS:
            assert word not in after, word
        await center.privacy.retention.set(rules(("interactions", "sales", 1), ("recordings", None, 1)))
        assert (await run(center)).counts == {"recordings": 1, "interactions": 1}
        assert "Secret of u1" in await center.everything()

"""The whole server on PostgreSQL: the same call, the same rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.center import Page, Telephone, populate, running, settings
from tests.fakes.waiting import until

pytestmark = pytest.mark.e2e


async def test_a_call_is_taken_and_kept(tmp_path: Path, postgres_url: str) -> None:
    config = settings(tmp_path, database={"url": postgres_url})
    await populate(config)
    async with running(config) as app, Telephone(33300) as caller, Telephone(33400) as phone, Page(app, "dora") as dora:
        await phone.register(app, "dora-phone")
        await dora.become_available()
        await caller.dial(app)
        await phone.ringing.wait()
        interaction = await dora.offer()
        await phone.pick_up()
        await until(lambda: dora.collection("work").get(interaction, {}).get("phase") == "talking", "talking")
        await caller.hang_up()
        await until(lambda: dora.collection("work")[interaction]["phase"] == "wrap_up", "wrap-up")
        await dora.act("wrapup.complete", interaction_id=interaction, disposition_id="sold", note="O'Brien; 100 %")
        await phone.registration.close()
    async with running(config) as app, Page(app, "sue") as sue:
        await sue.subscribe("wallboard")
        assert sue.collection("queues")["sales"]["answered"] == 1
        detail = await sue.get(f"/api/v1/interactions/{interaction}")
        assert (detail["outcome"], detail["note"]) == ("handled", "O'Brien; 100 %")
        found = await sue.get("/api/v1/interactions?q=100%20%25&agent=dora&outcome=handled")
        assert [row["id"] for row in found["items"]] == [interaction]

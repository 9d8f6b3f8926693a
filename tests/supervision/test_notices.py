"""What is wrong with the system itself is said while it lasts, and the calls go on."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.app import App
from contactcenter.storage.errors import StorageUnavailable
from tests.fakes.center import STRAIGHT_TO_QUEUE, Page, Telephone, populate, running, settings
from tests.fakes.waiting import until


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        yield app


def rewrite(path: Path, content: str) -> None:
    path.write_text(content)
    later = time.time() + 5
    os.utime(path, (later, later))


async def test_a_broken_flow_is_said_and_the_last_good_one_used(center: App, tmp_path: Path) -> None:
    file = tmp_path / "ivr_flows" / "main.yaml"
    async with Page(center, "sue") as sue, Telephone(33300) as caller, Telephone(33400) as second:
        await sue.subscribe("system")
        assert not [key for key in sue.collection("notices") if "wiat" in str(sue.collection("notices")[key])]
        await caller.dial(center)
        await caller.answered.wait()
        rewrite(file, STRAIGHT_TO_QUEUE.replace("next: wait", "next: wiat"))
        await center.watch.check()
        errors = [row for row in sue.app.notices.all().values() if row["level"] == "error"]
        (error,) = errors
        assert "main.yaml:" in error["text"]
        assert "wiat" in error["text"]
        await until(lambda: error in sue.collection("notices").values(), "the notice on the page")
        assert error["text"] in [row["text"] for row in (await sue.get("/api/v1/system"))["notices"]]

        await second.dial(center)
        await until(lambda: len(center.driver.engine.waiting("sales")) == 2, "both calls reach the queue")

        rewrite(file, STRAIGHT_TO_QUEUE)
        await center.watch.check()
        assert not [row for row in center.notices.all().values() if row["level"] == "error"]
        await until(lambda: error not in sue.collection("notices").values(), "the notice is gone")


async def test_a_running_call_keeps_its_version_of_the_flow(center: App, tmp_path: Path) -> None:
    file = tmp_path / "ivr_flows" / "main.yaml"
    async with Telephone(33500) as caller, Telephone(33600) as second:
        await caller.dial(center)
        await caller.answered.wait()
        rewrite(file, "flow: main\nlanguage: en\nstart: bye\nsteps:\n  bye:\n    hangup: {outcome: closed}\n")
        await center.watch.check()
        await second.dial(center)
        await second.over.wait()
        await until(lambda: center.driver.engine.waiting("sales"), "the first caller reaches the queue")
        assert not caller.over.is_set()


async def test_agents_are_not_shown_notices(center: App) -> None:
    center.notices.set("test", "error", "Full.")
    async with Page(center, "anna") as anna, Page(center, "sue") as sue:
        assert (await anna.get("/api/v1/system"))["notices"] == []
        assert {"level": "error", "text": "Full."} in (await sue.get("/api/v1/system"))["notices"]


async def test_a_journal_that_cannot_write_is_said_until_it_can(center: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> AbstractAsyncContextManager[AsyncSession]:
        raise StorageUnavailable("The database is locked by another program.")

    with monkeypatch.context() as patch:
        patch.setattr(center.database, "transaction", locked)
        center.interactions.update("some call", note="kept")
        await until(lambda: not center.journal.health.ok, "the journal notices")
        await center.watch.check()
        notice = center.notices.all()["journal:database"]
        assert notice["level"] == "error"
        assert "locked" in notice["text"]
        assert "Calls go on" in notice["text"]
    await until(lambda: center.journal.health.ok, "the journal recovers")
    await center.watch.check()
    assert "journal:database" not in center.notices.all()

"""What is wrong with the routing engine's memory is said on every page that shows such things."""

from __future__ import annotations

from pathlib import Path

import pytest

from acd.commands import ConfigureQueue
from acd.model import QueueConfig
from tests.fakes.center import populate, running, settings
from tests.fakes.full_disk import fill_disk


async def test_a_memory_that_is_lost_is_said_until_the_next_start(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.watch.check()
        assert not [key for key in app.notices.all() if key.startswith("routing:")]
    for path in (tmp_path / "routing").glob("*.snapshot"):
        path.write_bytes(b"damaged")
    async with running(config) as app:
        await app.watch.check()
        notice = app.notices.all()["routing:restart"]
        assert notice["level"] == "warning"
        assert "The routing engine begins empty" in notice["text"]
        assert app.driver.engine.queue_ids() == ["sales"]
    async with running(config) as app:
        await app.watch.check()
        assert "routing:restart" not in app.notices.all()


async def test_a_journal_that_breaks_off_is_said(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        fill_disk(app.keeper.journal)
        app.driver.submit(ConfigureQueue(QueueConfig("help")))
        await app.watch.check()
        notice = app.notices.all()["routing:journal"]
        assert notice["level"] == "error"
        assert "No space left on device" in notice["text"]


async def test_snapshots_that_fail_again_and_again_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        monkeypatch.setattr(type(app.keeper), "warning", "The last 2 snapshots of the routing engine failed.")
        await app.watch.check()
        notice = app.notices.all()["routing:snapshots"]
        assert (notice["level"], notice["text"]) == ("warning", "The last 2 snapshots of the routing engine failed.")

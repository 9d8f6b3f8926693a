"""What is wrong with the routing engine's memory is said on every page that shows such things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from acd import engine as acting
from acd.commands import ConfigureQueue
from acd.model import QueueConfig
from contactcenter.audit.models import AuditEntry
from contactcenter.inspection.command import seal_all
from tests.fakes.center import populate, running, settings
from tests.fakes.full_disk import fill_disk
from tests.fakes.waiting import until


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


async def test_a_mistake_in_the_engines_program_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(floor: object, command: object) -> None:
        raise RuntimeError("a mistake")

    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.watch.check()
        assert "engine:faults" not in app.notices.all()
        handlers: dict[Any, Any] = acting.HANDLERS
        monkeypatch.setitem(handlers, ConfigureQueue, broken)
        app.driver.submit(ConfigureQueue(QueueConfig("help")))
        await app.watch.check()
        assert "a mistake in its program once" in app.notices.all()["engine:faults"]["text"]


async def test_an_audit_trail_that_was_tampered_with_is_said(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await seal_all(app.trail)
        async with app.database.transaction() as session:
            await session.execute(update(AuditEntry).where(AuditEntry.seq == 1).values(act="nothing.done"))
        app.trail.verify_soon()
        await until(lambda: not app.trail.verification.running, "the walk along the chain")
        await app.watch.check()
        assert "1" in app.notices.all()["audit:chain"]["text"]

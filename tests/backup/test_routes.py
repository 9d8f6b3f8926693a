"""The screen of backups: what it is told, and what it may begin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note
from contactcenter.backup import permissions
from contactcenter.backup.acts import BACKUP_CHECKED
from contactcenter.backup.archive import Keys
from contactcenter.backup.contents import Contents, document
from contactcenter.backup.make import Progress, make
from contactcenter.backup.routes import routes
from contactcenter.backup.schedule import name_at
from contactcenter.backup.worker import Coming, seldom
from tests.backup.scheduled import Scheduled, scheduled_in
from tests.fakes.api import served
from tests.fakes.archived import NOW


class Screen:
    def __init__(self, house: Scheduled, client: aiohttp.ClientSession) -> None:
        self.house = house
        self.client = client

    async def ask(self, method: str, path: str = "") -> tuple[int, Any]:
        async with self.client.request(method, f"/api/v1/backups{path}") as response:
            return response.status, await response.json()

    async def shown(self) -> Any:
        status, answer = await self.ask("GET")
        assert status == 200
        return answer

    async def archive(self) -> Path:
        """A backup, without a process of its own."""
        self.house.folder.mkdir()
        backups, path = self.house.backups, self.house.folder / name_at(NOW)
        keys = Keys(masters=backups._source.read(may_make=False))
        await make(path, backups._places, keys, product="1", now=NOW)
        return path

    async def acts(self) -> list[str]:
        async with self.house.backups.database.session() as session:
            query = text("SELECT act FROM audit_entries WHERE subject_kind = 'backup' ORDER BY id")
            return list(await session.scalars(query))


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[Screen]:
    async with scheduled_in(tmp_path) as house, served(routes(house.backups), permissions.ALL) as client:
        yield Screen(house, client)


async def test_made_now_and_found_whole(screen: Screen) -> None:
    before = await screen.shown()
    assert (before["items"], before["newest_at"], before["overdue"]) == ([], None, True)
    status, work = await screen.ask("POST")
    assert (status, work["deed"], work["name"]) == (202, "make", name_at(NOW))
    status, problem = await screen.ask("POST")
    assert (status, problem["type"]) == (409, "/problems/busy")
    await screen.house.done()
    made = await screen.shown()
    [item] = made["items"]
    assert (made["overdue"], made["progress"]["work"], made["progress"]["last"]["failed"]) == (False, None, None)
    assert item["octets"] == (screen.house.folder / item["name"]).stat().st_size
    assert item["contents"]["recordings"] == 2
    assert item["contents"]["rows"] > 10
    assert [master["used"] for master in item["masters"]] == [True]
    assert item["command"].endswith(item["path"])
    assert item["checked"] is None

    status, work = await screen.ask("POST", f"/{item['name']}/check")
    assert (status, work["deed"]) == (202, "check")
    await screen.house.done()
    [item] = (await screen.shown())["items"]
    assert item["checked"]["sound"]
    assert await screen.acts() == ["backup.made", "backup.checked"]

    screen.house.clock.now = NOW + 2.1 * 86_400
    assert (await screen.shown())["overdue"]


async def test_a_changed_octet_is_found_and_said(screen: Screen) -> None:
    path = await screen.archive()
    whole = bytearray(path.read_bytes())
    whole[-1] ^= 1
    path.write_bytes(whole)
    await screen.ask("POST", f"/{path.name}/check")
    await screen.house.done()
    answer = await screen.shown()
    check = answer["items"][0]["checked"]
    assert not check["sound"]
    assert "changed or cut off" in check["reason"]
    assert answer["progress"]["last"]["failed"] == check["reason"]
    assert await screen.acts() == ["backup.unsound"]


async def test_a_check_counts_for_the_file_it_was_of(screen: Screen) -> None:
    path = await screen.archive()
    held = Contents(database="sqlite", rows=3, recordings=2, ticket_files=0, files=1, octets=9, masters=[])
    act = Act(kind=BACKUP_CHECKED, subject=Subject("backup", path.name), after=document(held, path.stat().st_size))
    await note(screen.house.backups.database, act)
    [item] = (await screen.shown())["items"]
    assert (item["checked"]["sound"], item["contents"]["rows"]) == (True, 3)
    path.write_bytes(path.read_bytes() + b"more")
    [item] = (await screen.shown())["items"]
    assert (item["checked"], item["contents"]) == (None, None)


async def test_what_is_no_backup_is_said_and_what_is_not_there_is_refused(screen: Screen) -> None:
    screen.house.folder.mkdir()
    (screen.house.folder / "old.ccbackup").write_bytes(b"nothing of the kind")
    (screen.house.folder / "notes.txt").write_text("not listed")
    answer = await screen.shown()
    assert [(item["name"], item["scheduled"]) for item in answer["items"]] == [("old.ccbackup", False)]
    assert "too short" in answer["items"][0]["damaged"] or "not a backup" in answer["items"][0]["damaged"]
    assert answer["overdue"]
    for name in ("none.ccbackup", "notes.txt", "..%2Fhouse%2Fvar%2Ftest.db"):
        assert (await screen.ask("POST", f"/{name}/check"))[0] == 404


async def test_a_folder_that_cannot_be_read_is_told(screen: Screen) -> None:
    screen.house.folder.write_text("a file")
    answer = await screen.shown()
    assert "cannot be read" in answer["problem"]
    assert (await screen.ask("POST", "/x/check"))[0] == 409
    assert (await screen.ask("POST"))[0] == 202
    await screen.house.done()
    assert "cannot be used" in (await screen.ask("GET", "/progress"))[1]["last"]["failed"]


async def test_without_a_folder_nothing_is_made(tmp_path: Path) -> None:
    async with scheduled_in(tmp_path, set_up=False) as house, served(routes(house.backups), permissions.ALL) as client:
        screen = Screen(house, client)
        answer = await screen.shown()
        assert (answer["schedule"]["folder"], answer["next_at"], answer["items"]) == (None, None, [])
        status, problem = await screen.ask("POST")
        assert (status, problem["type"]) == (409, "/problems/no-folder")
        assert (await screen.ask("POST", "/x/check"))[0] == 404


def test_progress_is_told_seldom() -> None:
    said: list[Coming] = []
    now = 0.0
    told = seldom(said.append, lambda: now)
    for step in range(10):
        now = step / 8
        told(Progress(step, 10))
    assert [each.done for each in said] == [0, 2, 4, 6, 8]

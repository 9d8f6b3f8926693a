"""Somebody is forgotten, a backup from before is put back by the command, and at the next start forgotten again."""

from __future__ import annotations

import asyncio
import sys
import tomllib
from pathlib import Path

import pytest

from contactcenter.app import App
from contactcenter.config import Config
from contactcenter.customers.settings import CustomerBody, CustomerFilter
from contactcenter.permissions import Role
from contactcenter.privacy.settings import RequestBody, SubjectBody
from tests.fakes.center import PASSWORD, STRAIGHT_TO_QUEUE, populate, running

SETTINGS = """
[http]
host = "127.0.0.1"
port = 0
[sip]
host = "127.0.0.1"
port = 0
[media]
host = "127.0.0.1"
workers = 0
rtp_port_min = 30000
rtp_port_max = 31999
recordings_dir = "{folder}/var/recordings"
speech_dir = "{folder}/var/speech"
[database]
url = "sqlite+aiosqlite:///{folder}/var/cc.db"
[flows]
dir = "{folder}/flows"
[routing]
journal_dir = "{folder}/var/routing"
"""
SECRET = "Xaveria Unforgettable"


async def command(*words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "contactcenter",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told = (await process.communicate())[0].decode()
    assert process.returncode == 0, told
    return told


async def names(app: App) -> list[str]:
    return [row.name for row in (await app.customers.page(CustomerFilter())).items]


@pytest.mark.e2e
async def test_a_restored_backup_forgets_again(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(STRAIGHT_TO_QUEUE)
    (tmp_path / "var").mkdir()
    file = tmp_path / "config.toml"
    file.write_text(SETTINGS.format(folder=tmp_path))
    config = Config.model_validate(tomllib.loads(file.read_text()))
    await populate(config)
    archive = tmp_path / "before.ccbackup"
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        made = await app.customers.make(CustomerBody(name=SECRET))
        await app.customers.make(CustomerBody(name="Remembered"))
    await command("backup", str(archive), "--config", str(file))
    async with running(config) as app:
        body = RequestBody(subject=SubjectBody(customers=[made.id]))
        await app.privacy.requests.ask("erase", body)
        await app.privacy.runner.run_waiting()
        assert await names(app) == ["Remembered"]
    told = await command("restore", str(archive), "--force", "--config", str(file))
    assert "is in" in told
    assert SECRET.encode() in (tmp_path / "var" / "cc.db").read_bytes(), "the backup knows it still"
    async with running(config) as app:
        assert await names(app) == ["Remembered"]
    assert SECRET.encode() not in (tmp_path / "var" / "cc.db").read_bytes()

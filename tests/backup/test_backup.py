from __future__ import annotations

import asyncio
import dataclasses
import multiprocessing
import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from contactcenter.backup.archive import Keys
from contactcenter.backup.entries import Manifest
from contactcenter.backup.errors import BackupError, Unsound
from contactcenter.backup.make import Progress, make
from contactcenter.backup.places import Places
from contactcenter.backup.restore import restore, verify
from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from contactcenter.vault.master import MasterKey
from tests.fakes.archived import FILES, KEYS, MASTER, NOW, config_at, furnish, places_at


async def rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, as text."""
    database = Database(url)
    try:
        async with database.session() as session:
            query = (
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
                if url.startswith("sqlite")
                else "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
            )
            names = sorted(await session.scalars(text(query)))
            found = {}
            for name in names:
                answer = await session.execute(text(f'SELECT * FROM "{name}"'))
                found[name] = sorted(tuple(map(str, row)) for row in answer)
            return found
    finally:
        await database.stop()


async def made(tmp_path: Path, url: str | None = None) -> tuple[Path, Places, Manifest]:
    _, places = await furnish(tmp_path / "house", url)
    target = tmp_path / "backups" / "one.ccbackup"
    manifest = await make(target, places, KEYS, product="1.2.3", now=NOW)
    return target, places, manifest


def other_place(tmp_path: Path, url: str | None = None) -> Places:
    folder = tmp_path / "elsewhere"
    config = config_at(folder, url)
    for path in sorted((folder / "var").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    return places_at(config, folder)


async def test_what_is_backed_up_is_restored(tmp_path: Path, url: str, request: pytest.FixtureRequest) -> None:
    archive, places, manifest = await made(tmp_path, url)
    before = await rows(url)
    assert manifest.tables == {name: len(each) for name, each in before.items() if name in manifest.tables}
    assert sum(manifest.tables.values()) > 10
    assert (await verify(archive, KEYS)) == manifest
    if url.startswith("postgresql"):
        target_url = url.rpartition("/")[0] + "/" + await _second(url)
        assert (await verify(archive, KEYS, url=target_url)) == manifest
        assert await rows(target_url) == {}
    else:
        target_url = f"sqlite+aiosqlite:///{tmp_path}/elsewhere/var/cc.db"
    there = other_place(tmp_path, target_url)
    restored = await restore(archive, KEYS, there, now=NOW)
    assert await rows(target_url) == before
    for name, data in FILES.items():
        assert (tmp_path / "elsewhere" / "var" / name).read_bytes() == data
    assert restored.aside == []
    assert restored.settings == tmp_path / "elsewhere" / "config.toml"
    assert "c2VjcmV0" not in restored.settings.read_text()
    assert "Europe/Berlin" in restored.settings.read_text()
    assert places.secret.exists()
    assert not there.secret.exists()
    assert not list((tmp_path / "elsewhere" / "var").glob("restoring-*"))
    await _goes_on(target_url)


async def _second(url: str) -> str:
    database = Database(url)
    try:
        async with database.engine.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            name = url.rpartition("/")[2] + "b"
            await autocommit.execute(text(f'CREATE DATABASE "{name}"'))
            return name
    finally:
        await database.stop()


async def _goes_on(url: str) -> None:
    """Numbers that the database hands out are not handed out twice."""
    statement = (
        "INSERT INTO audit_entries (moment, actor_kind, act, subject_kind) VALUES (CURRENT_TIMESTAMP, 'a', 'b', 'c')"
    )
    database = Database(url)
    try:
        async with database.transaction() as session:
            columns = {
                row[0]
                for row in await session.execute(
                    text("SELECT name FROM pragma_table_info('audit_entries') WHERE \"notnull\" AND dflt_value IS NULL")
                    if url.startswith("sqlite")
                    else text(
                        "SELECT column_name FROM information_schema.columns WHERE table_name = 'audit_entries' "
                        "AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'"
                    )
                )
            } - {"seq", "id"}
            values = dict.fromkeys(columns, "''") | {"moment": "CURRENT_TIMESTAMP"}
            statement = f"INSERT INTO audit_entries ({', '.join(values)}) VALUES ({', '.join(values.values())})"
            await session.execute(text(statement))
    finally:
        await database.stop()


async def test_nothing_is_replaced_without_force(tmp_path: Path) -> None:
    archive, places, _ = await made(tmp_path)
    before = await rows(places.url)
    with pytest.raises(BackupError, match="is there already"):
        await restore(archive, KEYS, places, now=NOW)
    assert await rows(places.url) == before


async def test_force_moves_aside(tmp_path: Path) -> None:
    archive, places, _ = await made(tmp_path)
    before = await rows(places.url)
    database = Database(places.url)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM dispositions"))
    await database.stop()
    restored = await restore(archive, KEYS, places, now=NOW, force=True)
    assert await rows(places.url) == before
    assert {path.name.partition(".before-restore-20")[0] for path in restored.aside} >= {"test.db", "recordings"}
    assert restored.settings == tmp_path / "house" / "config.restored.toml"


async def test_a_server_that_runs_is_in_the_way(tmp_path: Path) -> None:
    import fcntl

    archive, places, _ = await made(tmp_path)
    with (places.folders["routing"] / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="server runs"):
            await restore(archive, KEYS, places, now=NOW, force=True)


async def test_an_older_schema_is_brought_forward(tmp_path: Path) -> None:
    folder = tmp_path / "house"
    config = config_at(folder)
    await migrations.upgrade(config.database.url, "0002")
    places = places_at(config, folder)
    places = dataclasses.replace(places, settings=None)
    archive = tmp_path / "old.ccbackup"
    manifest = await make(archive, places, KEYS, product="0.1.0", now=NOW)
    assert manifest.schema == "0002"
    there = other_place(tmp_path)
    await restore(archive, KEYS, there, now=NOW)
    assert await migrations.current(there.url) == migrations.head()


async def test_a_passphrase_opens_it_as_well(tmp_path: Path) -> None:
    _, places = await furnish(tmp_path / "house")
    archive = tmp_path / "a.ccbackup"
    await make(archive, places, Keys(masters=[MASTER], passphrase="correct horse"), product="1", now=NOW)
    await verify(archive, Keys(passphrase="correct horse"))
    await verify(archive, KEYS)
    for wrong in (Keys(passphrase="wrong"), Keys(masters=[MasterKey.new()]), Keys()):
        with pytest.raises(BackupError, match="opened by the master key"):
            await verify(archive, wrong)
    with pytest.raises(BackupError, match="never written unencrypted"):
        await make(tmp_path / "b.ccbackup", places, Keys(), product="1", now=NOW)
    assert [path.name for path in tmp_path.glob("b.*")] == []


async def test_no_master_key_is_in_it(tmp_path: Path) -> None:
    _, places = await furnish(tmp_path / "house")
    secret = places.folders["recordings"] / "master.key"
    secret.write_text("KEY")
    (secret.parent / "master.key.new").write_text("KEY")
    manifest = await make(tmp_path / "a", dataclasses.replace(places, secret=secret), KEYS, product="1", now=NOW)
    assert not [entry.name for entry in manifest.entries if "master.key" in entry.name]
    assert manifest.masters


async def test_others_write_meanwhile(tmp_path: Path) -> None:
    """One moment of the database, although rows come all the time."""
    _, places = await furnish(tmp_path / "house")
    database = Database(places.url)
    stop = asyncio.Event()

    async def write() -> int:
        count = 0
        while not stop.is_set():
            async with database.transaction() as session:
                for half in ("a", "b"):
                    statement = text("INSERT INTO skills (id, name) VALUES (:id, :id)")
                    await session.execute(statement, {"id": f"{half}{count}"})
            count += 1
            await asyncio.sleep(0)
        return count

    writer = asyncio.create_task(write())
    try:
        for number in range(5):
            archive = tmp_path / f"{number}.ccbackup"
            await make(archive, places, KEYS, product="1", now=NOW)
            manifest = await verify(archive, KEYS)
            assert (manifest.tables["skills"] - 1) % 2 == 0
    finally:
        stop.set()
        assert await writer > 0
        await database.stop()


async def test_a_file_that_goes_meanwhile_is_told(tmp_path: Path) -> None:
    _, places = await furnish(tmp_path / "house")
    recordings = places.folders["recordings"]
    for index in range(3):
        (recordings / f"z{index}.wav").write_bytes(b"x" * 100)

    def told(progress: Progress) -> None:
        (recordings / "z1.wav").unlink(missing_ok=True)
        if (recordings / "z2.wav").exists():
            (recordings / "z2.wav").rename(recordings / "z2.wav.sealed")

    manifest = await make(tmp_path / "a", places, KEYS, product="1", now=NOW, told=told)
    await verify(tmp_path / "a", KEYS)
    names = {entry.name for entry in manifest.entries}
    assert "recordings/z0.wav" in names or "recordings/z1.wav" in manifest.gone or "recordings/z1.wav" not in names


def _backing_up(folder: Path, places: Places) -> None:
    number = 0
    while True:
        asyncio.run(make(folder / f"{number}.ccbackup", places, KEYS, product="1", now=NOW))
        number += 1


async def test_killed_in_the_middle_leaves_nothing_that_is_accepted(tmp_path: Path) -> None:
    _, places = await furnish(tmp_path / "house")
    (places.folders["recordings"] / "long.wav").write_bytes(os.urandom(40_000_000))
    for delay in (0.02, 0.15):
        folder = tmp_path / f"backups{delay}"
        folder.mkdir()
        process = multiprocessing.get_context("fork").Process(target=_backing_up, args=(folder, places))
        process.start()
        while not list(folder.glob("*.part")):
            time.sleep(0.005)
        time.sleep(delay)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        process.close()
        for path in folder.iterdir():
            whole = await is_whole(path)
            assert whole or path.suffix == ".part", "an archive under its own name is whole"
            if delay == 0.02:
                assert not whole, "killed too late: this proves nothing"


async def is_whole(archive: Path) -> bool:
    try:
        await verify(archive, KEYS)
    except Unsound:
        return False
    return True


async def test_a_damaged_database_is_not_accepted(tmp_path: Path) -> None:
    archive, places, _ = await made(tmp_path)
    with closing(sqlite3.connect(str(places.sqlite))) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM users WHERE id = 'anna'")
        connection.commit()
    with pytest.raises(Unsound, match="damaged"):
        await make(tmp_path / "b.ccbackup", places, KEYS, product="1", now=NOW)
    await verify(archive, KEYS)

"""Recordings are sealed when their call is over; what is heard and seen of them stays the same."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientPayloadError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactcenter.app import App
from contactcenter.recordings.files import RecordingFiles, context_of, sealed_path
from contactcenter.recordings.peaks import read_peaks
from contactcenter.recordings.sealer import Sealer
from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Journal
from contactcenter.vault.errors import Damaged
from contactcenter.vault.files import HEADER_BYTES, seal_file
from contactcenter.vault.keyring import Context, Keyring
from contactcenter.vault.reseal import Resealer
from contactcenter.vault.service import Vault
from media.events import RecordingFinished
from tests.fakes.center import Page, populate, running
from tests.fakes.center import settings as center_settings
from tests.fakes.keys import open_vault
from tests.fakes.plane import FakePlane
from tests.fakes.waiting import until
from tests.recordings.test_recordings import add, write

FRAMES = [(n % 3000, -(n % 700)) for n in range(60_000)]
"""Of four chunks."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await migrations.upgrade(url)
    database = Database(url)
    yield database
    await database.stop()


@pytest.fixture
async def vault(database: Database, tmp_path: Path) -> Vault:
    return await open_vault(database, tmp_path)


@pytest.fixture
def files(vault: Vault, tmp_path: Path) -> RecordingFiles:
    (tmp_path / "recordings").mkdir()
    return RecordingFiles(vault, tmp_path / "recordings")


async def content(files: RecordingFiles, path: Path) -> bytes:
    opened = await files.open(path)
    with opened.file as file:
        data = file.read() or b""
    assert len(data) == opened.length
    return data


async def test_a_sealed_recording_is_the_same_to_who_may_read_it(files: RecordingFiles) -> None:
    path = files.folder / "a.wav"
    write(path, FRAMES)
    plain, peaks = path.read_bytes(), read_peaks(path, 100)
    assert await files.seal(path)
    assert sorted(entry.name for entry in files.folder.iterdir()) == ["a.wav.sealed"]
    assert plain[44:80] not in sealed_path(path).read_bytes()
    assert await content(files, path) == plain
    with (await files.open(path)).file as file:
        assert read_peaks(file, 100) == peaks
    assert not await files.seal(path)


async def test_a_recording_opens_under_its_own_name_only(files: RecordingFiles) -> None:
    for name in ("a", "b"):
        write(files.folder / f"{name}.wav", FRAMES[: ord(name) * 9])
        await files.seal(files.folder / f"{name}.wav")
    sealed_path(files.folder / "a.wav").replace(sealed_path(files.folder / "b.wav"))
    with pytest.raises(Damaged):
        await content(files, files.folder / "b.wav")
    with pytest.raises(FileNotFoundError):
        await files.open(files.folder / "a.wav")


async def test_killed_between_sealing_and_removing(files: RecordingFiles) -> None:
    path = files.folder / "a.wav"
    write(path, FRAMES)
    plain = path.read_bytes()
    await files.seal(path)
    path.write_bytes(plain)
    (files.folder / "a.wav.sealed.12345678.part").write_bytes(b"half")
    assert await files.waiting() == [path]
    assert await files.seal(path)
    assert sorted(entry.name for entry in files.folder.iterdir()) == ["a.wav.sealed"]
    assert await content(files, path) == plain


async def test_a_recording_begun_again_under_its_name_is_kept_beside_the_first(files: RecordingFiles) -> None:
    path = files.folder / "a.wav"
    write(path, FRAMES)
    first = path.read_bytes()
    await files.seal(path)
    write(path, FRAMES[:500])
    second = path.read_bytes()
    await files.seal(path)
    assert await content(files, path) == first
    assert await content(files, files.folder / "a.2.wav") == second


async def test_a_file_that_grows_meanwhile_stays(files: RecordingFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.folder / "a.wav"
    write(path, FRAMES)

    def slow(keyring: Keyring, source: Path, target: Path, context: Context) -> None:
        seal_file(keyring, source, target, context)
        with path.open("ab") as file:
            file.write(b"more")

    monkeypatch.setattr("contactcenter.recordings.files.seal_file", slow)
    with pytest.raises(OSError, match="grows"):
        await files.seal(path)
    assert path.exists()


async def test_deleted_means_both_forms(files: RecordingFiles) -> None:
    path = files.folder / "a.wav"
    write(path, FRAMES)
    await files.seal(path)
    write(path, FRAMES)
    await files.delete(path)
    await files.delete(path)
    assert list(files.folder.iterdir()) == []


async def test_new_keys_seal_recordings_anew(files: RecordingFiles, vault: Vault) -> None:
    plain = {}
    for number in range(5):
        path = files.folder / f"{number}.wav"
        write(path, FRAMES[: 100 * number])
        plain[path] = path.read_bytes()
        await files.seal(path)
    damaged = sealed_path(files.folder / "4.wav")
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    old = await vault.replace_keys(["files"], 1000.0)
    assert await files.count(old) == 5
    await Resealer(vault, [files]).reseal(1000.0)
    assert await files.count(old) == 1
    for path in list(plain)[:4]:
        assert await content(files, path) == plain[path]
    assert {key.state for key in await vault.status() if key.id in old} == {"replaced"}


async def test_left_files_and_finished_ones_are_sealed_and_rows_come_first(
    files: RecordingFiles, database: Database, tmp_path: Path
) -> None:
    journal, plane, told = Journal(database, folder=tmp_path), FakePlane(), list[str | None]()
    write(files.folder / "old.wav", FRAMES)
    await journal.start()
    sealer = Sealer(files, journal, plane, tell=told.append)
    await sealer.start()
    try:
        await until(lambda: sealed_path(files.folder / "old.wav").exists(), "the file of an earlier run is sealed")
        path = files.folder / "new.wav"
        write(path, FRAMES)
        add_to(journal, "new")
        plane._tell(RecordingFinished("new", str(path), 1.0, ()))
        await until(lambda: sealed_path(path).exists() and not path.exists(), "the file is sealed")
        assert journal.health.pending == 0
    finally:
        await sealer.stop()
        await journal.stop()
    assert told == []


def add_to(journal: Journal, name: str) -> None:
    class _App:
        pass

    app = _App()
    app.journal = journal  # type: ignore[attr-defined] # as much of the application as `add` needs
    add(app, name, None)  # type: ignore[arg-type]


async def test_what_cannot_be_sealed_is_told_and_tried_again(
    files: RecordingFiles, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, plane, told = Journal(database, folder=tmp_path), FakePlane(), list[str | None]()
    monkeypatch.setattr("contactcenter.recordings.sealer.RETRY_S", 0.01)
    fsync, full = os.fsync, True

    def maybe(descriptor: int) -> None:
        if full:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", maybe)
    path = files.folder / "a.wav"
    write(path, FRAMES)
    await journal.start()
    sealer = Sealer(files, journal, plane, tell=told.append)
    await sealer.start()
    try:
        await until(lambda: told, "it is told")
        assert "No space left" in str(told[0])
        assert path.exists()
        full = False
        await until(lambda: told[-1] is None, "it is sealed in the end")
        assert not path.exists()
    finally:
        await sealer.stop()
        await journal.stop()


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = center_settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        for name in ("good", "cut", "changed", "late"):
            path = app.recordings.folder / f"{name}.wav"
            path.parent.mkdir(exist_ok=True)
            write(path, FRAMES)
            await app.recordings.seal(path)
            add(app, name, {"path": str(path), "duration_s": 7.5, "segments": []})
        raw = sealed_path(app.recordings.folder / "cut.wav").read_bytes()
        sealed_path(app.recordings.folder / "cut.wav").write_bytes(raw[:-1])
        for name, place in (("changed", HEADER_BYTES), ("late", len(raw) - 1)):
            changed = bytearray(sealed_path(app.recordings.folder / f"{name}.wav").read_bytes())
            changed[place] ^= 1
            sealed_path(app.recordings.folder / f"{name}.wav").write_bytes(changed)
        yield app


async def test_ranges_of_a_sealed_recording(center: App, tmp_path: Path) -> None:
    write(tmp_path / "plain.wav", FRAMES)
    plain = (tmp_path / "plain.wav").read_bytes()
    url = "/api/v1/interactions/good/recording"
    async with Page(center, "anna") as anna:
        assert await anna.fetch(url) == (200, plain)
        rng = random.Random(1)
        spans = [sorted(rng.sample(range(len(plain)), 2)) for _ in range(20)]
        for first, last in spans:
            part = plain[first : last + 1]
            assert await anna.fetch(url, headers={"Range": f"bytes={first}-{last}"}) == (206, part)
        for given, expected in (("65536-", plain[65536:]), ("-65537", plain[-65537:]), ("0-0", plain[:1])):
            assert await anna.fetch(url, headers={"Range": f"bytes={given}"}) == (206, expected)
        for given in (f"{len(plain)}-", "9-3", "x"):
            status, body = await anna.fetch(url, headers={"Range": f"bytes={given}"})
            assert (status, b"problem" in body) == (416, True)
        async with anna.http.get(url) as whole:
            tag = whole.headers["ETag"]
        assert (await anna.fetch(url, headers={"If-None-Match": tag}))[0] == 304
        assert (await anna.fetch(url, headers={"Range": "bytes=0-3", "If-Range": tag})) == (206, plain[:4])
        assert (await anna.fetch(url, headers={"Range": "bytes=0-3", "If-Range": '"x"'})) == (200, plain)
        async with anna.http.head(url) as head:
            assert (head.status, head.headers["Content-Length"]) == (200, str(len(plain)))
        assert (await anna.get(url + "/peaks?buckets=50"))["duration_s"] == 7.5


async def test_a_changed_recording_gives_an_error_and_no_noise(center: App) -> None:
    url = "/api/v1/interactions/{}/recording"
    async with Page(center, "anna") as anna:
        for name in ("cut", "changed"):
            status, body = await anna.fetch(url.format(name))
            assert (status, b"recording-unreadable" in body) == (500, True)
        for name in ("cut", "changed", "late"):
            assert (await anna.fetch(url.format(name) + "/peaks"))[0] == 500
        # Sound until the damaged chunk, then a connection cut in the middle: never a whole answer.
        async with anna.http.get(url.format("late"), headers={"Range": "bytes=0-99"}) as response:
            assert len(await response.read()) == 100


async def test_damage_further_on_cuts_the_connection(center: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contactcenter.recordings.serving.PIECE_BYTES", 65536)
    async with Page(center, "anna") as anna, anna.http.get("/api/v1/interactions/late/recording") as response:
        assert response.status == 200
        with pytest.raises(ClientPayloadError):
            await response.read()


@given(st.text(alphabet="bytes=-,0123456789 x", max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_the_context_is_the_interaction(name: str) -> None:
    path = Path("x") / f"{name}.wav"
    assert context_of(path) == context_of(sealed_path(path)) == ("recordings", name)

"""Listening: the waveform of a file that is known, ranges, files that are gone or damaged, and who may hear."""

from __future__ import annotations

import json
import math
import struct
import wave
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contactcenter.app import App
from contactcenter.interactions.models import Interaction
from contactcenter.recordings.peaks import read_peaks
from contactcenter.storage.journal import Insert
from tests.fakes.center import Page, populate, running, settings


def write(path: Path, frames: list[tuple[int, int]]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<hh", *frame) for frame in frames))


def test_peaks_of_each_channel_and_slice(tmp_path: Path) -> None:
    quarter = 2000
    frames = [(0, 0)] * quarter + [(16384, 0)] * quarter + [(0, -32768)] * quarter + [(-8192, 3277)] * quarter
    write(tmp_path / "a.wav", frames)
    peaks = read_peaks(tmp_path / "a.wav", 4)
    assert peaks.duration_s == 1.0
    assert peaks.channels == [[0.0, 0.5, 0.0, 0.25], [0.0, 0.0, 1.0, pytest.approx(0.1, abs=0.001)]]


def test_one_loud_sample_is_seen_in_any_number_of_slices(tmp_path: Path) -> None:
    frames = [(0, 0)] * 8000
    frames[4001] = (32767, 0)
    write(tmp_path / "a.wav", frames)
    for buckets in (10, 333, 4000):
        left, right = read_peaks(tmp_path / "a.wav", buckets).channels
        assert max(left) == 1.0
        assert left.index(1.0) == math.floor(4001 / 8000 * buckets)
        assert max(right) == 0.0


def test_a_file_shorter_than_the_slices(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", [(100, 100)] * 3)
    assert len(read_peaks(tmp_path / "a.wav", 10).channels[0]) == 10
    write(tmp_path / "b.wav", [])
    assert read_peaks(tmp_path / "b.wav", 10).duration_s == 0.0


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    write(tmp_path / "good.wav", [(1000, 2000)] * 800)
    (tmp_path / "damaged.wav").write_bytes(b"RIFF but no WAV at all")
    (tmp_path / "short.wav").write_bytes(b"")
    async with running(config) as app:
        for name in ("good", "damaged", "short", "gone"):
            recording = {"path": str(tmp_path / f"{name}.wav"), "duration_s": 0.1, "segments": []}
            add(app, name, recording)
        add(app, "none", None)
        yield app


def add(app: App, name: str, recording: dict[str, object] | None) -> None:
    values = {
        "id": name,
        "channel": "voice",
        "direction": "in",
        "state": "ended",
        "caller_address": "+4930",
        "agent_id": "anna",
        "started_at": datetime.now(UTC),
        "data": [],
        "note": "",
        "recording": recording,
    }
    app.journal.append(Insert(Interaction, values))


async def test_what_is_heard_and_what_is_said_of_files_that_cannot_be(center: App, tmp_path: Path) -> None:
    whole = (tmp_path / "good.wav").read_bytes()
    async with Page(center, "anna") as anna:
        url = "/api/v1/interactions/{}/recording"
        assert await anna.fetch(url.format("good")) == (200, whole)
        for given, expected in (("0-3", whole[:4]), ("44-", whole[44:]), ("-10", whole[-10:])):
            assert await anna.fetch(url.format("good"), headers={"Range": f"bytes={given}"}) == (206, expected)
        past = {"Range": f"bytes={len(whole)}-"}
        assert (await anna.fetch(url.format("good"), headers=past))[0] == 416
        statuses = {}
        for name in ("good", "gone", "damaged", "short", "none", "no-such-call"):
            for path in (url.format(name), url.format(name) + "/peaks"):
                status, body = await anna.fetch(path)
                statuses[name, path.endswith("peaks")] = status
                if status >= 400:
                    assert json.loads(body)["detail"].endswith(".")
    assert statuses == {
        ("good", False): 200,
        ("good", True): 200,
        ("gone", False): 410,
        ("gone", True): 410,
        ("damaged", False): 200,
        ("damaged", True): 500,
        ("short", False): 200,
        ("short", True): 500,
        ("none", False): 404,
        ("none", True): 404,
        ("no-such-call", False): 404,
        ("no-such-call", True): 404,
    }


async def test_own_recordings_and_calls_are_for_the_agent_and_the_leads(center: App) -> None:
    async with Page(center, "ben") as ben, Page(center, "sue") as sue, Page(center, "anna") as anna:
        for path in ("", "/recording", "/recording/peaks"):
            assert (await ben.fetch(f"/api/v1/interactions/good{path}"))[0] == 404
            assert (await sue.fetch(f"/api/v1/interactions/good{path}"))[0] == 200
            assert (await anna.fetch(f"/api/v1/interactions/good{path}"))[0] == 200
        assert (await ben.get("/api/v1/interactions"))["items"] == []
        assert (await ben.get("/api/v1/interactions?agent=anna"))["items"] == []
        assert len((await sue.get("/api/v1/interactions"))["items"]) == 5
        assert (await sue.fetch("/api/v1/interactions?cursor=x"))[0] == 422
        assert (await sue.fetch("/api/v1/interactions/good/recording/peaks?buckets=5"))[0] == 422

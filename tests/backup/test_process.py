"""What the process of a backup says, in whatever pieces it comes, and what it leaves when it is killed."""

from __future__ import annotations

import asyncio
import tempfile
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.backup import process
from contactcenter.backup.errors import BackupError
from contactcenter.backup.make import Progress
from contactcenter.backup.worker import Answer, Coming, job_of
from tests.fakes.archived import KEYS, config_at, places_at

COMINGS = st.lists(st.builds(Coming, st.integers(0, 2**60), st.integers(0, 2**60)), max_size=5)
ANSWERS = st.builds(Answer, octets=st.integers(0, 2**60), failed=st.none() | st.text(max_size=20))


@given(COMINGS, ANSWERS, st.lists(st.integers(0, 500), max_size=8))
def test_lines_are_heard_in_any_pieces(comings: list[Coming], answer: Answer, cuts: list[int]) -> None:
    whole = b"".join(msgspec.json.encode(each) + b"\n" for each in [*comings, answer])
    heard: list[Progress] = []
    ear = process._Heard(heard.append)
    at = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    for start, end in pairwise(at):
        ear.take(whole[start:end])
    assert heard == [Progress(each.done, each.total) for each in comings]
    assert ear.answer == answer


@given(st.binary(max_size=40))
def test_anything_else_is_a_sentence(garbage: bytes) -> None:
    with pytest.raises(BackupError, match=r"nobody understands\.$"):
        process._Heard(lambda progress: None).take(b"x" + garbage.replace(b"\n", b"") + b"\n")


async def test_given_up_it_leaves_nothing_in_the_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    places = places_at(config_at(tmp_path / "house"), tmp_path / "house")
    job = job_of("check", tmp_path / "none.ccbackup", places, KEYS, product="1", now=0.0)
    task = asyncio.ensure_future(process.run(job))
    while not any(scratch.iterdir()):
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(scratch.iterdir()) == []

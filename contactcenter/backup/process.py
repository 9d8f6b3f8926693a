"""A backup made or checked in a process of its own, as the server sees it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress

import msgspec

from contactcenter.asked_process import importable
from contactcenter.backup.errors import BackupError
from contactcenter.backup.make import Progress, Told
from contactcenter.backup.worker import Answer, Coming, Job

_POLL_S = 0.1
_READ_BYTES = 64 * 1024


async def run(job: Job, told: Told = lambda progress: None) -> Answer:
    """What the process has come to; cancelled, it is no more. Raises BackupError when it died without a word."""
    # What it leaves when it is killed would be a database in the clear.
    scratch = tempfile.mkdtemp(prefix="contactcenter-backup-")
    try:
        return await _run(job, scratch, told)
    finally:
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)


async def _run(job: Job, scratch: str, told: Told) -> Answer:
    starting = asyncio.ensure_future(asyncio.to_thread(_started, job, scratch))
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        _end(await starting)
        raise
    heard = _Heard(told)
    try:
        while process.poll() is None:
            heard.take(_some(process))
            await asyncio.sleep(_POLL_S)
    finally:
        heard.take(_end(process))
    if heard.answer is None:
        raise BackupError(f"Its process ended with code {process.returncode}.")
    return heard.answer


class _Heard:
    """Lines of the process, which come in any pieces."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._rest = b""
        self.answer: Answer | None = None

    def take(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                said = msgspec.json.decode(line, type=Answer | Coming)
            except msgspec.MsgspecError as error:
                raise BackupError("Its process said what nobody understands.") from error
            if isinstance(said, Answer):
                self.answer = said
            else:
                self._told(Progress(said.done, said.total))


def _started(job: Job, scratch: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "contactcenter.backup.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**importable(), "TMPDIR": scratch},
        # Ctrl-C in a terminal is for the server, which ends this one in order.
        process_group=0,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    with suppress(BrokenPipeError), process.stdin as stdin:
        stdin.write(msgspec.json.encode(job))
    return process


def _some(process: subprocess.Popen[bytes]) -> bytes:
    """What it has said by now."""
    assert process.stdout is not None
    try:
        return os.read(process.stdout.fileno(), _READ_BYTES)
    except BlockingIOError:
        return b""


def _end(process: subprocess.Popen[bytes]) -> bytes:
    """What it said last; it is no more."""
    if process.poll() is None:
        process.kill()
        process.wait()
    assert process.stdout is not None
    with process.stdout as stdout:
        os.set_blocking(stdout.fileno(), True)
        return stdout.read()

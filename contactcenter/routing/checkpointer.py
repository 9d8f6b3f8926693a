"""Runs `checkpoint.py` in a process of its own, for as long as one snapshot takes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from contactcenter.asked_process import importable
from contactcenter.routing.checkpoint import Answer
from contactcenter.routing.records import JournalError

LIMIT_S = 1800.0
"""Far more than any journal between two snapshots takes to be replayed."""
LOOK_S = 0.05


class CheckpointError(Exception):
    """There is no snapshot, and the files that were there are as they were. The text says why, in words for a log."""


class Checkpointer:
    """`command` is what is run, FOLDER and NUMBER behind it."""

    def __init__(self, folder: Path, command: Sequence[str] = ()) -> None:
        self._folder = folder
        self._command = tuple(command) or (sys.executable, "-m", "contactcenter.routing.checkpoint")

    async def make(self, number: int) -> Answer:
        """The snapshot at the beginning of segment `number` is on the disk. Cancelled, the process is gone as well.

        Raises JournalError when it cannot be made from the files, CheckpointError when it may work another time.
        """
        # In a thread: the event loop's own way of starting one copies the page tables, 20 ms for 200 MB.
        starting = asyncio.ensure_future(asyncio.to_thread(self._start, number))
        try:
            process = await asyncio.shield(starting)
        except asyncio.CancelledError:
            _end(await starting)
            raise
        except OSError as error:
            raise CheckpointError(error.strerror or str(error)) from error
        try:
            await _over(process)
        finally:
            said = _end(process)
        return _answer(process.returncode, said)

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own program
            [*self._command, str(self._folder), str(number)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=importable(),
            # Ctrl-C in a terminal is for the server, which ends this one in order.
            process_group=0,
        )


async def _over(process: subprocess.Popen[bytes]) -> None:
    try:
        async with asyncio.timeout(LIMIT_S):
            while process.poll() is None:  # noqa: ASYNC110 - nothing tells of another thread's child
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        raise CheckpointError(f"it did not end within {LIMIT_S:.0f} s") from None


def _end(process: subprocess.Popen[bytes]) -> bytes:
    """What it said; it is no more."""
    if process.poll() is None:
        process.kill()
        process.wait()
    assert process.stdout is not None
    with process.stdout as stdout:
        return stdout.read()


def _answer(code: int | None, said: bytes) -> Answer:
    if code:
        raise CheckpointError(f"its process was killed by signal {-code}" if code < 0 else f"it ended with code {code}")
    try:
        answer = msgspec.json.decode(said, type=Answer)
    except msgspec.MsgspecError as error:
        raise CheckpointError("it did not say how it went") from error
    if answer.broken is not None:
        raise JournalError(answer.broken)
    if answer.failed is not None:
        raise CheckpointError(answer.failed)
    return answer

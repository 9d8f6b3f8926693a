"""The process that learns, from the side of the server."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from contactcenter.tickets.suggesting.worker import Answer, Message, Question

COMMAND: Final = (sys.executable, "-m", "contactcenter.tickets.suggesting.worker")
_LINE_LIMIT: Final = 256 * 1024 * 1024
_ROOT: Final = Path(__file__).resolve().parents[3]


class NotLearned(Exception):  # noqa: N818 - read as a state
    """A sentence for the person who asked."""


async def learn(question: Question, told: Callable[[float], None], command: tuple[str, ...] = COMMAND) -> Answer:
    """`told`: the share that is done. The process ends with whoever waits for it. Raises NotLearned."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT,
        env=_environment(),
    )
    try:
        return await _converse(process, question, told)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _converse(process: asyncio.subprocess.Process, question: Question, told: Callable[[float], None]) -> Answer:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(msgspec.json.encode(question))
        await process.stdin.drain()
        process.stdin.close()
    except ConnectionError as error:
        raise NotLearned("The process that learns ended before it began.") from error
    async for line in process.stdout:
        message = await asyncio.to_thread(msgspec.json.decode, line, type=Message)
        if message.answer is not None:
            return message.answer
        if message.failed is not None:
            raise NotLearned(message.failed)
        told(message.progress)
    raise NotLearned("The process that learns ended without a result; perhaps there was no memory left for it.")


def _environment() -> dict[str, str]:
    """Ours, with our packages importable wherever the server was started; one thread, as calls want the other cores."""
    known = os.environ.get("PYTHONPATH")
    path = str(_ROOT) + (os.pathsep + known if known else "")
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

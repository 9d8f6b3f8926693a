"""One question to a process of its own, so that nothing that is live waits for the answer.

The question is JSON on its standard input. Each line of its standard output is a Said as JSON: the share that is done
as it goes on, and at last the answer, or a sentence why there is none.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import msgspec

_LINE_LIMIT: Final = 256 * 1024 * 1024
_ROOT: Final = Path(__file__).resolve().parents[1]
Answer = TypeVar("Answer")


class NotAnswered(Exception):  # noqa: N818 - read as a state
    """A sentence for the person who asked."""


class Said(msgspec.Struct, Generic[Answer], frozen=True, kw_only=True, omit_defaults=True):
    """`progress`: the share that is done, 0 to 1. `refused`: why there is no answer."""

    progress: float = 0.0
    answer: Answer | None = None
    refused: str | None = None


async def ask(
    command: Sequence[str],
    question: msgspec.Struct,
    said: type[Said[Answer]],
    told: Callable[[float], None],
    environment: Mapping[str, str] | None = None,
) -> Answer:
    """What the process answers; `told` hears how far it is. It ends with whoever waits for it. `environment` adds to
    ours. Raises NotAnswered, and msgspec.MsgspecError where it says what nobody understands."""
    encoded = await asyncio.to_thread(msgspec.json.encode, question)
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT,
        env={**importable(), **(environment or {})},
        # Ctrl-C in a terminal is for the server, which ends this one in order.
        start_new_session=True,
    )
    try:
        found = await _converse(process, encoded, said, told)
        if found is None:
            raise NotAnswered(_ended(await process.wait()))
        return found
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def say(said: Said[Any]) -> None:
    """The process itself to whoever asked it."""
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.buffer.flush()


def importable() -> dict[str, str]:
    """Our environment, with our packages importable wherever the server was started."""
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": str(_ROOT) + (os.pathsep + known if known else "")}


async def _converse(
    process: asyncio.subprocess.Process, question: bytes, said: type[Said[Answer]], told: Callable[[float], None]
) -> Answer | None:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(question)
        await process.stdin.drain()
        process.stdin.close()
    except ConnectionError:
        return None
    async for line in process.stdout:
        # An answer of a hundred megabytes takes its time.
        message = await asyncio.to_thread(msgspec.json.decode, line, type=said)
        if message.answer is not None:
            return message.answer
        if message.refused is not None:
            raise NotAnswered(message.refused)
        told(message.progress)
    return None


def _ended(code: int) -> str:
    if code < 0:
        return f"Its process ended by signal {-code} without a result; perhaps there was no memory left for it."
    return f"Its process ended with code {code} without a result; the error output of the server says more."

"""`python -m contactcenter.tickets.suggesting.worker`: learns from tickets of one database, in a process of its own.

Standard input is a Question as JSON, standard output are lines of Said[Answer] (contactcenter/asked_process.py).
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import Any

import msgspec

from contactcenter.asked_process import Said, say
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tickets.suggesting.examples import Example, examples
from contactcenter.tickets.suggesting.model import packed
from contactcenter.tickets.suggesting.settings import FIELDS

NICENESS = 15
"""Calls that are on go first."""
READING = 0.2
"""Share of the whole."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`chosen`: the values of each field that are in use."""

    url: str
    chosen: dict[str, list[str]]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`report` as settings.Report, `model` as `packed` makes it; None: there was nothing to learn."""

    report: dict[str, Any]
    model: bytes | None


def main() -> None:
    os.nice(NICENESS)
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    began = time.monotonic()
    try:
        found = asyncio.run(_read(question))
    except StorageUnavailable as error:
        say(Said(refused=str(error)))
        return
    # Only now, as it takes a second and a hundred megabytes.
    from contactcenter.tickets.suggesting.fitting import learn

    learned = learn(found, FIELDS, lambda share: say(Said(progress=READING + (1 - READING) * share)))
    learned.report.seconds = round(time.monotonic() - began, 1)
    model = None if learned.model is None else packed(learned.model)
    say(Said(answer=Answer(report=learned.report.model_dump(mode="json"), model=model)))


async def _read(question: Question) -> list[Example]:
    database = Database(question.url)
    try:
        return await examples(database, question.chosen, lambda share: say(Said(progress=READING * share)))
    finally:
        await database.stop()


if __name__ == "__main__":
    main()

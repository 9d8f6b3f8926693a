"""The process that learns, from the side of the server."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from contactcenter.asked_process import Said, ask
from contactcenter.tickets.suggesting.worker import Answer, Question

COMMAND: Final = (sys.executable, "-m", "contactcenter.tickets.suggesting.worker")
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Calls want the other cores."""


async def learn(question: Question, told: Callable[[float], None], command: tuple[str, ...] = COMMAND) -> Answer:
    """`told`: the share that is done. Raises as `asked_process.ask`."""
    return await ask(command, question, Said[Answer], told, _ONE_THREAD)

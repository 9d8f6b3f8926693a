"""Waiting for what other tasks, programs or machines bring about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

LONGEST_S = 40.0
"""Far longer than anything takes: a machine with other work to do is no failure."""
STEP_S = 0.005


async def until(
    condition: Callable[[], object], what: str = "", timeout_s: float = LONGEST_S, *, step_s: float = STEP_S
) -> None:
    """Return once `condition` holds; AssertionError, which says `what`, when it does not within `timeout_s`.

    It is looked at every `step_s`; 0 at every turn of the loop, for what may last but a moment.
    """
    try:
        async with asyncio.timeout(timeout_s):
            while not condition():
                await asyncio.sleep(step_s)
    except TimeoutError:
        raise AssertionError(f"not within {timeout_s:g} s: {what or condition.__qualname__}") from None

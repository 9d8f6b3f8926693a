"""Snapshots that an earlier version wrote, brought forward step by step to the records of memory.py.

Each step changes plain data (what msgpack gives without types) from one version to the next. A field that has gone
needs no step, since unknown ones are passed over; one that is new needs a value here, or a default in memory.py. With
each new VERSION a snapshot of it is stored in tests/acd/snapshots, where it stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Plain = dict[str, Any]


def bring_forward(memory: Plain, version: int, to: int) -> Plain:
    """`memory` is changed. Raises LookupError for a version that never was, and whatever damaged data makes a step
    raise: LookupError, TypeError, AttributeError, ValueError."""
    for each in range(version, to):
        STEPS[each](memory)
    memory["version"] = to
    return memory


def _from_1(memory: Plain) -> None:
    """A contact that was to be taken at once had a forecast of no group, from which nothing was learned."""
    for contact in memory["contacts"]:
        if contact["forecast"] is not None and contact["forecast"]["group"] is None:
            contact["forecast"] = None


STEPS: dict[int, Callable[[Plain], None]] = {1: _from_1}

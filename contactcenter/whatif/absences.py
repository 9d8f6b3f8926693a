"""When agents were away although their shift was on: seen from the contacts that waited and were not offered to them.

The engine offers a waiting contact at once to a free agent who fits. So while such a contact rang nowhere, every agent
who fits and had nothing in hand was not available: paused, not responding, off. When nobody waited, nothing is known
of pauses, and they made no difference either.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from acd.scenario import Pause

Span = tuple[float, float]
"""From, to, in seconds."""

SURE_S = 5.0
"""A shorter wait without an offer may be the time that messages take."""


def united(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def pauses_of(shift: Span, in_hand: Iterable[Span], unoffered: Sequence[Sequence[Span]]) -> tuple[Pause, ...]:
    """in_hand: when the agent had a contact, ringing, talking or in wrap-up. unoffered: for each queue it serves, when
    a contact waited that rang nowhere, as `united` gives it.

    In each stretch in which the agent was free: from the first to the last moment at which somebody waited.
    """
    pauses = []
    for free in _gaps(shift, united(in_hand)):
        seen = [within for spans in unoffered if (within := _within(spans, free)) is not None]
        if seen:
            from_s, to_s = min(start for start, _ in seen), max(end for _, end in seen)
            if to_s - from_s >= SURE_S:
                pauses.append(Pause(from_s=from_s, to_s=to_s))
    return tuple(pauses)


def _gaps(shift: Span, held: Sequence[Span]) -> list[Span]:
    gaps = []
    at = shift[0]
    for start, end in held:
        if start > at:
            gaps.append((at, min(start, shift[1])))
        at = max(at, end)
    if at < shift[1]:
        gaps.append((at, shift[1]))
    return [(start, end) for start, end in gaps if end > start]


def _within(spans: Sequence[Span], free: Span) -> Span | None:
    """From the first to the last moment of `spans` that lies in `free`, leaving out touches of less than SURE_S."""
    first = max(bisect_right(spans, (free[0], free[0])) - 1, 0)
    found: Span | None = None
    for start, end in spans[first:]:
        if start >= free[1]:
            break
        inside = max(start, free[0]), min(end, free[1])
        if inside[1] - inside[0] >= SURE_S:
            found = inside if found is None else (found[0], inside[1])
    return found

"""When what is held is no more looked through."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from contactcenter.garbage import LONG_S, ShortLooks


@pytest.fixture
def frozen() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_only_after_a_long_look_at_everything() -> None:
    frozen: list[int] = []
    now = [0.0]
    looks = ShortLooks(lambda: frozen.append(1), lambda: now[0])
    for generation, took, expected in ((1, 1.0, 0), (2, LONG_S / 2, 0), (2, LONG_S * 2, 1), (0, 1.0, 1)):
        looks("start", {"generation": generation})
        now[0] += took
        looks("stop", {"generation": generation, "collected": 0, "uncollectable": 0})
        assert len(frozen) == expected


@pytest.mark.usefixtures("frozen")
def test_what_was_held_at_a_long_look_is_not_looked_through_again() -> None:
    ticks = iter((0.0, 1.0))
    looks = ShortLooks(clock=lambda: next(ticks))
    gc.callbacks.append(looks)
    try:
        held = [[number] for number in range(1000)]
        gc.collect()
    finally:
        gc.callbacks.remove(looks)
    assert gc.get_freeze_count() >= len(held)

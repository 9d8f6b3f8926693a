"""Looking for garbage that points at itself stops everything meanwhile: some 2 µs for each thing that is looked at.

What a server has built at its start, and what it has come to hold since, stays. It is put where it is no more looked
through (`gc.freeze`); it goes, as nearly everything does, when nobody points at it any more. Only a circle that is
broken off after that is kept: at most what was under way at that moment, each time so much more is held than before.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

LONG_S: Final = 0.008
"""A look at everything that took longer is not taken at the same things again."""


class ShortLooks:
    """A callback of `gc`. `clock` gives seconds."""

    def __init__(
        self, freeze: Callable[[], object] = gc.freeze, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._freeze = freeze
        self._clock = clock
        self._begun = 0.0

    def __call__(self, phase: str, info: Mapping[str, Any]) -> None:
        if info["generation"] != 2:
            return
        if phase == "start":
            self._begun = self._clock()
        elif self._clock() - self._begun > LONG_S:
            self._freeze()


def keep_looks_short() -> None:
    """Once all that a server needs is there."""
    gc.freeze()
    gc.callbacks.append(ShortLooks())

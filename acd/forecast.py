"""What an estimator (estimates.py) hands out and keeps."""

from __future__ import annotations

from msgspec import Struct

Triple = tuple[float, float, float]
"""For the quantiles of estimates.LEVELS: the interval's low end, the median, the high end."""


class Forecast(Struct, frozen=True):
    """What is needed to learn from the wait of a contact that begins to wait.

    at: unix time. group: of GROUPS. spread: about the relative standard deviation of its wait. base: the model's
    quantiles in seconds, before offsets.
    """

    at: float
    group: int
    spread: float
    base: Triple


class EstimatorState(Struct, frozen=True):
    """All that an estimator knows. abandoned, waited_s: with PATIENCE_KEPT. seen, offsets: by group."""

    handled: int
    handling_s: float
    abandoned: float
    waited_s: float
    seen: tuple[int, ...]
    offsets: tuple[Triple, ...]

"""What the set-up of routing announces once a change is committed and the engine knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["queue", "agent", "skill", "routing-profile", "calendar", "pause-reasons", "dispositions", "order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingChanged:
    """`id` is of the one made, changed or removed; None where there is only one."""

    what: What
    id: str | None = None

"""What a queue counts, and its service level.

Service level = answered within target / (answered + abandoned after target).

A contact that gave up within the target counts neither way, since nobody could have been late for it. Contacts that
overflowed or left by max wait are not in it either: they were answered, or lost, elsewhere. The wait is the contact's
whole time in line over all queues (OfferAccepted.waited_s), "within" includes the target itself.
"""

from __future__ import annotations


class Counters:
    """Contacts of one queue since it was configured; see QueueView for each field."""

    __slots__ = (
        "abandoned",
        "abandoned_in_target",
        "answered",
        "answered_in_target",
        "left",
        "moved",
        "offered",
        "overflowed",
    )

    def __init__(self) -> None:
        self.offered = 0
        self.answered = 0
        self.answered_in_target = 0
        self.abandoned = 0
        self.abandoned_in_target = 0
        self.overflowed = 0
        self.left = 0
        self.moved = 0

    def count_answer(self, waited_s: float, target_s: float) -> None:
        self.answered += 1
        if waited_s <= target_s:
            self.answered_in_target += 1

    def count_abandon(self, waited_s: float, target_s: float) -> None:
        self.abandoned += 1
        if waited_s <= target_s:
            self.abandoned_in_target += 1

    def service_level(self) -> float | None:
        """Between 0 and 1; None before the first contact that counts."""
        counted = self.answered + self.abandoned - self.abandoned_in_target
        return self.answered_in_target / counted if counted else None

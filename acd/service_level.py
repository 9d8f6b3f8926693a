"""What a queue counts, and its service level by the four usual definitions.

Answered and abandoned are counted within the target (*) and at all; the wait is the contact's whole time in line over
all queues (OfferAccepted.waited_s), "within" includes the target itself. Contacts that overflowed or left by a rule are
in none of them: they were answered, or lost, elsewhere.

of offered: answered* / (answered + abandoned). Strictest: every abandon is a miss.
of answered: answered* / answered. Abandons do not exist.
abandons ignored: answered* / (answered + abandoned - abandoned*). Who gave up within the target counts neither way,
  since nobody could have been late for it. The product's default (QueueView.service_level).
abandons credited: (answered* + abandoned*) / (answered + abandoned). Giving up in time counts as served.
(The four are those that ICMI and COPC list; peers differ in which one they call "service level".)
"""

from __future__ import annotations

from msgspec import Struct

from acd.shown import ServiceLevels


class Counters(Struct):
    """Contacts of one queue since the last reset; see QueueView for each field. Seconds of waits and talk are sums."""

    offered: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    abandoned_in_target: int = 0
    overflowed: int = 0
    left: int = 0
    moved: int = 0
    waited_s: float = 0.0
    handled: int = 0
    talk_s: float = 0.0

    def count_answer(self, waited_s: float, target_s: float) -> None:
        self.answered += 1
        self.waited_s += waited_s
        if waited_s <= target_s:
            self.answered_in_target += 1

    def count_abandon(self, waited_s: float, target_s: float) -> None:
        self.abandoned += 1
        if waited_s <= target_s:
            self.abandoned_in_target += 1

    def count_handled(self, talk_s: float) -> None:
        self.handled += 1
        self.talk_s += talk_s

    def service_level(self) -> float | None:
        """Abandons ignored: between 0 and 1; None before the first contact that counts."""
        return _share(self.answered_in_target, self.answered + self.abandoned - self.abandoned_in_target)

    def service_levels(self) -> ServiceLevels:
        over = self.answered + self.abandoned
        return ServiceLevels(
            of_offered=_share(self.answered_in_target, over),
            of_answered=_share(self.answered_in_target, self.answered),
            abandons_ignored=self.service_level(),
            abandons_credited=_share(self.answered_in_target + self.abandoned_in_target, over),
        )

    def average_speed_of_answer_s(self) -> float | None:
        """Mean seconds in line of those answered."""
        return self.waited_s / self.answered if self.answered else None

    def abandonment(self) -> float | None:
        """Share of those who gave up, among the answered and the abandoned."""
        return _share(self.abandoned, self.answered + self.abandoned)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

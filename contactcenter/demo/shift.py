"""How one synthetic agent works through a shift. Pure: times are arguments, in seconds."""

import random

from contactcenter.demo.actions import CompleteWrapUp, DeskAction, PickUp, SetPresence

MISS_SHARE = 0.04
PAUSE_SHARE = 0.1
"""Of the wrap-ups that are followed by a pause."""
RETRY_S = 10.0


class Shift:
    """Told what the desk shows and whether the telephone rings; answers with what the agent does."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._presence = ""
        self._present_at: float | None = None
        self._pick_up_at: float | None = None
        self._wrap_ups: dict[str, tuple[str, float]] = {}

    def desk_shows(self, presence: str, now: float) -> None:
        """The agent's presence: off, available, paused or not_responding."""
        if presence == self._presence:
            return
        self._presence = presence
        away_s = {"off": (0.5, 2.0), "not_responding": (8.0, 20.0), "paused": (15.0, 45.0)}.get(presence)
        self._present_at = now + self._rng.uniform(*away_s) if away_s else None

    def desk_gone(self) -> None:
        """The connection is lost; what the desk shows afterwards is news."""
        self._presence = ""
        self._present_at = None
        self._wrap_ups.clear()

    def rings(self, now: float) -> None:
        if self._rng.random() >= MISS_SHARE:
            self._pick_up_at = now + self._rng.uniform(1, 4)

    def rings_no_more(self) -> None:
        self._pick_up_at = None

    def wrap_up_shown(self, interaction_id: str, queue_id: str, now: float) -> None:
        if interaction_id not in self._wrap_ups:
            self._wrap_ups[interaction_id] = (queue_id, now + self._rng.uniform(3, 8))

    def wrap_up_gone(self, interaction_id: str) -> None:
        self._wrap_ups.pop(interaction_id, None)

    def tick(self, now: float) -> list[DeskAction]:
        actions: list[DeskAction] = []
        if self._pick_up_at is not None and now >= self._pick_up_at:
            self._pick_up_at = None
            actions.append(PickUp())
        if self._present_at is not None and now >= self._present_at:
            # Asked again when the desk does not show it: the command may have been lost.
            self._present_at = now + RETRY_S
            actions.append(SetPresence("available"))
        for interaction_id, (queue_id, due) in list(self._wrap_ups.items()):
            if now >= due:
                self._wrap_ups[interaction_id] = (queue_id, now + RETRY_S)
                if self._rng.random() < PAUSE_SHARE:
                    actions.append(SetPresence("paused"))
                actions.append(CompleteWrapUp(interaction_id, queue_id))
        return actions

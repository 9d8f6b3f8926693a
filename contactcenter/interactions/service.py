"""Writing interactions as they happen. Call control never waits here: rows go through the write-behind journal."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.storage.journal import Insert, Journal, Update


class Interactions:
    """`now` gives Unix seconds. Events of one interaction keep the order in which they were recorded."""

    def __init__(self, journal: Journal, now: Callable[[], float]) -> None:
        self._journal = journal
        self._now = now
        self._sequences: dict[str, int] = {}

    def begin(
        self, interaction_id: str, *, channel: str, direction: str, caller_address: str, caller_name: str | None
    ) -> datetime:
        started_at = self._moment()
        values: dict[str, Any] = {
            "id": interaction_id,
            "channel": channel,
            "direction": direction,
            "state": "active",
            "caller_address": caller_address,
            "caller_name": caller_name,
            "started_at": started_at,
            "data": [],
            "note": "",
        }
        self._journal.append(Insert(Interaction, values))
        self._sequences[interaction_id] = 0
        return started_at

    def record(self, interaction_id: str, event_type: str, data: Mapping[str, Any] | None = None) -> None:
        """Add one event to the timeline; `data` must be JSON-able."""
        sequence = self._sequences.get(interaction_id, 0)
        self._sequences[interaction_id] = sequence + 1
        values = {
            "interaction_id": interaction_id,
            "sequence": sequence,
            "at": self._moment(),
            "type": event_type,
            "data": dict(data or {}),
        }
        self._journal.append(Insert(InteractionEvent, values))

    def update(self, interaction_id: str, **values: Any) -> None:
        self._journal.append(Update(Interaction, interaction_id, values))

    def end(self, interaction_id: str, outcome: str, at: float, **values: Any) -> None:
        """`at` is when it ended in Unix seconds; this is told once everything is closed, some milliseconds later."""
        self.record(interaction_id, "interaction.ended", {"outcome": outcome})
        ended_at = datetime.fromtimestamp(at, UTC)
        self.update(interaction_id, state="ended", outcome=outcome, ended_at=ended_at, **values)

    def resume(self, interaction_id: str, sequence: int) -> None:
        """Go on with one that was begun before this start; `sequence` is that of its next event."""
        self._sequences[interaction_id] = sequence

    def forget(self, interaction_id: str) -> None:
        """Nothing more will be recorded: the call is over and wrap-up is done."""
        self._sequences.pop(interaction_id, None)

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

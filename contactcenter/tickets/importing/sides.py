"""Side conversations of an archive, under ids of their own: those that are here, and their links, stay as they are."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from contactcenter.tickets.importing.incoming import Side

LONGEST_SUBJECT = 300
LONGEST_ADDRESS = 320
LONGEST_NAME = 200


class TakenSides:
    """Those of one ticket; `rows` are columns of TicketSide. `team` gives the id of a team by its name there."""

    def __init__(
        self, told: Iterable[Side], ticket_id: str, made_at: datetime, team: Callable[[str], str | None]
    ) -> None:
        self._ticket_id = ticket_id
        self._made_at = made_at
        self._team = team
        self._ids: dict[str, str] = {}
        self.rows: list[dict[str, Any]] = []
        for each in told:
            self._add(each)

    def id_of(self, key: str) -> str | None:
        """The id here of the one that had this id there, also where nothing more is known of it; None without a key."""
        if key and key not in self._ids:
            self._add(Side(key=key))
        return self._ids.get(key)

    def _add(self, side: Side) -> None:
        self._ids[side.key] = made = uuid.uuid4().hex
        self.rows.append(
            {
                "id": made,
                "ticket_id": self._ticket_id,
                "subject": side.subject[:LONGEST_SUBJECT],
                "email": side.email[:LONGEST_ADDRESS],
                "team_id": self._team(side.team) if side.team else None,
                "opened_at": side.opened_at or self._made_at,
                "opened_by": side.opened_by[:LONGEST_NAME],
                "opened_by_id": "",
                "link_epoch": 0,
                "ended_at": side.ended_at,
            }
        )

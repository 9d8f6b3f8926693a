"""Who has a ticket open, and who is typing in it. Pure; `now` in seconds of any clock that only goes forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from contactcenter.permissions import Scope

GONE_S: Final = 75.0
"""A page says every 25 s that it is still there; browsers slow the timers of hidden pages down to one a minute."""
TYPING_S: Final = 8.0


@dataclass(slots=True, kw_only=True)
class Look:
    """One page of somebody. `scope`: that of his right when it was found that he may see the ticket."""

    name: str
    scope: Scope
    since: float
    seen_at: float
    typing_until: float = 0.0


class Lookers:
    """By ticket, then by person and page."""

    def __init__(self) -> None:
        self._looks: dict[str, dict[tuple[str, str], Look]] = {}

    def look(self, ticket: str, user: str, page: str, name: str, scope: Scope, now: float) -> None:
        there = self._looks.setdefault(ticket, {})
        since = there[user, page].since if (user, page) in there else now
        typing = there[user, page].typing_until if (user, page) in there else 0.0
        there[user, page] = Look(name=name, scope=scope, since=since, seen_at=now, typing_until=typing)

    def type(self, ticket: str, user: str, page: str, typing: bool, now: float) -> bool:
        """Whether he has the ticket open, as far as is known."""
        look = self._looks.get(ticket, {}).get((user, page))
        if look is not None:
            look.seen_at = now
            look.typing_until = now + TYPING_S if typing else 0.0
        return look is not None

    def leave(self, ticket: str, user: str, page: str | None = None) -> None:
        """`page` None: all of his."""
        there = self._looks.get(ticket, {})
        for key in [key for key in there if key[0] == user and page in (None, key[1])]:
            del there[key]
        if not there:
            self._looks.pop(ticket, None)

    def leave_all(self, user: str) -> list[str]:
        """The tickets he had open."""
        had = [ticket for ticket, there in self._looks.items() if any(key[0] == user for key in there)]
        for ticket in had:
            self.leave(ticket, user)
        return had

    def expire(self, now: float) -> dict[str, set[str]]:
        """Forgets pages that no longer say anything: by ticket, who is gone from it with his last one."""
        gone: dict[str, set[str]] = {}
        for ticket, there in list(self._looks.items()):
            for (user, page), look in list(there.items()):
                if now - look.seen_at > GONE_S:
                    self.leave(ticket, user, page)
                    gone.setdefault(ticket, set()).add(user)
        return {ticket: users - set(self.rows(ticket, now)) for ticket, users in gone.items()}

    def granted(self, ticket: str, user: str, scope: Scope | None) -> bool:
        """Whether he has been found to see the ticket by the right he has now."""
        looks = self._looks.get(ticket, {})
        return any(key[0] == user and look.scope == scope for key, look in looks.items())

    def rows(self, ticket: str, now: float) -> dict[str, dict[str, Any]]:
        """By person, whatever the number of his pages: since when (in seconds of the clock), and whether he types."""
        rows: dict[str, dict[str, Any]] = {}
        for (user, _), look in self._looks.get(ticket, {}).items():
            row = rows.setdefault(user, {"id": user, "name": look.name, "since": look.since, "typing": False})
            row["since"] = min(row["since"], look.since)
            row["typing"] = row["typing"] or look.typing_until > now
        return rows

    def tickets(self) -> list[str]:
        return list(self._looks)

    def narrow(self, ticket: str) -> list[str]:
        """Those who see it by a right that is not for everything."""
        looks = self._looks.get(ticket, {})
        return list(dict.fromkeys(key[0] for key, look in looks.items() if not look.scope.everywhere))

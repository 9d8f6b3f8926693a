"""What the audit trail records about signing in and out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from contactcenter import actor as actors
from contactcenter.actor import Actor
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.identity.models import User

SESSION_OPENED: Final = ActKind("session.opened", "Signed in")
SESSION_REFUSED: Final = ActKind("session.refused", "Sign-in refused")
SESSION_LOCKED: Final = ActKind("session.locked_out", "Locked out after failed sign-ins")
SESSION_CLOSED: Final = ActKind("session.closed", "Signed out")
SESSION_EXPIRED: Final = ActKind("session.expired", "Signed out by itself")
SESSION_REVOKED: Final = ActKind("session.revoked", "Session revoked")
SESSION_ACTS: Final = (
    SESSION_OPENED,
    SESSION_REFUSED,
    SESSION_LOCKED,
    SESSION_CLOSED,
    SESSION_EXPIRED,
    SESSION_REVOKED,
)


def themselves(user_id: str, name: str, session_id: str) -> Actor:
    """The user, from where the request comes: before signing in and after signing out nobody is known to it."""
    return replace(actors.current(), kind="user", id=user_id, name=name, session_id=session_id)


def refused(user: User | None, kind: ActKind = SESSION_REFUSED) -> Act:
    """What was typed for an unknown account is not told: it may be a password."""
    subject = Subject("user", "unknown") if user is None else Subject("user", user.id, user.name)
    return Act(kind=kind, subject=subject)


class LockOuts:
    """A lock-out is told once, not with every attempt during it. `now` in unix seconds."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], float] = {}

    def is_new(self, account: str, address: str, wait_s: float, now: float) -> bool:
        self._until = {key: until for key, until in self._until.items() if until > now}
        if (account, address) in self._until:
            return False
        self._until[account, address] = now + wait_s
        return True

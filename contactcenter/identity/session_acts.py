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
SESSION_CONFIRMED: Final = ActKind("session.confirmed", "Proved again who it is")
LINK_SENT: Final = ActKind("password_link.sent", "Link to set a password made")
LINK_USED: Final = ActKind("password_link.used", "Link to set a password used")
FACTOR_SET: Final = ActKind("second_factor.set", "Second factor set up")
FACTOR_REMOVED: Final = ActKind("second_factor.removed", "Second factor removed")
FACTOR_REFUSED: Final = ActKind("second_factor.refused", "Second factor refused")
CODES_MADE: Final = ActKind("second_factor.codes_made", "New recovery codes made")
DEVICE_REMEMBERED: Final = ActKind("device.remembered", "Device remembered")
DEVICE_FORGOTTEN: Final = ActKind("device.forgotten", "Device forgotten")
PASSKEY_ADDED: Final = ActKind("passkey.added", "Passkey added")
PASSKEY_CHANGED: Final = ActKind("passkey.changed", "Passkey renamed")
PASSKEY_REMOVED: Final = ActKind("passkey.removed", "Passkey removed")
KEY_MADE: Final = ActKind("api_key.made", "API key made")
KEY_REVOKED: Final = ActKind("api_key.revoked", "API key revoked")
SESSION_ACTS: Final = (
    SESSION_CONFIRMED,
    LINK_SENT,
    LINK_USED,
    FACTOR_SET,
    FACTOR_REMOVED,
    FACTOR_REFUSED,
    CODES_MADE,
    DEVICE_REMEMBERED,
    DEVICE_FORGOTTEN,
    PASSKEY_ADDED,
    PASSKEY_CHANGED,
    PASSKEY_REMOVED,
    KEY_MADE,
    KEY_REVOKED,
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
    return Act(kind=kind, subject=Subject("user", "unknown") if user is None else known_user(user))


def known_user(user: User) -> Subject:
    return Subject("user", user.id, user.name)


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

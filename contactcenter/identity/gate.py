"""Passwords at the door, of staff and of customers: counted, compared, and told to the audit trail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.audit.recorder import note
from contactcenter.identity.kept_throttle import KeptThrottle
from contactcenter.identity.password_rules import LONGEST
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.session_acts import SESSION_LOCKED, SESSION_REFUSED, LockOuts
from contactcenter.identity.throttle import ThrottleRule
from contactcenter.storage.database import Database


class SignInRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The pair of email and password is not known. Never says which of the two."""


class SignInThrottled(Exception):  # noqa: N818 - an answer, not a fault
    def __init__(self, retry_after_s: float) -> None:
        super().__init__("Too many failed sign-ins.")
        self.retry_after_s = retry_after_s


class Holder(Protocol):
    """Who has a password: a user, or a customer's account."""

    @property
    def id(self) -> str: ...


H = TypeVar("H", bound=Holder)
Find = Callable[[str], Awaitable[tuple[H | None, str | None]]]
"""Who has this email, and the hash of the password that lets them in; None where there is none."""


class PasswordGate:
    """One for all doors, so that guessing at one of them from an address is counted at the others too.

    `kind` names the door in the trail; an account of one is none at another, whatever its email is.
    """

    def __init__(self, database: Database, passwords: Passwords, now: Callable[[], float]) -> None:
        self._database = database
        self.passwords = passwords
        self._throttle = KeptThrottle(database, "sign-in")
        self.now = now
        self._lock_outs = LockOuts()

    async def check(
        self, kind: str, email: str, password: str, address: str, find: Find[H], told: Callable[[H], Subject]
    ) -> tuple[H, str]:
        """Whose email and password these are, and the hash it was compared with. `told` names them to the trail.

        Raises SignInRefused or SignInThrottled; an unknown email takes as long as a known one.
        """
        account = email.strip().lower()[:320]
        counted, now = f"{kind}:{account}", self.now()
        if (wait := await self._throttle.wait(counted, address, now)) > 0:
            if self._lock_outs.is_new(counted, address, wait, now):
                someone, _ = await find(account)
                await note(self._database, _act(SESSION_LOCKED, kind, someone, told))
            raise SignInThrottled(wait)
        # Counted before the slow part, so that parallel guesses do not all slip through.
        self._throttle.failed(counted, address, now)
        someone, known = await find(account)
        if not await self.passwords.verify(known, password[:LONGEST]) or someone is None or known is None:
            await self._throttle.keep(counted, address, now)
            await note(self._database, _act(SESSION_REFUSED, kind, someone, told))
            raise SignInRefused
        self._throttle.succeeded(counted, address, now)
        await self._throttle.keep(counted, address, now)
        return someone, known


def _act(act: ActKind, kind: str, someone: H | None, told: Callable[[H], Subject]) -> Act:
    """What was typed for an unknown account is not told: it may be a password."""
    return Act(kind=act, subject=Subject(kind, "unknown") if someone is None else told(someone))


class Asking:
    """How often links may be asked for by mail, for one account and from one address. `kind` names the door."""

    def __init__(self, database: Database, kind: str, now: Callable[[], float]) -> None:
        self._throttle = KeptThrottle(database, f"links:{kind}", _ASKED, _ASKED_FROM)
        self.now = now

    async def admit(self, email: str, address: str) -> None:
        """Counts one asking for a link, whether the account exists or not. Raises SignInThrottled."""
        account, now = email.strip().lower()[:320], self.now()
        if (wait := await self._throttle.wait(account, address, now)) > 0:
            raise SignInThrottled(wait)
        self._throttle.failed(account, address, now)
        await self._throttle.keep(account, address, now)


_ASKED = ThrottleRule(free=3, first_s=60.0, longest_s=3600.0, forget_s=86_400.0)
_ASKED_FROM = ThrottleRule(free=10, first_s=10.0, longest_s=900.0)

"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

import pyotp
import segno
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.recorder import note, record
from contactcenter.config import IdentitySettings
from contactcenter.identity.acts import user_act
from contactcenter.identity.gate import SignInThrottled
from contactcenter.identity.kept_throttle import KeptThrottle
from contactcenter.identity.models import User
from contactcenter.identity.service import Identity, IdentityError
from contactcenter.identity.session_acts import CODES_MADE, FACTOR_REFUSED, FACTOR_REMOVED, FACTOR_SET
from contactcenter.identity.sessions import digest
from contactcenter.identity.sign_in_models import Authenticator, Passkey, RecoveryCode, RememberedDevice
from contactcenter.identity.throttle import ThrottleRule
from contactcenter.identity.waiting import Waiting
from contactcenter.vault.columns import row_context
from contactcenter.vault.service import Vault

Rule = Literal["off", "offered", "required"]
STEP_S: Final = 30
WINDOW: Final = 1
"""A code of the step before or after is taken: clocks differ."""
RECOVERY_CODES: Final = 10
SET_UP_S: Final = 900.0
_ISSUER = "Contact center"
_PURPOSE = "enrolment"
_PER_USER = ThrottleRule(free=5, first_s=5.0)


def rule_of(roles: Collection[str], settings: IdentitySettings) -> Rule:
    """The strictest of a person's roles counts; off only when it is for each of them."""
    if any(role in settings.second_factor_required for role in roles):
        return "required"
    if roles and all(role in settings.second_factor_off for role in roles):
        return "off"
    return "offered"


def matching_step(secret: str, code: str, now: float, after: int) -> int | None:
    """The time step, later than `after`, whose code this is; None when there is none."""
    totp, current = pyotp.TOTP(secret, interval=STEP_S), int(now // STEP_S)
    for step in range(current - WINDOW, current + WINDOW + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None


def plain_code(code: str) -> str:
    """As it is compared: without what people put between the characters."""
    return "".join(sign for sign in code.lower() if sign.isalnum())


def new_recovery_codes() -> list[str]:
    """80 bits each, in four groups."""
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(code[place : place + 4] for place in range(0, 16, 4)) for code in codes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What an app is told; `qr` is the picture of `uri`, rows of 0 and 1."""

    secret: str
    uri: str
    qr: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What a person has."""

    totp: bool
    recovery_codes: int
    passkeys: int

    @property
    def any(self) -> bool:
        return self.totp or self.passkeys > 0


class SecondFactors:
    def __init__(self, identity: Identity, vault: Vault, waiting: Waiting) -> None:
        self._identity = identity
        self._database = identity.database
        self._vault = vault
        self._waiting = waiting
        self._throttle = KeptThrottle(identity.database, "second-factor", _PER_USER)

    async def of(self, user_id: str) -> Factors:
        async with self._database.session() as session:
            counts = [
                await session.scalar(select(func.count()).select_from(table).where(table.user_id == user_id)) or 0
                for table in (Authenticator, RecoveryCode, Passkey)
            ]
        return Factors(totp=counts[0] > 0, recovery_codes=counts[1], passkeys=counts[2])

    async def begin(self, user: User) -> Enrolment:
        """A new secret, to be confirmed with a code within SET_UP_S; what there is stays until then."""
        secret = pyotp.random_base32()
        await self._waiting.put(_PURPOSE, {"secret": secret}, SET_UP_S, key=user.id)
        uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=user.email, issuer_name=_ISSUER)
        picture = segno.make(uri, error="m", micro=False)
        return Enrolment(secret=secret, uri=uri, qr=["".join(map(str, row)) for row in picture.matrix])

    async def confirm(self, user: User, code: str) -> list[str]:
        """The recovery codes, told this once. Raises IdentityError, SignInThrottled."""
        await self._check_throttle(user.id)
        begun, now = await self._waiting.look(_PURPOSE, user.id), self._identity.now()
        if begun is None:
            raise IdentityError("code", "Setting up took too long; begin again.")
        secret = str(begun["secret"])
        step = matching_step(secret, plain_code(code), now, 0)
        if step is None:
            self._throttle.failed(user.id, None, now)
            await self._throttle.keep(user.id, None, now)
            raise IdentityError("code", "This is not the code the app shows now. Look at the clock of the device too.")
        self._throttle.succeeded(user.id, None, now)
        await self._throttle.keep(user.id, None, now)
        sealed = self._vault.seal_text(secret, row_context(Authenticator.secret, user.id))
        async with self._database.transaction() as session:
            await session.execute(delete(Authenticator).where(Authenticator.user_id == user.id))
            moment = self._identity.moment()
            session.add(Authenticator(user_id=user.id, secret=sealed, last_step=step, made_at=moment))
            codes = await _replace_codes(session, user.id)
            await record(session, user_act(FACTOR_SET, user, None, {"method": "totp"}))
        await self._waiting.take(_PURPOSE, user.id)
        return codes

    async def remove(self, user: User) -> None:
        """The app, the recovery codes and the remembered devices."""
        async with self._database.transaction() as session:
            for table in (Authenticator, RecoveryCode, RememberedDevice):
                await session.execute(delete(table).where(table.user_id == user.id))
            await record(session, user_act(FACTOR_REMOVED, user, {"method": "totp"}, None))

    async def new_codes(self, user: User) -> list[str]:
        """Those there were end. Raises IdentityError when there is no app they would stand in for."""
        if not (await self.of(user.id)).totp:
            raise IdentityError("", "Set up an authenticator app first.")
        async with self._database.transaction() as session:
            codes = await _replace_codes(session, user.id)
            await record(session, user_act(CODES_MADE, user))
        return codes

    async def check(self, user: User, code: str) -> Literal["totp", "recovery"] | None:
        """Which of them this code is; it is used up by that. Raises SignInThrottled after several wrong ones."""
        await self._check_throttle(user.id)
        now, given = self._identity.now(), plain_code(code)
        # Counted before the look, so that parallel guesses do not all slip through.
        self._throttle.failed(user.id, None, now)
        method = await self._taken(user, given, now)
        if method is None:
            await self._throttle.keep(user.id, None, now)
            await note(self._database, user_act(FACTOR_REFUSED, user))
            return None
        self._throttle.succeeded(user.id, None, now)
        await self._throttle.keep(user.id, None, now)
        return method

    async def _taken(self, user: User, given: str, now: float) -> Literal["totp", "recovery"] | None:
        async with self._database.transaction() as session:
            row = await session.get(Authenticator, user.id)
            if row is not None and len(given) == 6:
                secret = await self._vault.open_text(row.secret, row_context(Authenticator.secret, user.id))
                step = matching_step(secret, given, now, row.last_step)
                if step is None:
                    return None
                mine = (Authenticator.user_id == user.id, Authenticator.last_step < step)
                newer = update(Authenticator).where(*mine).values(last_step=step).returning(Authenticator.user_id)
                return "totp" if list(await session.scalars(newer)) else None
            used = (RecoveryCode.user_id == user.id, RecoveryCode.code_hash == digest(given))
            gone = delete(RecoveryCode).where(*used).returning(RecoveryCode.user_id)
            return "recovery" if list(await session.scalars(gone)) else None

    async def _check_throttle(self, user_id: str) -> None:
        if (wait := await self._throttle.wait(user_id, None, self._identity.now())) > 0:
            raise SignInThrottled(wait)


async def _replace_codes(session: AsyncSession, user_id: str) -> list[str]:
    codes = new_recovery_codes()
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.add_all(RecoveryCode(user_id=user_id, code_hash=digest(plain_code(code))) for code in codes)
    return codes

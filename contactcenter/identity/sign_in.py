"""Signing in, step by step: the password, then what else is asked for, then a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from contactcenter.config import IdentitySettings
from contactcenter.identity.gate import SignInRefused
from contactcenter.identity.models import User, UserRole
from contactcenter.identity.remembered import RememberedDevices
from contactcenter.identity.second_factor import Enrolment, Rule, SecondFactors, rule_of
from contactcenter.identity.service import Identity
from contactcenter.identity.sessions import Client
from contactcenter.identity.sso.policy import SignInPolicy
from contactcenter.identity.waiting import Document, Waiting
from contactcenter.permissions import Principal

PENDING_S: Final = 300.0
_TRIES = 5
_PURPOSE = "second-factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody is in. `device_token`: for the browser to keep; `recovery_codes`: new ones, told this once."""

    token: str
    principal: Principal
    device_token: str | None = None
    recovery_codes: list[str] = field(default_factory=list)


class SecondFactorNeeded(Exception):  # noqa: N818 - an answer, not a fault
    """The password was right. `pending` names this sign-in; without `methods` one is to be set up first."""

    def __init__(self, pending: str, methods: list[str]) -> None:
        super().__init__("The second factor is needed.")
        self.pending = pending
        self.methods = methods


class PendingUnknown(Exception):  # noqa: N818 - an answer, not a fault
    """This sign-in took too long, was tried too often, or never began."""


class SignIn:
    def __init__(
        self,
        identity: Identity,
        factors: SecondFactors,
        devices: RememberedDevices,
        settings: IdentitySettings,
        waiting: Waiting,
        policy: SignInPolicy,
    ) -> None:
        self._identity = identity
        self._factors = factors
        self._devices = devices
        self._settings = settings
        self._waiting = waiting
        self._policy = policy

    async def with_password(self, email: str, password: str, client: Client, device_token: str | None) -> Entered:
        """Raises SignInRefused, SignInThrottled, SecondFactorNeeded, ProviderRequired."""
        user = await self._identity.check_password(email, password, client.address)
        return await self.after_first(user, "password", client, device_token)

    async def after_first(self, user: User, method: str, client: Client, device_token: str | None = None) -> Entered:
        """On with who has proven the first factor. Raises SecondFactorNeeded, ProviderRequired."""
        await self._policy.check(user.id, method)
        held, rule = await self._factors.of(user.id), await self.rule_for(user.id)
        if rule == "off" or (not held.any and rule == "offered"):
            return await self.enter(user, method, client)
        if held.any and await self._devices.knows(user.id, device_token):
            return await self.enter(user, f"{method}+device", client)
        methods = [*(["totp", "recovery"] if held.totp else []), *(["passkey"] if held.passkeys else [])]
        raise SecondFactorNeeded(await self._wait_for(user.id, method, must_set_up=not held.any), methods)

    async def enter(self, user: User, method: str, client: Client) -> Entered:
        """Raises ProviderRequired."""
        await self._policy.check(user.id, method)
        token, principal = await self._identity.sessions.open(user, method=method, client=client)
        return Entered(token=token, principal=principal)

    async def with_code(self, pending: str, code: str, client: Client, *, remember: bool) -> Entered:
        """Raises PendingUnknown, SignInRefused, SignInThrottled; IdentityError while setting up."""
        waiting, user = await self._of(pending)
        if waiting["must_set_up"]:
            codes = await self._factors.confirm(user, code)
            return await self._let_in(pending, user, f"{waiting['method']}+totp", client, remember, codes)
        method = await self._factors.check(user, code)
        if method is None:
            raise SignInRefused
        return await self._let_in(pending, user, f"{waiting['method']}+{method}", client, remember, [])

    async def with_proof(
        self, pending: str, client: Client, *, remember: bool, prove: Callable[[User], Awaitable[None]]
    ) -> Entered:
        """As `with_code`, for a passkey: `prove` raises when it is none of this user's."""
        waiting, user = await self._of(pending)
        if waiting["must_set_up"]:
            raise PendingUnknown
        await prove(user)
        return await self._let_in(pending, user, f"{waiting['method']}+passkey", client, remember, [])

    async def set_up(self, pending: str) -> Enrolment:
        """For who must have a second factor and has none yet. Raises PendingUnknown."""
        waiting, user = await self._of(pending, tried=False)
        if not waiting["must_set_up"]:
            raise PendingUnknown
        return await self._factors.begin(user)

    async def rule_for(self, user_id: str) -> Rule:
        async with self._identity.database.session() as session:
            roles = (await session.scalars(select(UserRole.role).where(UserRole.user_id == user_id))).all()
        return rule_of(roles, self._settings)

    async def _let_in(
        self, pending: str, user: User, method: str, client: Client, remember: bool, codes: list[str]
    ) -> Entered:
        await self._waiting.take(_PURPOSE, pending)
        entered = await self.enter(user, method, client)
        token = await self._devices.remember(user, client, method) if remember else None
        return Entered(token=entered.token, principal=entered.principal, device_token=token, recovery_codes=codes)

    async def _wait_for(self, user_id: str, method: str, *, must_set_up: bool) -> str:
        pending = {"user": user_id, "method": method, "must_set_up": must_set_up, "tries": 0}
        return await self._waiting.put(_PURPOSE, pending, PENDING_S * (3 if must_set_up else 1))

    async def _of(self, name: str, *, tried: bool = True) -> tuple[Document, User]:
        waiting = await self._waiting.look(_PURPOSE, name)
        if waiting is None or waiting["tries"] >= _TRIES:
            raise PendingUnknown
        if tried:
            await self._waiting.change(_PURPOSE, name, {**waiting, "tries": waiting["tries"] + 1})
        user = await self._identity.user(waiting["user"])
        if user is None:
            raise PendingUnknown
        return waiting, user

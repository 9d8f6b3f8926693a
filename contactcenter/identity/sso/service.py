"""Single sign-on, step by step: to the provider, back from it, and on as the page asks for it.

What came back is kept under a ticket until the page that began asks for it with its own cookie: so the cookies of this
server need not be sent along by another site, and a foreign answer in somebody's browser opens nothing.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from contactcenter.api.problems import Problem
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note
from contactcenter.identity.gate import SignInThrottled
from contactcenter.identity.kept_throttle import KeptThrottle
from contactcenter.identity.service import Identity
from contactcenter.identity.session_acts import SESSION_LOCKED, SESSION_REFUSED, LockOuts
from contactcenter.identity.sessions import digest
from contactcenter.identity.sso.connectors import Connectors, Places
from contactcenter.identity.sso.errors import SENTENCES, ProviderRefused, TicketUnknown
from contactcenter.identity.sso.people import Person
from contactcenter.identity.sso.providers import Configured, Providers
from contactcenter.identity.sso.settings import Intent
from contactcenter.identity.throttle import ADDRESS
from contactcenter.identity.waiting import Waiting

log = structlog.get_logger(__name__)

AWAY_S: Final = 900.0
"""So long may somebody be at the provider."""
TICKET_S: Final = 300.0
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Begun:
    """`browser`: the cookie by which this browser is known again."""

    url: str
    browser: str


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody is back from the provider."""

    provider: Configured
    person: Person


class SingleSignOn:
    def __init__(self, identity: Identity, providers: Providers, connectors: Connectors, waiting: Waiting) -> None:
        self._identity = identity
        self._providers = providers
        self._connectors = connectors
        self._waiting = waiting
        self._throttle = KeptThrottle(identity.database, "provider", ADDRESS, ADDRESS)
        self._lock_outs = LockOuts()

    async def begin(
        self,
        provider_id: str,
        intent: Intent,
        *,
        base: str,
        address: str,
        browser: str | None,
        user_id: str | None = None,
    ) -> Begun:
        """`base` is the address of the pages as the browser sees it. Raises Problem 404, ProviderRefused,
        SignInThrottled."""
        await self._admit(address)
        provider = await self._providers.configured(provider_id)
        if not provider.body.enabled and intent != "trial":
            raise ProviderRefused("switched-off")
        state, browser = secrets.token_urlsafe(32), browser or secrets.token_urlsafe(32)
        places = Places(base=base, provider_id=provider.id)
        url, kept = await self._connectors.begin(provider, places, state, fresh=intent == "proof")
        attempt = {
            "provider": provider.id,
            "intent": intent,
            "base": base,
            "browser": digest(browser),
            "user": user_id,
            "begun": self._identity.now(),
            "kept": kept,
        }
        await self._waiting.put("provider", attempt, AWAY_S, key=state)
        return Begun(url, browser)

    async def arrive(
        self, provider_id: str, state: str, given: Mapping[str, str], *, address: str, reference: str
    ) -> str:
        """What the page is to be told behind the #: "<intent>.<ticket>". Never raises for what a provider does;
        `reference` finds the reason in the log."""
        attempt = await self._waiting.take("provider", state) if 0 < len(state) <= 128 else None
        if attempt is None or attempt["provider"] != provider_id:
            return f"sign-in.{_UNKNOWN}"
        intent = attempt["intent"]
        found: dict[str, Any] = {name: attempt[name] for name in ("provider", "intent", "browser", "user")}
        try:
            found["person"] = _kept(await self._person(attempt, given))
        except ProviderRefused as error:
            await self._refused(provider_id, error, address, reference)
            found["refused"] = {"code": error.code, "reference": reference, "detail": error.detail}
        return f"{intent}.{await self._waiting.put('arrived', found, TICKET_S)}"

    async def collect(self, ticket: str, intent: Intent, *, browser: str | None, user_id: str | None = None) -> Back:
        """Once. Raises TicketUnknown, ProviderRefused."""
        found = await self._waiting.take("arrived", ticket)
        if found is None or found["intent"] != intent or found["user"] != user_id:
            raise TicketUnknown
        if browser is None or not hmac.compare_digest(found["browser"], digest(browser)):
            raise ProviderRefused("browser")
        if (refused := found.get("refused")) is not None:
            raise ProviderRefused(refused["code"], refused["detail"], reference=refused["reference"])
        try:
            provider = await self._providers.configured(found["provider"])
        except Problem:
            raise TicketUnknown from None
        return Back(provider, Person(**{**found["person"], "values": tuple(found["person"]["values"])}))

    async def refuse(self, provider_id: str, error: ProviderRefused, address: str, reference: str) -> ProviderRefused:
        """Noted like a wrong password; the error with its reference."""
        if error.reference:
            return error
        await self._refused(provider_id, error, address, reference)
        return ProviderRefused(error.code, error.detail, reference=reference)

    async def _person(self, attempt: Mapping[str, Any], given: Mapping[str, str]) -> Person:
        try:
            provider = await self._providers.configured(attempt["provider"])
        except Problem:
            raise ProviderRefused("switched-off") from None
        places = Places(base=attempt["base"], provider_id=provider.id)
        proof_after = attempt["begun"] if attempt["intent"] == "proof" else None
        return await self._connectors.finish(provider, places, attempt["kept"], given, proof_after=proof_after)

    async def _admit(self, address: str) -> None:
        now = self._identity.now()
        wait = await self._throttle.wait(address, address, now)
        if wait <= 0:
            return
        if self._lock_outs.is_new("", address, wait, now):
            await note(self._identity.database, Act(kind=SESSION_LOCKED, subject=Subject("user", "unknown")))
        raise SignInThrottled(wait)

    async def _refused(self, provider_id: str, error: ProviderRefused, address: str, reference: str) -> None:
        now = self._identity.now()
        self._throttle.failed(address, address, now)
        await self._throttle.keep(address, address, now)
        log.warning("sso.refused", provider=provider_id, code=error.code, reason=error.detail, reference=reference)
        subject, told = Subject("user", "unknown"), {"provider": provider_id, "reason": SENTENCES[error.code]}
        await note(self._identity.database, Act(kind=SESSION_REFUSED, subject=subject, after=told))


def _kept(person: Person) -> dict[str, Any]:
    return {
        "subject": person.subject,
        "email": person.email,
        "email_verified": person.email_verified,
        "name": person.name,
        "values": list(person.values),
        "authenticated_at": person.authenticated_at,
        "claims": dict(person.claims),
    }

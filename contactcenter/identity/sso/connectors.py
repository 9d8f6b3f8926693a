"""A sign-in at a provider, begun and finished, whichever protocol it speaks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from contactcenter.identity.sso import saml
from contactcenter.identity.sso.errors import ProviderRefused
from contactcenter.identity.sso.fetch import Fetch
from contactcenter.identity.sso.oidc import CACHE_S, OpenId
from contactcenter.identity.sso.people import Person
from contactcenter.identity.sso.providers import Configured
from contactcenter.identity.waiting import Waiting

log = structlog.get_logger(__name__)

PATH: Final = "/api/v1/sso"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Addresses of this server that a provider must know; `base` is that of the pages."""

    base: str
    provider_id: str

    @property
    def callback(self) -> str:
        """OpenID Connect's redirect URI."""
        return f"{self.base}{PATH}/{self.provider_id}/callback"

    @property
    def acs(self) -> str:
        """SAML's assertion consumer service."""
        return f"{self.base}{PATH}/{self.provider_id}/acs"

    @property
    def metadata(self) -> str:
        """SAML's metadata, and this server's entity id."""
        return f"{self.base}{PATH}/{self.provider_id}/metadata"


class Connectors:
    """`now` gives unix seconds. Everything raises ProviderRefused."""

    def __init__(self, fetch: Fetch, waiting: Waiting, now: Callable[[], float]) -> None:
        self._open_id = OpenId(fetch, now)
        self._fetch = fetch
        self._waiting = waiting
        self._now = now
        self._saml: dict[str, tuple[float, saml.Provider]] = {}
        # One at a time: verifying XML takes a core for some milliseconds, and anybody may send some.
        self._verifying = asyncio.Lock()

    async def begin(
        self, provider: Configured, places: Places, state: str, *, fresh: bool
    ) -> tuple[str, dict[str, Any]]:
        """Where the browser goes, and what must be kept until it is back. `fresh`: the person must be asked anew."""
        if provider.body.kind == "oidc":
            return await self._open_id.begin(provider, answers=places.callback, state=state, fresh=fresh)
        assert provider.body.saml is not None
        request_id = f"_{secrets.token_hex(20)}"
        url = saml.request_url(
            await self._saml_provider(provider),
            service_of(provider, places),
            request_id=request_id,
            relay_state=state,
            now=self._now(),
            fresh=fresh,
            sign=provider.body.saml.sign_requests,
        )
        return url, {"request_id": request_id}

    async def finish(
        self,
        provider: Configured,
        places: Places,
        kept: Mapping[str, Any],
        given: Mapping[str, str],
        *,
        proof_after: float | None,
    ) -> Person:
        """Whom the provider has let in; `given` is what came with the browser."""
        if provider.body.kind == "oidc":
            return await self._open_id.finish(provider, kept, given, answers=places.callback, proof_after=proof_after)
        known = await self._saml_provider(provider)
        async with self._verifying:
            found = await asyncio.to_thread(
                saml.asserted,
                given.get("SAMLResponse", ""),
                known,
                service_of(provider, places),
                provider.body,
                request_id=str(kept["request_id"]),
                now=self._now(),
                proof_after=proof_after,
            )
        # OneTimeUse or not: an assertion counts once, until nobody would take it any more.
        once = f"{known.entity_id} {found.assertion_id}"
        if not await self._waiting.first_time("assertion", once, max(found.until - self._now(), 1.0)):
            raise ProviderRefused("replayed")
        return found.person

    async def check(self, provider: Configured) -> dict[str, str]:
        """Asked anew: what the provider says of itself, by name, for who sets it up."""
        if provider.body.kind == "oidc":
            assert provider.body.oidc is not None
            issuer = provider.body.oidc.issuer
            self._open_id.forget(issuer)
            endpoints = await self._open_id.endpoints(issuer)
            keys = await self._open_id.keys(endpoints.jwks, older_than_s=0.0)
            return {
                "issuer": endpoints.issuer,
                "authorization_endpoint": endpoints.authorization,
                "token_endpoint": endpoints.token,
                "userinfo_endpoint": endpoints.userinfo or "",
                "keys": str(len(keys)),
            }
        self._saml.pop(_metadata_key(provider), None)
        known = await self._saml_provider(provider)
        return {"entity_id": known.entity_id, "single_sign_on": known.url, "certificates": str(len(known.certificates))}

    async def _saml_provider(self, provider: Configured) -> saml.Provider:
        settings = provider.body.saml
        assert settings is not None
        key = _metadata_key(provider)
        known = self._saml.get(key)
        if known is not None and (self._now() - known[0] < CACHE_S or settings.metadata_url is None):
            return known[1]
        try:
            text = settings.metadata_xml or await self._fetch.text(settings.metadata_url or "")
            found = await asyncio.to_thread(saml.provider_of, text)
        except ProviderRefused as error:
            if known is None:
                raise
            # Its keys are most likely those it had an hour ago.
            log.warning("sso.metadata_not_renewed", provider=provider.id, reason=error.detail)
            found = known[1]
        self._saml[key] = (self._now(), found)
        return found


def service_of(provider: Configured, places: Places) -> saml.Service:
    return saml.Service(
        entity_id=places.metadata, answers=places.acs, certificate=provider.certificate, key=provider.key
    )


def _metadata_key(provider: Configured) -> str:
    settings = provider.body.saml
    assert settings is not None
    return settings.metadata_url or f"xml {hash(settings.metadata_xml)}"

"""OpenID Connect by the authorization code flow with PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636, RFC 9700)."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import aiohttp

from contactcenter.identity.sso.discovery import Endpoints, document_url, endpoints_of
from contactcenter.identity.sso.errors import ProviderRefused
from contactcenter.identity.sso.fetch import Fetch
from contactcenter.identity.sso.people import Person, of_claims
from contactcenter.identity.sso.providers import Configured
from contactcenter.identity.sso.settings import Oidc
from contactcenter.identity.sso.tokens import Expected, UnknownKey, verified_claims

CACHE_S: Final = 3600.0
"""So long counts what a provider has said of itself, and its keys."""
NEW_KEYS_S: Final = 30.0
"""A token signed with an unknown key makes the keys be asked for anew, this often at most."""
_ERROR = re.compile(r"[a-z_]{1,50}")


class OpenId:
    """`now` gives unix seconds. What is asked for raises ProviderRefused."""

    def __init__(self, fetch: Fetch, now: Callable[[], float]) -> None:
        self._fetch = fetch
        self._now = now
        self._endpoints: dict[str, tuple[float, Endpoints]] = {}
        self._keys: dict[str, tuple[float, list[dict[str, Any]]]] = {}

    async def begin(self, provider: Configured, *, answers: str, state: str, fresh: bool) -> tuple[str, dict[str, Any]]:
        """Where the browser goes, and what must be kept until it is back; `answers` is where it comes back to."""
        settings = _settings(provider)
        endpoints = await self.endpoints(settings.issuer)
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": settings.client_id,
            "redirect_uri": answers,
            "scope": " ".join(settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if fresh else {}),
        }
        url = endpoints.authorization
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}", {"verifier": verifier, "nonce": nonce}

    async def finish(
        self,
        provider: Configured,
        kept: Mapping[str, Any],
        given: Mapping[str, str],
        *,
        answers: str,
        proof_after: float | None,
    ) -> Person:
        """Whom the provider has let in; `given` is the query it sent the browser back with."""
        settings = _settings(provider)
        endpoints = await self.endpoints(settings.issuer)
        code = _code(given, endpoints)
        tokens = await self._redeem(provider, endpoints, code, str(kept["verifier"]), answers)
        access_token = tokens.get("access_token")
        expected = Expected(
            issuer=settings.issuer,
            client_id=settings.client_id,
            nonce=str(kept["nonce"]),
            access_token=access_token if isinstance(access_token, str) else None,
            proof_after=proof_after,
        )
        claims = await self._verified(str(tokens.get("id_token", "")), endpoints, expected)
        if expected.access_token and endpoints.userinfo and _lacks(claims, provider):
            claims = await self._with_user_info(claims, endpoints.userinfo, expected.access_token)
        return of_claims(claims, provider.body)

    async def endpoints(self, issuer: str) -> Endpoints:
        known = self._endpoints.get(issuer)
        if known is not None and self._now() - known[0] < CACHE_S:
            return known[1]
        found = endpoints_of(await self._fetch.json(document_url(issuer)), issuer)
        self._endpoints[issuer] = (self._now(), found)
        return found

    async def keys(self, url: str, *, older_than_s: float = CACHE_S) -> list[dict[str, Any]]:
        """Asked for anew when what is known is older than this."""
        known = self._keys.get(url)
        if known is not None and self._now() - known[0] < older_than_s:
            return known[1]
        found = await self._fetch.json(url)
        keys = found.get("keys") if isinstance(found, dict) else None
        if not isinstance(keys, list):
            raise ProviderRefused("answer", "The provider publishes no keys.")
        kept = [key for key in keys if isinstance(key, dict)]
        self._keys[url] = (self._now(), kept)
        return kept

    def forget(self, issuer: str) -> None:
        """Ask anew next time."""
        known = self._endpoints.pop(issuer, None)
        if known is not None:
            self._keys.pop(known[1].jwks, None)

    async def _verified(self, token: str, endpoints: Endpoints, expected: Expected) -> dict[str, Any]:
        try:
            return verified_claims(token, await self.keys(endpoints.jwks), expected, self._now())
        except UnknownKey:
            newer = await self.keys(endpoints.jwks, older_than_s=NEW_KEYS_S)
            return verified_claims(token, newer, expected, self._now())

    async def _redeem(
        self, provider: Configured, endpoints: Endpoints, code: str, verifier: str, answers: str
    ) -> dict[str, Any]:
        settings, secret = _settings(provider), _secret(provider)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": answers,
            "code_verifier": verifier,
        }
        headers: dict[str, str] = {}
        if secret and endpoints.basic:
            # RFC 6749 §2.3.1: both are form-encoded first.
            headers["Authorization"] = aiohttp.encode_basic_auth(quote_plus(settings.client_id), quote_plus(secret))
        else:
            form |= {"client_id": settings.client_id, **({"client_secret": secret} if secret else {})}
        status, found = await self._fetch.form(endpoints.token, form, headers)
        if status >= 400:
            told = _told(found.get("error"))
            code = "settings" if told in ("invalid_client", "unauthorized_client", "redirect_uri_mismatch") else "token"
            raise ProviderRefused(code, f"The token endpoint refuses: {told}.")
        return found

    async def _with_user_info(self, claims: dict[str, Any], url: str, access_token: str) -> dict[str, Any]:
        found = await self._fetch.json(url, {"Authorization": f"Bearer {access_token}"})
        # §5.3.2: of somebody else it must not be used.
        if not isinstance(found, dict) or found.get("sub") != claims.get("sub"):
            raise ProviderRefused("token", "The UserInfo endpoint speaks of somebody else.")
        return {**found, **claims}


def _code(given: Mapping[str, str], endpoints: Endpoints) -> str:
    if "error" in given:
        raise ProviderRefused("denied", f"The provider refuses: {_told(given['error'])}.")
    issuer = given.get("iss")
    if (issuer is None and endpoints.iss_in_answer) or issuer not in (None, endpoints.issuer):
        # RFC 9207: an answer of another provider, mixed up with this one.
        raise ProviderRefused("token", "The answer is of another issuer.")
    code = given.get("code", "")
    if not code or len(code) > 4096:
        raise ProviderRefused("answer", "The answer holds no code.")
    return code


def _told(error: object) -> str:
    """The code of a refusal, if it has the form of one."""
    return error if isinstance(error, str) and _ERROR.fullmatch(error) else "no known error"


def _lacks(claims: Mapping[str, Any], provider: Configured) -> bool:
    body = provider.body
    wanted = [body.email_claim or "email", body.name_claim or "name", *([body.roles_claim] if body.roles_claim else [])]
    return any(name.partition(".")[0] not in claims and name not in claims for name in wanted)


def _settings(provider: Configured) -> Oidc:
    assert provider.body.oidc is not None
    return provider.body.oidc


def _secret(provider: Configured) -> str | None:
    name = _settings(provider).from_environment
    if not name:
        return provider.secret
    if not (secret := os.environ.get(name)):
        raise ProviderRefused("settings", f"The environment variable {name} is empty or not there.")
    return secret

"""ID tokens verified (OpenID Connect Core 1.0 §3.1.3.7). Pure: keys and time are arguments."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwk, jws
from joserfc.errors import JoseError

from contactcenter.identity.sso.errors import ProviderRefused

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
"""Those by public keys alone: neither `none` nor one in which the client's secret would sign."""
SKEW_S: Final = 60.0
"""So far may the clocks of provider and server lie apart."""
_LONGEST = 64_000
_HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


class UnknownKey(ProviderRefused):
    """No key known here has signed this; the provider may have new ones."""

    def __init__(self) -> None:
        super().__init__("token", "The ID token is signed with a key that the provider does not publish.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """`proof_after`: the person must have been asked who he is since then, in unix seconds."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None = None
    proof_after: float | None = None


def verified_claims(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected, now: float) -> dict[str, Any]:
    """The claims. `keys` are JWKs (RFC 7517). Raises ProviderRefused; UnknownKey when new keys may help."""
    header = _header(token)
    claims = _signed(token, header, keys)
    if claims.get("iss") != expected.issuer:
        raise ProviderRefused("token", "The ID token is of another issuer.")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if expected.client_id not in audiences:
        raise ProviderRefused("token", "The ID token is for another client.")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != expected.client_id:
        raise ProviderRefused("token", "The ID token was made for another party (azp).")
    _check_times(claims, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise ProviderRefused("token", "The ID token does not answer this sign-in (nonce).")
    if expected.access_token is not None and "at_hash" in claims:
        _check_access_token(str(header["alg"]), claims["at_hash"], expected.access_token)
    if expected.proof_after is not None:
        moment = _number(claims, "auth_time")
        if moment is None or moment < expected.proof_after - SKEW_S:
            raise ProviderRefused("stale", "The ID token has no auth_time, or one from before the sign-in began.")
    return claims


def _header(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LONGEST:
        raise ProviderRefused("token", "The ID token is no signed JWT.")
    try:
        padded = parts[0] + "=" * (-len(parts[0]) % 4)
        header = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, RecursionError):
        raise ProviderRefused("token", "The header of the ID token cannot be read.") from None
    if not isinstance(header, dict) or header.get("alg") not in ALGORITHMS:
        raise ProviderRefused("token", "The ID token is not signed in a way that is taken.")
    return header


def _signed(token: str, header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    wanted = header.get("kid")
    fitting = [key for key in keys if key.get("use", "sig") == "sig" and (wanted is None or key.get("kid") == wanted)]
    for key in fitting:
        try:
            found = jws.deserialize_compact(token.encode(), jwk.import_key(dict(key)), algorithms=[header["alg"]])
            claims = json.loads(found.payload or b"")
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            # A key of another kind, or not the one that has signed.
            continue
        if isinstance(claims, dict):
            return claims
    raise UnknownKey


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued, begins = (_number(claims, name) for name in ("exp", "iat", "nbf"))
    if expires is None or issued is None:
        raise ProviderRefused("token", "The ID token does not say when it was made and until when it counts.")
    if expires + SKEW_S <= now or issued - SKEW_S > now or (begins is not None and begins - SKEW_S > now):
        raise ProviderRefused("clock", "The ID token is too old, or from the future.")


def _check_access_token(algorithm: str, at_hash: object, access_token: str) -> None:
    digest = _HASHES.get(algorithm[-3:], hashlib.sha512)(access_token.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not isinstance(at_hash, str) or not hmac.compare_digest(half, at_hash.encode()):
        raise ProviderRefused("token", "The access token is not the one the ID token speaks of (at_hash).")


def _number(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

"""What an OpenID provider says of itself (OpenID Connect Discovery 1.0 §3). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contactcenter.identity.sso.errors import ProviderRefused
from contactcenter.identity.sso.urls import same_reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """`basic`: the token endpoint takes the client's secret in the Authorization header, as every provider should;
    otherwise it is sent in the body."""

    issuer: str
    authorization: str
    token: str
    jwks: str
    userinfo: str | None
    basic: bool
    iss_in_answer: bool


def document_url(issuer: str) -> str:
    """Where the document is (§4.1)."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def endpoints_of(found: object, issuer: str) -> Endpoints:
    """Raises ProviderRefused for a document that is not this issuer's, or leads to where nothing may be asked."""
    if not isinstance(found, Mapping):
        raise ProviderRefused("answer", "The discovery document is no JSON object.")
    if found.get("issuer") != issuer:
        raise ProviderRefused(
            "settings", f"The discovery document names another issuer than {issuer}; they must be the same exactly."
        )
    _check_pkce(found)
    methods = found.get("token_endpoint_auth_methods_supported")
    return Endpoints(
        issuer=issuer,
        authorization=_endpoint(found, "authorization_endpoint", issuer),
        token=_endpoint(found, "token_endpoint", issuer),
        jwks=_endpoint(found, "jwks_uri", issuer),
        userinfo=_endpoint(found, "userinfo_endpoint", issuer) if found.get("userinfo_endpoint") else None,
        basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        iss_in_answer=found.get("authorization_response_iss_parameter_supported") is True,
    )


def _check_pkce(found: Mapping[str, Any]) -> None:
    """Who does not say which methods it knows is sent S256 all the same (RFC 7636 lets it be ignored)."""
    methods = found.get("code_challenge_methods_supported")
    if isinstance(methods, list) and methods and "S256" not in methods:
        raise ProviderRefused("settings", "The provider knows PKCE, but not by S256.")


def _endpoint(found: Mapping[str, Any], name: str, issuer: str) -> str:
    url = found.get(name)
    if not isinstance(url, str) or not same_reach(url, issuer):
        raise ProviderRefused("settings", f"The discovery document has no usable {name}.")
    return url

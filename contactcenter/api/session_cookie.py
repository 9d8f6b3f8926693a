"""The cookies that carry tokens. Over TLS their names begin with `__Host-` (RFC 6265bis §4.1.3.2): a browser takes and
sends such a cookie only for this host, by TLS, whatever a neighbouring host or the plain port has set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web

SECURE: Final = web.AppKey("secure", bool)
"""Set on the application: browsers reach it by https, also when a proxy speaks TLS for it."""
PREFIX: Final = "__Host-"
_LONGEST = 128
"""Ours have 43 characters; a longer one is not worth hashing."""


def is_secure(request: web.BaseRequest) -> bool:
    """Whether the browser speaks TLS, with us or with a proxy in front."""
    return request.secure or (isinstance(request, web.Request) and request.config_dict.get(SECURE, False))


@dataclass(frozen=True, slots=True)
class Cookie:
    """`path` counts over plain HTTP alone: the prefix asks for "/"."""

    name: str
    path: str

    def named(self, *, secure: bool) -> str:
        return f"{PREFIX}{self.name}" if secure else self.name

    def put(self, request: web.BaseRequest, response: web.Response, token: str, *, max_age_s: int) -> None:
        secure = is_secure(request)
        response.set_cookie(
            self.named(secure=secure),
            token,
            max_age=max_age_s,
            path="/" if secure else self.path,
            httponly=True,
            samesite="Strict",
            secure=secure,
        )

    def remove(self, request: web.BaseRequest, response: web.Response) -> None:
        secure = is_secure(request)
        response.del_cookie(self.named(secure=secure), path="/" if secure else self.path, secure=secure)

    def token_of(self, request: web.BaseRequest) -> str | None:
        """Over TLS only what came under the prefixed name: anybody near may have set the other one."""
        token = request.cookies.get(self.named(secure=is_secure(request)))
        return token if token and len(token) <= _LONGEST else None


SESSION: Final = Cookie("cc_session", "/")
PORTAL: Final = Cookie("cc_portal", "/api/v1/portal")
"""Of a customer's session; read by the portal's routes alone."""
DEVICE: Final = Cookie("cc_device", "/api/v1/session")
"""Of a remembered device; read where somebody signs in."""
DEVICE_S: Final = 30 * 86_400
PROVIDER: Final = Cookie("cc_provider", "/api/v1")
"""By which a browser is known again when an identity provider sends it back."""

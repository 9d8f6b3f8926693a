"""The cookie that carries a session's token."""

from __future__ import annotations

from aiohttp import web

COOKIE = "cc_session"


def put(response: web.Response, token: str, *, max_age_s: int, secure: bool) -> None:
    response.set_cookie(COOKIE, token, max_age=max_age_s, path="/", httponly=True, samesite="Strict", secure=secure)


def remove(response: web.Response) -> None:
    response.del_cookie(COOKIE, path="/")


def token_of(request: web.BaseRequest) -> str | None:
    token = request.cookies.get(COOKIE)
    # Ours have 43 characters; a longer one is not worth hashing.
    return token if token and len(token) <= 128 else None


PORTAL_COOKIE = "cc_portal"
_PORTAL_PATH = "/api/v1/portal"


def put_portal(response: web.Response, token: str, *, max_age_s: int, secure: bool) -> None:
    """The token of a customer's session; sent to the portal's routes only."""
    response.set_cookie(
        PORTAL_COOKIE, token, max_age=max_age_s, path=_PORTAL_PATH, httponly=True, samesite="Strict", secure=secure
    )


def remove_portal(response: web.Response) -> None:
    response.del_cookie(PORTAL_COOKIE, path=_PORTAL_PATH)


def portal_token_of(request: web.BaseRequest) -> str | None:
    token = request.cookies.get(PORTAL_COOKIE)
    return token if token and len(token) <= 128 else None


DEVICE_COOKIE = "cc_device"
_DEVICE_DAYS = 30


def put_device(response: web.Response, token: str, *, secure: bool) -> None:
    """The token of a remembered device; sent only where somebody signs in."""
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=_DEVICE_DAYS * 86_400,
        path="/api/v1/session",
        httponly=True,
        samesite="Strict",
        secure=secure,
    )


def device_of(request: web.BaseRequest) -> str | None:
    token = request.cookies.get(DEVICE_COOKIE)
    return token if token and len(token) <= 128 else None

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

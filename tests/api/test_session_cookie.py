"""Cookies by how the browser reaches the server: by plain HTTP on one machine, by TLS, by a proxy that speaks TLS."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from contactcenter.api import session_cookie
from contactcenter.api.session_cookie import Cookie

ALL = [session_cookie.SESSION, session_cookie.PORTAL, session_cookie.DEVICE, session_cookie.PROVIDER]


def request_of(*, tls: bool = False, proxied: bool = False, cookie: str = "") -> web.Request:
    app = web.Application()
    app[session_cookie.SECURE] = proxied
    options: dict[str, Any] = {"sslcontext": ssl.create_default_context()} if tls else {}
    return make_mocked_request("GET", "/", headers={"Cookie": cookie}, app=app, **options)


@pytest.mark.parametrize("cookie", ALL, ids=lambda each: each.name)
@pytest.mark.parametrize("reached", [{"tls": True}, {"proxied": True}, {}], ids=["tls", "proxy", "plain"])
def test_what_is_set_is_what_is_read(cookie: Cookie, reached: dict[str, Any]) -> None:
    request, response = request_of(**reached), web.Response()
    cookie.put(request, response, "token", max_age_s=60)
    (morsel,) = response.cookies.values()
    assert (morsel.key.startswith("__Host-"), bool(morsel["secure"])) == (bool(reached), bool(reached))
    assert (morsel["path"], morsel["domain"]) == ("/" if reached else cookie.path, "")
    assert (morsel["httponly"], morsel["samesite"]) == (True, "Strict")
    assert cookie.token_of(request_of(**reached, cookie=f"{morsel.key}=token")) == "token"
    other = cookie.named(secure=not reached)
    assert cookie.token_of(request_of(**reached, cookie=f"{other}=token")) is None
    removed = web.Response()
    cookie.remove(request, removed)
    (gone,) = removed.cookies.values()
    assert (gone.key, gone["path"], gone["secure"] or False) == (morsel.key, morsel["path"], bool(reached))
    assert gone["max-age"] == 0 or gone["max-age"] == "0"


def test_one_that_is_too_long_is_none() -> None:
    assert session_cookie.SESSION.token_of(request_of(cookie=f"cc_session={'x' * 129}")) is None

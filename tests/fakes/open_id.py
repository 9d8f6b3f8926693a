"""An OpenID provider: a real HTTP server with real keys, which lets in whomever it is told to."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus, urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwk, jwt

CLIENT, SECRET = "contactcenter-client", "s3cret with spaces & more"


class FakeOpenId:
    """Use as `async with`. `person`: claims of who signs in; `in_token` changes the ID token (None takes a claim out),
    `document` the discovery document, `answer` what the browser is sent back with. `asked` counts requests by path.
    """

    def __init__(self, *, now: Callable[[], float] = time.time, algorithm: str = "RS256") -> None:
        self.person: dict[str, Any] = {
            "sub": "sub-1",
            "email": "ann@example.com",
            "email_verified": True,
            "name": "Ann",
        }
        self.user_info: dict[str, Any] = {}
        self.in_token: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.answer: dict[str, str | None] = {}
        self.token_error: str | None = None
        self.tokens_elsewhere: str | None = None
        self.asks_who = True
        self.asked: dict[str, int] = {}
        self.authorized: list[dict[str, str]] = []
        self.secret: str | None = SECRET
        self.algorithm = algorithm
        self._now = now
        self._codes: dict[str, dict[str, str]] = {}
        self.rotate()
        self.published = [self.key]

    async def __aenter__(self) -> FakeOpenId:
        app = web.Application(middlewares=[self._count])
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/me", self._me)
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()
        self.issuer = str(self._server.make_url("")).rstrip("/")
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._server.close()

    def rotate(self) -> None:
        """Sign with a new key from now on; it is published by `published`."""
        kid = secrets.token_hex(4)
        if self.algorithm.startswith("ES"):
            self.key: jwk.Key = jwk.ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})
        else:
            self.key = jwk.RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})

    @web.middleware
    async def _count(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked[request.path] = self.asked.get(request.path, 0) + 1
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _discovery(self, request: web.Request) -> web.Response:
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/keys",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            **self.document,
        }
        return web.json_response({name: value for name, value in found.items() if value is not None})

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [key.as_dict(private=False) for key in self.published]})

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        if (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) != ("code", CLIENT, "S256"):
            return web.Response(status=400)
        self.authorized.append(asked)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer, **self.answer}
        query = urlencode({name: value for name, value in answer.items() if value is not None})
        return web.Response(status=302, headers={"Location": f"{asked['redirect_uri']}?{query}"})

    async def _token(self, request: web.Request) -> web.Response:
        if self.tokens_elsewhere is not None:
            return web.Response(status=307, headers={"Location": self.tokens_elsewhere})
        form = dict(await request.post())
        asked = self._codes.pop(str(form.get("code")), None)
        verifier = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if self.token_error is not None or not self._knows(request, form):
            return web.json_response({"error": self.token_error or "invalid_client"}, status=401)
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form.get("redirect_uri"):
            return web.json_response({"error": "invalid_grant"}, status=400)
        access_token = secrets.token_urlsafe(8)
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        now = int(self._now())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **({"auth_time": now} if "max_age" in asked and self.asks_who else {}),
            **self.person,
            **self.in_token,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid, **self.header}
        token = jwt.encode(header, claims, self.key, algorithms=[self.algorithm])
        return web.json_response({"id_token": token, "access_token": access_token, "token_type": "Bearer"})

    def _knows(self, request: web.Request, form: dict[str, Any]) -> bool:
        if self.secret is None:
            return form.get("client_id") == CLIENT and "Authorization" not in request.headers
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        name, _, secret = base64.b64decode(encoded).decode().partition(":") if scheme == "Basic" else ("", "", "")
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, self.secret)

    async def _me(self, request: web.Request) -> web.Response:
        return web.json_response({"sub": self.person["sub"], **self.user_info})

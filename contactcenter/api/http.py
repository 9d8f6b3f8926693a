"""The HTTP application: routes become handlers behind authentication, permission, validation and error answers."""

from __future__ import annotations

import ipaddress
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler as AiohttpHandler
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from contactcenter.actor import Actor, acting
from contactcenter.api import problems, session_cookie
from contactcenter.api.problems import Problem
from contactcenter.api.routes import (
    ADDRESS,
    REQUEST_ID,
    Call,
    OwnAccountOnly,
    Public,
    Route,
    Router,
    asks_for_proof,
    lacking,
)
from contactcenter.api.security import DATA_POLICY, SECURITY_HEADERS, check_same_site
from contactcenter.config import HttpSettings
from contactcenter.metrics import Metrics
from contactcenter.permissions import Principal
from contactcenter.storage.errors import StorageUnavailable

Authenticate = Callable[[str], Awaitable[Principal | None]]
PROOF_S = 600.0
"""So long counts a proof of who somebody is for dangerous acts."""
CLIENT_LEFT = 499
"""How a request is counted whose client had gone before the whole answer was out: the status nginx has for it."""
Translate = Callable[[Exception], Problem | None]
"""An error of the domain as a problem; None for one that nobody expected."""

log = structlog.get_logger(__name__)


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """`value` (models, plain data) as JSON; moments in UTC end with Z."""
    return web.Response(
        body=to_json(value, by_alias=True), status=status, content_type="application/json", headers=headers
    )


def build_app(
    router: Router,
    *,
    authenticate: Authenticate,
    by_key: Authenticate | None = None,
    customer: Authenticate | None = None,
    settings: HttpSettings | None = None,
    metrics: Metrics | None = None,
    translate: Translate | None = None,
    now: Callable[[], float] = time.time,
) -> web.Application:
    """The application with every route of `router`. Nothing else answers, except what is attached as open later.

    `authenticate` finds whose the session of a cookie is, `by_key` whose the token in Authorization: Bearer, `customer`
    whose a session of the portal is.
    """
    server = _Server(router, authenticate, settings or HttpSettings(), metrics or Metrics(), translate)
    server.by_key, server.customer, server.now = by_key, customer, now
    return server.app


def open_path(app: web.Application, prefix: str) -> None:
    """Let handlers under `prefix` be reached without a Route: they do their own checks (the live feed)."""
    app[_OPEN_PREFIXES].append(prefix)


_OPEN_PREFIXES: web.AppKey[list[str]] = web.AppKey("open_prefixes", list)


def actor_of(caller: Principal | None, address: str, request_id: str = "") -> Actor:
    """Who acts in a request of `caller`; None: nobody has signed in. Of customers no name: the trail tells of none."""
    if caller is None:
        return Actor(kind="anonymous", address=address, request_id=request_id)
    return Actor(
        kind=caller.kind,
        id=caller.user_id,
        name="" if caller.kind == "customer" else caller.name,
        address=address,
        session_id=caller.session_id,
        request_id=request_id,
    )


class _Server:
    def __init__(
        self,
        router: Router,
        authenticate: Authenticate,
        settings: HttpSettings,
        metrics: Metrics,
        translate: Translate | None,
    ) -> None:
        self._authenticate = authenticate
        self._translate = translate
        self._settings = settings
        self.by_key: Authenticate | None = None
        self.customer: Authenticate | None = None
        self.now: Callable[[], float] = time.time
        self._handlers: set[AiohttpHandler] = set()
        self._requests = metrics.counter("http_requests", "HTTP requests.", ("method", "route", "status"))
        self._seconds = metrics.histogram("http_request_seconds", "Time to answer HTTP requests.", ("route",))
        self.app = web.Application(middlewares=[self._guard], client_max_size=settings.max_body_kb * 1024)
        self.app[_OPEN_PREFIXES] = []
        self.app[session_cookie.SECURE] = settings.secure
        self.app.on_response_prepare.append(self._add_headers)
        for route in router:
            self._register(route)

    def _register(self, route: Route) -> None:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._answer(route, request)

        self._handlers.add(handle)
        if route.method == "GET":
            self.app.router.add_get(route.path, handle)
        else:
            self.app.router.add_route(route.method, route.path, handle)

    @web.middleware
    async def _guard(self, request: web.Request, handler: AiohttpHandler) -> web.StreamResponse:
        request[REQUEST_ID] = uuid.uuid4().hex
        request[ADDRESS] = self._address(request)
        info = request.match_info
        resource = info.route.resource
        template = resource.canonical if resource is not None else "unmatched"
        is_open = any(request.path.startswith(prefix) for prefix in self.app[_OPEN_PREFIXES])
        started = time.perf_counter()
        if info.http_exception is None and info.handler not in self._handlers and not is_open:
            answer: web.StreamResponse = problems.response(problems.forbidden(), request[REQUEST_ID])
        else:
            answer = await self._protect(request, handler)
        if not is_open:
            # A feed's request lasts as long as the page is open.
            self._seconds.labels(template).observe(time.perf_counter() - started)
        self._requests.labels(request.method if resource else "any", template, str(answer.status)).inc()
        return answer

    async def _protect(self, request: web.Request, handler: AiohttpHandler) -> web.StreamResponse:
        request_id: str = request[REQUEST_ID]
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return problems.response(_from_http(error), request_id)
        except Exception as error:
            if isinstance(error, ConnectionResetError) and _has_left(request):
                return web.Response(status=CLIENT_LEFT)
            problem = to_problem(error, self._translate)
            if problem.status == 500:
                log.exception("request_failed", request_id=request_id, method=request.method)
            elif problem.status == 503:
                log.error("request_not_served", reason=problem.detail, request_id=request_id)
            return problems.response(problem, request_id)

    async def _answer(self, route: Route, request: web.Request) -> web.StreamResponse:
        if not route.from_other_sites:
            check_same_site(request.method, request.headers, self._settings.public_url)
        call = Call(request, await self._caller(route, request))
        if "\x00" in request.path:
            raise problems.not_found()
        try:
            with acting(actor_of(call.caller, request[ADDRESS], request[REQUEST_ID])):
                return await self._call(route, call)
        except Problem as problem:
            if problem.status == 403 and call.caller is not None:
                _tell_refused(route, call.caller, problem, request[REQUEST_ID])
            raise

    async def _call(self, route: Route, call: Call) -> web.StreamResponse:
        request = call.request
        call.raw_query = _read_query(route, request)
        call.raw_body = await _read_body(route, request)
        result = await route.handler(call)
        if isinstance(result, web.StreamResponse):
            result.headers.update(call.headers)
            return result
        if result is None and route.response is None:
            return web.Response(status=204, headers=call.headers)
        return json_response(result, route.status, call.headers)

    async def _caller(self, route: Route, request: web.Request) -> Principal | None:
        if isinstance(route.permission, Public):
            return None
        principal = await self._customer(request) if route.portal else await self._who(request)
        if principal is None:
            raise problems.not_signed_in()
        missing = lacking(principal, route.permission)
        if missing is not None or (isinstance(route.permission, OwnAccountOnly) and principal.kind == "key"):
            refusal = problems.forbidden(missing)
            _tell_refused(route, principal, refusal, request[REQUEST_ID])
            raise refusal
        if asks_for_proof(route) and principal.authenticated_at < self.now() - PROOF_S:
            raise problems.step_up()
        return principal

    async def _customer(self, request: web.Request) -> Principal | None:
        token = session_cookie.PORTAL.token_of(request)
        return await self.customer(token) if token and self.customer is not None else None

    async def _who(self, request: web.Request) -> Principal | None:
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.by_key is not None:
            # Not also by the cookie: a program must not act with a browser's rights by accident.
            return await self.by_key(bearer.strip()) if 0 < len(bearer) <= 4096 else None
        token = session_cookie.SESSION.token_of(request)
        return await self._authenticate(token) if token else None

    def _address(self, request: web.Request) -> str:
        remote = request.remote or ""
        forwarded = request.headers.get("X-Forwarded-For")
        if not (self._settings.behind_proxy and forwarded):
            return remote
        # The last entry is the proxy's own; whatever stands before it the client may have invented.
        last = forwarded.rpartition(",")[2].strip()
        try:
            return str(ipaddress.ip_address(last)) if ipaddress.ip_address(remote).is_loopback else remote
        except ValueError:
            return remote

    async def _add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Server"] = "contactcenter"
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", DATA_POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        if REQUEST_ID in request:
            response.headers["X-Request-Id"] = request[REQUEST_ID]
        if self._settings.secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def _has_left(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _tell_refused(route: Route, who: Principal, problem: Problem, request_id: str) -> None:
    """Who was not let do what, for whoever watches the log (by id, as no name stands there)."""
    log.warning(
        "access_refused",
        caller=who.user_id,
        kind=who.kind,
        method=route.method,
        route=route.path,
        reason=problem.type_slug,
        permission=problem.extra.get("permission"),
        request_id=request_id,
    )


def _read_query(route: Route, request: web.Request) -> BaseModel | None:
    if route.query is None:
        return None
    values: dict[str, Any] = {}
    for name in request.query:
        items = request.query.getall(name)
        if any("\x00" in item for item in items):
            detail = f"{name}: must not hold a NUL character."
            raise Problem(422, "invalid", "The query cannot be used", detail, field=name)
        values[name] = items if len(items) > 1 else items[0]
    try:
        return route.query.model_validate(values)
    except ValidationError as error:
        raise problems.invalid(error, "query") from None


async def _read_body(route: Route, request: web.Request) -> BaseModel | None:
    if route.body is None:
        return None
    if request.content_type != "application/json":
        detail = "Send the body as JSON with the header Content-Type: application/json."
        raise Problem(415, "unsupported-media-type", "Unsupported media type", detail)
    try:
        return route.body.model_validate_json(await request.read())
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            detail = "The body is not valid JSON."
            raise Problem(400, "malformed-json", "Malformed JSON", detail) from None
        raise problems.invalid(error, "body") from None


_SENTENCES = {
    404: ("not-found", "Not found", "There is no such page."),
    405: ("method-not-allowed", "Method not allowed", "This address does not take this method."),
    413: ("too-large", "Body too large", "The body is larger than this server takes."),
}


def _from_http(error: web.HTTPException) -> Problem:
    known = _SENTENCES.get(error.status, (f"http-{error.status}", error.reason, f"{error.reason}."))
    allow = error.headers.get("Allow")
    return Problem(error.status, *known, headers={"Allow": allow} if allow else None)


def to_problem(error: Exception, translate: Translate | None) -> Problem:
    """How an error is told to a client; status 500 for one that nobody expected, to be logged by the caller."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, web.RequestPayloadError):
        return Problem(400, "malformed-body", "Malformed body", "The body is not encoded as its headers say.")
    if isinstance(error, StorageUnavailable):
        return Problem(503, "storage-unavailable", "Database unavailable", str(error), headers={"Retry-After": "5"})
    known = translate(error) if translate else None
    detail = "Something went wrong here. It has been logged."
    return known or Problem(500, "internal", "Internal error", detail)

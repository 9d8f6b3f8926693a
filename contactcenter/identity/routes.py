"""Sign in, who am I, sign out."""

from __future__ import annotations

import math

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from contactcenter.api import session_cookie
from contactcenter.api.http import json_response
from contactcenter.api.problems import Problem
from contactcenter.api.routes import PUBLIC, SIGNED_IN, Call, Route
from contactcenter.identity import session_acts as acts
from contactcenter.identity.service import Identity, SignInRefused, SignInThrottled
from contactcenter.permissions import Principal


class Credentials(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str = Field(min_length=1, max_length=320)
    password: str = Field(min_length=1, max_length=1024)


class Me(BaseModel):
    id: str
    email: str
    name: str
    roles: list[str]
    permissions: list[str]


def me(principal: Principal) -> Me:
    return Me(
        id=principal.user_id,
        email=principal.email,
        name=principal.name,
        roles=list(principal.roles),
        permissions=sorted(principal.grants),
    )


def routes(identity: Identity, *, public_url: str = "") -> tuple[Route, ...]:
    async def sign_in(call: Call) -> web.Response:
        token, principal = await _authenticate(identity, call)
        if (old := session_cookie.token_of(call.request)) is not None:
            await identity.sign_out(old)
        response = json_response(me(principal))
        secure = public_url.startswith("https://") or call.request.secure
        session_cookie.put(response, token, max_age_s=identity.session_max_age_s, secure=secure)
        return response

    async def who_am_i(call: Call) -> Me:
        return me(call.principal)

    async def sign_out(call: Call) -> web.Response:
        if (token := session_cookie.token_of(call.request)) is not None:
            await identity.sign_out(token)
        response = web.Response(status=204)
        session_cookie.remove(response)
        return response

    path = "/api/v1/session"
    return (
        Route(
            "POST",
            path,
            sign_in,
            PUBLIC,
            "Sign in; sets the session cookie",
            body=Credentials,
            response=Me,
            tag="Session",
            errors=(401, 429),
            audited=(acts.SESSION_OPENED, acts.SESSION_REFUSED, acts.SESSION_LOCKED, acts.SESSION_CLOSED),
        ),
        Route("GET", path, who_am_i, SIGNED_IN, "Who is signed in", response=Me, tag="Session"),
        Route("DELETE", path, sign_out, PUBLIC, "Sign out", status=204, tag="Session", audited=(acts.SESSION_CLOSED,)),
    )


async def _authenticate(identity: Identity, call: Call) -> tuple[str, Principal]:
    given = call.body(Credentials)
    try:
        return await identity.authenticate(given.email, given.password, call.address)
    except SignInRefused:
        detail = "Email and password do not belong together."
        raise Problem(401, "sign-in-refused", "Sign-in refused", detail) from None
    except SignInThrottled as error:
        raise _throttled(error) from None


def _throttled(error: SignInThrottled) -> Problem:
    seconds = math.ceil(error.retry_after_s)
    detail = f"Too many failed sign-ins. Try again in {seconds} second{'s' if seconds != 1 else ''}."
    headers = {"Retry-After": str(seconds)}
    return Problem(429, "sign-in-throttled", "Too many sign-ins", detail, headers=headers, retry_after_s=seconds)

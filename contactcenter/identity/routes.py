"""Signing in, proving it again, signing out; passwords that were forgotten."""

from __future__ import annotations

import base64
import binascii
import math
from typing import Annotated
from urllib.parse import parse_qsl, unquote_plus

from aiohttp import web
from pydantic import BaseModel, Field

from contactcenter.api import session_cookie
from contactcenter.api.fields import Settings
from contactcenter.api.http import json_response
from contactcenter.api.problems import Problem
from contactcenter.api.routes import OWN_ACCOUNT, PUBLIC, SIGNED_IN, Call, Route
from contactcenter.audit.acts import Act, NotAudited, Subject
from contactcenter.audit.recorder import note
from contactcenter.identity import acts as user_acts
from contactcenter.identity import session_acts as acts
from contactcenter.identity.account_out import EnrolmentOut, Me, SignedInOut, me
from contactcenter.identity.api_keys import TOKEN_S
from contactcenter.identity.devices import device_of
from contactcenter.identity.doors import Doors
from contactcenter.identity.gate import SignInRefused, SignInThrottled
from contactcenter.identity.password_links import LinkUnknown
from contactcenter.identity.permissions import USERS_MANAGE
from contactcenter.identity.service import IdentityError
from contactcenter.identity.sessions import Client
from contactcenter.identity.sign_in import Entered, PendingUnknown, SecondFactorNeeded
from contactcenter.identity.sso.errors import ProviderRefused, TicketUnknown
from contactcenter.identity.sso.policy import ProviderRequired

Secret = Annotated[str, Field(min_length=1, max_length=1024)]
Token = Annotated[str, Field(min_length=1, max_length=128)]
Code = Annotated[str, Field(min_length=6, max_length=32)]


class Credentials(Settings):
    email: str = Field(min_length=1, max_length=320)
    password: Secret


class SecondFactor(Settings):
    """`pending` is that of the problem "second-factor"; `code` from the app, or a recovery code."""

    pending: Token
    code: Code
    remember: bool = False


class Pending(Settings):
    pending: Token


class Proof(Settings):
    """One of them."""

    password: Secret | None = None
    code: Code | None = None


class Forgotten(Settings):
    email: str = Field(min_length=1, max_length=320)


class Link(Settings):
    token: Token


class LinkUse(Settings):
    token: Token
    password: Secret


class LinkOut(BaseModel):
    """`purpose` is reset or invitation."""

    email: str
    purpose: str


class Doorway(BaseModel):
    """What the sign-in page offers."""

    reset_by_mail: bool


class LinkSent(BaseModel):
    """`sent` false: there is no mail server in the settings."""

    sent: bool


class AccessToken(BaseModel):
    """RFC 6749 §5.1; `expires_in` in seconds."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the name of a kind of token
    expires_in: int


class OAuthError(BaseModel):
    """RFC 6749 §5.2."""

    error: str


def client_of(call: Call) -> Client:
    return Client(address=call.address, device=device_of(call.request.headers.get("User-Agent", "")))


class SessionRoutes:
    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def sign_in(self, call: Call) -> web.Response:
        given = call.body(Credentials)
        with_device = session_cookie.DEVICE.token_of(call.request)
        try:
            entered = await self._doors.sign_in.with_password(given.email, given.password, client_of(call), with_device)
        except SignInRefused:
            detail = "Email and password do not belong together."
            raise Problem(401, "sign-in-refused", "Sign-in refused", detail) from None
        return await self.let_in(call, entered, me(entered.principal))

    async def second_factor(self, call: Call) -> web.Response:
        given = call.body(SecondFactor)
        entered = await self._doors.sign_in.with_code(
            given.pending, given.code, client_of(call), remember=given.remember
        )
        out = SignedInOut(me=me(entered.principal), recovery_codes=entered.recovery_codes)
        return await self.let_in(call, entered, out)

    async def set_up_factor(self, call: Call) -> EnrolmentOut:
        return EnrolmentOut.of(await self._doors.sign_in.set_up(call.body(Pending).pending))

    async def let_in(self, call: Call, entered: Entered, body: BaseModel) -> web.Response:
        """With the session's cookie; the session this browser had before ends."""
        if (old := session_cookie.SESSION.token_of(call.request)) is not None:
            await self._doors.identity.sessions.sign_out(old)
        response = json_response(body)
        self.put(call, response, entered.token)
        if entered.device_token is not None:
            session_cookie.DEVICE.put(call.request, response, entered.device_token, max_age_s=session_cookie.DEVICE_S)
        return response

    def put(self, call: Call, response: web.Response, token: str) -> None:
        max_age_s = self._doors.identity.sessions.max_age_s
        session_cookie.SESSION.put(call.request, response, token, max_age_s=max_age_s)

    async def who_am_i(self, call: Call) -> Me:
        return me(call.principal)

    async def sign_out(self, call: Call) -> web.Response:
        if (token := session_cookie.SESSION.token_of(call.request)) is not None:
            await self._doors.identity.sessions.sign_out(token)
        response = web.Response(status=204)
        session_cookie.SESSION.remove(call.request, response)
        return response

    async def prove(self, call: Call) -> web.Response:
        given, principal = call.body(Proof), call.principal
        user = await self._doors.user_of(principal)
        if given.password is not None:
            await self._doors.identity.check_password(user.email, given.password, call.address)
        elif given.code is None or await self._doors.factors.check(user, given.code) is None:
            raise SignInRefused
        return await self.proven(call)

    async def proven(self, call: Call) -> web.Response:
        """A new token for the same session, whose person has just proven who it is."""
        token = session_cookie.SESSION.token_of(call.request) or ""
        renewed = await self._doors.identity.sessions.renew(token)
        await note(self._doors.identity.database, _confirmed(call))
        response = web.Response(status=204)
        self.put(call, response, renewed)
        return response

    async def doorway(self, call: Call) -> Doorway:
        return Doorway(reset_by_mail=self._doors.links.by_mail)

    async def forgotten(self, call: Call) -> None:
        email = call.body(Forgotten).email
        await self._doors.links.admit(email, call.address)
        # Not waited for: the time to answer must not tell whether there is such an account.
        self._doors.tasks.spawn(self._doors.links.ask(email))

    async def look_at_link(self, call: Call) -> LinkOut:
        user, purpose = await self._doors.links.look(call.body(Link).token)
        return LinkOut(email=user.email, purpose=purpose)

    async def use_link(self, call: Call) -> None:
        given = call.body(LinkUse)
        await self._doors.links.use(given.token, given.password)

    async def send_link(self, call: Call) -> LinkSent:
        return LinkSent(sent=await self._doors.links.send_again(call.path("id")))

    async def access_token(self, call: Call) -> web.Response:
        if call.request.content_type != "application/x-www-form-urlencoded":
            return _oauth_error(400, "invalid_request")
        form = dict(parse_qsl((await call.request.read()).decode(errors="replace")))
        if form.get("grant_type") != "client_credentials":
            return _oauth_error(400, "unsupported_grant_type")
        client_id, secret = _client_credentials(call.request, form.get("client_id"), form.get("client_secret"))
        token = await self._doors.keys.access_token(client_id, secret)
        if token is None:
            return _oauth_error(401, "invalid_client")
        return json_response(AccessToken(access_token=token, expires_in=TOKEN_S))


def _confirmed(call: Call) -> Act:
    return Act(kind=acts.SESSION_CONFIRMED, subject=Subject("user", call.principal.user_id, call.principal.name))


def _oauth_error(status: int, error: str) -> web.Response:
    """RFC 6749 §5.2: not a problem document."""
    headers = {"WWW-Authenticate": 'Basic realm="contactcenter"'} if status == 401 else None
    return json_response(OAuthError(error=error), status, headers)


def _client_credentials(request: web.Request, client_id: object, secret: object) -> tuple[str, str]:
    """RFC 6749 §2.3.1: by HTTP Basic, both form-encoded first, or in the body."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote_plus(name), unquote_plus(password)
    return (client_id, secret) if isinstance(client_id, str) and isinstance(secret, str) else ("", "")


def problem_of(error: Exception) -> Problem | None:
    """What signing in refuses, as a problem."""
    match error:
        case SignInThrottled():
            return _throttled(error)
        case SignInRefused():
            return Problem(403, "proof-refused", "Not right", "This password or code is not right.")
        case SecondFactorNeeded():
            kind = "second-factor" if error.methods else "second-factor-set-up"
            detail = "A second factor is needed." if error.methods else "A second factor must be set up first."
            return Problem(401, kind, "Second factor needed", detail, pending=error.pending, methods=error.methods)
        case PendingUnknown() | TicketUnknown():
            return Problem(401, "sign-in-expired", "Sign in again", "This took too long. Begin again.")
        case LinkUnknown():
            return Problem(
                404, "link-unknown", "Link not valid", "This link was used or is too old. Ask for a new one."
            )
        case IdentityError():
            return Problem(422, "bad-setting", "This cannot work", str(error), field=error.field)
        case ProviderRefused():
            told = f"{error.sentence} Reference: {error.reference}." if error.reference else error.sentence
            return Problem(403, "provider-refused", "Not signed in", told, code=error.code, reference=error.reference)
        case ProviderRequired():
            detail = "Here everybody signs in by an identity provider."
            return Problem(403, "provider-required", "By a provider only", detail)
    return None


def _throttled(error: SignInThrottled) -> Problem:
    seconds = math.ceil(error.retry_after_s)
    detail = f"Too many failed sign-ins. Try again in {seconds} second{'s' if seconds != 1 else ''}."
    headers = {"Retry-After": str(seconds)}
    return Problem(429, "sign-in-throttled", "Too many sign-ins", detail, headers=headers, retry_after_s=seconds)


_ENTERING = (acts.SESSION_OPENED, acts.SESSION_REFUSED, acts.SESSION_LOCKED, acts.SESSION_CLOSED)


def routes(doors: Doors) -> tuple[Route, ...]:
    do = SessionRoutes(doors)
    path, factor, links = "/api/v1/session", "/api/v1/session/second-factor", "/api/v1/password-links"
    factor_acts = (*_ENTERING, acts.FACTOR_SET, acts.FACTOR_REFUSED, acts.DEVICE_REMEMBERED)
    made, used = (acts.LINK_SENT,), (acts.LINK_USED, acts.SESSION_REVOKED, user_acts.USER_PASSWORD)
    proof = (acts.SESSION_CONFIRMED, acts.SESSION_REFUSED, acts.SESSION_LOCKED, acts.FACTOR_REFUSED)
    set_up_why = NotAudited("Nothing is changed before the code is confirmed")
    look_why, token_why = NotAudited("Only looks"), NotAudited("What is done with the token is in the trail")
    tag, passwords = "Session", "Passwords"
    route = Route
    return (
        route("POST", path, do.sign_in, PUBLIC, "Sign in; sets the session cookie", body=Credentials, response=Me,
              tag=tag, errors=(401, 429), audited=_ENTERING),
        route("GET", path, do.who_am_i, SIGNED_IN, "Who is signed in", response=Me, tag=tag),
        route("DELETE", path, do.sign_out, PUBLIC, "Sign out", status=204, tag=tag, audited=(acts.SESSION_CLOSED,)),
        route("POST", factor, do.second_factor, PUBLIC, "Second step of signing in", body=SecondFactor,
              response=SignedInOut, tag=tag, errors=(401, 403, 429), audited=factor_acts),
        route("POST", f"{factor}/set-up", do.set_up_factor, PUBLIC, "Set up the second factor that is required",
              body=Pending, response=EnrolmentOut, tag=tag, errors=(401,), audited=set_up_why),
        route("POST", f"{path}/proof", do.prove, OWN_ACCOUNT, "Prove again who you are, for dangerous acts",
              body=Proof, tag=tag, errors=(403, 429), audited=proof),
        route("GET", "/api/v1/sign-in", do.doorway, PUBLIC, "What the sign-in page offers", response=Doorway, tag=tag),
        route("POST", links, do.forgotten, PUBLIC, "Ask for a link by mail", body=Forgotten, tag=passwords,
              errors=(429,), audited=made),
        route("POST", f"{links}/look", do.look_at_link, PUBLIC, "Whose link this is", body=Link, response=LinkOut,
              tag=passwords, errors=(404,), audited=look_why),
        route("POST", f"{links}/use", do.use_link, PUBLIC, "Set a password by a link", body=LinkUse, tag=passwords,
              errors=(404,), audited=used),
        route("POST", "/api/v1/users/{id}/password-link", do.send_link, USERS_MANAGE,
              "Mail somebody a link to set a password", response=LinkSent, tag="Users", audited=made),
        route("POST", "/api/v1/oauth2/token", do.access_token, PUBLIC, "Access token for an API key (RFC 6749 §4.4)",
              response=AccessToken, tag="API keys", errors=(400, 401), error_model=OAuthError, audited=token_why),
    )  # fmt: skip

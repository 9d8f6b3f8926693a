"""Passkeys over HTTP: one's own, and signing in with one."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, Field

from contactcenter.api.fields import Name, Settings
from contactcenter.api.problems import Problem
from contactcenter.api.routes import OWN_ACCOUNT, PUBLIC, Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.audit.recorder import note
from contactcenter.identity import session_acts as acts
from contactcenter.identity.account_out import Me, PasskeyOut, me
from contactcenter.identity.doors import Doors
from contactcenter.identity.gate import SignInRefused
from contactcenter.identity.models import User
from contactcenter.identity.passkeys import Place
from contactcenter.identity.routes import SessionRoutes, Token, client_of
from contactcenter.identity.session_acts import refused

Credential = Annotated[dict[str, Any], Field(description="As PublicKeyCredential.toJSON() gives it.")]


class NewPasskey(Settings):
    attempt: Token
    name: Name
    credential: Credential


class PasskeyName(Settings):
    name: Name


class Answer(Settings):
    attempt: Token
    credential: Credential


class SecondAnswer(Answer):
    pending: Token
    remember: bool = False


class Attempt(BaseModel):
    """`options` for navigator.credentials, as PublicKeyCredential.parse…OptionsFromJSON takes them."""

    attempt: str
    options: dict[str, Any]


class PasskeyRoutes:
    def __init__(self, doors: Doors, sessions: SessionRoutes, public_url: str) -> None:
        self._doors = doors
        self._sessions = sessions
        self._public_url = public_url

    def _place(self, call: Call) -> Place:
        request = call.request
        parts = urlsplit(self._public_url or f"{request.scheme}://{request.host}")
        return Place(f"{parts.scheme}://{parts.netloc}", parts.hostname or "")

    async def begin(self, call: Call) -> Attempt:
        user = await self._doors.user_of(call.principal)
        if await self._doors.sign_in.rule_for(user.id) == "off":
            raise Problem(409, "second-factor-off", "Not in use", "Passkeys are not in use for your role.")
        return Attempt(**await self._doors.passkeys.begin(user, self._place(call)))

    async def add(self, call: Call) -> PasskeyOut:
        given, user = call.body(NewPasskey), await self._doors.user_of(call.principal)
        row = await self._doors.passkeys.add(user, given.attempt, given.name, given.credential, self._place(call))
        return PasskeyOut.model_validate(row, from_attributes=True)

    async def rename(self, call: Call) -> None:
        user = await self._doors.user_of(call.principal)
        await self._doors.passkeys.rename(user, call.path("id"), call.body(PasskeyName).name)

    async def remove(self, call: Call) -> None:
        user = await self._doors.user_of(call.principal)
        held = await self._doors.factors.of(user.id)
        if await self._doors.sign_in.rule_for(user.id) == "required" and not held.totp and held.passkeys == 1:
            detail = "Your role needs a second factor. Set up an app before you remove the last passkey."
            raise Problem(409, "second-factor-required", "Needed", detail)
        await self._doors.passkeys.remove(user, call.path("id"))

    async def ask(self, call: Call) -> Attempt:
        return Attempt(**await self._doors.passkeys.ask(self._place(call)))

    async def enter(self, call: Call) -> web.Response:
        user = await self._whose(call, call.body(Answer))
        entered = await self._doors.sign_in.enter(user, "passkey", client_of(call))
        return await self._sessions.let_in(call, entered, me(entered.principal))

    async def second(self, call: Call) -> web.Response:
        given = call.body(SecondAnswer)

        async def prove(user: User) -> None:
            if (await self._whose(call, given)).id != user.id:
                raise SignInRefused

        entered = await self._doors.sign_in.with_proof(
            given.pending, client_of(call), remember=given.remember, prove=prove
        )
        return await self._sessions.let_in(call, entered, me(entered.principal))

    async def prove(self, call: Call) -> web.Response:
        if (await self._whose(call, call.body(Answer))).id != call.principal.user_id:
            raise SignInRefused
        return await self._sessions.proven(call)

    async def _whose(self, call: Call, given: Answer) -> User:
        try:
            return await self._doors.passkeys.check(given.attempt, given.credential, self._place(call))
        except SignInRefused:
            await note(self._doors.identity.database, refused(None))
            raise


def routes(doors: Doors, *, public_url: str = "") -> tuple[Route, ...]:
    do = PasskeyRoutes(doors, SessionRoutes(doors), public_url)
    path, session, may, route = "/api/v1/account/passkeys", "/api/v1/session/passkey", OWN_ACCOUNT, Route
    nothing = NotAudited("Nothing is changed before the passkey has answered")
    entering = (acts.SESSION_OPENED, acts.SESSION_REFUSED, acts.SESSION_CLOSED)
    tag = "Passkeys"
    return (
        route("POST", f"{path}/options", do.begin, may, "Begin to add a passkey", response=Attempt, tag=tag,
              errors=(409,), audited=nothing, fresh=True),
        route("POST", path, do.add, may, "Add a passkey", body=NewPasskey, response=PasskeyOut, status=201, tag=tag,
              audited=(acts.PASSKEY_ADDED,), fresh=True),
        route("PUT", f"{path}/{{id}}", do.rename, may, "Name a passkey", body=PasskeyName, tag=tag,
              audited=(acts.PASSKEY_CHANGED,)),
        route("DELETE", f"{path}/{{id}}", do.remove, may, "Remove a passkey", tag=tag, errors=(409,),
              audited=(acts.PASSKEY_REMOVED,), fresh=True),
        route("POST", f"{session}/options", do.ask, PUBLIC, "Begin to use a passkey", response=Attempt, tag=tag,
              audited=nothing),
        route("POST", session, do.enter, PUBLIC, "Sign in with a passkey", body=Answer, response=Me, tag=tag,
              errors=(403,), audited=entering),
        route("POST", f"{session}/second-factor", do.second, PUBLIC, "A passkey as the second factor",
              body=SecondAnswer, response=Me, tag=tag, errors=(401, 403),
              audited=(*entering, acts.DEVICE_REMEMBERED)),
        route("POST", f"{session}/proof", do.prove, may, "Prove by a passkey who you are", body=Answer, tag=tag,
              errors=(403,), audited=(acts.SESSION_CONFIRMED, acts.SESSION_REFUSED)),
    )  # fmt: skip

"""One's own account: password, sessions, second factor, devices, API keys."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from contactcenter.api import session_cookie
from contactcenter.api.fields import Settings
from contactcenter.api.problems import Problem, not_found
from contactcenter.api.routes import OWN_ACCOUNT, Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.identity import acts as user_acts
from contactcenter.identity import session_acts as acts
from contactcenter.identity.account_out import (
    CodesOut,
    DeviceOut,
    EnrolmentOut,
    KeyList,
    KeyOut,
    NewKeyOut,
    PasskeyOut,
    SecurityOut,
    SessionList,
    SessionOut,
)
from contactcenter.identity.api_keys import NewKey
from contactcenter.identity.doors import Doors
from contactcenter.identity.routes import Code, Secret, SessionRoutes
from contactcenter.identity.sign_in_models import ApiKey

Days = Annotated[int, Field(ge=1, le=3650)]


class PasswordChange(Settings):
    current: Secret
    password: Secret


class Confirmation(Settings):
    code: Code


class AccountRoutes:
    def __init__(self, doors: Doors, sessions: SessionRoutes) -> None:
        self._doors = doors
        self._sessions = sessions

    async def security(self, call: Call) -> SecurityOut:
        user = await self._doors.user_of(call.principal)
        held = await self._doors.factors.of(user.id)
        return SecurityOut(
            second_factor=await self._doors.sign_in.rule_for(user.id),
            totp=held.totp,
            recovery_codes=held.recovery_codes,
            passkeys=[
                PasskeyOut.model_validate(row, from_attributes=True) for row in await self._doors.passkeys.of(user.id)
            ],
            devices=[
                DeviceOut.model_validate(row, from_attributes=True) for row in await self._doors.devices.of(user.id)
            ],
        )

    async def change_password(self, call: Call) -> web.Response:
        given = call.body(PasswordChange)
        await self._doors.identity.change_password(call.principal, given.current, given.password, call.address)
        response = web.Response(status=204)
        token = session_cookie.SESSION.token_of(call.request) or ""
        self._sessions.put(call, response, await self._doors.identity.sessions.renew(token))
        return response

    async def sessions(self, call: Call) -> SessionList:
        rows = await self._doors.identity.sessions.of_user(call.principal.user_id)
        return SessionList(
            items=[
                SessionOut(
                    id=row.id,
                    device=row.device,
                    address=row.address,
                    method=row.method,
                    created_at=row.created_at,
                    last_seen_at=row.last_seen_at,
                    current=row.id == call.principal.session_id,
                )
                for row in rows
            ]
        )

    async def end_session(self, call: Call) -> None:
        if not await self._doors.identity.sessions.revoke(call.principal.user_id, call.path("id")):
            raise not_found("session")

    async def end_others(self, call: Call) -> None:
        principal = call.principal
        await self._doors.identity.sessions.revoke_user(principal.user_id, keep=principal.session_id)

    async def begin_factor(self, call: Call) -> EnrolmentOut:
        user = await self._doors.user_of(call.principal)
        if await self._doors.sign_in.rule_for(user.id) == "off":
            raise Problem(409, "second-factor-off", "Not in use", "A second factor is not in use for your role.")
        return EnrolmentOut.of(await self._doors.factors.begin(user))

    async def confirm_factor(self, call: Call) -> CodesOut:
        user = await self._doors.user_of(call.principal)
        return CodesOut(recovery_codes=await self._doors.factors.confirm(user, call.body(Confirmation).code))

    async def remove_factor(self, call: Call) -> None:
        user = await self._doors.user_of(call.principal)
        held = await self._doors.factors.of(user.id)
        if await self._doors.sign_in.rule_for(user.id) == "required" and not held.passkeys:
            detail = "Your role needs a second factor. Add a passkey before you remove the app."
            raise Problem(409, "second-factor-required", "Needed", detail)
        await self._doors.factors.remove(user)

    async def new_codes(self, call: Call) -> CodesOut:
        user = await self._doors.user_of(call.principal)
        if not (await self._doors.factors.of(user.id)).totp:
            raise Problem(409, "no-authenticator", "Not in use", "Set up an authenticator app first.")
        return CodesOut(recovery_codes=await self._doors.factors.new_codes(user))

    async def forget_device(self, call: Call) -> None:
        if not await self._doors.devices.forget(await self._doors.user_of(call.principal), call.path("id")):
            raise not_found("device")

    async def keys(self, call: Call) -> KeyList:
        rows = await self._doors.keys.of_user(call.principal.user_id)
        return KeyList(items=[_key(row) for row in rows])

    async def make_key(self, call: Call) -> NewKeyOut:
        row, secret = await self._doors.keys.make(call.body(NewKey), call.principal)
        return NewKeyOut(**_key(row).model_dump(), secret=secret)

    async def revoke_key(self, call: Call) -> None:
        await self._doors.keys.revoke(call.path("id"), call.principal.user_id)


def _key(row: ApiKey) -> KeyOut:
    return KeyOut.model_validate(row, from_attributes=True)


def routes(doors: Doors) -> tuple[Route, ...]:
    do = AccountRoutes(doors, SessionRoutes(doors))
    path, may, route = "/api/v1/account", OWN_ACCOUNT, Route
    tag, keys_tag = "Account", "API keys"
    begun = NotAudited("Nothing is changed before the code is confirmed")
    changed = (user_acts.USER_PASSWORD, acts.SESSION_REVOKED, acts.SESSION_REFUSED, acts.SESSION_LOCKED)
    return (
        route("GET", f"{path}/security", do.security, may, "How one's own account is secured", response=SecurityOut,
              tag=tag),
        route("PUT", f"{path}/password", do.change_password, may, "Change one's own password", body=PasswordChange,
              tag=tag, errors=(429,), audited=changed),
        route("GET", f"{path}/sessions", do.sessions, may, "Where one is signed in", response=SessionList, tag=tag),
        route("DELETE", f"{path}/sessions", do.end_others, may, "Sign out everywhere else", tag=tag,
              audited=(acts.SESSION_REVOKED,)),
        route("DELETE", f"{path}/sessions/{{id}}", do.end_session, may, "End one session", tag=tag,
              audited=(acts.SESSION_REVOKED,)),
        route("POST", f"{path}/second-factor", do.begin_factor, may, "Begin to set up an authenticator app",
              response=EnrolmentOut, tag=tag, errors=(409,), audited=begun, fresh=True),
        route("PUT", f"{path}/second-factor", do.confirm_factor, may, "Confirm the app with a code",
              body=Confirmation, response=CodesOut, tag=tag, errors=(429,), audited=(acts.FACTOR_SET,), fresh=True),
        route("DELETE", f"{path}/second-factor", do.remove_factor, may, "Remove the authenticator app", tag=tag,
              errors=(409,), audited=(acts.FACTOR_REMOVED,), fresh=True),
        route("POST", f"{path}/recovery-codes", do.new_codes, may, "New recovery codes", response=CodesOut, tag=tag,
              errors=(409,), audited=(acts.CODES_MADE,), fresh=True),
        route("DELETE", f"{path}/devices/{{id}}", do.forget_device, may, "Ask this device for the second factor again",
              tag=tag, audited=(acts.DEVICE_FORGOTTEN,)),
        route("GET", f"{path}/api-keys", do.keys, may, "One's own API keys", response=KeyList, tag=keys_tag),
        route("POST", f"{path}/api-keys", do.make_key, may, "Make an API key", body=NewKey, response=NewKeyOut,
              status=201, tag=keys_tag, audited=(acts.KEY_MADE,), fresh=True),
        route("DELETE", f"{path}/api-keys/{{id}}", do.revoke_key, may, "Revoke an API key", tag=keys_tag,
              audited=(acts.KEY_REVOKED,)),
    )  # fmt: skip

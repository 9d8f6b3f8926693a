"""Signing in by a provider over HTTP; one's own linked accounts; proving by a provider who one is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel

from contactcenter.api import session_cookie
from contactcenter.api.fields import Settings
from contactcenter.api.problems import Problem, not_found
from contactcenter.api.routes import OWN_ACCOUNT, PUBLIC, REQUEST_ID, Call, Route
from contactcenter.identity import session_acts
from contactcenter.identity.account_out import Me, me
from contactcenter.identity.acts import USER_CHANGED, USER_CREATED
from contactcenter.identity.doors import Doors
from contactcenter.identity.routes import SessionRoutes, Token, client_of
from contactcenter.identity.sso import saml
from contactcenter.identity.sso.accounts import Accounts
from contactcenter.identity.sso.acts import IDENTITY_LINKED, IDENTITY_UNLINKED
from contactcenter.identity.sso.connectors import PATH, Places, service_of
from contactcenter.identity.sso.errors import ProviderRefused
from contactcenter.identity.sso.providers import Providers
from contactcenter.identity.sso.service import AWAY_S, TICKET_S, Back, SingleSignOn
from contactcenter.identity.sso.settings import METHOD, Intent

_GIVEN = ("code", "error", "iss", "SAMLResponse")


class Ticket(Settings):
    """As it stands behind the # of the page's address after the provider sent the browser back."""

    ticket: Token


class Away(BaseModel):
    """Where the browser goes."""

    url: str


class OfferedProvider(BaseModel):
    """`preset` is other, google or microsoft: whose sign the button carries."""

    id: str
    name: str
    preset: str


class Offered(BaseModel):
    """`providers_only`: passwords and passkeys let in nobody but the administrators for emergencies."""

    items: list[OfferedProvider]
    providers_only: bool


class LinkedOut(BaseModel):
    """`proves`: a fresh sign-in there counts as a proof here."""

    provider: str
    name: str
    proves: bool
    made_at: datetime
    used_at: datetime | None


class LinkedList(BaseModel):
    """`offered`: providers with which the account can be linked."""

    items: list[LinkedOut]
    offered: list[OfferedProvider]


class ProviderRoutes:
    """`public_url` as in the settings; empty: what the browser says."""

    def __init__(
        self, doors: Doors, sso: SingleSignOn, providers: Providers, accounts: Accounts, public_url: str
    ) -> None:
        self._doors = doors
        self._sso = sso
        self._providers = providers
        self._accounts = accounts
        self._sessions = SessionRoutes(doors)
        self._public_url = public_url

    async def offered(self, call: Call) -> Offered:
        policy = await self._doors.policy.get()
        return Offered(items=await self._offered(), providers_only=policy.providers_only)

    async def begin_sign_in(self, call: Call) -> web.Response:
        return await self.begin(call, "sign-in")

    async def begin_link(self, call: Call) -> web.Response:
        return await self.begin(call, "link", call.principal.user_id)

    async def begin_proof(self, call: Call) -> web.Response:
        if not (await self._providers.configured(call.path("id"))).body.proves:
            raise Problem(409, "no-proof", "Not by this provider", "Prove in another way who you are.")
        return await self.begin(call, "proof", call.principal.user_id)

    async def begin(self, call: Call, intent: Intent, user_id: str | None = None) -> web.Response:
        """The address at the provider; this browser gets a cookie by which it is known when it is back."""
        begun = await self._sso.begin(
            call.path("id"),
            intent,
            base=self.base(call),
            address=call.address,
            browser=self.browser(call),
            user_id=user_id,
        )
        response = web.json_response({"url": begun.url})
        session_cookie.PROVIDER.put(call.request, response, begun.browser, max_age_s=int(AWAY_S + TICKET_S))
        return response

    async def callback(self, call: Call) -> web.Response:
        return await self._arrived(call, "state", dict(call.request.query))

    async def acs(self, call: Call) -> web.Response:
        form: dict[str, str] = {}
        if call.request.content_type == "application/x-www-form-urlencoded":
            form = dict(parse_qsl((await call.request.read()).decode(errors="replace")))
        return await self._arrived(call, "RelayState", form)

    async def _arrived(self, call: Call, state: str, given: dict[str, str]) -> web.Response:
        told = await self._sso.arrive(
            call.path("id"),
            given.get(state, ""),
            {name: given[name] for name in _GIVEN if name in given},
            address=call.address,
            reference=reference_of(call),
        )
        return web.Response(status=303, headers={"Location": f"/signed-in#{told}"}, content_type="text/html")

    async def metadata(self, call: Call) -> web.Response:
        provider = await self._providers.configured(call.path("id"))
        if provider.body.saml is None:
            raise not_found("SAML provider")
        service = service_of(provider, Places(base=self.base(call), provider_id=provider.id))
        signs = provider.body.saml.sign_requests
        text = saml.service_metadata(service, signs=signs, now=self._doors.identity.now())
        return web.Response(text=text, content_type="application/samlmetadata+xml")

    async def sign_in(self, call: Call) -> web.Response:
        back = await self._back(call, "sign-in")
        try:
            user = await self._accounts.enter(back.provider, back.person)
        except ProviderRefused as error:
            raise await self._sso.refuse(back.provider.id, error, call.address, reference_of(call)) from error
        method, client = f"{METHOD}{back.provider.id}", client_of(call)
        if back.provider.body.second_factor == "trust":
            entered = await self._doors.sign_in.enter(user, method, client)
        else:
            device = session_cookie.DEVICE.token_of(call.request)
            entered = await self._doors.sign_in.after_first(user, method, client, device)
        return await self._sessions.let_in(call, entered, me(entered.principal))

    async def link(self, call: Call) -> None:
        back = await self._back(call, "link", call.principal.user_id)
        await self._accounts.link(await self._doors.user_of(call.principal), back.provider, back.person)

    async def prove(self, call: Call) -> web.Response:
        back = await self._back(call, "proof", call.principal.user_id)
        try:
            await self._accounts.check_same(call.principal.user_id, back.provider, back.person)
        except ProviderRefused as error:
            raise await self._sso.refuse(back.provider.id, error, call.address, reference_of(call)) from error
        return await self._sessions.proven(call)

    async def linked(self, call: Call) -> LinkedList:
        bodies = {each.id: each for each in (await self._providers.all()).items}
        held = [row for row in await self._accounts.of(call.principal.user_id) if row.provider in bodies]
        mine = {row.provider for row in held}
        return LinkedList(
            items=[
                LinkedOut(
                    provider=row.provider,
                    name=bodies[row.provider].name,
                    proves=bodies[row.provider].enabled and bodies[row.provider].proves,
                    made_at=row.made_at,
                    used_at=row.used_at,
                )
                for row in held
            ],
            offered=[each for each in await self._offered() if each.id not in mine],
        )

    async def unlink(self, call: Call) -> None:
        await self._accounts.unlink(await self._doors.user_of(call.principal), call.path("id"))

    async def _back(self, call: Call, intent: Intent, user_id: str | None = None) -> Back:
        ticket = call.body(Ticket).ticket
        return await self._sso.collect(ticket, intent, browser=self.browser(call), user_id=user_id)

    async def _offered(self) -> list[OfferedProvider]:
        return [
            OfferedProvider(id=row.id, name=row.name, preset=preset_of(row.settings))
            for row in await self._providers.enabled()
        ]

    def browser(self, call: Call) -> str | None:
        """By which this browser is known again."""
        return session_cookie.PROVIDER.token_of(call.request)

    def base(self, call: Call) -> str:
        """Where the browser sees this server."""
        return self._public_url.rstrip("/") or f"{call.request.scheme}://{call.request.host}"


def preset_of(settings: dict[str, Any]) -> str:
    return str((settings.get("oidc") or {}).get("preset", "other"))


def reference_of(call: Call) -> str:
    """By which somebody who is refused is found in the log."""
    return call.request[REQUEST_ID][:12]


def routes(do: ProviderRoutes) -> tuple[Route, ...]:
    session, account, route = "/api/v1/session/providers", "/api/v1/account/identities", Route
    acts = session_acts
    entering = (acts.SESSION_OPENED, acts.SESSION_REFUSED, acts.SESSION_LOCKED, acts.SESSION_CLOSED, USER_CREATED,
                USER_CHANGED, IDENTITY_LINKED)  # fmt: skip
    begun = (acts.SESSION_LOCKED,)
    arrived = (acts.SESSION_REFUSED,)
    proof = (acts.SESSION_CONFIRMED, acts.SESSION_REFUSED)
    tag, may = "Identity providers", OWN_ACCOUNT
    return (
        route("GET", "/api/v1/sign-in/providers", do.offered, PUBLIC, "By which providers one may sign in",
              response=Offered, tag=tag),
        route("POST", f"{session}/{{id}}", do.begin_sign_in, PUBLIC, "Begin to sign in by a provider", response=Away,
              tag=tag, errors=(403, 404, 429), audited=begun),
        route("POST", session, do.sign_in, PUBLIC, "Sign in, back from the provider", body=Ticket, response=Me,
              tag=tag, errors=(401, 403), audited=entering),
        route("GET", f"{PATH}/{{id}}/callback", do.callback, PUBLIC, "Back from an OpenID provider", status=303,
              tag=tag, media_type="text/html", audited=arrived),
        route("POST", f"{PATH}/{{id}}/acs", do.acs, PUBLIC, "Back from a SAML provider", status=303, tag=tag,
              media_type="text/html",              audited=arrived, from_other_sites=True),
        route("GET", f"{PATH}/{{id}}/metadata", do.metadata, PUBLIC, "This server as a SAML provider knows it", tag=tag,
              media_type="application/samlmetadata+xml", errors=(404,)),
        route("POST", f"{session}/{{id}}/proof", do.begin_proof, may, "Begin to prove by a provider who one is",
              response=Away, tag=tag, errors=(403, 404, 409, 429), audited=begun),
        route("POST", "/api/v1/session/provider-proof", do.prove, may, "Prove, back from the provider, who one is",
              body=Ticket, tag=tag, errors=(401, 403), audited=proof),
        route("GET", account, do.linked, may, "Providers one's own account is linked with", response=LinkedList,
              tag=tag),
        route("POST", f"{account}/{{id}}", do.begin_link, may, "Begin to link one's own account with a provider",
              response=Away, tag=tag, errors=(403, 404, 429), audited=begun, fresh=True),
        route("POST", account, do.link, may, "Link one's own account, back from the provider", body=Ticket, tag=tag,
              errors=(401, 403), audited=(IDENTITY_LINKED,), fresh=True),
        route("DELETE", f"{account}/{{id}}", do.unlink, may, "Unlink one's own account", tag=tag, errors=(404, 409),
              audited=(IDENTITY_UNLINKED,), fresh=True),
    )  # fmt: skip

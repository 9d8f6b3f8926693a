"""The portal over HTTP, as customers use it. Whatever is under /api/v1/portal/ takes their session and no other."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from contactcenter.api import session_cookie
from contactcenter.api.http import PROOF_S, json_response
from contactcenter.api.problems import Problem, not_found, step_up
from contactcenter.api.routes import PUBLIC, Access, Call, Handler, Route
from contactcenter.audit.acts import Act, NotAudited
from contactcenter.audit.recorder import note
from contactcenter.customers.acts import CUSTOMER_CHANGED, CUSTOMER_CONSENT, CUSTOMER_MADE
from contactcenter.identity import session_acts as sessions
from contactcenter.identity.gate import SignInRefused
from contactcenter.identity.routes import client_of
from contactcenter.permissions import Principal
from contactcenter.portal import acts, settings
from contactcenter.portal.accounts import Entered
from contactcenter.portal.permissions import PORTAL_USE
from contactcenter.portal.service import Portal
from contactcenter.privacy.acts import ERASURE_ASKED, EXPORT_ASKED
from contactcenter.recordings.serving import serve

TAG = "Portal"
BASE = "/api/v1/portal"


class PortalRoutes:
    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._accounts = portal.accounts
        self._sessions = portal.accounts.sessions

    def _check_open(self) -> None:
        if not self._portal.set_up.current.enabled:
            raise Problem(403, "portal-closed", "The portal is closed", "This portal is not open.")

    async def doorway(self, call: Call) -> settings.Doorway:
        current, mail = self._portal.set_up.current, self._portal.letters.possible
        return settings.Doorway(
            enabled=current.enabled,
            registration=current.registration if mail else "closed",
            links=mail,
            password_min_length=self._accounts.password_min_length,
        )

    async def register(self, call: Call) -> None:
        self._check_open()
        body = call.body(settings.Registration)
        if not self._portal.letters.possible:
            raise Problem(403, "registration-closed", "No registration", "Nobody can register here now.")
        email = self._accounts.email(body.email)
        await self._accounts.asking.admit(email, call.address)
        # Not waited for: the time to answer must not tell whether there is such an account.
        invited = self._portal.set_up.current.registration == "invited"
        self._portal.tasks.spawn(self._accounts.register(body, invited_only=invited))

    async def ask_link(self, call: Call) -> None:
        self._check_open()
        body = call.body(settings.LinkAsked)
        await self._accounts.asking.admit(body.email, call.address)
        self._portal.tasks.spawn(self._accounts.send_link(body.email, body.purpose))

    async def look_at_link(self, call: Call) -> settings.LinkOut:
        self._check_open()
        link, account, name = await self._accounts.look(call.body(settings.Link).token)
        return settings.LinkOut(purpose=link.purpose, email=link.email or account.email, name=name)

    async def use_link(self, call: Call) -> web.Response:
        self._check_open()
        return await self._let_in(call, await self._accounts.use(call.body(settings.LinkUse), client_of(call)))

    async def sign_in(self, call: Call) -> web.Response:
        self._check_open()
        given = call.body(settings.Credentials)
        try:
            entered = await self._accounts.sign_in(given.email, given.password, client_of(call))
        except SignInRefused:
            detail = "Email and password do not belong together."
            raise Problem(401, "sign-in-refused", "Sign-in refused", detail) from None
        return await self._let_in(call, entered)

    async def _let_in(self, call: Call, entered: Entered) -> web.Response:
        """With the session's cookie; the session this browser had before ends."""
        if (old := session_cookie.PORTAL.token_of(call.request)) is not None:
            await self._sessions.sign_out(old)
        response = json_response(await self._me(entered.principal))
        self._put(call, response, entered.token)
        return response

    def _put(self, call: Call, response: web.Response, token: str) -> None:
        session_cookie.PORTAL.put(call.request, response, token, max_age_s=self._sessions.max_age_s)

    async def _me(self, principal: Principal) -> settings.CustomerMe:
        profile = await self._portal.profiles.shown(principal)
        return settings.CustomerMe(
            id=principal.user_id,
            email=profile.email,
            name=profile.name,
            language=profile.language,
            has_password=profile.has_password,
        )

    async def who_am_i(self, call: Call) -> settings.CustomerMe:
        return await self._me(call.principal)

    async def sign_out(self, call: Call) -> web.Response:
        if (token := session_cookie.PORTAL.token_of(call.request)) is not None:
            await self._sessions.sign_out(token)
        response = web.Response(status=204)
        session_cookie.PORTAL.remove(call.request, response)
        return response

    async def prove(self, call: Call) -> web.Response:
        account = await self._accounts.of(call.principal)
        await self._accounts.check_password(account.email, call.body(settings.Proof).password, call.address)
        renewed = await self._sessions.renew(session_cookie.PORTAL.token_of(call.request) or "")
        subject = acts.account_subject(account.id)
        await note(self._accounts.database, Act(kind=sessions.SESSION_CONFIRMED, subject=subject))
        response = web.Response(status=204)
        self._put(call, response, renewed)
        return response

    async def change_password(self, call: Call) -> None:
        body, account = call.body(settings.PasswordChange), await self._accounts.of(call.principal)
        if account.password_hash is not None:
            await self._accounts.check_password(account.email, body.current or "", call.address)
        elif call.principal.authenticated_at < self._accounts.now() - PROOF_S:
            raise step_up()
        await self._accounts.set_password(call.principal, body.password)

    async def change_email(self, call: Call) -> None:
        await self._accounts.asking.admit(call.principal.email, call.address)
        await self._accounts.ask_for_email(call.principal, call.body(settings.EmailBody).email)

    async def sessions(self, call: Call) -> settings.PortalSessionList:
        rows, current = await self._sessions.of_user(call.principal.user_id), call.principal.session_id
        names = ("id", "device", "address", "method", "created_at", "last_seen_at")
        items = [
            settings.PortalSessionOut(**{name: getattr(row, name) for name in names}, current=row.id == current)
            for row in rows
        ]
        return settings.PortalSessionList(items=items)

    async def end_session(self, call: Call) -> None:
        if not await self._sessions.revoke(call.principal.user_id, call.path("id")):
            raise not_found("session")

    async def end_others(self, call: Call) -> None:
        await self._sessions.revoke_user(call.principal.user_id, keep=call.principal.session_id)

    async def profile(self, call: Call) -> settings.ProfileOut:
        return await self._portal.profiles.shown(call.principal)

    async def change_profile(self, call: Call) -> settings.ProfileOut:
        return await self._portal.profiles.change(call.principal, call.body(settings.ProfileBody))

    async def add_number(self, call: Call) -> settings.ProfileOut:
        return await self._portal.profiles.add_number(call.principal, call.body(settings.NumberBody))

    async def remove_number(self, call: Call) -> settings.ProfileOut:
        return await self._portal.profiles.remove_number(call.principal, call.path("id"))

    async def consents(self, call: Call) -> settings.ConsentList:
        return await self._portal.profiles.consents(call.principal)

    async def consent(self, call: Call) -> settings.ConsentList:
        return await self._portal.profiles.consent(call.principal, call.path("kind"), call.body(settings.ConsentBody))

    async def requests(self, call: Call) -> settings.DataRequestList:
        return await self._portal.requests.of(call.principal)

    async def ask_data(self, call: Call) -> settings.DataRequestList:
        return await self._portal.requests.ask(call.principal, call.body(settings.DataRequestBody).kind)

    async def withdraw(self, call: Call) -> settings.DataRequestList:
        return await self._portal.requests.withdraw(call.principal, call.path("id"))

    async def download(self, call: Call) -> web.StreamResponse:
        opened = await self._portal.requests.file(call.principal, call.path("id"))
        taken = acts.account_act(acts.REQUEST_TAKEN, call.principal.user_id, None, {"request": call.path("id")})
        await self._portal.accesses.note(taken)
        headers = {
            "Content-Type": "application/zip",
            "Content-Disposition": 'attachment; filename="my-data.zip"',
            "Cache-Control": "private, no-store",
        }
        return await serve(call.request, opened, headers)

    async def history(self, call: Call) -> settings.HistoryPage:
        return await self._portal.history.page(call.principal, call.query(settings.HistoryQuery))


_ENTERING = (
    sessions.SESSION_OPENED,
    sessions.SESSION_REFUSED,
    sessions.SESSION_LOCKED,
    sessions.SESSION_CLOSED,
)
_REVOKED = (sessions.SESSION_REVOKED,)
_USED = (
    acts.LINK_USED,
    acts.ACCOUNT_CONFIRMED,
    acts.ACCOUNT_CHANGED,
    acts.PASSWORD_SET,
    CUSTOMER_MADE,
    CUSTOMER_CHANGED,
    *_REVOKED,
    *_ENTERING,
)
_LOOKS = NotAudited("Only looks")


def routes(portal: Portal) -> tuple[Route, ...]:
    do = PortalRoutes(portal)
    return (*_doors(do), *_account(do), *_own(do))


def _doors(do: PortalRoutes) -> tuple[Route, ...]:
    at, links, s = f"{BASE}/session", f"{BASE}/links", settings
    asked = (acts.ACCOUNT_ASKED, acts.LINK_SENT)
    proof = (sessions.SESSION_CONFIRMED, sessions.SESSION_REFUSED, sessions.SESSION_LOCKED)
    return (
        _route("GET", f"{BASE}/doorway", do.doorway, PUBLIC, "What the portal offers to whoever comes", s.Doorway),
        _route("POST", f"{BASE}/registrations", do.register, PUBLIC, "Ask for an account; a link is mailed", None,
               body=s.Registration, errors=(403, 429), audited=asked),
        _route("POST", at, do.sign_in, PUBLIC, "Sign in as a customer; sets the portal's cookie", s.CustomerMe,
               body=s.Credentials, errors=(401, 403, 429), audited=_ENTERING),
        _route("GET", at, do.who_am_i, PORTAL_USE, "Which customer is signed in", s.CustomerMe),
        _route("DELETE", at, do.sign_out, PUBLIC, "Sign out of the portal", None, audited=(sessions.SESSION_CLOSED,)),
        _route("POST", f"{at}/proof", do.prove, PORTAL_USE, "Prove again who you are", None, body=s.Proof,
               errors=(403, 429), audited=proof),
        _route("POST", links, do.ask_link, PUBLIC, "Ask for a link by mail, to sign in or for a new password", None,
               body=s.LinkAsked, errors=(403, 429), audited=(acts.LINK_SENT,)),
        _route("POST", f"{links}/look", do.look_at_link, PUBLIC, "What a link of the portal is for", s.LinkOut,
               body=s.Link, errors=(403, 404), audited=_LOOKS),
        _route("POST", f"{links}/use", do.use_link, PUBLIC, "Use a link of the portal: signs in", s.CustomerMe,
               body=s.LinkUse, errors=(403, 404), audited=_USED),
    )  # fmt: skip


def _account(do: PortalRoutes) -> tuple[Route, ...]:
    s, ours = settings, f"{BASE}/sessions"
    return (
        _route("PUT", f"{BASE}/password", do.change_password, PORTAL_USE, "Set, change or remove the password", None,
               body=s.PasswordChange, errors=(403, 429),
               audited=(acts.PASSWORD_SET, sessions.SESSION_REFUSED, sessions.SESSION_LOCKED, *_REVOKED)),
        _route("PUT", f"{BASE}/email", do.change_email, PORTAL_USE, "Change the own email, by a link to it", None,
               body=s.EmailBody, errors=(403, 429), fresh=True, audited=(acts.LINK_SENT,)),
        _route("GET", ours, do.sessions, PORTAL_USE, "Where one is signed in", s.PortalSessionList),
        _route("DELETE", ours, do.end_others, PORTAL_USE, "Sign out everywhere else", None, audited=_REVOKED),
        _route("DELETE", f"{ours}/{{id}}", do.end_session, PORTAL_USE, "Sign out one browser", None, errors=(404,),
               audited=_REVOKED),
    )  # fmt: skip


def _own(do: PortalRoutes) -> tuple[Route, ...]:
    s, profile, numbers, data = settings, f"{BASE}/profile", f"{BASE}/numbers", f"{BASE}/data-requests"
    number_acts = (acts.NUMBER_SET, CUSTOMER_CHANGED)
    asked = (acts.REQUEST_ASKED, acts.REQUEST_DECIDED, EXPORT_ASKED, ERASURE_ASKED)
    return (
        _route("GET", profile, do.profile, PORTAL_USE, "The own details", s.ProfileOut),
        _route("PUT", profile, do.change_profile, PORTAL_USE, "Change the own details", s.ProfileOut,
               body=s.ProfileBody, audited=(CUSTOMER_CHANGED,)),
        _route("POST", numbers, do.add_number, PORTAL_USE, "Add a number, to be confirmed", s.ProfileOut,
               body=s.NumberBody, status=201, errors=(409,), audited=number_acts),
        _route("DELETE", f"{numbers}/{{id}}", do.remove_number, PORTAL_USE, "Remove a number", s.ProfileOut,
               errors=(404,), audited=number_acts),
        _route("GET", f"{BASE}/consents", do.consents, PORTAL_USE, "The own consents", s.ConsentList),
        _route("PUT", f"{BASE}/consents/{{kind}}", do.consent, PORTAL_USE, "Give or withdraw a consent", s.ConsentList,
               body=s.ConsentBody, errors=(404, 409), audited=(CUSTOMER_CONSENT,)),
        _route("GET", data, do.requests, PORTAL_USE, "What one has asked about the own data", s.DataRequestList),
        _route("POST", data, do.ask_data, PORTAL_USE, "Ask for the own data, or to be forgotten", s.DataRequestList,
               body=s.DataRequestBody, status=201, errors=(409,), fresh=True, audited=asked),
        _route("DELETE", f"{data}/{{id}}", do.withdraw, PORTAL_USE, "Withdraw such a request", s.DataRequestList,
               errors=(404, 409), audited=(acts.REQUEST_DECIDED,)),
        Route("GET", f"{data}/{{id}}/download", do.download, PORTAL_USE, "The own data as a file", tag=TAG,
              media_type="application/zip", errors=(404, 410), fresh=True, audited=(acts.REQUEST_TAKEN,)),
        _route("GET", f"{BASE}/history", do.history, PORTAL_USE, "The own contacts, newest first", s.HistoryPage,
               query=s.HistoryQuery),
    )  # fmt: skip


def _route(
    method: str, path: str, handler: Handler, permission: Access, summary: str, response: Any, **more: Any
) -> Route:
    return Route(method, path, handler, permission, summary, response=response, tag=TAG, **more)

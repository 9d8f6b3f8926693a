"""Identity providers set up over HTTP: listed, made, changed, tried, removed; and who may sign in without one."""

from __future__ import annotations

from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel

from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.identity.session_acts import SESSION_LOCKED
from contactcenter.identity.sso.accounts import Accounts, Enter, Make
from contactcenter.identity.sso.acts import POLICY_CHANGED as POLICY
from contactcenter.identity.sso.acts import PROVIDER_CHANGED, PROVIDER_CREATED, PROVIDER_REMOVED
from contactcenter.identity.sso.connectors import Connectors, Places
from contactcenter.identity.sso.errors import ProviderRefused
from contactcenter.identity.sso.people import Person, access_of
from contactcenter.identity.sso.permissions import PROVIDERS_MANAGE
from contactcenter.identity.sso.policy import Policy, SignInPolicy
from contactcenter.identity.sso.providers import Configured, ProviderList, ProviderOut, Providers, Uses
from contactcenter.identity.sso.routes import Away, ProviderRoutes, Ticket
from contactcenter.identity.sso.service import SingleSignOn
from contactcenter.identity.sso.settings import ChangedProvider, NewProvider
from contactcenter.identity.users import HasRole

_LONGEST = 2000


class PlacesOut(BaseModel):
    """What the provider must be told of this server. `sign_in`: a link to begin at, for a list of applications."""

    callback: str
    acs: str
    metadata: str
    sign_in: str


class CheckOut(BaseModel):
    """What the provider says of itself, by name; `trouble`: why it cannot be used, a sentence."""

    found: dict[str, str]
    trouble: str | None


class TrialOut(BaseModel):
    """What a sign-in would have come to. `trouble` names why to nothing, `detail` for who sets the provider up."""

    ends_in: Literal["account", "link", "new account", "nothing"]
    trouble: str | None = None
    detail: str = ""
    subject: str = ""
    email: str = ""
    email_verified: bool = False
    name: str = ""
    values: list[str] = []
    roles: list[HasRole] = []
    teams: list[str] = []
    claims: dict[str, str] = {}


class Unlink(BaseModel):
    """`unlink`: even though accounts are linked with it."""

    unlink: bool = False


class SetUpRoutes:
    def __init__(
        self,
        providers: Providers,
        connectors: Connectors,
        accounts: Accounts,
        sso: SingleSignOn,
        policy: SignInPolicy,
        there: ProviderRoutes,
    ) -> None:
        self._providers = providers
        self._connectors = connectors
        self._accounts = accounts
        self._sso = sso
        self._policy = policy
        self._there = there

    async def all(self, call: Call) -> ProviderList:
        return await self._providers.all()

    async def get(self, call: Call) -> ProviderOut:
        return await self._providers.get(call.path("id"))

    async def make(self, call: Call) -> ProviderOut:
        return await self._providers.make(call.body(NewProvider), call.principal)

    async def change(self, call: Call) -> ProviderOut:
        return await self._providers.change(call.path("id"), call.body(ChangedProvider), call.principal)

    async def remove(self, call: Call) -> None:
        unlink = call.query(Unlink).unlink
        await self._providers.remove(call.path("id"), call.principal, unlink=unlink)

    async def uses(self, call: Call) -> Uses:
        return await self._providers.uses(call.path("id"))

    async def places(self, call: Call) -> PlacesOut:
        """Of an id that may not be there yet, so that it can be entered at the provider first."""
        base, provider_id = self._there.base(call), call.path("id")
        places = Places(base=base, provider_id=provider_id)
        return PlacesOut(
            callback=places.callback,
            acs=places.acs,
            metadata=places.metadata,
            sign_in=f"{base}/signin?provider={provider_id}",
        )

    async def check(self, call: Call) -> CheckOut:
        """Of settings that need not be saved yet."""
        given = call.body(ChangedProvider)
        try:
            found = await self._connectors.check(Configured(id="", body=given, secret=given.client_secret))
        except ProviderRefused as error:
            return CheckOut(found={}, trouble=error.detail or error.sentence)
        return CheckOut(found=found, trouble=None)

    async def begin_trial(self, call: Call) -> web.Response:
        return await self._there.begin(call, "trial", call.principal.user_id)

    async def trial(self, call: Call) -> TrialOut:
        ticket, user_id = call.body(Ticket).ticket, call.principal.user_id
        try:
            back = await self._sso.collect(ticket, "trial", browser=self._there.browser(call), user_id=user_id)
        except ProviderRefused as error:
            return TrialOut(ends_in="nothing", trouble=error.sentence, detail=error.detail)
        shown = _shown(back.provider, back.person)
        try:
            decision = await self._accounts.decide(back.provider, back.person)
        except ProviderRefused as error:
            return shown.model_copy(update={"trouble": error.sentence, "detail": error.detail})
        return shown.model_copy(update={"ends_in": _ending(decision)})

    async def policy(self, call: Call) -> Policy:
        return await self._policy.get()

    async def put_policy(self, call: Call) -> Policy:
        return await self._policy.put(call.body(Policy))


def _ending(decision: Enter | Make) -> str:
    if isinstance(decision, Make):
        return "new account"
    return "link" if decision.link else "account"


def _shown(provider: Configured, person: Person) -> TrialOut:
    access = access_of(provider.body, person.values)
    claims: dict[str, Any] = dict(person.claims)
    return TrialOut(
        ends_in="nothing",
        subject=person.subject,
        email=person.email,
        email_verified=person.email_verified,
        name=person.name,
        values=list(person.values),
        roles=list(access.roles),
        teams=sorted(access.teams),
        claims={str(name)[:200]: str(claims[name])[:_LONGEST] for name in sorted(claims, key=str)},
    )


def routes(do: SetUpRoutes) -> tuple[Route, ...]:
    path, may, route, tag = "/api/v1/identity-providers", PROVIDERS_MANAGE, Route, "Identity providers"
    looks = NotAudited("Only asks the provider; nothing is kept")
    return (
        route("GET", path, do.all, may, "Identity providers", response=ProviderList, tag=tag),
        route("POST", path, do.make, may, "Add an identity provider", body=NewProvider, response=ProviderOut,
              status=201, tag=tag, errors=(409,), audited=(PROVIDER_CREATED,)),
        route("GET", f"{path}/{{id}}", do.get, may, "One identity provider", response=ProviderOut, tag=tag),
        route("PUT", f"{path}/{{id}}", do.change, may, "Change an identity provider", body=ChangedProvider,
              response=ProviderOut, tag=tag, errors=(409,), audited=(PROVIDER_CHANGED,)),
        route("DELETE", f"{path}/{{id}}", do.remove, may, "Remove an identity provider", query=Unlink, tag=tag,
              errors=(409,), audited=(PROVIDER_REMOVED,)),
        route("GET", f"{path}/{{id}}/uses", do.uses, may, "Who signs in by it", response=Uses, tag=tag),
        route("GET", f"{path}/{{id}}/places", do.places, may, "What the provider must be told of this server",
              response=PlacesOut, tag=tag),
        route("POST", "/api/v1/identity-provider-checks", do.check, may, "Ask a provider what it says of itself",
              body=ChangedProvider, response=CheckOut, tag=tag, audited=looks),
        route("POST", f"{path}/{{id}}/trial", do.begin_trial, may, "Begin to try a provider", response=Away, tag=tag,
              errors=(403, 404, 429), audited=(SESSION_LOCKED,)),
        route("POST", "/api/v1/identity-provider-trials", do.trial, may,
              "What a sign-in would have come to, back from the provider", body=Ticket, response=TrialOut, tag=tag,
              errors=(401,), audited=NotAudited("Nobody is signed in by it")),
        route("GET", "/api/v1/sign-in/policy", do.policy, may, "Who may sign in without a provider", response=Policy,
              tag=tag),
        route("PUT", "/api/v1/sign-in/policy", do.put_policy, may, "Change who may sign in without a provider",
              body=Policy, response=Policy, tag=tag, audited=(POLICY,)),
    )  # fmt: skip

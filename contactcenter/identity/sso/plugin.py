"""How single sign-on is put together and plugs in."""

from __future__ import annotations

from contactcenter.identity.doors import Doors
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.sso import acts, configuration, permissions, provider_routes, routes
from contactcenter.identity.sso.accounts import Accounts
from contactcenter.identity.sso.connectors import Connectors
from contactcenter.identity.sso.fetch import Fetch
from contactcenter.identity.sso.provider_routes import SetUpRoutes
from contactcenter.identity.sso.providers import Providers
from contactcenter.identity.sso.routes import ProviderRoutes
from contactcenter.identity.sso.service import SingleSignOn
from contactcenter.plugin import Plugin
from contactcenter.vault.service import Vault


class Sso:
    """`stop` at the end."""

    def __init__(self, doors: Doors, people: SetUp, vault: Vault, *, public_url: str) -> None:
        self._fetch = Fetch()
        self.providers = Providers(people, vault)
        self.accounts = Accounts(people)
        connectors = Connectors(self._fetch, doors.waiting, doors.identity.now)
        self.sign_on = SingleSignOn(doors.identity, self.providers, connectors, doors.waiting)
        self._routes = ProviderRoutes(doors, self.sign_on, self.providers, self.accounts, public_url)
        self._set_up_routes = SetUpRoutes(
            self.providers, connectors, self.accounts, self.sign_on, doors.policy, self._routes
        )

    def plugin(self) -> Plugin:
        return Plugin(
            name="sso",
            permissions=permissions.ALL,
            routes=(*routes.routes(self._routes), *provider_routes.routes(self._set_up_routes)),
            acts=acts.ALL,
            configuration=configuration.sections(self.providers),
        )

    async def stop(self) -> None:
        await self._fetch.close()

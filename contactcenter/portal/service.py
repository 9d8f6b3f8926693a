"""The portal, put together."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.audit.accesses import Accesses
from contactcenter.config import Config
from contactcenter.customers.service import Customers
from contactcenter.identity.service import Identity
from contactcenter.interactions.names import Names
from contactcenter.interactions.queries import InteractionQueries
from contactcenter.mail.outbox import Outbox
from contactcenter.permissions import Principal
from contactcenter.portal.accounts import Accounts
from contactcenter.portal.history import OwnHistory
from contactcenter.portal.letters import Letters
from contactcenter.portal.privacy import PortalPrivacy
from contactcenter.portal.profile import Profiles
from contactcenter.portal.requests import DataRequests
from contactcenter.portal.set_up import PortalSetUp
from contactcenter.portal.staff import StaffSide
from contactcenter.privacy.service import Privacy
from contactcenter.tasks import Tasks
from contactcenter.templates.service import Templates


class Portal:
    """`prepare` before anybody is let in. `page_url` gives the address of the pages."""

    def __init__(
        self,
        config: Config,
        *,
        identity: Identity,
        customers: Customers,
        privacy: Privacy,
        queries: InteractionQueries,
        names: Names,
        accesses: Accesses,
        outbox: Outbox,
        templates: Templates,
        tasks: Tasks,
        page_url: Callable[[], str],
    ) -> None:
        self.tasks = tasks
        self.accesses = accesses
        self.public_url = config.http.public_url
        self._page_url = page_url
        self.set_up = PortalSetUp(identity.database)
        self.letters = Letters(outbox, templates, lambda: self.url, identity.now)
        self.accounts = Accounts(
            identity,
            customers,
            self.letters,
            idle_s=config.portal.session_idle_hours * 3600.0,
            absolute_s=config.portal.session_absolute_days * 86_400.0,
            password_min_length=config.identity.password_min_length,
        )
        self.profiles = Profiles(self.accounts, self.set_up)
        self.requests = DataRequests(self.accounts, self.set_up, privacy)
        self.history = OwnHistory(self.accounts, queries, names, config.house.country)
        self.staff = StaffSide(self.accounts, self.set_up)
        self.personal = PortalPrivacy(self.accounts).personal

    @property
    def url(self) -> str:
        """The portal's address."""
        return f"{self._page_url().rstrip('/')}/portal"

    async def prepare(self) -> None:
        """Raises StorageUnavailable."""
        await self.set_up.reload()

    async def authenticate(self, token: str) -> Principal | None:
        """Whose session this is; nobody's while the portal is off."""
        return await self.accounts.sessions.principal(token) if self.set_up.current.enabled else None

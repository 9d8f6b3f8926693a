"""Every way in, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from contactcenter.api.problems import not_signed_in
from contactcenter.bus import Bus
from contactcenter.config import Config, ConfigError
from contactcenter.identity.api_keys import ApiKeys
from contactcenter.identity.breached import BreachedPasswords
from contactcenter.identity.events import AccessChanged, PasswordChanged
from contactcenter.identity.models import User
from contactcenter.identity.passkeys import Passkeys
from contactcenter.identity.password_links import PasswordLinks
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.remembered import RememberedDevices
from contactcenter.identity.second_factor import SecondFactors
from contactcenter.identity.service import Identity
from contactcenter.identity.sign_in import SignIn
from contactcenter.identity.sso.policy import SignInPolicy
from contactcenter.identity.waiting import Waiting
from contactcenter.mail.outbox import Outbox, Tell
from contactcenter.mail.smtp import smtp
from contactcenter.permissions import Catalogue, Principal
from contactcenter.storage.database import Database
from contactcenter.tasks import Tasks
from contactcenter.templates.service import Templates
from contactcenter.vault.service import Vault


class Doors:
    """`page_url` gives the address of the pages, for links in mails."""

    def __init__(
        self,
        identity: Identity,
        vault: Vault,
        outbox: Outbox,
        tasks: Tasks,
        config: Config,
        templates: Templates,
        *,
        page_url: Callable[[], str],
    ) -> None:
        self.identity = identity
        self.tasks = tasks
        self.outbox = outbox
        self.waiting = Waiting(identity.database, vault, identity.now)
        self.policy = SignInPolicy(identity.database)
        self.factors = SecondFactors(identity, vault, self.waiting)
        self.devices = RememberedDevices(identity)
        self.passkeys = Passkeys(identity, self.waiting)
        self.sign_in = SignIn(identity, self.factors, self.devices, config.identity, self.waiting, self.policy)
        self.links = PasswordLinks(identity, outbox, templates, page_url)
        self.keys = ApiKeys(identity, vault)
        # Whoever was invited is known by then: the mail was put down in that transaction.
        identity.bus.subscribe(AccessChanged, lambda event: outbox.wake())
        identity.bus.subscribe(PasswordChanged, lambda event: self.links.tell_changed(event.user_id))

    async def user_of(self, principal: Principal) -> User:
        """The row of who is asking. Raises Problem 401 when it is gone meanwhile."""
        user = await self.identity.user(principal.user_id)
        if user is None:
            raise not_signed_in()
        return user


def identity_of(config: Config, database: Database, bus: Bus, catalogue: Catalogue) -> Identity:
    """As config.toml sets it."""
    return Identity(
        database,
        bus,
        catalogue=catalogue,
        idle_s=config.identity.session_idle_minutes * 60,
        absolute_s=config.identity.session_absolute_hours * 3600,
        password_min_length=config.identity.password_min_length,
        passwords=passwords_of(config),
    )


def passwords_of(config: Config) -> Passwords:
    """As config.toml sets it. Raises ConfigError for a list of stolen passwords that is not there."""
    if not (path := config.identity.breached_passwords):
        return Passwords()
    if not Path(path).exists():
        raise ConfigError(f"[identity] breached_passwords: there is neither a file nor a folder {path}.")
    return Passwords(breached=BreachedPasswords(Path(path)))


def outbox_of(config: Config, database: Database, vault: Vault, tell: Tell) -> Outbox:
    """As config.toml sets it."""
    return Outbox(database, vault, smtp(config.mail), tell=tell)

"""SIP accounts for the registrar: looked up while a REGISTER waits, so they are kept in memory, opened."""

import structlog
from sqlalchemy import select

from contactcenter.agents.models import SipAccount
from contactcenter.storage.database import Database
from contactcenter.telephony import Account
from contactcenter.vault.columns import row_context
from contactcenter.vault.errors import VaultError
from contactcenter.vault.service import Vault

log = structlog.get_logger(__name__)


class Telephones:
    """What was read last, without disabled ones; `reload` after a change."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._accounts: dict[str, Account] = {}

    async def reload(self) -> None:
        """An account whose secret cannot be opened is left out: that telephone cannot register, the others can."""
        async with self._database.session() as session:
            rows = (await session.scalars(select(SipAccount).where(SipAccount.disabled_at.is_(None)))).all()
        accounts: dict[str, Account] = {}
        for row in rows:
            try:
                accounts[row.username] = await self._opened(row)
            except VaultError as error:
                log.error("telephone.secret_unusable", reason=str(error))
        self._accounts = accounts

    async def _opened(self, row: SipAccount) -> Account:
        md5 = await self._vault.open_text(row.ha1_md5, row_context(SipAccount.ha1_md5, row.username))
        sha256 = await self._vault.open_text(row.ha1_sha256, row_context(SipAccount.ha1_sha256, row.username))
        return Account(row.username, row.realm, ha1_md5=md5, ha1_sha256=sha256)

    def lookup(self, username: str) -> Account | None:
        return self._accounts.get(username)


def sealed_account(vault: Vault, account: Account, user_id: str | None) -> SipAccount:
    """The row of a telephone; `account` as telephony.hash_account makes it from a password."""
    name = account.username
    return SipAccount(
        username=name,
        user_id=user_id,
        realm=account.realm,
        ha1_md5=vault.seal_text(account.ha1_md5, row_context(SipAccount.ha1_md5, name)),
        ha1_sha256=vault.seal_text(account.ha1_sha256, row_context(SipAccount.ha1_sha256, name)),
    )

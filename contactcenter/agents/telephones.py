"""SIP accounts for the registrar: looked up while a REGISTER waits, so they are kept in memory."""

from sqlalchemy import select

from contactcenter.agents.models import SipAccount
from contactcenter.storage.database import Database
from contactcenter.telephony import Account


class Telephones:
    """What was read last; `reload` after a change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._accounts: dict[str, Account] = {}

    async def reload(self) -> None:
        async with self._database.session() as session:
            rows = (await session.scalars(select(SipAccount))).all()
        self._accounts = {
            row.username: Account(row.username, row.realm, ha1_md5=row.ha1_md5, ha1_sha256=row.ha1_sha256)
            for row in rows
        }

    def lookup(self, username: str) -> Account | None:
        return self._accounts.get(username)

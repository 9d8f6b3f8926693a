"""What the portal knows of a person: the account and what hangs on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select, true

from contactcenter.plugin import Exported, Person, PersonalData
from contactcenter.portal.accounts import Accounts
from contactcenter.portal.models import PortalAccount, PortalNumber, PortalRequest, PortalSession


class PortalPrivacy:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._database = accounts.database

    @property
    def personal(self) -> PersonalData:
        return PersonalData(
            kind="portal-accounts",
            words="Accounts in the portal",
            count=self.count,
            export=self.export,
            erase=self.erase,
        )

    async def count(self, person: Person) -> int:
        async with self._database.session() as session:
            return await session.scalar(select(func.count()).select_from(PortalAccount).where(about(person))) or 0

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        async with self._database.session() as session:
            for row in await session.scalars(select(PortalAccount).where(about(person)).order_by(PortalAccount.id)):
                numbers = await session.scalars(select(PortalNumber).where(PortalNumber.account_id == row.id))
                requests = await session.scalars(select(PortalRequest).where(PortalRequest.account_id == row.id))
                sessions = await session.scalars(select(PortalSession).where(PortalSession.user_id == row.id))
                yield Exported(
                    document={
                        "email": row.email,
                        "name": row.name,
                        "language": row.language,
                        "made_at": row.made_at.isoformat(),
                        "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
                        "signed_in_at": row.signed_in_at.isoformat() if row.signed_in_at else None,
                        "numbers": [
                            {"number": each.value, "confirmed": each.confirmed_at is not None} for each in numbers
                        ],
                        "requests": [
                            {"kind": each.kind, "asked_at": each.asked_at.isoformat(), "answer": each.answer}
                            for each in requests
                        ],
                        "sessions": [
                            {"device": each.device, "address": each.address, "seen": each.last_seen_at.isoformat()}
                            for each in sessions
                        ],
                    }
                )

    async def erase(self, person: Person, limit: int) -> int:
        """Sessions, links, numbers and requests go with the row."""
        async with self._database.session() as session:
            ids = (await session.scalars(select(PortalAccount.id).where(about(person)).limit(limit))).all()
        for account_id in ids:
            await self._accounts.sessions.revoke_user(account_id)
        if ids:
            async with self._database.transaction() as session:
                await session.execute(delete(PortalAccount).where(PortalAccount.id.in_(ids)))
        return len(ids)


def about(person: Person) -> ColumnElement[bool]:
    """By the customer; by the email alone where an account is nobody's yet: a Person's addresses are written without
    separators, in which two people's may be one."""
    wanted: list[Any] = []
    if person.customers:
        wanted.append(PortalAccount.customer_id.in_(sorted(person.customers)))
    if person.addresses:
        addressed = _plain(PortalAccount.email).in_(sorted(person.addresses))
        wanted.append(and_(PortalAccount.customer_id.is_(None), addressed))
    if not wanted:
        return false()
    until = true() if person.until is None else PortalAccount.made_at <= person.until
    return and_(or_(*wanted), until)


def _plain(column: Any) -> Any:
    """As addresses of a Person are written: without separators."""
    for sign in (" ", "-", "(", ")", "/", "."):
        column = func.replace(column, sign, "")
    return column

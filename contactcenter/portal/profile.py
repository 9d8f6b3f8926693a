"""A customer's own details: name, language, numbers, consents."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.fields import bad, taken
from contactcenter.api.problems import Problem, not_found, not_signed_in
from contactcenter.audit.recorder import record
from contactcenter.customers.identities import Identity, IdentityError
from contactcenter.customers.models import CustomerConsent, CustomerIdentity
from contactcenter.customers.settings import ConsentBody as Recorded
from contactcenter.customers.store import group_of, root_of
from contactcenter.permissions import Principal
from contactcenter.portal import record as records
from contactcenter.portal.accounts import Accounts
from contactcenter.portal.acts import NUMBER_SET, account_act
from contactcenter.portal.models import PortalAccount, PortalNumber
from contactcenter.portal.set_up import PortalSetUp
from contactcenter.portal.settings import (
    ConsentBody,
    ConsentList,
    ConsentOut,
    NumberBody,
    NumberOut,
    ProfileBody,
    ProfileOut,
)

MOST_NUMBERS: Final = 10
CHANNEL: Final = "portal"


class Profiles:
    def __init__(self, accounts: Accounts, set_up: PortalSetUp) -> None:
        self._accounts = accounts
        self._customers = accounts.customers
        self._database = accounts.database
        self._set_up = set_up

    async def shown(self, principal: Principal) -> ProfileOut:
        """Raises Problem 401, 404."""
        async with self._database.session() as session:
            account = await _account(session, principal)
            row = await root_of(session, principal.customer_id)
            return ProfileOut(
                name=row.name,
                called=row.called,
                language=row.language,
                timezone=row.timezone,
                email=account.email,
                numbers=await numbers_of(session, account),
                has_password=account.password_hash is not None,
            )

    async def change(self, principal: Principal, body: ProfileBody) -> ProfileOut:
        async with self._database.transaction() as session:
            await records.change(session, principal.customer_id, body, self._accounts.moment())
        return await self.shown(principal)

    async def add_number(self, principal: Principal, body: NumberBody) -> ProfileOut:
        """It is the customer's once confirmed. Raises Problem 409, 422."""
        try:
            identity = self._customers.normalise("phone", body.number, "")
        except IdentityError as error:
            raise bad("number", f"{error}.") from None
        async with self._database.transaction() as session:
            account = await _account(session, principal, lock=True)
            present = await numbers_of(session, account)
            if any(each.number == identity.value and each.state != "recorded" for each in present):
                raise taken("number", "This number is there already.")
            if len(present) >= MOST_NUMBERS:
                raise Problem(409, "too-many", "Too many", f"There can be {MOST_NUMBERS} numbers.", field="number")
            row = PortalNumber(
                id=uuid.uuid4().hex,
                account_id=account.id,
                value=identity.value,
                shown=body.number.strip(),
                label=body.label,
                made_at=self._accounts.moment(),
            )
            session.add(row)
            told = {"number": row.value, "state": "waiting"}
            await record(session, account_act(NUMBER_SET, account.id, None, told))
        return await self.shown(principal)

    async def remove_number(self, principal: Principal, number_id: str) -> ProfileOut:
        """Raises Problem 404."""
        async with self._database.transaction() as session:
            account = await _account(session, principal, lock=True)
            value = await _value_of(session, account, number_id)
            own = select(PortalNumber).where(PortalNumber.account_id == account.id, PortalNumber.value == value)
            for row in await session.scalars(own):
                await session.delete(row)
            await records.remove_identity(session, principal.customer_id, "phone", value, self._accounts.moment())
            await record(session, account_act(NUMBER_SET, account.id, {"number": value}, None))
        return await self.shown(principal)

    async def confirm_number(self, account_id: str, number_id: str) -> None:
        """By somebody of the house. From now on it is the customer's. Raises Problem 404."""
        at = self._accounts.moment()
        async with self._database.transaction() as session:
            account = await session.get(PortalAccount, account_id)
            if account is None or account.customer_id is None:
                raise not_found("account")
            value = await _value_of(session, account, number_id)
            row = await session.scalar(
                select(PortalNumber).where(PortalNumber.account_id == account.id, PortalNumber.value == value)
            )
            if row is None:
                row = PortalNumber(id=uuid.uuid4().hex, account_id=account.id, value=value, shown=value, made_at=at)
                session.add(row)
            row.confirmed_at, row.confirmed_by = at, actor.current().id
            await records.add_identity(session, account.customer_id, Identity("phone", "", value), row.shown, at)
            before, after = ({"number": value, "state": state} for state in ("waiting", "confirmed"))
            await record(session, account_act(NUMBER_SET, account.id, before, after))

    async def consents(self, principal: Principal) -> ConsentList:
        """What the house asks for, then what else is on record and stands."""
        asked = {each.kind: each for each in self._set_up.current.consents}
        async with self._database.session() as session:
            latest = await latest_consents(session, principal.customer_id)
        items = [
            ConsentOut(
                kind=each.kind,
                title=each.title,
                text=each.text,
                version=each.version,
                given=None if (held := latest.get(each.kind)) is None else held.given,
                at=None if held is None else held.at,
                outdated=held is not None and held.given and held.text_version != each.version,
            )
            for each in asked.values()
        ]
        others = [row for kind, row in latest.items() if kind not in asked and row.given]
        items += [
            ConsentOut(kind=row.kind, title=row.kind, text="", version="", given=True, at=row.at, outdated=False)
            for row in others
        ]
        return ConsentList(items=items)

    async def consent(self, principal: Principal, kind: str, body: ConsentBody) -> ConsentList:
        """Raises Problem 404 for what is neither asked for nor on record, 409 when the words have changed meanwhile."""
        words = next((each for each in self._set_up.current.consents if each.kind == kind), None)
        if words is None and (body.given or all(each.kind != kind for each in (await self.consents(principal)).items)):
            raise not_found("consent")
        if words is not None and body.given and body.version != words.version:
            detail = "The text has changed meanwhile. Read it again."
            raise Problem(409, "changed", "The text has changed", detail, field="version")
        version = body.version if words is None else words.version
        recorded = Recorded(kind=kind, given=body.given, channel=CHANNEL, text_version=version)
        await self._customers.consent(principal.customer_id, recorded)
        return await self.consents(principal)


async def latest_consents(session: AsyncSession, customer_id: str) -> dict[str, CustomerConsent]:
    """The newest of each kind counts."""
    group = await group_of(session, customer_id)
    query = select(CustomerConsent).where(CustomerConsent.customer_id.in_(group))
    rows = await session.scalars(query.order_by(CustomerConsent.at, CustomerConsent.id))
    return {row.kind: row for row in rows}


async def numbers_of(session: AsyncSession, account: PortalAccount) -> list[NumberOut]:
    """The account's own, then those that the house knows besides."""
    query = select(PortalNumber).where(PortalNumber.account_id == account.id)
    own = (await session.scalars(query.order_by(PortalNumber.made_at, PortalNumber.id))).all()
    shown = [
        NumberOut(
            id=row.id, number=row.value, label=row.label, state="waiting" if row.confirmed_at is None else "confirmed"
        )
        for row in own
    ]
    values = {row.value for row in own}
    recorded = [row for row in await _recorded(session, account) if row.value not in values]
    return shown + [NumberOut(id=row.id, number=row.value, label=row.label, state="recorded") for row in recorded]


async def confirmed_addresses(session: AsyncSession, account: PortalAccount) -> list[Identity]:
    """What is proven to be the account's own: its email, and its confirmed numbers."""
    query = select(PortalNumber.value).where(
        PortalNumber.account_id == account.id, PortalNumber.confirmed_at.is_not(None)
    )
    numbers = [Identity("phone", "", value) for value in await session.scalars(query)]
    return [Identity("email", "", account.email), *numbers]


async def _recorded(session: AsyncSession, account: PortalAccount) -> list[CustomerIdentity]:
    if account.customer_id is None:
        return []
    return await records.phones_of(session, (await root_of(session, account.customer_id)).id)


async def _value_of(session: AsyncSession, account: PortalAccount, number_id: str) -> str:
    """The number in E.164, of an id as `numbers_of` gives them. Raises Problem 404."""
    for each in await numbers_of(session, account):
        if each.id == number_id:
            return each.number
    raise not_found("number")


async def _account(session: AsyncSession, principal: Principal, *, lock: bool = False) -> PortalAccount:
    account = await session.get(PortalAccount, principal.user_id, with_for_update=True if lock else None)
    if account is None:
        raise not_signed_in()
    return account

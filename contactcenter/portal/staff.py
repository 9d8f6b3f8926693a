"""What the house does with customers' accounts: sees, invites, locks, signs out."""

from __future__ import annotations

import uuid
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad, taken
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.recorder import record
from contactcenter.customers.models import Customer
from contactcenter.customers.store import group_of, identities_of, root_of
from contactcenter.portal.accounts import Accounts
from contactcenter.portal.acts import ACCOUNT_INVITED, ACCOUNT_LOCKED, account_act
from contactcenter.portal.models import PortalAccount
from contactcenter.portal.profile import numbers_of
from contactcenter.portal.set_up import PortalSetUp
from contactcenter.portal.settings import AccountOut, AccountsOut, InviteBody


class StaffSide:
    def __init__(self, accounts: Accounts, set_up: PortalSetUp) -> None:
        self._accounts = accounts
        self._database = accounts.database
        self._set_up = set_up

    async def of(self, customer_id: str) -> AccountsOut:
        """Accounts of all who are this customer by now. Raises Problem 404."""
        async with self._database.session() as session:
            group = await group_of(session, (await root_of(session, customer_id)).id)
            query = select(PortalAccount).where(PortalAccount.customer_id.in_(group))
            rows = (await session.scalars(query.order_by(PortalAccount.made_at, PortalAccount.id))).all()
            emails = [each.value for each in await identities_of(session, group) if each.kind == "email"]
            taken_already = {row.email for row in rows if row.confirmed_at is not None}
            return AccountsOut(
                enabled=self._set_up.current.enabled,
                mail=self._accounts.letters.possible,
                accounts=[await self._out(session, row) for row in rows],
                emails=[email for email in dict.fromkeys(emails) if email not in taken_already],
            )

    async def _out(self, session: AsyncSession, row: PortalAccount) -> AccountOut:
        return AccountOut(
            id=row.id,
            email=row.email,
            state=_state(row),
            made_at=row.made_at,
            signed_in_at=row.signed_in_at,
            sessions=len(await self._accounts.sessions.of_user(row.id)),
            numbers=await numbers_of(session, row),
        )

    async def invite(self, customer_id: str, body: InviteBody) -> AccountsOut:
        """Again, when it was invited already. Raises Problem 404, 409 for no mail server or an account of somebody
        else, 422 for an email that is not the customer's."""
        email = self._accounts.email(body.email)
        if not self._accounts.letters.possible or not self._set_up.current.enabled:
            detail = "The portal is off, or there is no mail server to send an invitation with."
            raise Problem(409, "no-portal", "Not possible", detail)
        async with self._database.transaction() as session:
            row = await root_of(session, customer_id)
            if row.kind != "person":
                raise bad("email", "only a person has an account; invite the people of this organisation.")
            group = await group_of(session, row.id)
            held = {each.value for each in await identities_of(session, group) if each.kind == "email"}
            if email not in held:
                raise bad("email", "is none of this customer's. Add it to the customer first.")
            account = await self._invited(session, email, row, group)
            await record(session, account_act(ACCOUNT_INVITED, account.id, None, {"customer": row.id}))
            await self._accounts.letters.link(session, account, "invitation", name=row.name, language=row.language)
        self._accounts.letters.wake()
        return await self.of(customer_id)

    async def _invited(self, session: AsyncSession, email: str, customer: Customer, group: list[str]) -> PortalAccount:
        account: PortalAccount | None = await session.scalar(select(PortalAccount).where(PortalAccount.email == email))
        if account is None:
            account = PortalAccount(id=uuid.uuid4().hex, email=email, made_at=self._accounts.moment())
            session.add(account)
        elif account.confirmed_at is not None:
            own = account.customer_id in group
            sentence = "This customer uses the portal already." if own else "Another customer has an account with it."
            raise taken("email", sentence)
        account.customer_id, account.name, account.language = customer.id, "", ""
        await session.flush()
        return account

    async def lock(self, account_id: str, locked: bool) -> None:
        """Locked, it cannot sign in, and is signed out everywhere. Raises Problem 404."""
        async with self._database.transaction() as session:
            row = await _account(session, account_id)
            before = {"locked": row.locked_at is not None}
            row.locked_at = self._accounts.moment() if locked else None
            await record(session, account_act(ACCOUNT_LOCKED, row.id, before, {"locked": locked}))
        if locked:
            await self._accounts.sessions.revoke_user(account_id)

    async def sign_out(self, account_id: str) -> None:
        """Everywhere. Raises Problem 404."""
        async with self._database.session() as session:
            await _account(session, account_id)
        await self._accounts.sessions.revoke_user(account_id)


async def _account(session: AsyncSession, account_id: str) -> PortalAccount:
    row = await session.get(PortalAccount, account_id)
    if row is None:
        raise not_found("account")
    return row


def _state(row: PortalAccount) -> Literal["invited", "unconfirmed", "active", "locked"]:
    if row.locked_at is not None:
        return "locked"
    if row.confirmed_at is not None:
        return "active"
    return "unconfirmed" if row.customer_id is None else "invited"

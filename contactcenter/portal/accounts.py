"""Coming into the portal: registering, links, passwords, sessions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad
from contactcenter.api.problems import Problem, not_signed_in
from contactcenter.audit.acts import Subject
from contactcenter.audit.recorder import record
from contactcenter.customers.identities import IdentityError, normalised
from contactcenter.customers.models import Customer
from contactcenter.customers.service import Customers
from contactcenter.identity.gate import Asking
from contactcenter.identity.password_links import LinkUnknown
from contactcenter.identity.password_rules import context_words, weakness_off_loop
from contactcenter.identity.service import Identity
from contactcenter.identity.sessions import Client, Sessions
from contactcenter.permissions import Principal
from contactcenter.portal import mails
from contactcenter.portal import record as records
from contactcenter.portal.acts import (
    ACCOUNT_ASKED,
    ACCOUNT_CHANGED,
    ACCOUNT_CONFIRMED,
    KIND,
    LINK_USED,
    PASSWORD_SET,
    account_act,
    account_subject,
)
from contactcenter.portal.letters import Letters, Purpose
from contactcenter.portal.models import PortalAccount, PortalLink
from contactcenter.portal.sessions import CustomerSessions, usable
from contactcenter.portal.settings import LinkUse, Registration

FORGOTTEN_AFTER: Final = timedelta(days=7)
"""Who has not confirmed by then is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    token: str
    principal: Principal


class Accounts:
    """`identity` lends its passwords, its gate and its throttle; `now` gives unix seconds."""

    def __init__(
        self,
        identity: Identity,
        customers: Customers,
        letters: Letters,
        *,
        idle_s: float,
        absolute_s: float,
        password_min_length: int,
    ) -> None:
        self.database = identity.database
        self.letters = letters
        self.customers = customers
        self.password_min_length = password_min_length
        self.asking = Asking(identity.database, "portal", identity.now)
        self.now: Callable[[], float] = identity.now
        self.sessions: Sessions[PortalAccount] = Sessions(
            identity.database,
            identity.bus,
            idle_s=idle_s,
            absolute_s=absolute_s,
            owners=CustomerSessions(identity.catalogue),
            now=identity.now,
        )
        self._passwords = identity.passwords
        self._gate = identity.gate

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    async def of(self, principal: Principal) -> PortalAccount:
        """The row of who is asking. Raises Problem 401 when it is gone meanwhile."""
        async with self.database.session() as session:
            account = await session.get(PortalAccount, principal.user_id)
        if account is None or not usable(account):
            raise not_signed_in()
        return account

    def email(self, text: str) -> str:
        """In the form in which it is compared. Raises Problem 422."""
        try:
            return normalised("email", text, "", "").value
        except IdentityError as error:
            raise bad("email", f"{error}.") from None

    async def register(self, body: Registration, *, invited_only: bool = False) -> None:
        """Mail a link that makes the account, or one that signs in where there is one. Run it in a task: how long it
        takes tells which of them."""
        email = self.email(body.email)
        try:
            async with self.database.transaction() as session:
                await self._forget_stale(session)
                account = await _find(session, email)
                if account is not None and account.confirmed_at is not None:
                    await self._again(session, account)
                elif account is not None or not invited_only:
                    await self._first(session, account, email, body)
        except IntegrityError:
            # Twice at the same moment: the other one has sent the mail.
            return
        self.letters.wake()

    async def _first(
        self, session: AsyncSession, account: PortalAccount | None, email: str, body: Registration
    ) -> None:
        if account is None:
            account = PortalAccount(id=uuid.uuid4().hex, email=email, made_at=self.moment())
            session.add(account)
            await record(session, account_act(ACCOUNT_ASKED, account.id))
        account.name, account.language = body.name, body.language
        await session.flush()
        await self.letters.link(session, account, "confirm", language=body.language)

    async def _again(self, session: AsyncSession, account: PortalAccount) -> None:
        if usable(account):
            name, language = await called(session, account)
            await self.letters.link(session, account, "sign-in", kind=mails.THERE_ALREADY, name=name, language=language)

    async def _forget_stale(self, session: AsyncSession) -> None:
        stale = PortalAccount.made_at < self.moment() - FORGOTTEN_AFTER
        unasked = PortalAccount.confirmed_at.is_(None), PortalAccount.customer_id.is_(None)
        await session.execute(delete(PortalAccount).where(stale, *unasked))

    async def send_link(self, text: str, purpose: str) -> None:
        """Mail a link to come in, if there is somebody to mail it to. Run it in a task."""
        async with self.database.transaction() as session:
            account = await _find(session, text.strip().lower())
            if account is None or account.locked_at is not None:
                return
            name, language = await called(session, account)
            if account.confirmed_at is None:
                first: Purpose = "confirm" if account.customer_id is None else "invitation"
                await self.letters.link(session, account, first, name=name, language=language)
            else:
                wanted: Purpose = "reset" if purpose == "reset" else "sign-in"
                await self.letters.link(session, account, wanted, name=name, language=language)
        self.letters.wake()

    async def look(self, token: str) -> tuple[PortalLink, PortalAccount, str]:
        """The link, whose it is, and the name there is. Raises LinkUnknown."""
        async with self.database.session() as session:
            link, account = await self.letters.find(session, token)
            return link, account, (await called(session, account))[0]

    async def use(self, body: LinkUse, client: Client) -> Entered:
        """Does what the link is for and signs in. Raises LinkUnknown, Problem 422 for a password not taken."""
        link, account, name = await self.look(body.token)
        if link.purpose == "reset" and body.password is None:
            raise bad("password", "choose one.")
        hashed = None
        if body.password is not None:
            hashed = await self._hashed(body.password, account.email, body.name or name)
        async with self.database.transaction() as session:
            link, account = await self.letters.take(session, body.token)
            await record(session, account_act(LINK_USED, account.id, None, {"purpose": link.purpose}))
            if link.purpose == "email":
                await self._move(session, account, link.email or "")
            elif account.confirmed_at is None:
                await self._confirm(session, account, body)
            if hashed is not None and link.purpose != "sign-in":
                await self._store(session, account, hashed)
            account.signed_in_at = self.moment()
        if link.purpose in ("reset", "email"):
            await self.sessions.revoke_user(account.id)
        self.letters.wake()
        return await self._enter(account, "link", client)

    async def _confirm(self, session: AsyncSession, account: PortalAccount, body: LinkUse) -> None:
        if body.name is not None:
            account.name = body.name
        account.customer_id = await records.customer_of(session, self.customers, account)
        account.confirmed_at = self.moment()
        # From now on the customer's own record has them.
        account.name = account.language = ""
        await record(session, account_act(ACCOUNT_CONFIRMED, account.id, None, {"customer": account.customer_id}))

    async def _move(self, session: AsyncSession, account: PortalAccount, email: str) -> None:
        """The account's address is another one from now on, and so is the customer's."""
        if await _find(session, email) is not None:
            raise LinkUnknown
        old, account.email = account.email, email
        assert account.customer_id is not None
        name, language = await called(session, account)
        at = self.moment()
        await records.remove_identity(session, account.customer_id, "email", old, at)
        identity = normalised("email", email, "", "")
        await records.add_identity(session, account.customer_id, identity, email, at)
        await record(session, account_act(ACCOUNT_CHANGED, account.id, {"email": old}, {"email": email}))
        await self.letters.tell(session, old, mails.CHANGED, language, {"name": name})

    async def ask_for_email(self, principal: Principal, text: str) -> None:
        """Mail a link to the new address. Who has it already is not told. Raises Problem 422."""
        email = self.email(text)
        async with self.database.transaction() as session:
            account = await session.get(PortalAccount, principal.user_id)
            if account is not None and await _find(session, email) is None:
                name, language = await called(session, account)
                await self.letters.link(session, account, "email", email=email, name=name, language=language)
        self.letters.wake()

    async def sign_in(self, email: str, password: str, client: Client) -> Entered:
        """Raises SignInRefused, SignInThrottled."""
        account = await self.check_password(email, password, client.address)
        async with self.database.transaction() as session:
            row = await session.get(PortalAccount, account.id)
            if row is not None:
                row.signed_in_at = self.moment()
        return await self._enter(account, "password", client)

    async def check_password(self, email: str, password: str, address: str) -> PortalAccount:
        """Whose email and password these are. Raises SignInRefused, SignInThrottled."""
        account, known = await self._gate.check(KIND, email, password, address, self._with_password, _told)
        if self._passwords.is_outdated(known):
            hashed = await self._passwords.hash(password)
            async with self.database.transaction() as session:
                row = await session.get(PortalAccount, account.id)
                if row is not None and row.password_hash == known:
                    row.password_hash = hashed
        return account

    async def _with_password(self, email: str) -> tuple[PortalAccount | None, str | None]:
        async with self.database.session() as session:
            account = await _find(session, email)
        return account, account.password_hash if account is not None and usable(account) else None

    async def set_password(self, principal: Principal, password: str | None) -> None:
        """None: from now on by link alone. Every other session ends. Raises Problem 422."""
        hashed = None if password is None else await self._hashed(password, principal.email, principal.name)
        async with self.database.transaction() as session:
            account = await session.get(PortalAccount, principal.user_id)
            if account is None:
                raise not_signed_in()
            await self._store(session, account, hashed)
        self.letters.wake()
        await self.sessions.revoke_user(account.id, keep=principal.session_id)

    async def _store(self, session: AsyncSession, account: PortalAccount, hashed: str | None) -> None:
        had = account.password_hash is not None
        account.password_hash = hashed
        await session.execute(delete(PortalLink).where(PortalLink.account_id == account.id))
        await record(
            session, account_act(PASSWORD_SET, account.id, {"has": had}, {"has": hashed is not None, "new": 1})
        )
        if had:
            name, language = await called(session, account)
            await self.letters.tell(session, account.email, mails.CHANGED, language, {"name": name})

    async def _hashed(self, password: str, email: str, name: str) -> str:
        """Raises Problem 422 for a password that is not taken."""
        words = context_words(email, name)
        shortest, breached = self.password_min_length, self._passwords.breached
        if (sentence := await weakness_off_loop(password, words, min_length=shortest, breached=breached)) is not None:
            raise Problem(422, "bad-setting", "This cannot work", sentence, field="password")
        return await self._passwords.hash(password)

    async def _enter(self, account: PortalAccount, method: str, client: Client) -> Entered:
        token, principal = await self.sessions.open(account, method=method, client=client)
        return Entered(token=token, principal=principal)


def _told(account: PortalAccount) -> Subject:
    return account_subject(account.id)


async def _find(session: AsyncSession, email: str) -> PortalAccount | None:
    account: PortalAccount | None = await session.scalar(select(PortalAccount).where(PortalAccount.email == email))
    return account


async def called(session: AsyncSession, account: PortalAccount) -> tuple[str, str]:
    """Name and language: of the customer, or as they were given at registration."""
    if account.customer_id is None or account.name:
        return account.name, account.language
    part = select(Customer.root_id).where(Customer.id == account.customer_id).scalar_subquery()
    row = (await session.execute(select(Customer.name, Customer.language).where(Customer.id == part))).one_or_none()
    return ("", "") if row is None else (row[0], row[1])

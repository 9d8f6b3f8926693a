"""Telephones added, given to agents, given new passwords, disabled and removed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.agents.acts import (
    TELEPHONE_CHANGED,
    TELEPHONE_MADE,
    TELEPHONE_PASSWORD_SET,
    TELEPHONE_REMOVED,
)
from contactcenter.agents.models import AgentProfile, SipAccount
from contactcenter.agents.provisioning import Provisioning, provisioning
from contactcenter.agents.telephone_state import ContactOut, TelephoneBoard
from contactcenter.agents.telephones import Telephones, sealed_account
from contactcenter.api.fields import Named, Ref, Settings, bad, slug, taken
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, ActKind, Document, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.access import holders
from contactcenter.identity.models import User
from contactcenter.queues.permissions import WORK_TAKE
from contactcenter.queues.set_up import SetUp
from contactcenter.telephony import Account, hash_account
from contactcenter.vault.service import Vault

SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Those nobody takes for another when a password is typed on a telephone."""
PASSWORD_LENGTH = 20
Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class TelephoneBody(Settings):
    """`user_id`: the agent whose calls it rings for; one telephone an agent."""

    name: Label = ""
    user_id: Ref | None = None
    disabled: bool = False


class NewTelephone(TelephoneBody):
    """Without a user name one is made from the name or the agent's."""

    username: Username | None = None


class ChangedTelephone(TelephoneBody):
    """`username` cannot change. `owner` and `contacts` are shown only."""

    username: Ref | None = None
    owner: Named | None = None
    contacts: list[ContactOut] | None = None


class TelephoneOut(BaseModel):
    """`contacts`: where it is registered now, the latest first."""

    username: str
    name: str
    user_id: str | None
    owner: Named | None
    disabled: bool
    contacts: list[ContactOut]


class TelephoneList(BaseModel):
    items: list[TelephoneOut]


class TelephoneWithPassword(BaseModel):
    telephone: TelephoneOut
    provisioning: Provisioning


class TelephoneSetUp:
    """`server` gives host, port and port of TLS (0: none) as telephones reach us."""

    def __init__(
        self,
        set_up: SetUp,
        telephones: Telephones,
        board: TelephoneBoard,
        vault: Vault,
        *,
        realm: str,
        server: Callable[[], tuple[str, int, int]],
    ) -> None:
        self._set_up = set_up
        self._telephones = telephones
        self._board = board
        self._vault = vault
        self.realm = realm
        self.server = server
        self.database = set_up.database
        self.lock = set_up.lock

    async def all(self) -> TelephoneList:
        async with self.database.session() as session:
            rows = (await session.scalars(select(SipAccount).order_by(SipAccount.username))).all()
            names = await _names(session)
        return TelephoneList(items=[self._out(row, names) for row in rows])

    async def get(self, username: str) -> TelephoneOut:
        """Raises Problem 404."""
        async with self.database.session() as session:
            return self._out(await _row(session, username), await _names(session))

    async def make(self, body: NewTelephone) -> TelephoneWithPassword:
        """Raises Problem 409 for a user name that is taken or an agent who has one, 422 for what cannot be."""
        async with self.lock:
            async with self.database.transaction() as session:
                names = await _names(session)
                row, password = await self.add(session, body)
            await self.settle(body.user_id)
        return TelephoneWithPassword(
            telephone=self._out(row, names), provisioning=self._provision(row, names, password)
        )

    async def add(self, session: AsyncSession, body: NewTelephone) -> tuple[SipAccount, str]:
        """As `make`, within a transaction of the caller, who holds the lock and settles; with its password."""
        known = set(await session.scalars(select(SipAccount.username)))
        if body.username is not None and body.username.lower() in {each.lower() for each in known}:
            raise taken("username", f"There is a telephone called {body.username!r} already.")
        await _check_owner(session, body.user_id)
        named_after = body.name or (await _names(session)).get(body.user_id or "", "telephone")
        account, password = self._new_password(body.username or slug(named_after, known))
        row = sealed_account(self._vault, account, body.user_id)
        _apply(row, body)
        session.add(row)
        await record(session, _act(TELEPHONE_MADE, row, None))
        return row, password

    async def change(self, username: str, body: ChangedTelephone) -> TelephoneOut:
        """Raises Problem 404, 409 for an agent who has one, or who takes calls on this one."""
        async with self.lock:
            async with self.database.transaction() as session:
                owner = (await _row(session, username)).user_id
                row = await self.put(session, username, body)
                names = await _names(session)
            await self.settle_many({owner, body.user_id}, {username} if body.user_id != owner or body.disabled else ())
        return self._out(row, names)

    async def put(self, session: AsyncSession, username: str, body: ChangedTelephone) -> SipAccount:
        """As `change`, within a transaction of the caller, who holds the lock and settles."""
        row = await _row(session, username)
        if body.username not in (None, username):
            raise bad("username", "cannot be changed; add another telephone instead.")
        before = _document(row)
        if body.user_id != row.user_id:
            await _check_owner(session, body.user_id)
            await _check_not_in_use(session, row, "given to somebody else", "user_id")
        _apply(row, body)
        await record(session, _act(TELEPHONE_CHANGED, row, before))
        return row

    async def reset(self, username: str) -> TelephoneWithPassword:
        """A new password; whoever has the old one is registered no longer. Raises Problem 404."""
        async with self.lock:
            async with self.database.transaction() as session:
                row = await _row(session, username)
                account, password = self._new_password(username)
                fresh = sealed_account(self._vault, account, row.user_id)
                row.realm, row.ha1_md5, row.ha1_sha256 = fresh.realm, fresh.ha1_md5, fresh.ha1_sha256
                await record(session, Act(kind=TELEPHONE_PASSWORD_SET, subject=_subject(row)))
                names = await _names(session)
            self._board.forget(username)
            await self.settle()
        return TelephoneWithPassword(
            telephone=self._out(row, names), provisioning=self._provision(row, names, password)
        )

    async def remove(self, username: str) -> None:
        """Raises Problem 404, 409 while its agent takes calls on it."""
        async with self.lock:
            async with self.database.transaction() as session:
                row = await _row(session, username)
                await _check_not_in_use(session, row, "removed")
                await session.execute(delete(SipAccount).where(SipAccount.username == username))
                await record(session, Act(kind=TELEPHONE_REMOVED, subject=_subject(row), before=_document(row)))
            self._board.forget(username)
            await self.settle(row.user_id)

    async def settle(self, *owners: str | None) -> None:
        """The registrar knows the accounts, the agents their telephones, the pages all of it."""
        await self._telephones.reload()
        await self._set_up.settle("agent", agents=any(owners))
        self._board.show()

    async def settle_many(self, owners: Iterable[str | None], cut_off: Iterable[str]) -> None:
        """`cut_off` are telephones that are not to stay registered."""
        for username in cut_off:
            self._board.forget(username)
        await self.settle(*owners)

    def _new_password(self, username: str) -> tuple[Account, str]:
        password = "".join(secrets.choice(SIGNS) for _ in range(PASSWORD_LENGTH))
        return hash_account(username, self.realm, password), password

    def _provision(self, row: SipAccount, names: dict[str, str], password: str) -> Provisioning:
        server, port, tls_port = self.server()
        shown = names.get(row.user_id or "") or row.name or row.username
        return provisioning(
            server=server,
            port=port,
            tls_port=tls_port,
            realm=self.realm,
            username=row.username,
            password=password,
            name=shown,
        )

    def _out(self, row: SipAccount, names: dict[str, str]) -> TelephoneOut:
        owner = None if row.user_id is None else Named(id=row.user_id, name=names.get(row.user_id, row.user_id))
        return TelephoneOut(
            username=row.username,
            name=row.name,
            user_id=row.user_id,
            owner=owner,
            disabled=row.disabled_at is not None,
            contacts=self._board.contacts(row.username),
        )


def _apply(row: SipAccount, body: TelephoneBody) -> None:
    row.name, row.user_id = body.name, body.user_id
    if body.disabled != (row.disabled_at is not None):
        row.disabled_at = datetime.now(UTC) if body.disabled else None


async def _check_owner(session: AsyncSession, user_id: str | None) -> None:
    if user_id is None:
        return
    if user_id not in await holders(session, WORK_TAKE):
        raise bad("user_id", f"there is no agent {user_id!r}.")
    other = await session.scalar(select(SipAccount.username).where(SipAccount.user_id == user_id).limit(1))
    if other is not None:
        raise taken("user_id", f"This agent has the telephone {other!r} already; take it away there first.")


async def _check_not_in_use(session: AsyncSession, row: SipAccount, what: str, field: str | None = None) -> None:
    """An agent whose calls ring there would be offered calls that nobody hears."""
    if row.user_id is None:
        return
    profile = await session.get(AgentProfile, row.user_id)
    if profile is None or profile.device != "sip":
        return
    name = (await _names(session)).get(row.user_id, row.user_id)
    detail = f"{name} takes calls on this telephone; choose the browser for {name} before it is {what}."
    more: dict[str, Any] = {"used_by": {"agents": [{"id": row.user_id, "name": name}]}}
    if field is not None:
        more["field"] = field
    raise Problem(409, "in-use", "Still in use", detail, **more)


async def _row(session: AsyncSession, username: str) -> SipAccount:
    row = await session.get(SipAccount, username)
    if row is None:
        raise not_found("telephone")
    return row


async def _names(session: AsyncSession) -> dict[str, str]:
    return {row.id: row.name for row in await session.execute(select(User.id, User.name))}


def _document(row: SipAccount) -> Document:
    """As a PUT takes it."""
    disabled = row.disabled_at is not None
    return {"username": row.username, "name": row.name, "user_id": row.user_id, "disabled": disabled}


def _subject(row: SipAccount) -> Subject:
    return Subject("telephone", row.username, row.name or row.username)


def _act(kind: ActKind, row: SipAccount, before: Document | None) -> Act:
    return Act(kind=kind, subject=_subject(row), before=before, after=_document(row))

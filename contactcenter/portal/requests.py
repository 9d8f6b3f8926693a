"""What customers ask about their data: decided by the house, or at once; answered by contactcenter/privacy."""

from __future__ import annotations

import asyncio
import uuid
from typing import Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.fields import Named, bad
from contactcenter.api.problems import Problem, forbidden, not_found
from contactcenter.audit.recorder import record
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.customers.store import group_of, identities_of, root_of
from contactcenter.identity.models import User
from contactcenter.permissions import Permission, Principal
from contactcenter.portal import mails
from contactcenter.portal.accounts import Accounts, called
from contactcenter.portal.acts import REQUEST_ASKED, REQUEST_DECIDED, account_act
from contactcenter.portal.models import PortalAccount, PortalRequest
from contactcenter.portal.set_up import PortalSetUp
from contactcenter.portal.settings import (
    DataRequestList,
    DataRequestOut,
    DecisionBody,
    RequestKind,
    StaffRequestList,
    StaffRequestOut,
)
from contactcenter.privacy.exporting import context_of, file_of
from contactcenter.privacy.models import PrivacyRequest
from contactcenter.privacy.permissions import PRIVACY_ERASE, PRIVACY_EXPORT
from contactcenter.privacy.service import Privacy
from contactcenter.privacy.settings import RequestBody, SubjectBody
from contactcenter.recordings.files import Opened
from contactcenter.vault.errors import VaultError
from contactcenter.vault.files import SealedFile

log = structlog.get_logger(__name__)
REASON: Final = "Asked for in the portal"
MOST: Final = 500
_NEEDED: Final[dict[str, Permission]] = {"export": PRIVACY_EXPORT, "erase": PRIVACY_ERASE}


class DataRequests:
    def __init__(self, accounts: Accounts, set_up: PortalSetUp, privacy: Privacy) -> None:
        self._accounts = accounts
        self._database = accounts.database
        self._set_up = set_up
        self._privacy = privacy

    async def of(self, principal: Principal) -> DataRequestList:
        query = select(PortalRequest).where(PortalRequest.account_id == principal.user_id)
        async with self._database.session() as session:
            rows = (await session.scalars(query.order_by(PortalRequest.asked_at.desc(), PortalRequest.id))).all()
            return DataRequestList(items=[await self._shown(session, row) for row in rows])

    async def ask(self, principal: Principal, kind: RequestKind) -> DataRequestList:
        """Raises Problem 409 while one of the kind is open."""
        async with self._database.transaction() as session:
            account = await session.get(PortalAccount, principal.user_id, with_for_update=True)
            same = PortalRequest.account_id == principal.user_id, PortalRequest.kind == kind
            for each in await session.scalars(select(PortalRequest).where(*same)):
                if (await self._shown(session, each)).state in ("asked", "working"):
                    raise Problem(
                        409, "asked-already", "Asked already", "You have asked for this; it is being looked at."
                    )
            assert account is not None
            row = PortalRequest(
                id=uuid.uuid4().hex,
                account_id=account.id,
                kind=kind,
                state="asked",
                asked_at=self._accounts.moment(),
            )
            session.add(row)
            await record(session, account_act(REQUEST_ASKED, account.id, None, {"kind": kind, "request": row.id}))
        if self._set_up.current.data_requests == "automatic" and await self._concerns_nobody_else(principal):
            try:
                await self._approve(row.id, "")
            except Problem as problem:
                # A legal hold, above all: the reason is the house's own matter.
                log.info("portal.request_waits", request=row.id, reason=problem.type_slug)
        return await self.of(principal)

    async def withdraw(self, principal: Principal, request_id: str) -> DataRequestList:
        """Raises Problem 404, 409 when it is decided already."""
        async with self._database.transaction() as session:
            row = await session.get(PortalRequest, request_id, with_for_update=True)
            if row is None or row.account_id != principal.user_id:
                raise not_found("request")
            _check_open(row)
            row.state, row.decided_at = "withdrawn", self._accounts.moment()
            told = {"kind": row.kind, "request": row.id, "state": "withdrawn"}
            await record(session, account_act(REQUEST_DECIDED, row.account_id, None, told))
        return await self.of(principal)

    async def file(self, principal: Principal, request_id: str) -> Opened:
        """The export, as a sealed zip. Raises Problem 404, 410."""
        async with self._database.session() as session:
            row = await session.get(PortalRequest, request_id)
            if row is None or row.account_id != principal.user_id or row.kind != "export":
                raise not_found("request")
            shown = await self._shown(session, row)
        gone = Problem(410, "no-export", "There is no file", "This file has expired or was not made yet. Ask again.")
        if not shown.download or row.request_id is None:
            raise gone
        try:
            return await asyncio.to_thread(self._open, row.request_id)
        except (OSError, VaultError) as error:
            log.error("portal.export_unreadable", request=row.id, error=type(error).__name__)
            raise gone from error

    def _open(self, request_id: str) -> Opened:
        ground = self._privacy.ground
        sealed = SealedFile(ground.vault.keyring, file_of(ground.folder, request_id), context_of(request_id))
        return Opened(sealed, sealed.header.length, sealed.header.salt[:16].hex())

    async def _shown(self, session: AsyncSession, row: PortalRequest) -> DataRequestOut:
        state = row.state
        if state == "approved":
            made = await session.get(PrivacyRequest, row.request_id) if row.request_id else None
            states = {"done": "done", "expired": "expired", "failed": "failed"}
            state = states.get(made.state, "working") if made is not None else "expired"
        return DataRequestOut(
            id=row.id,
            kind="erase" if row.kind == "erase" else "export",
            state=state,
            asked_at=row.asked_at,
            decided_at=row.decided_at,
            answer=row.answer,
            download=row.kind == "export" and state == "done",
        )

    async def _concerns_nobody_else(self, principal: Principal) -> bool:
        """Whether what would be taken out or forgotten is this one customer's: no user of the house has the email, no
        other customer shares a number."""
        async with self._database.session() as session:
            group = await group_of(session, principal.customer_id)
            own = {(each.kind, each.channel, each.value) for each in await identities_of(session, group)}
            same = CustomerIdentity.value.in_(sorted(value for _, _, value in own))
            others = await session.scalars(
                select(CustomerIdentity).where(same, CustomerIdentity.customer_id.not_in(group))
            )
            emails = [value for kind, _, value in own if kind == "email"]
            users = await session.scalar(select(func.count()).select_from(User).where(User.email.in_(emails)))
            return not users and not any((each.kind, each.channel, each.value) in own for each in others)

    async def every(self) -> StaffRequestList:
        """Those to decide first, then the newest."""
        query = (
            select(PortalRequest, PortalAccount)
            .join(PortalAccount, PortalAccount.id == PortalRequest.account_id)
            .order_by((PortalRequest.state == "asked").desc(), PortalRequest.asked_at.desc(), PortalRequest.id)
        )
        async with self._database.session() as session:
            found = (await session.execute(query.limit(MOST))).all()
            return StaffRequestList(items=[await _staff_out(session, row, account) for row, account in found])

    async def decide(self, request_id: str, approved: bool, body: DecisionBody, by: Principal) -> StaffRequestList:
        """Raises Problem 403, 404, 409 when it is decided or a hold forbids it, 422 for a refusal without an answer."""
        async with self._database.session() as session:
            row = await session.get(PortalRequest, request_id)
        if row is None:
            raise not_found("request")
        if not by.may(_NEEDED[row.kind]):
            raise forbidden(_NEEDED[row.kind])
        if approved:
            await self._approve(request_id, body.answer)
        else:
            await self._refuse(request_id, body.answer)
        return await self.every()

    async def _approve(self, request_id: str, answer: str) -> None:
        async with self._database.session() as session:
            row = await session.get(PortalRequest, request_id)
            assert row is not None
            _check_open(row)
            account = await session.get(PortalAccount, row.account_id)
            assert account is not None
            assert account.customer_id is not None
            customer = await root_of(session, account.customer_id)
            # Taken down now: with the account, who it is is forgotten.
            addressee = await _addressee(session, account)
        wanted = RequestBody(subject=SubjectBody(customers=[customer.id]), reason=REASON)
        await self._settle(request_id, "approved", answer)
        try:
            made = await self._privacy.requests.ask(row.kind, wanted)
        except Problem:
            await self._settle(request_id, "asked", "")
            raise
        async with self._database.transaction() as session:
            kept = await session.get(PortalRequest, request_id)
            if kept is not None:
                kept.request_id = made.id
            await self._tell(session, addressee, row.kind, answer, approved=True)
        self._accounts.letters.wake()

    async def _refuse(self, request_id: str, answer: str) -> None:
        if not answer.strip():
            raise bad("answer", "say why, for the customer.")
        await self._settle(request_id, "refused", answer)
        async with self._database.transaction() as session:
            row = await session.get(PortalRequest, request_id)
            account = None if row is None else await session.get(PortalAccount, row.account_id)
            if row is not None and account is not None:
                addressee = await _addressee(session, account)
                await self._tell(session, addressee, row.kind, answer, approved=False)
        self._accounts.letters.wake()

    async def _settle(self, request_id: str, state: str, answer: str) -> None:
        async with self._database.transaction() as session:
            row = await session.get(PortalRequest, request_id, with_for_update=True)
            if row is None:
                raise not_found("request")
            if state != "asked":
                _check_open(row)
            before = {"kind": row.kind, "request": row.id, "state": row.state}
            row.state, row.answer = state, answer.strip()
            row.decided_at = None if state == "asked" else self._accounts.moment()
            row.decided_by = "" if state == "asked" else actor.current().id[:200]
            after = {**before, "state": state}
            await record(session, account_act(REQUEST_DECIDED, row.account_id, before, after))

    async def _tell(
        self, session: AsyncSession, to: tuple[str, str, str], kind: str, answer: str, *, approved: bool
    ) -> None:
        email, name, language = to
        words = {"name": name, "decision": mails.decision(kind, approved, language), "answer": answer.strip()}
        await self._accounts.letters.tell(session, email, mails.ANSWERED, language, words)


async def _addressee(session: AsyncSession, account: PortalAccount) -> tuple[str, str, str]:
    """Email, name and language."""
    return account.email, *(await called(session, account))


def _check_open(row: PortalRequest) -> None:
    if row.state != "asked":
        raise Problem(409, "decided", "Decided already", "This request has been decided meanwhile.")


async def _staff_out(session: AsyncSession, row: PortalRequest, account: PortalAccount) -> StaffRequestOut:
    part = select(Customer.root_id).where(Customer.id == account.customer_id).scalar_subquery()
    found = (await session.execute(select(Customer.id, Customer.name).where(Customer.id == part))).one_or_none()
    by = await session.get(User, row.decided_by) if row.decided_by else None
    return StaffRequestOut(
        id=row.id,
        kind="erase" if row.kind == "erase" else "export",
        state=row.state,
        customer=Named(id=found[0], name=found[1]) if found else Named(id="", name=""),
        email=account.email,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        by=by.name if by is not None else "",
        answer=row.answer,
    )

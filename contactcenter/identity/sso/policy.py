"""Whether people may sign in without an identity provider; who may all the same, when the providers are away."""

from __future__ import annotations

from typing import Final

from pydantic import Field
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Ref, Settings, bad
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.models import User, UserRole
from contactcenter.identity.sso.acts import POLICY_CHANGED
from contactcenter.identity.sso.models import ProviderRow, SignInPolicyRow
from contactcenter.permissions import Role
from contactcenter.storage.database import Database

_ROW: Final = 1


class Policy(Settings):
    """`emergency`: ids of administrators who may sign in with a password or passkey all the same ("break glass")."""

    providers_only: bool = False
    emergency: list[Ref] = Field(default_factory=list, max_length=20)


class ProviderRequired(Exception):  # noqa: N818 - an answer, not a fault
    """Who this is was proven, but only a provider may let him in."""


class SignInPolicy:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self) -> Policy:
        async with self._database.session() as session:
            return await _read(session)

    async def check(self, user_id: str, method: str) -> None:
        """Raises ProviderRequired. `method` is that of a session ("password", "passkey", "sso:…")."""
        if method.startswith("sso:"):
            return
        policy = await self.get()
        if policy.providers_only and user_id not in policy.emergency:
            raise ProviderRequired

    async def put(self, body: Policy) -> Policy:
        """Raises Problem 422: it would shut everybody out."""
        async with self._database.transaction() as session:
            await _check(session, body)
            row = await session.get(SignInPolicyRow, _ROW)
            before = (await _read(session)).model_dump()
            if row is None:
                row = SignInPolicyRow(id=_ROW)
                session.add(row)
            row.providers_only, row.emergency = body.providers_only, sorted(set(body.emergency))
            act = Act(
                kind=POLICY_CHANGED, subject=Subject("sign_in_policy", "all"), before=before, after=_document(row)
            )
            await record(session, act)
        return await self.get()

    async def allow_passwords(self) -> None:
        """For an operator at the command line: nobody needs a provider any more."""
        policy = await self.get()
        await self.put(Policy(providers_only=False, emergency=policy.emergency))


async def _check(session: AsyncSession, body: Policy) -> None:
    if not body.providers_only:
        return
    if await session.scalar(select(ProviderRow.id).where(ProviderRow.enabled.is_(True)).limit(1)) is None:
        raise bad("providers_only", "add a provider and switch it on first.")
    if not body.emergency:
        raise bad("emergency", "name an administrator who can get in when the provider is away.")
    may = select(User.id).where(
        User.id.in_(body.emergency),
        User.disabled_at.is_(None),
        User.removed_at.is_(None),
        User.password_hash.is_not(None),
        User.id.in_(_administrators()),
    )  # fmt: skip
    known = set(await session.scalars(may))
    for place, user_id in enumerate(body.emergency):
        if user_id not in known:
            raise bad(f"emergency.{place}", "this is no administrator who can sign in with a password.")


def _administrators() -> Select[str]:
    everywhere = (UserRole.teams.is_(None), UserRole.queues.is_(None))
    return select(UserRole.user_id).where(UserRole.role == Role.ADMINISTRATOR, *everywhere)


async def _read(session: AsyncSession) -> Policy:
    row = await session.get(SignInPolicyRow, _ROW)
    return Policy() if row is None else Policy.model_validate(_document(row))


def _document(row: SignInPolicyRow) -> dict[str, object]:
    return {"providers_only": row.providers_only, "emergency": list(row.emergency)}

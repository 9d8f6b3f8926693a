"""Identity providers as they are set up: listed, made, changed, removed. None may give what its changer has not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad, check_name, new_id
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.models import OwnRole, Team, User, UserRole
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.sign_in_models import OutsideIdentity, Passkey
from contactcenter.identity.sso.acts import PROVIDER_CHANGED, PROVIDER_CREATED, PROVIDER_REMOVED
from contactcenter.identity.sso.ending import end_what_it_opened
from contactcenter.identity.sso.models import ProviderRow, SignInPolicyRow
from contactcenter.identity.sso.saml import new_key
from contactcenter.identity.sso.settings import ID_LENGTH, ChangedProvider, NewProvider, ProviderBody, document
from contactcenter.identity.users import HasRole, Where
from contactcenter.permissions import Principal, Role
from contactcenter.vault.columns import row_context
from contactcenter.vault.service import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A provider ready to be asked. `key` and `certificate` (PEM) are this server's own, for SAML."""

    id: str
    body: ProviderBody
    secret: str | None = None
    key: str = ""
    certificate: str = ""


class ProviderOut(ProviderBody):
    """`has_secret`: a client secret is kept here. `users`: how many accounts are linked with it."""

    id: str
    has_secret: bool
    users: int


class ProviderList(BaseModel):
    items: list[ProviderOut]


class Uses(BaseModel):
    """Who is linked, and who of them could not sign in without the provider."""

    users: int
    only_by_it: int


class Providers:
    def __init__(self, set_up: SetUp, vault: Vault) -> None:
        self._set_up = set_up
        self._database = set_up.database
        self._vault = vault

    async def all(self) -> ProviderList:
        async with self._database.session() as session:
            rows = (await session.scalars(select(ProviderRow).order_by(ProviderRow.name, ProviderRow.id))).all()
            counted = select(OutsideIdentity.provider, func.count()).group_by(OutsideIdentity.provider)
            users = {row[0]: row[1] for row in await session.execute(counted)}
        return ProviderList(items=[_out(row, users.get(row.id, 0)) for row in rows])

    async def get(self, provider_id: str) -> ProviderOut:
        """Raises Problem 404."""
        for provider in (await self.all()).items:
            if provider.id == provider_id:
                return provider
        raise not_found("identity provider")

    async def enabled(self) -> list[ProviderRow]:
        """Those that people may sign in by, by name."""
        wanted = select(ProviderRow).where(ProviderRow.enabled.is_(True)).order_by(ProviderRow.name, ProviderRow.id)
        async with self._database.session() as session:
            return list(await session.scalars(wanted))

    async def names(self) -> dict[str, str]:
        async with self._database.session() as session:
            return {row.id: row.name for row in await session.execute(select(ProviderRow.id, ProviderRow.name))}

    async def configured(self, provider_id: str) -> Configured:
        """With its secrets opened. Raises Problem 404."""
        async with self._database.session() as session:
            row = await _present(session, provider_id)
        secret = key = None
        if row.secret is not None:
            secret = await self._vault.open_text(row.secret, row_context(ProviderRow.secret, row.id))
        if row.key is not None:
            key = await self._vault.open_text(row.key, row_context(ProviderRow.key, row.id))
        body = ProviderBody.model_validate(row.settings)
        return Configured(id=row.id, body=body, secret=secret, key=key or "", certificate=row.certificate or "")

    async def uses(self, provider_id: str) -> Uses:
        """Raises Problem 404."""
        async with self._database.session() as session:
            await _present(session, provider_id)
            return await _uses(session, provider_id)

    async def make(self, body: NewProvider, by: Principal | None) -> ProviderOut:
        """Raises Problem 409 for an id or name that is taken, 422 for what is not there, 403 for too much."""
        async with self._set_up.lock, self._database.transaction() as session:
            provider_id = _id_of(body, await _names(session))
            await self._check(session, body, (), by)
            row = ProviderRow(id=provider_id, kind=body.kind, made_at=self._set_up.moment())
            self._fill(row, body)
            session.add(row)
            await record(session, _act(PROVIDER_CREATED, row, None, row.settings))
        return await self.get(provider_id)

    async def change(self, provider_id: str, body: ChangedProvider, by: Principal | None) -> ProviderOut:
        """Replaces all of it; switched off, it ends the sessions it opened. Raises Problem 404, 409, 422, 403."""
        async with self._set_up.lock, self._database.transaction() as session:
            row = await _present(session, provider_id)
            others = {key: name for key, name in (await _names(session)).items() if key != provider_id}
            check_name(body.name, others)
            if body.kind != row.kind:
                raise bad("kind", "cannot be changed; make a new provider instead.")
            before = ProviderBody.model_validate(row.settings)
            await self._check(session, body, _given(before), by)
            had_secret = row.secret is not None
            self._fill(row, body)
            await _check_not_last(session, row.id, row.enabled)
            kept = "before" if had_secret and body.client_secret is None else "now" if row.secret is not None else None
            # Of the secret the trail tells only that it changed.
            before_it = {**document(before), "client_secret": "before" if had_secret else None}
            await record(session, _act(PROVIDER_CHANGED, row, before_it, {**row.settings, "client_secret": kept}))
            ended = await self._end(session, provider_id) if before.enabled and not row.enabled else set()
        if ended:
            self._set_up.settle(ended)
        return await self.get(provider_id)

    async def remove(self, provider_id: str, by: Principal | None, *, unlink: bool = False) -> None:
        """Links with accounts and the sessions it opened go with it. Raises Problem 404, 403, 409: somebody is linked,
        and `unlink` is not set."""
        async with self._set_up.lock, self._database.transaction() as session:
            row = await _present(session, provider_id)
            uses = await _uses(session, provider_id)
            if uses.users and not unlink:
                detail = f"{uses.users} accounts are linked with this provider; {uses.only_by_it} sign in only by it."
                raise Problem(409, "in-use", "Still in use", detail, **uses.model_dump())
            await _check_not_last(session, provider_id, False)
            for each in await session.scalars(select(OutsideIdentity).where(OutsideIdentity.provider == provider_id)):
                await session.delete(each)
            await record(session, _act(PROVIDER_REMOVED, row, row.settings, None))
            await session.delete(row)
            ended = await self._end(session, provider_id)
        if ended:
            self._set_up.settle(ended)

    async def _end(self, session: AsyncSession, provider_id: str) -> set[str]:
        """Nobody comes in by it any more; who is in by it is out. Raises Problem 409: no administrator is left."""
        await session.flush()
        await self._set_up.check_administrators(session)
        return await end_what_it_opened(session, provider_id)

    def _fill(self, row: ProviderRow, body: ChangedProvider) -> None:
        row.name, row.enabled, row.settings = body.name, body.enabled, document(body)
        if body.client_secret is not None:
            context = row_context(ProviderRow.secret, row.id)
            row.secret = self._vault.seal_text(body.client_secret, context) if body.client_secret else None
        if body.kind == "saml" and row.certificate is None:
            key, row.certificate = new_key(self._set_up.moment())
            row.key = self._vault.seal_text(key, row_context(ProviderRow.key, row.id))

    async def _check(
        self, session: AsyncSession, body: ProviderBody, before: Collection[str], by: Principal | None
    ) -> None:
        """Rules name what is there; what is new in them must be the changer's to give."""
        if getattr(body, "client_secret", None) and body.oidc is None:
            raise bad("client_secret", "is for OpenID Connect only.")
        roles = {*Role, *await session.scalars(select(OwnRole.id))}
        teams, queues = set(await session.scalars(select(Team.id))), set(self._set_up.known_queues())
        for path, role in _roles(body):
            if role.role not in roles:
                raise bad(f"{path}.role", f"there is no role {role.role!r}.")
            where = role.where or Where()
            if role.where is not None and not where.teams and not where.queues:
                raise bad(f"{path}.where", "name a team or a queue, or leave it out for everywhere.")
            _known(f"{path}.where.teams", "team", where.teams, teams)
            _known(f"{path}.where.queues", "queue", where.queues, queues)
            if role.model_dump_json() not in before:
                row = UserRole(user_id="", role=role.role, teams=None, queues=None)
                if role.where is not None:
                    row.teams, row.queues = sorted(where.teams), sorted(where.queues)
                await self._set_up.check_may_give(session, by, row, f"{path}.role")
        for place, rule in enumerate(body.rules):
            _known(f"rules.{place}.teams", "team", rule.teams, teams)
            await self._set_up.check_may_fill(session, by, rule.teams)


def _roles(body: ProviderBody) -> Iterator[tuple[str, HasRole]]:
    for place, role in enumerate(body.default_roles):
        yield f"default_roles.{place}", role
    for place, rule in enumerate(body.rules):
        for position, role in enumerate(rule.roles):
            yield f"rules.{place}.roles.{position}", role


def _given(body: ProviderBody) -> set[str]:
    return {role.model_dump_json() for _, role in _roles(body)}


def _known(field: str, what: str, ids: list[str], known: Collection[str]) -> None:
    for place, each in enumerate(ids):
        if each not in known:
            raise bad(f"{field}.{place}", f"there is no {what} {each!r}.")


def _id_of(body: NewProvider, names: dict[str, str]) -> str:
    found = new_id(body.id, body.name, names)
    if len(found) <= ID_LENGTH:
        return found
    short, number = found[:ID_LENGTH].strip("-"), 1
    while short in names:
        number += 1
        short = f"{found[: ID_LENGTH - 3].strip('-')}-{number}"
    return short


async def _names(session: AsyncSession) -> dict[str, str]:
    return {row.id: row.name for row in await session.execute(select(ProviderRow.id, ProviderRow.name))}


async def _present(session: AsyncSession, provider_id: str) -> ProviderRow:
    row = await session.get(ProviderRow, provider_id)
    if row is None:
        raise not_found("identity provider")
    return row


async def _uses(session: AsyncSession, provider_id: str) -> Uses:
    linked = select(OutsideIdentity.user_id).where(OutsideIdentity.provider == provider_id)
    elsewhere = select(OutsideIdentity.user_id).where(OutsideIdentity.provider != provider_id)
    users = await session.scalar(select(func.count()).select_from(User).where(User.id.in_(linked))) or 0
    bound = select(func.count()).select_from(User).where(
        User.id.in_(linked),
        User.password_hash.is_(None),
        User.id.not_in(select(Passkey.user_id)),
        User.id.not_in(elsewhere),
    )  # fmt: skip
    return Uses(users=users, only_by_it=await session.scalar(bound) or 0)


async def _check_not_last(session: AsyncSession, provider_id: str, enabled: bool) -> None:
    """Raises Problem 409 when people may only sign in by a provider and this would leave none."""
    policy = await session.get(SignInPolicyRow, 1)
    if enabled or policy is None or not policy.providers_only:
        return
    others = select(ProviderRow.id).where(ProviderRow.enabled.is_(True), ProviderRow.id != provider_id)
    if await session.scalar(others.limit(1)) is None:
        detail = "Nobody may sign in without a provider, and this is the last one. Allow passwords again first."
        raise Problem(409, "last-provider", "The last provider", detail, field="enabled")


def _out(row: ProviderRow, users: int) -> ProviderOut:
    settings: dict[str, Any] = row.settings
    return ProviderOut.model_validate({**settings, "id": row.id, "has_secret": row.secret is not None, "users": users})


def _act(kind: ActKind, row: ProviderRow, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Act:
    return Act(kind=kind, subject=Subject("identity_provider", row.id, row.name), before=before, after=after)

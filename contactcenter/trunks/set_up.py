"""Trunks made, changed and removed."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, Field, SecretStr, StringConstraints
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Id, Ref, bad, check_name, new_id
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, ActKind, Document, Subject
from contactcenter.audit.recorder import record
from contactcenter.storage.database import Database
from contactcenter.trunks.acts import TRUNK_CHANGED, TRUNK_MADE, TRUNK_REMOVED
from contactcenter.trunks.models import CalledNumber, TrunkRow
from contactcenter.trunks.service import Trunks
from contactcenter.trunks.settings import TrunkSettings
from contactcenter.vault.columns import row_context
from contactcenter.vault.service import Vault

Password = Annotated[SecretStr, Field(max_length=256)]


class TrunkBody(TrunkSettings):
    """`password` None: it stays as it is; empty: there is none any more. It is never shown again."""

    password: Password | None = None


class NewTrunk(TrunkBody):
    """Without an id one is made from the name."""

    id: Id | None = None


class ChangedTrunk(TrunkBody):
    """`id` cannot change. `has_password`, `numbers` and `state` are shown only."""

    id: Ref | None = None
    has_password: bool | None = None
    numbers: list[str] | None = None
    state: dict[str, Any] | None = None


class TrunkState(BaseModel):
    """As on the live topic `trunks`."""

    id: str
    state: Annotated[str, StringConstraints(max_length=16)]
    code: int
    sentence: str
    since: str
    calls: int


class TrunkOut(TrunkSettings):
    """`numbers` are the patterns that lead from this trunk alone to a flow."""

    id: str
    has_password: bool
    numbers: list[str]
    state: TrunkState | None


class TrunkList(BaseModel):
    items: list[TrunkOut]


class TrunkSetUp:
    def __init__(self, database: Database, vault: Vault, trunks: Trunks, lock: asyncio.Lock) -> None:
        self._database = database
        self._vault = vault
        self._trunks = trunks
        self._lock = lock

    async def all(self) -> TrunkList:
        async with self._database.session() as session:
            rows = (await session.scalars(select(TrunkRow))).all()
            numbers = await _numbers(session)
        items = [self._out(row, numbers.get(row.id, [])) for row in rows]
        return TrunkList(items=sorted(items, key=lambda item: (item.position, item.name.casefold(), item.id)))

    async def get(self, trunk_id: str) -> TrunkOut:
        """Raises Problem 404."""
        async with self._database.session() as session:
            row = await _row(session, trunk_id)
            return self._out(row, (await _numbers(session)).get(trunk_id, []))

    async def settle(self) -> None:
        await self._trunks.reload()

    async def make(self, body: NewTrunk, *, from_file: bool = False) -> TrunkOut:
        """Raises Problem 409 for an id or a name that is taken, 422 for what cannot work. `from_file`: there is no
        password yet, it is given on the screen."""
        async with self._lock:
            async with self._database.transaction() as session:
                settings = _settings(body)
                others = await _others(session)
                trunk_id = new_id(body.id, body.name, {key: other.name for key, other in others.items()})
                _check(settings, others, has_password=from_file or _is_given(body.password))
                row = TrunkRow(id=trunk_id, settings=settings.model_dump(mode="json"))
                self._seal(row, body.password)
                session.add(row)
                await record(session, _act(TRUNK_MADE, row, None, secret_changed=row.password is not None))
            await self._trunks.reload()
        return await self.get(trunk_id)

    async def change(self, trunk_id: str, body: ChangedTrunk, *, from_file: bool = False) -> TrunkOut:
        """Raises Problem 404, 409 for a name that is taken, 422 for what cannot work."""
        async with self._lock:
            async with self._database.transaction() as session:
                row = await _row(session, trunk_id)
                if body.id not in (None, trunk_id):
                    raise bad("id", "cannot be changed; make a new trunk instead.")
                settings = _settings(body)
                others = await _others(session, but=trunk_id)
                check_name(body.name, {key: other.name for key, other in others.items()})
                before = dict(row.settings)
                self._seal(row, body.password)
                _check(settings, others, has_password=from_file or row.password is not None)
                row.settings = settings.model_dump(mode="json")
                await record(session, _act(TRUNK_CHANGED, row, before, secret_changed=body.password is not None))
            await self._trunks.reload()
        return await self.get(trunk_id)

    async def remove(self, trunk_id: str) -> None:
        """Raises Problem 404, 409 while numbers come in by it alone."""
        async with self._lock:
            async with self._database.transaction() as session:
                row = await _row(session, trunk_id)
                used = (await _numbers(session)).get(trunk_id, [])
                if used:
                    raise _in_use(row, used)
                await session.execute(delete(TrunkRow).where(TrunkRow.id == trunk_id))
                await record(
                    session, Act(kind=TRUNK_REMOVED, subject=_subject(row), before={"id": row.id, **row.settings})
                )
            await self._trunks.reload()

    def _seal(self, row: TrunkRow, password: SecretStr | None) -> None:
        if password is not None:
            plain = password.get_secret_value()
            row.password = self._vault.seal_text(plain, row_context(TrunkRow.password, row.id)) if plain else None

    def _out(self, row: TrunkRow, numbers: list[str]) -> TrunkOut:
        state = self._trunks.state(row.id)
        return TrunkOut(
            **row.settings,
            id=row.id,
            has_password=row.password is not None,
            numbers=numbers,
            state=None if state is None else TrunkState(**state),
        )


def _is_given(password: SecretStr | None) -> bool:
    return password is not None and bool(password.get_secret_value())


def _settings(body: TrunkBody) -> TrunkSettings:
    return TrunkSettings.model_validate(body.model_dump(include=set(TrunkSettings.model_fields)))


def _check(settings: TrunkSettings, others: dict[str, TrunkSettings], *, has_password: bool) -> None:
    if settings.kind == "registering":
        if not settings.host:
            raise bad("host", "is where we register: the provider's registrar or proxy.")
        if not settings.username:
            raise bad("username", "is needed to register.")
        if settings.enabled and not has_password:
            raise bad("password", "is needed to register.")
        if settings.addresses:
            raise bad("addresses", "are for trunks by address; a provider we register with finds us by itself.")
    elif not settings.host and not settings.addresses:
        raise bad("addresses", "or a host must be there: by one of them calls of this trunk are known.")
    if settings.certificate_name and settings.transport != "tls":
        raise bad("certificate_name", "is for TLS; choose it as the transport, or leave this empty.")
    if settings.allowed and not settings.host:
        raise bad("host", "is needed to call anybody through this trunk.")
    _check_addresses(settings, others.values())


def _check_addresses(settings: TrunkSettings, others: Iterable[TrunkSettings]) -> None:
    """Two trunks that name the same network could not be told apart."""
    for place, written in enumerate(settings.addresses):
        network = ipaddress.ip_network(written)
        if network.prefixlen == 0:
            raise bad(f"addresses.{place}", "would be everybody; name the provider's networks.")
        if written in settings.addresses[:place]:
            raise bad(f"addresses.{place}", "is in the list already.")
        for other in others:
            if written in other.addresses:
                raise bad(f"addresses.{place}", f"is the trunk {other.name!r}'s already.")


def _in_use(row: TrunkRow, patterns: list[str]) -> Problem:
    more = f" and {len(patterns) - 3} more" if len(patterns) > 3 else ""
    detail = (
        f"The trunk {row.settings['name']!r} is named by the number{'s' if len(patterns) > 1 else ''} "
        f"{', '.join(patterns[:3])}{more}; take it out there first."
    )
    return Problem(409, "in-use", "Still in use", detail, used_by={"numbers": patterns})


async def _row(session: AsyncSession, trunk_id: str) -> TrunkRow:
    row = await session.get(TrunkRow, trunk_id)
    if row is None:
        raise not_found("trunk")
    return row


async def _others(session: AsyncSession, but: str | None = None) -> dict[str, TrunkSettings]:
    rows = await session.scalars(select(TrunkRow))
    return {row.id: TrunkSettings.model_validate(row.settings) for row in rows if row.id != but}


async def _numbers(session: AsyncSession) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    query = select(CalledNumber.trunk_id, CalledNumber.pattern).where(CalledNumber.trunk_id.is_not(None))
    for trunk_id, pattern in await session.execute(query.order_by(CalledNumber.pattern)):
        found.setdefault(str(trunk_id), []).append(pattern)
    return found


def _subject(row: TrunkRow) -> Subject:
    return Subject("trunk", row.id, row.settings["name"])


def _act(kind: ActKind, row: TrunkRow, before: Document | None, *, secret_changed: bool) -> Act:
    """A new password is told as that alone."""
    after = {"id": row.id, **row.settings}
    old = None if before is None else {"id": row.id, **before}
    if secret_changed:
        after |= {"password": "new"}
        old = None if old is None else old | {"password": "old"}
    return Act(kind=kind, subject=_subject(row), before=old, after=after)

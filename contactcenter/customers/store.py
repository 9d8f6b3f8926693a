"""Reading and writing one customer within a transaction: all rows that have become part of it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import case, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad
from contactcenter.api.problems import not_found
from contactcenter.customers.fields import checked, require
from contactcenter.customers.identities import Identity, IdentityError, Normalise
from contactcenter.customers.models import (
    Customer,
    CustomerField,
    CustomerIdentity,
    CustomerSecret,
    CustomerTag,
    CustomerTerm,
)
from contactcenter.customers.settings import CustomerBody, FieldValue, IdentityBody
from contactcenter.customers.words import folded, terms_of
from contactcenter.vault.columns import row_context
from contactcenter.vault.service import Vault

Fields = dict[str, CustomerField]


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What writing needs besides the session."""

    vault: Vault
    normalise: Normalise

    async def add(self, session: AsyncSession, body: CustomerBody, known: Fields, at: datetime) -> Customer:
        """Raises Problem 422 for what cannot be."""
        made = uuid.uuid4().hex
        row = Customer(id=made, root_id=made, created_at=at, fields={})
        await self.fill(session, row, body, known, at)
        session.add(row)
        await session.flush()
        await self._write_parts(session, row, [made], body)
        await self._seal(session, row.id, [made], body.fields, known)
        return row

    async def put(self, session: AsyncSession, row: Customer, body: CustomerBody, known: Fields, at: datetime) -> None:
        """Make the customer whose root is `row` what `body` says, also where a merged one brought it along."""
        group = await group_of(session, row.id)
        await self.fill(session, row, body, known, at, group)
        await self._write_parts(session, row, group, body)
        await self._seal(session, row.id, group, body.fields, known)

    def identity(self, body: IdentityBody, at: str) -> Identity:
        """Raises Problem 422 that names the place."""
        try:
            return self.normalise(body.kind, body.value, body.channel)
        except IdentityError as error:
            raise bad(f"{at}.value", f"{error}.") from None

    def wanted(self, body: CustomerBody) -> dict[Identity, tuple[int, IdentityBody]]:
        """Each with its place. Raises Problem 422 that names the place."""
        wanted: dict[Identity, tuple[int, IdentityBody]] = {}
        for place, each in enumerate(body.identities):
            wanted.setdefault(self.identity(each, f"identities.{place}"), (place, each))
        return wanted

    async def fill(
        self,
        session: AsyncSession,
        row: Customer,
        body: CustomerBody,
        known: Fields,
        at: datetime,
        group: Sequence[str] = (),
        sealed: Collection[str] | None = None,
    ) -> None:
        """The row's own values. `sealed`: its sensitive fields that have a value, when they have been read. Raises
        Problem 422 for what cannot be, and then nothing has changed."""
        if body.organisation_id is not None and body.organisation_id != row.organisation_id:
            await _check_organisation(session, body, [row.id, *group])
        values = checked(body.fields, known)
        kept = {name: value for name, value in (row.fields or {}).items() if name not in known}
        open_values = {name: value for name, value in values.items() if value is not None and not known[name].sensitive}
        present = set(open_values) | {name for name, value in values.items() if value is not None}
        left_out = {name for name, field in known.items() if field.sensitive and name not in values}
        if sealed is None:
            sealed = await secrets_of(session, group) if left_out and group else ()
        require(present | left_out.intersection(sealed), known)
        for name in ("kind", "name", "called", "language", "timezone", "organisation_id", "vip", "priority"):
            setattr(row, name, getattr(body, name))
        row.sort_name = folded(body.name)[:200]
        row.addresses = [address.model_dump() for address in body.addresses]
        row.fields = kept | open_values
        row.changed_at = at

    async def _write_parts(
        self, session: AsyncSession, row: Customer, group: Sequence[str], body: CustomerBody
    ) -> None:
        wanted = self.wanted(body)
        present: set[Identity] = set()
        changed: set[str] = {row.id}
        for held in await identities_of(session, group):
            key = _key(held)
            if key not in wanted:
                await session.delete(held)
                changed.add(held.customer_id)
                continue
            present.add(key)
            held.position, held.shown, held.label = wanted[key][0], wanted[key][1].value, wanted[key][1].label
        for key, (place, each) in wanted.items():
            if key not in present:
                session.add(identity_row(row.id, key, place, each))
        await _write_tags(session, row.id, group, body.tags)
        await session.flush()
        for customer_id in changed:
            await write_terms(session, customer_id)

    async def _seal(
        self, session: AsyncSession, root: str, group: Sequence[str], values: dict[str, FieldValue], known: Fields
    ) -> None:
        """A sensitive value that is not mentioned stays as it is."""
        for name, value in values.items():
            if not known[name].sensitive:
                continue
            gone = CustomerSecret.customer_id.in_(group), CustomerSecret.field_id == name
            await session.execute(delete(CustomerSecret).where(*gone))
            if value not in (None, ""):
                context = row_context(CustomerSecret.value, root, name)
                sealed = self.vault.seal(orjson.dumps(value), context)
                await session.execute(insert(CustomerSecret).values(customer_id=root, field_id=name, value=sealed))

    async def opened(self, session: AsyncSession, group: Sequence[str]) -> dict[str, FieldValue]:
        """Sensitive values by field; the survivor's, else those of whom it took in."""
        found: dict[str, FieldValue] = {}
        query = select(CustomerSecret).where(CustomerSecret.customer_id.in_(group))
        for row in sorted(await session.scalars(query), key=lambda row: group.index(row.customer_id), reverse=True):
            context = row_context(CustomerSecret.value, row.customer_id, row.field_id)
            found[row.field_id] = orjson.loads(await self.vault.open(row.value, context))
        return found


async def root_of(session: AsyncSession, customer_id: str, *, lock: bool = False) -> Customer:
    """The customer this one is by now part of. Raises Problem 404."""
    root = select(Customer.root_id).where(Customer.id == customer_id).scalar_subquery()
    query = select(Customer).where(Customer.id == root)
    row: Customer | None = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise not_found("customer")
    return row


async def group_of(session: AsyncSession, root_id: str) -> list[str]:
    """Ids of all that are part of this customer, itself first."""
    query = select(Customer.id).where(Customer.root_id == root_id)
    own_first = case((Customer.id == root_id, 0), else_=1)
    return list(await session.scalars(query.order_by(own_first, Customer.created_at, Customer.id)))


async def identities_of(session: AsyncSession, group: Sequence[str]) -> list[CustomerIdentity]:
    """In the order they are shown; the same one may be there twice after a merge."""
    query = select(CustomerIdentity).where(CustomerIdentity.customer_id.in_(group))
    rows = await session.scalars(query)
    return sorted(rows, key=lambda row: (group.index(row.customer_id), row.position, row.id))


async def tags_of(session: AsyncSession, group: Sequence[str]) -> list[str]:
    query = select(CustomerTag.tag).where(CustomerTag.customer_id.in_(group)).distinct()
    return sorted(await session.scalars(query))


async def secrets_of(session: AsyncSession, group: Sequence[str]) -> list[str]:
    query = select(CustomerSecret.field_id).where(CustomerSecret.customer_id.in_(group)).distinct()
    return sorted(await session.scalars(query))


async def write_terms(session: AsyncSession, customer_id: str) -> None:
    """What this row, whatever it is part of, is found by."""
    row = await session.get(Customer, customer_id)
    if row is None:
        return
    wanted = terms_of((row.name, row.called), [_key(held) for held in await identities_of(session, [customer_id])])
    present = set(await session.scalars(select(CustomerTerm.term).where(CustomerTerm.customer_id == customer_id)))
    if gone := present - wanted:
        old = CustomerTerm.customer_id == customer_id, CustomerTerm.term.in_(gone)
        await session.execute(delete(CustomerTerm).where(*old))
    if new := wanted - present:
        rows = [{"term": term, "customer_id": customer_id} for term in sorted(new)]
        await session.execute(insert(CustomerTerm), rows)


async def _write_tags(session: AsyncSession, root: str, group: Sequence[str], tags: Iterable[str]) -> None:
    wanted = set(tags)
    present = set(await tags_of(session, group))
    if gone := present - wanted:
        old = CustomerTag.customer_id.in_(group), CustomerTag.tag.in_(gone)
        await session.execute(delete(CustomerTag).where(*old))
    if new := wanted - present:
        await session.execute(insert(CustomerTag), [{"tag": tag, "customer_id": root} for tag in sorted(new)])


async def _check_organisation(session: AsyncSession, body: CustomerBody, own: Sequence[str]) -> None:
    found = await session.get(Customer, body.organisation_id)
    if found is None or found.kind != "organisation":
        raise bad("organisation_id", "is no organisation.")
    if body.kind == "organisation" or found.id in own or found.root_id in own:
        raise bad("organisation_id", "only a person belongs to an organisation.")


def _key(row: CustomerIdentity) -> Identity:
    return Identity(row.kind, row.channel, row.value)  # type: ignore[arg-type]  # the column holds such kinds only


def identity_row(customer_id: str, key: Identity, place: int, body: IdentityBody) -> CustomerIdentity:
    return CustomerIdentity(
        id=uuid.uuid4().hex,
        customer_id=customer_id,
        kind=key.kind,
        channel=key.channel,
        value=key.value,
        shown=body.value,
        label=body.label,
        position=place,
    )

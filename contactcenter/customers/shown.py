"""Customers as they are shown: lines of the list, and one with everything known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contactcenter.api.fields import Named
from contactcenter.customers.fields import definitions
from contactcenter.customers.models import (
    Customer,
    CustomerConsent,
    CustomerIdentity,
    CustomerMerge,
    CustomerNote,
    CustomerSecret,
    CustomerTag,
)
from contactcenter.customers.settings import (
    Address,
    ConsentOut,
    CustomerOut,
    CustomerRow,
    IdentityOut,
    MergeOut,
    NoteOut,
)
from contactcenter.customers.store import Fields, group_of, identities_of, secrets_of, tags_of

MOST_PEOPLE = 200
MOST_NOTES = 500


async def rows_of(session: AsyncSession, customers: Sequence[Customer]) -> list[CustomerRow]:
    """In the order given; each must be a root."""
    ids = [customer.id for customer in customers]
    reached: dict[str, dict[str, str]] = defaultdict(dict)
    identities = (
        select(Customer.root_id, CustomerIdentity.kind, CustomerIdentity.value)
        .join(CustomerIdentity, CustomerIdentity.customer_id == Customer.id)
        .where(Customer.root_id.in_(ids), CustomerIdentity.kind.in_(("phone", "email")))
        .order_by(Customer.root_id == Customer.id, CustomerIdentity.position.desc())
    )
    for root, kind, value in await session.execute(identities):
        reached[root][kind] = value
    tags: dict[str, set[str]] = defaultdict(set)
    tagged = select(Customer.root_id, CustomerTag.tag).join(CustomerTag, CustomerTag.customer_id == Customer.id)
    for root, tag in await session.execute(tagged.where(Customer.root_id.in_(ids))):
        tags[root].add(tag)
    organisations = await organisations_of(session, [each.organisation_id for each in customers])
    return [
        CustomerRow(
            **_plain(customer, "id", "kind", "name", "vip", "priority", "language", "changed_at"),
            organisation=organisations.get(customer.organisation_id or ""),
            phone=reached[customer.id].get("phone"),
            email=reached[customer.id].get("email"),
            tags=sorted(tags[customer.id]),
        )
        for customer in customers
    ]


async def organisations_of(session: AsyncSession, ids: Sequence[str | None]) -> dict[str, Named]:
    """By the id given, what each organisation is part of by now."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    root = aliased(Customer)
    query = select(Customer.id, root.id, root.name).join(root, root.id == Customer.root_id)
    found = await session.execute(query.where(Customer.id.in_(wanted)))
    return {row[0]: Named(id=row[1], name=row[2]) for row in found}


async def whole(
    session: AsyncSession, row: Customer, *, known: Fields | None = None, alone: bool = False
) -> CustomerOut:
    """Everything known of the customer whose root is `row`, sensitive values aside. `known`: the fields, when they have
    been read; `alone`: without what hangs on it (notes, consents, merges, people)."""
    group = await group_of(session, row.id)
    if known is None:
        known = await definitions(session)
    hanging: dict[str, Any] = {}
    if not alone:
        hanging = {
            "notes": await _notes(session, group),
            "consents": await _consents(session, group),
            "merges": await _merges(session, group),
            "people": await _people(session, group) if row.kind == "organisation" else [],
        }
    return as_shown(
        row,
        known,
        await organisations_of(session, [row.organisation_id]),
        await identities_of(session, group),
        tags=await tags_of(session, group),
        secrets=await secrets_of(session, group),
        **hanging,
    )


@dataclass(frozen=True, slots=True)
class Present:
    """One as he stands in the tables, and as he is shown alone. Rows are on their own: a change of them is nobody's
    until it is written. `merged`: others are part of him."""

    row: Customer
    shown: CustomerOut
    identities: list[CustomerIdentity]
    tags: list[str]
    secrets: list[str]
    merged: bool


async def several(session: AsyncSession, roots: Sequence[str], known: Fields) -> dict[str, Present]:
    """By id, in a few questions however many there are; nobody else changes them until the transaction ends."""
    locked = select(Customer).where(Customer.id.in_(roots)).order_by(Customer.id).with_for_update()
    rows = list(await session.scalars(locked))
    order = [Customer.root_id, case((Customer.id == Customer.root_id, 0), else_=1), Customer.created_at, Customer.id]
    members = select(Customer.id, Customer.root_id).where(Customer.root_id.in_(roots)).order_by(*order)
    group: dict[str, list[str]] = defaultdict(list)
    for member, root in await session.execute(members):
        group[root].append(member)
    everybody = [member for each in group.values() for member in each]
    identities, tags, secrets = (defaultdict[str, Any](list) for _ in range(3))
    held = select(CustomerIdentity).where(CustomerIdentity.customer_id.in_(everybody))
    for each in await session.scalars(held.order_by(CustomerIdentity.position, CustomerIdentity.id)):
        identities[each.customer_id].append(each)
    for of, table, value in ((tags, CustomerTag, CustomerTag.tag), (secrets, CustomerSecret, CustomerSecret.field_id)):
        for owner, found in await session.execute(
            select(table.customer_id, value).where(table.customer_id.in_(everybody))
        ):
            of[owner].append(found)
    organisations = await organisations_of(session, [row.organisation_id for row in rows])
    session.expunge_all()

    def together(of: dict[str, Any], root: str) -> list[Any]:
        return [each for member in group[root] for each in of[member]]

    present = {}
    for row in rows:
        own = together(identities, row.id)
        labels, sealed = sorted(set(together(tags, row.id))), sorted(set(together(secrets, row.id)))
        shown = as_shown(row, known, organisations, own, tags=labels, secrets=sealed)
        present[row.id] = Present(row, shown, own, labels, sealed, len(group[row.id]) > 1)
    return present


def as_shown(
    row: Customer,
    known: Fields,
    organisations: Mapping[str, Named],
    identities: Sequence[CustomerIdentity],
    *,
    tags: list[str],
    secrets: list[str],
    **hanging: Any,
) -> CustomerOut:
    names = ("id", "kind", "name", "called", "language", "timezone", "vip", "priority", "created_at", "changed_at")
    return CustomerOut(
        **_plain(row, *names),
        organisation=organisations.get(row.organisation_id or ""),
        identities=_identities(identities),
        addresses=[Address.model_validate(address) for address in row.addresses],
        tags=tags,
        fields={name: value for name, value in row.fields.items() if name in known},
        sensitive=[name for name in secrets if name in known],
        **({"notes": [], "consents": [], "merges": [], "people": []} | hanging),
    )


def _plain(row: Customer, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _identities(rows: Sequence[CustomerIdentity]) -> list[IdentityOut]:
    shown: dict[tuple[str, str, str], IdentityOut] = {}
    for row in rows:
        names = ("id", "kind", "value", "shown", "channel", "label")
        out = IdentityOut.model_validate({name: getattr(row, name) for name in names})
        shown.setdefault((row.kind, row.channel, row.value), out)
    return list(shown.values())


async def _notes(session: AsyncSession, group: Sequence[str]) -> list[NoteOut]:
    query = select(CustomerNote).where(CustomerNote.customer_id.in_(group))
    rows = await session.scalars(query.order_by(CustomerNote.at.desc(), CustomerNote.id).limit(MOST_NOTES))
    return [
        NoteOut(
            id=row.id,
            text=row.text,
            at=row.at,
            author=Named(id=row.author_id, name=row.author_name) if row.author_id else None,
        )
        for row in rows
    ]


async def _consents(session: AsyncSession, group: Sequence[str]) -> list[ConsentOut]:
    query = select(CustomerConsent).where(CustomerConsent.customer_id.in_(group))
    rows = await session.scalars(query.order_by(CustomerConsent.at.desc(), CustomerConsent.id).limit(MOST_NOTES))
    names = ("id", "kind", "given", "at", "channel", "text_version", "recorded_by")
    return [ConsentOut(**{name: getattr(row, name) for name in names}) for row in rows]


async def _merges(session: AsyncSession, group: Sequence[str]) -> list[MergeOut]:
    query = (
        select(CustomerMerge, Customer.name)
        .join(Customer, Customer.id == CustomerMerge.merged_id)
        .where(CustomerMerge.survivor_id.in_(group), CustomerMerge.undone_at.is_(None))
        .order_by(CustomerMerge.sequence.desc())
    )
    return [
        MergeOut(
            id=merge.id,
            survivor_id=merge.survivor_id,
            merged=Named(id=merge.merged_id, name=name),
            at=merge.at,
            by=merge.by_name,
        )
        for merge, name in await session.execute(query)
    ]


async def _people(session: AsyncSession, group: Sequence[str]) -> list[Named]:
    query = select(Customer.id, Customer.name).where(
        Customer.organisation_id.in_(group), Customer.id == Customer.root_id
    )
    rows = await session.execute(query.order_by(Customer.sort_name, Customer.id).limit(MOST_PEOPLE))
    return [Named(id=row[0], name=row[1]) for row in rows]

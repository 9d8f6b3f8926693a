"""Whom a request is about: as it was typed, and in every spelling in which it may stand somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import orjson
import phonenumbers
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.customers.identities import Identity, IdentityError, IdentityKind, normalised
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.identity.models import User
from contactcenter.interactions.privacy import ERASED, plain_address
from contactcenter.plugin import Person

NOBODY = frozenset({"anonymous", "unknown", "unavailable", "restricted", ERASED})
"""Addresses that many people have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """`names` are shown to whoever decides about the request, of the customers and users that were found."""

    identities: tuple[Identity, ...] = ()
    customers: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def encoded(self) -> bytes:
        return orjson.dumps(asdict(self))

    @classmethod
    def decoded(cls, raw: bytes) -> Subject:
        data: dict[str, Any] = orjson.loads(raw)
        given = {name: tuple(values) for name, values in data.items() if name != "identities"}
        return cls(identities=tuple(Identity(**each) for each in data["identities"]), **given)

    def person(self, country: str, until: datetime | None = None) -> Person:
        return Person(
            addresses=frozenset(spelling for each in self.identities for spelling in spellings(each, country)),
            customers=frozenset(self.customers),
            users=frozenset(self.users),
            until=until,
        )

    def marks(self) -> Iterator[str]:
        """What is remembered of it, each in one form, to be made unreadable."""
        yield from (mark_of(each) for each in self.identities)
        yield from (f"customer:{each}" for each in self.customers)
        yield from (f"user:{each}" for each in self.users)

    def overlaps(self, other: Subject) -> bool:
        return bool(set(self.marks()) & set(other.marks()))


def mark_of(identity: Identity) -> str:
    return f"{identity.kind}:{identity.channel}:{identity.value}"


def identity_of(kind: IdentityKind, text: str, channel: str, country: str) -> Identity:
    """Raises IdentityError, also for what does not tell one person from another."""
    identity = normalised(kind, text, channel, country)
    if plain_address(identity.value) in NOBODY:
        raise IdentityError("is what many callers are shown as")
    return identity


def spellings(identity: Identity, country: str) -> set[str]:
    """As plain_address gives them: a number with +, with 00, with neither, and as it is dialled in its country."""
    found = {plain_address(identity.value)}
    if identity.kind == "phone":
        digits = identity.value.lstrip("+")
        found |= {digits, f"00{digits}"}
        number = phonenumbers.parse(identity.value)
        if country and number.country_code == phonenumbers.country_code_for_region(country):
            national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
            found.add("".join(sign for sign in national if sign.isdigit()))
    return found - NOBODY


async def completed(session: AsyncSession, subject: Subject) -> Subject:
    """With the customers who have one of the identities, all that is merged with them, and every identity of these; and
    with the users who have one of the emails."""
    customers = await _customers(session, subject)
    rows = await session.scalars(select(CustomerIdentity).where(CustomerIdentity.customer_id.in_(customers)))
    known = {Identity(row.kind, row.channel, row.value): None for row in rows}  # type: ignore[arg-type]  # as stored
    identities = dict.fromkeys(each for each in (*subject.identities, *known) if each.value.lower() not in NOBODY)
    users = await _users(session, subject)
    for user in users:
        if user.removed_at is None:
            identities[Identity("email", "", user.email.lower())] = None
    names = await session.scalars(
        select(Customer.name).where(Customer.id.in_(customers), Customer.id == Customer.root_id).order_by(Customer.name)
    )
    return replace(
        subject,
        identities=tuple(identities),
        customers=tuple(customers),
        users=tuple(user.id for user in users),
        names=(*names, *(user.name for user in users)),
    )


async def _customers(session: AsyncSession, subject: Subject) -> list[str]:
    fits = or_(Customer.id.in_(subject.customers), *_fitting(subject.identities))
    roots = select(Customer.root_id).outerjoin(CustomerIdentity, CustomerIdentity.customer_id == Customer.id)
    found = await session.scalars(select(Customer.id).where(Customer.root_id.in_(roots.where(fits))))
    return sorted(set(found))


def _fitting(identities: Iterable[Identity]) -> list[Any]:
    return [
        (CustomerIdentity.kind == each.kind)
        & (CustomerIdentity.channel == each.channel)
        & (CustomerIdentity.value == each.value)
        for each in identities
    ]


async def _users(session: AsyncSession, subject: Subject) -> list[User]:
    emails = [each.value for each in subject.identities if each.kind == "email"]
    return list(await session.scalars(select(User).where(or_(User.id.in_(subject.users), User.email.in_(emails)))))

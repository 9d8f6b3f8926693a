"""Who is calling: the customers an address belongs to, for flows, offers and the agent's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contactcenter.api.problems import Problem
from contactcenter.customers.fields import definitions
from contactcenter.customers.identities import caller_identities
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.customers.shown import organisations_of
from contactcenter.customers.store import group_of, root_of, tags_of
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable

log = structlog.get_logger(__name__)

MOST = 10
"""Of more customers with one number, a company's say, only these are offered to choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A customer in short. `ids`: of all that were merged into it too."""

    id: str
    ids: tuple[str, ...]
    kind: str
    name: str
    called: str
    organisation: str
    language: str
    timezone: str
    vip: bool
    priority: int
    tags: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    def row(self) -> dict[str, Any]:
        """As the agent's page shows it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "name": self.name,
            "called": self.called,
            "organisation": self.organisation or None,
            "language": self.language,
            "timezone": self.timezone,
            "vip": self.vip,
            "tags": list(self.tags),
        }


class KnownCallers(Protocol):
    async def of_address(self, address: str) -> tuple[Known, ...]: ...

    async def of_id(self, customer_id: str) -> Known | None: ...


class NoCallers:
    """Nobody is known."""

    async def of_address(self, address: str) -> tuple[Known, ...]:
        return ()

    async def of_id(self, customer_id: str) -> Known | None:
        return None


class Callers:
    """Looks into the database; while that is away, nobody is known."""

    def __init__(self, database: Database, country: str) -> None:
        self._database = database
        self._country = country

    async def of_address(self, address: str) -> tuple[Known, ...]:
        """Important ones first, then by name."""
        wanted = caller_identities(address, self._country)
        if not wanted:
            return ()
        fits = or_(
            *(
                (CustomerIdentity.kind == each.kind)
                & (CustomerIdentity.value == each.value)
                & (CustomerIdentity.channel == each.channel)
                for each in wanted
            )
        )
        part = aliased(Customer)
        roots = select(part.root_id).join(CustomerIdentity, CustomerIdentity.customer_id == part.id).where(fits)
        query = select(Customer).where(Customer.id.in_(roots))
        try:
            async with self._database.session() as session:
                ordered = query.order_by(Customer.vip.desc(), Customer.sort_name, Customer.id).limit(MOST)
                return tuple([await _known(session, row) for row in await session.scalars(ordered)])
        except StorageUnavailable as error:
            log.warning("customers.unavailable", reason=str(error))
            return ()

    async def of_id(self, customer_id: str) -> Known | None:
        """Raises StorageUnavailable."""
        async with self._database.session() as session:
            try:
                return await _known(session, await root_of(session, customer_id))
            except Problem:
                return None


async def _known(session: AsyncSession, row: Customer) -> Known:
    group = await group_of(session, row.id)
    organisations = await organisations_of(session, [row.organisation_id])
    organisation = organisations.get(row.organisation_id or "")
    defined = await definitions(session) if row.fields else {}
    return Known(
        id=row.id,
        ids=tuple(group),
        kind=row.kind,
        name=row.name,
        called=row.called,
        organisation=organisation.name if organisation else "",
        language=row.language,
        timezone=row.timezone,
        vip=row.vip,
        priority=row.priority,
        tags=tuple(await tags_of(session, group)),
        fields=tuple((name, _told(value)) for name, value in sorted(row.fields.items()) if name in defined),
    )


def flow_data(known: tuple[Known, ...]) -> dict[str, str]:
    """What a flow may ask as `customer.…`. Of several with one number it learns only how many there are."""
    data = {"customer.count": str(len(known))}
    if len(known) != 1:
        return data
    one = known[0]
    data |= {
        "customer.id": one.id,
        "customer.kind": one.kind,
        "customer.name": one.name,
        "customer.called": one.called or one.name,
        "customer.organisation": one.organisation,
        "customer.language": one.language,
        "customer.timezone": one.timezone,
        "customer.vip": "yes" if one.vip else "",
        "customer.priority": str(one.priority),
    }
    data |= {f"customer.tag.{_name(tag)}": "yes" for tag in one.tags}
    return data | {f"customer.field.{name}": value for name, value in one.fields}


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _name(tag: str) -> str:
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in tag.lower())

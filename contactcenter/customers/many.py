"""Many customers at once, as an import brings them: looked at one by one, written together.

What one alone takes a score of statements for takes a few for hundreds.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.fields import Named
from contactcenter.audit import recorder
from contactcenter.audit.acts import Act
from contactcenter.customers import acts
from contactcenter.customers.identities import Identity
from contactcenter.customers.models import Customer, CustomerIdentity, CustomerSecret, CustomerTag, CustomerTerm
from contactcenter.customers.service import Customers, document
from contactcenter.customers.settings import CustomerBody
from contactcenter.customers.shown import Present, as_shown, organisations_of
from contactcenter.customers.store import Fields, identity_row
from contactcenter.customers.words import terms_of
from contactcenter.storage.base import table_of
from contactcenter.vault.columns import row_context

_COLUMNS = {table: tuple(column.key for column in table.__table__.columns) for table in (Customer, CustomerIdentity)}
_TABLES = (Customer, CustomerIdentity, CustomerTag, CustomerTerm, CustomerSecret)
_TERM_GONE = delete(table_of(CustomerTerm)).where(
    CustomerTerm.customer_id == bindparam("whose"), CustomerTerm.term == bindparam("old")
)
_AT_ONCE = 500
"""Rows a statement: preparing more would keep everything else waiting."""


@dataclass(slots=True)
class Many:
    """Within a transaction of the caller; what is `add`ed or `change`d is there after `write`. `organisations`: that
    one of those that wait is such."""

    customers: Customers
    session: AsyncSession
    known: Fields
    organisations: bool = False
    _named: dict[str | None, dict[str, Named]] = field(default_factory=dict)
    _rows: dict[Any, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in _TABLES})
    _changed: dict[Any, list[dict[str, Any]]] = field(
        default_factory=lambda: {table: [] for table in (Customer, CustomerIdentity)}
    )
    _found_by: dict[str, set[str]] = field(default_factory=dict)
    _entries: list[dict[str, Any]] = field(default_factory=list)

    async def add(self, body: CustomerBody) -> str:
        """The id it will have. Raises Problem 422 for what cannot be, and then it is not added."""
        store = self.customers.store
        made = uuid.uuid4().hex
        row = Customer(id=made, root_id=made, created_at=self.customers.moment(), fields={})
        held = {key: identity_row(made, key, *wanted) for key, wanted in store.wanted(body).items()}
        await store.fill(self.session, row, body, self.known, row.created_at)
        secret = self._sealed(made, body)
        tags = sorted(set(body.tags))
        named = await self._organisation(row.organisation_id)
        shown = as_shown(row, self.known, named, list(held.values()), tags=tags, secrets=secret)
        rows = self._rows
        rows[Customer].append(_values(row, Customer))
        rows[CustomerIdentity] += [_values(each, CustomerIdentity) for each in held.values()]
        rows[CustomerTag] += [{"tag": tag, "customer_id": made} for tag in tags]
        terms = terms_of((row.name, row.called), held)
        rows[CustomerTerm] += [{"term": term, "customer_id": made} for term in sorted(terms)]
        self._tell(acts.customer_act(acts.CUSTOMER_MADE, made, None, document(shown, body)))
        self.organisations |= body.kind == "organisation"
        return made

    async def change(self, present: Present, body: CustomerBody) -> None:
        """Of a customer nothing was merged into; what `body` lacks of his numbers, addresses and tags stays. Raises
        Problem 422 for what cannot be, and then nothing changes."""
        store, row = self.customers.store, present.row
        wanted = store.wanted(body)
        held = {Identity(each.kind, each.channel, each.value): each for each in present.identities}  # type: ignore[arg-type]  # the column holds such kinds only
        before = terms_of((row.name, row.called), held)
        await store.fill(self.session, row, body, self.known, self.customers.moment(), [row.id], present.secrets)
        for key, (place, each) in wanted.items():
            if (there := held.get(key)) is None:
                held[key] = identity_row(row.id, key, place, each)
                self._rows[CustomerIdentity].append(_values(held[key], CustomerIdentity))
            elif (there.position, there.shown, there.label) != (place, each.value, each.label):
                there.position, there.shown, there.label = place, each.value, each.label
                self._changed[CustomerIdentity].append(_values(there, CustomerIdentity))
        self._changed[Customer].append(_values(row, Customer))
        tags = {*present.tags, *body.tags}
        self._rows[CustomerTag] += [{"tag": tag, "customer_id": row.id} for tag in sorted(tags - set(present.tags))]
        if (terms := terms_of((row.name, row.called), held)) != before:
            self._found_by[row.id] = terms
        secrets = sorted({*present.secrets, *self._sealed(row.id, body)})
        named = await self._organisation(row.organisation_id)
        identities = sorted(held.values(), key=lambda each: (each.position, each.id))
        after = as_shown(row, self.known, named, identities, tags=sorted(tags), secrets=secrets)
        told = document(present.shown), document(after, body)
        self._tell(acts.customer_act(acts.CUSTOMER_CHANGED, row.id, *told))
        self.organisations |= "organisation" in (body.kind, present.shown.kind)

    async def write(self) -> None:
        await self._forget()
        for table, rows in self._changed.items():
            for some in _parts(rows):
                await self.session.execute(update(table), some)
            rows.clear()
        for table in _TABLES:
            for some in _parts(self._rows[table]):
                await self.session.execute(insert(table_of(table)), some)
            self._rows[table] = []
        if self._entries:
            await recorder.write(self.session, self._entries)
        self._entries, self.organisations = [], False

    async def _forget(self) -> None:
        """Of those changed what they are no longer found by, and secrets that others take the place of."""
        gone: list[dict[str, str]] = []
        for some in _parts(list(self._found_by)):
            present: dict[str, set[str]] = {key: set() for key in some}
            query = select(CustomerTerm.customer_id, CustomerTerm.term).where(CustomerTerm.customer_id.in_(some))
            for customer_id, term in await self.session.execute(query):
                present[customer_id].add(term)
            for key, terms in present.items():
                gone += [{"whose": key, "old": term} for term in sorted(terms - self._found_by[key])]
                new = sorted(self._found_by[key] - terms)
                self._rows[CustomerTerm] += [{"term": term, "customer_id": key} for term in new]
        for some in _parts(gone):
            await (await self.session.connection()).execute(_TERM_GONE, some)
        self._found_by.clear()
        for name in {row["field_id"] for row in self._rows[CustomerSecret]}:
            whose = [row["customer_id"] for row in self._rows[CustomerSecret] if row["field_id"] == name]
            old = CustomerSecret.field_id == name, CustomerSecret.customer_id.in_(whose)
            await self.session.execute(delete(CustomerSecret).where(*old))

    def _sealed(self, customer_id: str, body: CustomerBody) -> list[str]:
        """The names of sensitive values, which are to be written sealed."""
        found = []
        for name, value in body.fields.items():
            if self.known[name].sensitive and value not in (None, ""):
                context = row_context(CustomerSecret.value, customer_id, name)
                sealed = self.customers.store.vault.seal(orjson.dumps(value), context)
                self._rows[CustomerSecret].append({"customer_id": customer_id, "field_id": name, "value": sealed})
                found.append(name)
        return sorted(found)

    async def _organisation(self, organisation_id: str | None) -> Mapping[str, Named]:
        if organisation_id not in self._named:
            self._named[organisation_id] = await organisations_of(self.session, [organisation_id])
        return self._named[organisation_id]

    def _tell(self, act: Act) -> None:
        if (entry := recorder.entry_of(act, actor.current(), time.time())) is not None:
            self._entries.append(entry)


def _parts(rows: Sequence[Any]) -> list[Any]:
    return [rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)]


def _values(row: Customer | CustomerIdentity, table: type[Customer | CustomerIdentity]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS[table]}

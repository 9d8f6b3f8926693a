"""Many new customers at once, as an import brings them: looked at one by one, written together.

What one alone takes a score of statements for takes a few for hundreds.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.audit import recorder
from contactcenter.customers import acts
from contactcenter.customers.identities import Identity
from contactcenter.customers.models import Customer, CustomerIdentity, CustomerSecret, CustomerTag, CustomerTerm
from contactcenter.customers.service import Customers, document
from contactcenter.customers.settings import CustomerBody
from contactcenter.customers.shown import as_shown, organisations_of
from contactcenter.customers.store import Fields, identity_row
from contactcenter.customers.words import terms_of
from contactcenter.vault.columns import row_context

_COLUMNS = {table: tuple(column.key for column in table.__table__.columns) for table in (Customer, CustomerIdentity)}
_TABLES = (Customer, CustomerIdentity, CustomerTag, CustomerTerm, CustomerSecret)


@dataclass(slots=True)
class Additions:
    """Within a transaction of the caller; what is `add`ed is there after `write`. `keys` are the identities of those
    that wait, `organisations`: that one of them is such."""

    customers: Customers
    session: AsyncSession
    known: Fields
    keys: set[Identity] = field(default_factory=set)
    organisations: bool = False
    _rows: dict[Any, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in _TABLES})
    _entries: list[dict[str, Any]] = field(default_factory=list)

    async def add(self, body: CustomerBody) -> None:
        """Raises Problem 422 for what cannot be, and then it is not added."""
        store = self.customers.store
        made = uuid.uuid4().hex
        row = Customer(id=made, root_id=made, created_at=self.customers.moment(), fields={})
        held: dict[Identity, CustomerIdentity] = {}
        for place, each in enumerate(body.identities):
            key = store.identity(each, f"identities.{place}")
            held.setdefault(key, identity_row(made, key, place, each))
        await store.fill(self.session, row, body, self.known, row.created_at)
        secret = {
            name: value for name, value in body.fields.items() if self.known[name].sensitive and value not in (None, "")
        }
        tags = sorted(set(body.tags))
        organisations = await organisations_of(self.session, [row.organisation_id])
        shown = as_shown(row, self.known, organisations, list(held.values()), tags=tags, secrets=sorted(secret))
        rows = self._rows
        rows[Customer].append(_values(row, Customer))
        rows[CustomerIdentity] += [_values(each, CustomerIdentity) for each in held.values()]
        rows[CustomerTag] += [{"tag": tag, "customer_id": made} for tag in tags]
        terms = terms_of((row.name, row.called), held)
        rows[CustomerTerm] += [{"term": term, "customer_id": made} for term in sorted(terms)]
        for name, value in secret.items():
            sealed = store.vault.seal(orjson.dumps(value), row_context(CustomerSecret.value, made, name))
            rows[CustomerSecret].append({"customer_id": made, "field_id": name, "value": sealed})
        act = acts.customer_act(acts.CUSTOMER_MADE, made, None, document(shown, body))
        entry = recorder.entry_of(act, actor.current(), time.time())
        if entry is not None:
            self._entries.append(entry)
        self.keys |= held.keys()
        self.organisations |= body.kind == "organisation"

    async def write(self) -> None:
        for table in _TABLES:
            if rows := self._rows[table]:
                await self.session.execute(insert(table), rows)
                self._rows[table] = []
        if self._entries:
            await recorder.write(self.session, self._entries)
        self._entries, self.organisations = [], False
        self.keys.clear()


def _values(row: Customer | CustomerIdentity, table: type[Customer | CustomerIdentity]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS[table]}

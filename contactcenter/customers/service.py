"""Customers as people and programs change them: each act in one transaction with its entry in the audit trail."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.problems import not_found
from contactcenter.audit.recorder import record
from contactcenter.customers import acts, search
from contactcenter.customers.callers import Callers
from contactcenter.customers.fields import definitions
from contactcenter.customers.identities import Identity, IdentityKind, normalised
from contactcenter.customers.models import (
    Customer,
    CustomerConsent,
    CustomerNote,
    CustomerTag,
)
from contactcenter.customers.settings import (
    ConsentBody,
    CustomerBody,
    CustomerFilter,
    CustomerOut,
    CustomerPage,
    FieldValue,
    NoteBody,
    TagList,
    plain,
)
from contactcenter.customers.shown import whole
from contactcenter.customers.store import Fields, Store, group_of, root_of
from contactcenter.storage.database import Database
from contactcenter.vault.service import Vault


class Customers:
    """`country` (ISO 3166): its numbers may be written without +. `now` gives unix seconds."""

    def __init__(
        self, database: Database, vault: Vault, *, country: str = "", now: Callable[[], float] = time.time
    ) -> None:
        self.database = database
        self.country = country
        self.callers = Callers(database, country)
        self.store = Store(vault=vault, normalise=self.normalise)
        self._now = now

    def normalise(self, kind: IdentityKind, text: str, channel: str) -> Identity:
        return normalised(kind, text, channel, self.country)

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    async def page(self, asked: CustomerFilter) -> CustomerPage:
        async with self.database.session() as session:
            return await search.page(session, asked)

    async def get(self, customer_id: str) -> CustomerOut:
        """One that was merged is shown as what it is now part of. Raises Problem 404."""
        async with self.database.session() as session:
            return await whole(session, await root_of(session, customer_id))

    async def make(self, body: CustomerBody) -> CustomerOut:
        """Raises Problem 422."""
        async with self.database.transaction() as session:
            return await self.add(session, body, await definitions(session))

    async def add(self, session: AsyncSession, body: CustomerBody, known: Fields) -> CustomerOut:
        row = await self.store.add(session, body, known, self.moment())
        made = await whole(session, row)
        await record(session, acts.customer_act(acts.CUSTOMER_MADE, row.id, None, document(made, body)))
        return made

    async def change(self, customer_id: str, body: CustomerBody) -> CustomerOut:
        """Raises Problem 404 or 422."""
        async with self.database.transaction() as session:
            return await self.put(session, customer_id, body, await definitions(session))

    async def put(
        self,
        session: AsyncSession,
        customer_id: str,
        body: CustomerBody,
        known: Fields,
        *,
        alone: bool = False,
        before: CustomerOut | None = None,
    ) -> CustomerOut:
        """`alone`: the answer is without what hangs on it. `before`: as it is known to be."""
        row = await root_of(session, customer_id, lock=True)
        before = before or await whole(session, row, known=known, alone=True)
        await self.store.put(session, row, body, known, self.moment())
        await session.flush()
        after = await whole(session, row, known=known, alone=alone)
        act = acts.customer_act(acts.CUSTOMER_CHANGED, row.id, document(before), document(after, body))
        await record(session, act)
        return after

    async def remove(self, customer_id: str) -> None:
        """With all that was merged into it. Interactions stay, without a customer that can be looked up."""
        async with self.database.transaction() as session:
            row = await root_of(session, customer_id, lock=True)
            before = document(await whole(session, row))
            await session.execute(delete(Customer).where(Customer.root_id == row.id))
            await record(session, acts.customer_act(acts.CUSTOMER_REMOVED, row.id, before, None))

    async def reveal(self, customer_id: str) -> dict[str, FieldValue]:
        """Sensitive values; that they were read is recorded first."""
        async with self.database.transaction() as session:
            row = await root_of(session, customer_id)
            known = await definitions(session)
            opened = await self.store.opened(session, await group_of(session, row.id))
            shown = {name: value for name, value in opened.items() if name in known}
            act = acts.customer_act(acts.CUSTOMER_REVEALED, row.id, None, {"read": sorted(shown)})
            await record(session, act)
            return shown

    async def note(self, customer_id: str, body: NoteBody) -> CustomerOut:
        who = actor.current()
        async with self.database.transaction() as session:
            row = await root_of(session, customer_id)
            note = CustomerNote(
                id=uuid.uuid4().hex,
                customer_id=row.id,
                text=body.text,
                at=self.moment(),
                author_id=who.id,
                author_name=who.name[:200],
            )
            session.add(note)
            await record(session, acts.customer_act(acts.CUSTOMER_NOTED, row.id, None, {"text": body.text}))
            await session.flush()
            return await whole(session, row)

    async def remove_note(self, customer_id: str, note_id: str) -> None:
        async with self.database.transaction() as session:
            row = await root_of(session, customer_id)
            note = await session.get(CustomerNote, note_id)
            if note is None or note.customer_id not in await group_of(session, row.id):
                raise not_found("note")
            await session.delete(note)
            await record(session, acts.customer_act(acts.CUSTOMER_NOTED, row.id, {"text": note.text}, None))

    async def consent(self, customer_id: str, body: ConsentBody) -> CustomerOut:
        async with self.database.transaction() as session:
            row = await root_of(session, customer_id)
            at = body.at or self.moment()
            consent = CustomerConsent(
                id=uuid.uuid4().hex,
                customer_id=row.id,
                kind=body.kind,
                given=body.given,
                at=at,
                channel=body.channel,
                text_version=body.text_version,
                recorded_by=actor.current().name[:200],
                recorded_by_id=actor.current().id[:64],
            )
            session.add(consent)
            told = plain(body) | {"at": at.isoformat()}
            await record(session, acts.customer_act(acts.CUSTOMER_CONSENT, row.id, None, told))
            await session.flush()
            return await whole(session, row)

    async def tags(self) -> TagList:
        async with self.database.session() as session:
            rows = await session.scalars(select(CustomerTag.tag).distinct().order_by(CustomerTag.tag).limit(1000))
            return TagList(items=list(rows))


def document(shown: CustomerOut, body: CustomerBody | None = None) -> dict[str, Any]:
    """For the audit trail, where everything personal of it is kept only as changed."""
    names = {"kind", "name", "called", "language", "timezone", "vip", "priority", "addresses", "tags", "fields"}
    told = shown.model_dump(mode="json", include=names)
    told["organisation_id"] = shown.organisation.id if shown.organisation else None
    told["identities"] = [f"{each.kind} {each.channel} {each.value}" for each in shown.identities]
    told["sensitive"] = list(shown.sensitive)
    if body is not None and (given := set(body.fields) & set(shown.sensitive)):
        told["sensitive"].append(f"set: {', '.join(sorted(given))}")
    return told

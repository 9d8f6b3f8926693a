"""Two customers that are one: merged by pointing, so that taking it back gives both as they were.

Identities, notes, consents, tags and interactions stay with the row they are on; only columns of the survivor change,
and the merge keeps what they were. Merges may be undone in any order: when a later merge has written over a column, the
earlier value is handed on to it, as when a link is taken out of a chain.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.fields import bad
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.recorder import record
from contactcenter.customers import acts
from contactcenter.customers.fields import checked, definitions
from contactcenter.customers.models import Customer, CustomerMerge
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import CustomerOut, MergeBody, MergeValues
from contactcenter.customers.shown import whole
from contactcenter.customers.store import group_of, root_of, write_terms
from contactcenter.customers.words import folded

COLUMNS: Final = (
    "name",
    "called",
    "kind",
    "language",
    "timezone",
    "organisation_id",
    "vip",
    "priority",
    "addresses",
    "fields",
)
_FILLED: Final = ("called", "language", "timezone", "organisation_id")

Columns = Mapping[str, Any]
Changed = dict[str, list[Any]]
"""[before, after] by column."""


def combined(survivor: Columns, merged: Columns, values: Mapping[str, Any]) -> dict[str, Any]:
    """The survivor's columns after a merge: what it lacks comes from the merged one; `values` are chosen."""
    result = dict(survivor)
    for name in _FILLED:
        result[name] = survivor[name] or merged[name]
    result["vip"] = survivor["vip"] or merged["vip"]
    result["priority"] = survivor["priority"] or merged["priority"]
    result["addresses"] = [
        *survivor["addresses"],
        *(each for each in merged["addresses"] if each not in survivor["addresses"]),
    ]
    chosen = dict(values)
    result["fields"] = {**merged["fields"], **survivor["fields"], **chosen.pop("fields", {})}
    result["fields"] = {name: value for name, value in result["fields"].items() if value is not None}
    result.update(chosen)
    return result


def changes(before: Columns, after: Columns) -> Changed:
    return {name: [before[name], after[name]] for name in COLUMNS if before[name] != after[name]}


def undone(current: Columns, changed: Changed, later: Sequence[Changed]) -> tuple[dict[str, Any], list[Changed]]:
    """Columns without the merge that made `changed`, and the later merges of the same survivor, oldest first, that now
    stand on what was before it. A column that a person has changed since stays as it is."""
    columns, handed_on = dict(current), [dict(each) for each in later]
    for name, (before, after) in changed.items():
        for other in handed_on:
            if name in other:
                if other[name][0] == after:
                    other[name] = [before, other[name][1]]
                break
        else:
            if current[name] == after:
                columns[name] = before
    return columns, handed_on


class Merges:
    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    async def merge(self, survivor_id: str, body: MergeBody) -> CustomerOut:
        """Raises Problem 404, 422."""
        async with self._customers.database.transaction() as session:
            survivor = await root_of(session, survivor_id, lock=True)
            merged = await root_of(session, body.merged_id, lock=True)
            if survivor.id == merged.id:
                raise bad("merged_id", "is this customer already.")
            values = await _chosen(session, body.values, survivor, merged)
            before = _columns(survivor)
            after = combined(before, _columns(merged), values)
            if after["organisation_id"] in (survivor.id, merged.id):
                after["organisation_id"] = None
            sequence = (await session.scalar(select(func.max(CustomerMerge.sequence))) or 0) + 1
            session.add(self._row(survivor, merged, changes(before, after), sequence))
            await _set(session, survivor, after, self._customers)
            merged.merged_into = survivor.id
            await session.flush()
            await session.execute(update(Customer).where(Customer.root_id == merged.id).values(root_id=survivor.id))
            told = {"merged_id": merged.id, "columns": sorted(changes(before, after))}
            await record(session, acts.customer_act(acts.CUSTOMERS_MERGED, survivor.id, None, told))
            await session.flush()
            return await whole(session, survivor)

    def _row(self, survivor: Customer, merged: Customer, changed: Changed, sequence: int) -> CustomerMerge:
        return CustomerMerge(
            id=uuid.uuid4().hex,
            survivor_id=survivor.id,
            merged_id=merged.id,
            sequence=sequence,
            changed=changed,
            at=self._customers.moment(),
            by_name=actor.current().name[:200],
            by_id=actor.current().id[:64],
        )

    async def undo(self, customer_id: str, merge_id: str) -> CustomerOut:
        """The customer that was merged stands alone again; what is returned is the other. Raises Problem 404, 409."""
        async with self._customers.database.transaction() as session:
            root = await root_of(session, customer_id, lock=True)
            merge = await session.get(CustomerMerge, merge_id, with_for_update=True)
            if merge is None or merge.survivor_id not in await group_of(session, root.id):
                raise not_found("merge")
            if merge.undone_at is not None:
                raise Problem(409, "undone", "Undone already", "This merge has been undone already.")
            survivor = await session.get_one(Customer, merge.survivor_id)
            merged = await session.get_one(Customer, merge.merged_id)
            await self._restore(session, survivor, merge)
            merged.merged_into = None
            part = await _part_of(session, merged.id, await group_of(session, root.id))
            await session.execute(update(Customer).where(Customer.id.in_(part)).values(root_id=merged.id))
            merge.undone_at = self._customers.moment()
            told = {"merged_id": merged.id, "columns": sorted(merge.changed)}
            await record(session, acts.customer_act(acts.CUSTOMERS_UNMERGED, survivor.id, told, None))
            await session.flush()
            return await whole(session, root)

    async def _restore(self, session: AsyncSession, survivor: Customer, merge: CustomerMerge) -> None:
        query = select(CustomerMerge).where(
            CustomerMerge.survivor_id == survivor.id,
            CustomerMerge.sequence > merge.sequence,
            CustomerMerge.undone_at.is_(None),
        )
        later = list(await session.scalars(query.order_by(CustomerMerge.sequence)))
        columns, handed_on = undone(_columns(survivor), merge.changed, [each.changed for each in later])
        for each, changed in zip(later, handed_on, strict=True):
            each.changed = changed
        await _set(session, survivor, columns, self._customers)


async def _chosen(session: AsyncSession, values: MergeValues, survivor: Customer, merged: Customer) -> dict[str, Any]:
    """Only what one of both has may be chosen for the organisation; other values are as in a form."""
    chosen = values.model_dump(exclude_unset=True, exclude={"fields"})
    chosen = {name: value for name, value in chosen.items() if value is not None or name == "organisation_id"}
    organisation = chosen.get("organisation_id")
    if organisation is not None and organisation not in (survivor.organisation_id, merged.organisation_id):
        raise bad("values.organisation_id", "is not that of one of both.")
    if chosen.get("kind", survivor.kind) == "organisation":
        chosen["organisation_id"] = None
    known = await definitions(session)
    if sealed := [name for name in values.fields if name in known and known[name].sensitive]:
        raise bad(f"values.fields.{sealed[0]}", "is sensitive; change it after the merge.")
    chosen["fields"] = checked(values.fields, known)
    return chosen


def _columns(row: Customer) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


async def _set(session: AsyncSession, row: Customer, columns: Columns, customers: Customers) -> None:
    for name in COLUMNS:
        setattr(row, name, columns[name])
    row.sort_name = folded(row.name)[:200]
    row.changed_at = customers.moment()
    await session.flush()
    await write_terms(session, row.id)


async def _part_of(session: AsyncSession, merged_id: str, group: Sequence[str]) -> list[str]:
    """Ids of what was merged into this one, on any way, and itself."""
    rows = await session.execute(select(Customer.id, Customer.merged_into).where(Customer.id.in_(group)))
    into: dict[str, list[str]] = {}
    for customer_id, parent in rows:
        into.setdefault(parent or "", []).append(customer_id)
    found, waiting = [], [merged_id]
    while waiting:
        found.append(waiting.pop())
        waiting += into.get(found[-1], [])
    return found

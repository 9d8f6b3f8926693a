"""From rows to what the API shows, with the names of what they name, few queries for many tickets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Named
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.identity.models import Team, User
from contactcenter.queues.models import Queue
from contactcenter.tickets.acting import By
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.documents import (
    ApprovalOut,
    AttachmentOut,
    ClockOut,
    Counterpart,
    LinkOut,
    MessageOut,
    TicketOut,
    TicketRow,
)
from contactcenter.tickets.model import LinkKind, StateClass
from contactcenter.tickets.models import (
    Ticket,
    TicketApproval,
    TicketAttachment,
    TicketInteraction,
    TicketLink,
    TicketMessage,
    TicketTag,
    TicketWatcher,
)
from contactcenter.tickets.set_up_rows import word_of

PLAIN: Final = (
    "id",
    "number",
    "subject",
    "channel",
    "language",
    "made_at",
    "changed_at",
    "answered_at",
    "resolved_at",
    "closed_at",
    "reopened",
    "sequence",
)
OF_MESSAGE: Final = (
    "id",
    "kind",
    "author",
    "author_id",
    "author_name",
    "channel",
    "text",
    "html",
    "mentions",
    "side_id",
    "at",
)
REVERSED: Final = {LinkKind.PARENT: "child", LinkKind.DUPLICATE: "duplicated", LinkKind.RELATED: "related"}


@dataclass(slots=True)
class Around:
    """Names of people and places by id, and the tags of tickets; of one ticket also who watches it, by id, its calls
    and mails, and the number of what it is part of."""

    users: dict[str, str] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    queues: dict[str, str] = field(default_factory=dict)
    tags: dict[str, list[str]] = field(default_factory=dict)
    watchers: dict[str, str] = field(default_factory=dict)
    interactions: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)


async def around(session: AsyncSession, rows: Sequence[Ticket]) -> Around:
    return await _read(session, [*_names(rows), *_tags(rows)]) if rows else Around()


async def names_around(session: AsyncSession, rows: Sequence[Ticket]) -> Around:
    return await _read(session, _names(rows)) if rows else Around()


async def _around_one(session: AsyncSession, row: Ticket) -> Around:
    watchers = _part("watchers", User.id, User.name).join(TicketWatcher, TicketWatcher.user_id == User.id)
    interactions = _part("interactions", TicketInteraction.interaction_id, TicketInteraction.ticket_id)
    more = [
        watchers.where(TicketWatcher.ticket_id == row.id),
        interactions.where(TicketInteraction.ticket_id == row.id),
        _part("numbers", Ticket.id, Ticket.number).where(Ticket.id == row.merged_into),
    ]
    return await _read(session, [*_names([row]), *_tags([row]), *more])


def _part(of: str, key: Any, value: Any) -> Select[Any]:
    return select(literal(of).label("of"), key.label("key"), value.label("value"))


def _names(rows: Sequence[Ticket]) -> list[Select[Any]]:
    wanted = (
        ("users", User.id, User.name, [row.assignee_id for row in rows]),
        ("customers", Customer.id, Customer.name, [each for row in rows for each in _asking(row)]),
        ("teams", Team.id, Team.name, [row.team_id for row in rows]),
        ("queues", Queue.id, Queue.name, [row.queue_id for row in rows]),
    )
    return [_part(of, key, name).where(key.in_(_padded(ids))) for of, key, name, ids in wanted]


def _asking(row: Ticket) -> tuple[str | None, str | None]:
    return row.requester_id, row.organisation_id


def _tags(rows: Sequence[Ticket]) -> list[Select[Any]]:
    ids = _padded([row.id for row in rows])
    return [_part("tags", TicketTag.ticket_id, TicketTag.tag).where(TicketTag.ticket_id.in_(ids))]


def _padded(ids: Collection[str | None]) -> list[str]:
    """To one of few lengths, so that few statements are ever made, which the database then knows."""
    wanted = sorted({each for each in ids if each is not None})
    return [*wanted, *[""] * (2 ** max(0, len(wanted) - 1).bit_length() - len(wanted))]


async def _read(session: AsyncSession, parts: Sequence[Select[Any]]) -> Around:
    """At once: each part by itself would be a way to the database and back."""
    found = Around()
    for of, key, value in await session.execute(union_all(*parts)):
        if of == "tags":
            found.tags.setdefault(key, []).append(value)
        else:
            getattr(found, of)[key] = value
    for tags in found.tags.values():
        tags.sort()
    return found


def line(row: Ticket, near: Around, catalog: Catalog) -> TicketRow:
    return TicketRow(**_line(row, near, catalog))


def _line(row: Ticket, near: Around, catalog: Catalog) -> dict[str, Any]:
    running = [clock for clock in clocks_of(row) if clock.done_at is None and clock.due_at is not None]
    return {
        **{name: getattr(row, name) for name in PLAIN},
        "type": named(row.type_id, catalog.types),
        "category": named(row.category_id, catalog.categories),
        "state": named(row.state, catalog.states),
        "state_class": StateClass(row.state_class),
        "priority": word_of(row.priority),
        "requester": _one(row.requester_id, near.customers),
        "organisation": _one(row.organisation_id, near.customers),
        "queue": _one(row.queue_id, near.queues),
        "team": _one(row.team_id, near.teams),
        "assignee": _one(row.assignee_id, near.users),
        "tags": near.tags.get(row.id, []),
        "fields": row.fields or {},
        "due": min(running, key=lambda clock: clock.due_at or datetime.max.replace(tzinfo=UTC), default=None),
    }


def named(key: str | None, rows: Any) -> Named | None:
    """What is no longer there is called by its id."""
    if key is None:
        return None
    return Named(id=key, name=rows[key].name if key in rows else key)


def _one(key: str | None, names: dict[str, str]) -> Named | None:
    return None if key is None else Named(id=key, name=names.get(key, key))


def clocks_of(row: Ticket) -> list[ClockOut]:
    return [
        ClockOut(
            kind=kind,
            state=clock["state"],
            counted_s=clock["counted_s"],
            target_s=clock["target_s"],
            due_at=_moment(clock["due_at"]),
            done_at=_moment(clock["done_at"]),
            late=clock["late"],
            missed_before=clock["missed_before"],
        )
        for kind, clock in (row.sla or {}).items()
    ]


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)


async def fresh(
    session: AsyncSession, row: Ticket, tags: list[str], interactions: list[str], catalog: Catalog, by: By, near: Around
) -> TicketOut:
    """One that has just been made: nothing hangs on it yet but what it was made with."""
    near.tags[row.id] = tags
    parts = _line(row, near, catalog)
    parts["requester"] = await _counterpart(session, parts["requester"])
    nothing: dict[str, Any] = {"watchers": [], "links": [], "approvals": [], "merged_into": None, "close_at": None}
    return TicketOut(**parts, **_for_reader(row, catalog, by), **nothing, interactions=interactions)


async def whole(session: AsyncSession, row: Ticket, catalog: Catalog, by: By | None) -> TicketOut:
    """Everything but thread and history. `by`: who reads it, for what he may do; None: nothing."""
    near = await _around_one(session, row)
    parts = _line(row, near, catalog)
    parts["requester"] = await _counterpart(session, parts["requester"])
    return TicketOut(
        **parts,
        **_for_reader(row, catalog, by),
        watchers=[Named(id=key, name=name) for key, name in sorted(near.watchers.items(), key=lambda each: each[1])],
        links=await _links(session, row.id, catalog),
        approvals=await _approvals(session, row.id, catalog),
        interactions=list(near.interactions),
        merged_into=_one(row.merged_into, near.numbers),
        close_at=row.close_at,
    )


def _for_reader(row: Ticket, catalog: Catalog, by: By | None) -> dict[str, Any]:
    """Its clocks, and where this reader may bring it."""
    states: list[str] = []
    if by is not None and row.merged_into is None and row.type_id in catalog.workflows:
        states = catalog.workflows[row.type_id].reachable(row.state, by.mover(row.assignee_id))
    policies = {policy.id: policy for policy in catalog.policies}
    return {
        "clocks": clocks_of(row),
        "policy": named(row.sla_policy.partition("@")[0], policies) if row.sla_policy else None,
        "states": [Named(id=each, name=catalog.states[each].name) for each in states],
    }


async def _counterpart(session: AsyncSession, who: Named | None) -> Counterpart | None:
    if who is None:
        return None
    query = select(CustomerIdentity).where(CustomerIdentity.customer_id == who.id).order_by(CustomerIdentity.position)
    shown: dict[str, str] = {}
    for each in await session.scalars(query):
        shown.setdefault(each.kind, each.shown)
    return Counterpart(id=who.id, name=who.name, email=shown.get("email"), phone=shown.get("phone"))


async def _links(session: AsyncSession, ticket_id: str, catalog: Catalog) -> list[LinkOut]:
    query = select(TicketLink).where(or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id))
    links = list(await session.scalars(query))
    if not links:
        return []
    others = [link.other_id if link.ticket_id == ticket_id else link.ticket_id for link in links]
    rows = {row.id: row for row in await session.scalars(select(Ticket).where(Ticket.id.in_(others)))}
    asked = select(TicketApproval.ticket_id, TicketApproval.target)
    asked = asked.where(TicketApproval.ticket_id.in_(others), TicketApproval.agreed.is_(None))
    waits = {each.ticket_id: each.target for each in await session.execute(asked)}
    found = []
    for link, other in zip(links, others, strict=True):
        row, kind = rows[other], LinkKind(link.kind)
        state = named(row.state, catalog.states)
        assert state is not None
        found.append(
            LinkOut(
                kind=kind.value if link.ticket_id == ticket_id else REVERSED[kind],
                ticket=Named(id=row.id, name=row.number),
                subject=row.subject,
                state=state,
                state_class=StateClass(row.state_class),
                waits_for=named(waits.get(other), catalog.states),
            )
        )
    return sorted(found, key=lambda each: (each.kind, each.ticket.name))


async def _approvals(session: AsyncSession, ticket_id: str, catalog: Catalog) -> list[ApprovalOut]:
    query = select(TicketApproval).where(TicketApproval.ticket_id == ticket_id).order_by(TicketApproval.asked_at)
    names = ("id", "approver", "asked_at", "asked_by", "agreed", "decided_at", "decided_by", "reason", "children")
    found = []
    for row in await session.scalars(query):
        target = named(row.target, catalog.states)
        assert target is not None
        found.append(ApprovalOut(target=target, **{name: getattr(row, name) for name in names}))
    return found


def attachment(row: TicketAttachment) -> AttachmentOut:
    return AttachmentOut(id=row.id, name=row.name, media_type=row.media_type, size=row.size, scan=row.scan)


async def messages(session: AsyncSession, rows: Sequence[TicketMessage]) -> list[MessageOut]:
    ids = [row.id for row in rows]
    if not rows:
        return []
    files: dict[int, list[AttachmentOut]] = {}
    query = select(TicketAttachment).where(TicketAttachment.message_id.in_(ids)).order_by(TicketAttachment.name)
    for each in await session.scalars(query):
        files.setdefault(each.message_id or 0, []).append(attachment(each))
    return [
        MessageOut(attachments=files.get(row.id, []), **{name: getattr(row, name) for name in OF_MESSAGE})
        for row in rows
    ]

"""One ticket of many: changed in one transaction with how far the whole is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem
from contactcenter.permissions import Principal
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tickets import children, writer
from contactcenter.tickets.acting import staff
from contactcenter.tickets.bulk_documents import BulkBody
from contactcenter.tickets.bulk_models import TicketBulk, TicketBulkChange, TicketBulkItem
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.tickets.service import Tickets, patch_of
from contactcenter.tickets.values import Document

log = structlog.get_logger(__name__)

BROKEN: Final = "Something went wrong in the product itself; its log says what."


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One at work, in the name of `who`. `known`: mistakes of ours that the log shows in full already."""

    id: str
    body: BulkBody
    undoes: str | None
    who: Principal
    known: set[type[Exception]] = field(default_factory=set)


class Over(Exception):  # noqa: N818 - a way out of a transaction, not a fault
    """It has been cancelled meanwhile."""


async def step(tickets: Tickets, job: Job, item: TicketBulkItem) -> None:
    """What keeps this one as it was, keeps no other. Raises Over, StorageUnavailable."""
    try:
        async with tickets.database.writing() as session:
            held = await _change(session, tickets, job, item.ticket)
            for each in (*held.below, held):
                await _keep(session, job.id, each)
            below = sum(bool(each.changed) for each in held.below)
            await _count(session, job.id, below=below, asked=children.asked(held))
    except (Over, StorageUnavailable):
        raise
    except Problem as problem:
        await _in_vain(tickets, job, item, problem.detail)
    except Exception as error:
        kind, known = type(error), type(error) in job.known
        job.known.add(kind)
        log.error("tickets_bulk_ticket_failed", job=job.id, ticket=item.ticket, error=kind.__name__, exc_info=not known)
        await _in_vain(tickets, job, item, BROKEN)
    else:
        tickets.announce(held)


async def _in_vain(tickets: Tickets, job: Job, item: TicketBulkItem, why: str) -> None:
    one = (TicketBulkItem.bulk_id == job.id, TicketBulkItem.position == item.position)
    async with tickets.database.writing() as session:
        await _count(session, job.id, failed=1)
        await session.execute(update(TicketBulkItem).where(*one).values(problem=why))


async def _change(session: AsyncSession, tickets: Tickets, job: Job, ticket: str) -> writer.Held:
    by, choice = staff(job.who), job.body.change.children
    held = await tickets.hold(session, ticket, job.who, TICKETS_WORK)
    asked = _wanted(job.body, held.document) if job.undoes is None else await _before(session, job.undoes, held)
    await tickets.check(held, asked)
    if job.undoes is not None:
        await writer.settle(held, held.document | asked, by)
    else:
        await writer.change(held, asked, by, children=choice)
        if choice == "resolve":
            await children.resolve(tickets, held, by, job.who)
    await writer.reckon(held)
    return held


async def _count(session: AsyncSession, bulk_id: str, **more: int) -> None:
    """One more of its tickets is dealt with. Raises Over."""
    counted = {name: getattr(TicketBulk, name) + count for name, count in more.items() if count}
    change = update(TicketBulk).where(TicketBulk.id == bulk_id, TicketBulk.state == "running")
    done = await session.execute(change.values(done=TicketBulk.done + 1, **counted))
    if done.rowcount == 0:  # type: ignore[attr-defined]  # of a change it has one
        raise Over


async def _keep(session: AsyncSession, bulk_id: str, held: writer.Held) -> None:
    kept = {name: pair for name, pair in held.changed.items() if name not in ("state_class", "sla_policy")}
    if not kept:
        return
    before, after = ({name: pair[side] for name, pair in kept.items()} for side in (0, 1))
    row = await _changed(session, bulk_id, held)
    if row is None:
        session.add(TicketBulkChange(bulk_id=bulk_id, ticket_id=held.row.id, before=before, after=after))
        await session.flush()
    else:
        row.before, row.after = before | row.before, row.after | after


async def _changed(session: AsyncSession, bulk_id: str, held: writer.Held) -> TicketBulkChange | None:
    of_it = (TicketBulkChange.bulk_id == bulk_id, TicketBulkChange.ticket_id == held.row.id)
    return (await session.scalars(select(TicketBulkChange).where(*of_it))).one_or_none()


async def _before(session: AsyncSession, bulk_id: str, held: writer.Held) -> Document:
    """What still is as that one has left it, as it was before."""
    row = await _changed(session, bulk_id, held)
    if row is None:
        return {}
    return {name: value for name, value in row.before.items() if held.document.get(name) == row.after.get(name)}


def _wanted(body: BulkBody, now: Document) -> Document:
    asked: dict[str, Any] = patch_of(body.change, now)
    tags: set[str] = {*(asked["tags"] if "tags" in asked else now["tags"]), *body.add_tags} - set(body.remove_tags)
    return asked | ({"tags": sorted(tags)} if tags != set(now["tags"]) else {})

"""Changing one ticket within a transaction: its row, its history and its clocks, always together."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.recorder import record
from contactcenter.storage.base import table_of
from contactcenter.tickets import acts, checks, search, sla
from contactcenter.tickets.acting import By
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.events import TicketChanged, TicketEvent, TicketSaid
from contactcenter.tickets.model import Author, EntryKind, LinkKind, MessageKind, StateClass
from contactcenter.tickets.models import (
    Ticket,
    TicketApproval,
    TicketAttachment,
    TicketEntry,
    TicketLink,
    TicketMessage,
    TicketTag,
)
from contactcenter.tickets.values import CUSTOM, Changes, Document, differences, document_of, facts_of, write

OPEN = (Ticket.done.is_(False), Ticket.merged_into.is_(None))
SHOWN = 5
"""So many numbers in a sentence."""
Children = Literal["leave", "resolve"]
"""What becomes of open tickets below one that is to be done."""
_AT_ONCE = 500
"""Rows a statement: making more would keep everything else waiting."""
SPOKEN = {MessageKind.PUBLIC: EntryKind.REPLIED, MessageKind.NOTE: EntryKind.NOTED, MessageKind.SIDE: EntryKind.ASIDE}


@dataclass(slots=True, kw_only=True)
class Held:
    """A ticket locked for a change. What was done to it so far is in `row`, to be told in `events` after the commit;
    `changed`: what it was and is now where it is another; `below`: those that have been changed with it."""

    session: AsyncSession
    catalog: Catalog
    row: Ticket
    document: Document
    at: datetime
    events: list[TicketEvent] = field(default_factory=list)
    added: list[TicketEntry] = field(default_factory=list)
    changed: Changes = field(default_factory=dict)
    below: list[Held] = field(default_factory=list)

    def told(self, by: By) -> dict[str, Any]:
        """What every event of this ticket says."""
        return {
            "ticket_id": self.row.id,
            "sequence": self.row.sequence,
            "author": by.author,
            "author_id": by.id,
            "cause": by.cause,
        }


async def hold(session: AsyncSession, ticket_id: str, catalog: Catalog, at: datetime) -> Held:
    """By id or number. Raises Problem 404, and 409 for one that has become part of another."""
    query = select(Ticket).where((Ticket.id == ticket_id) | (Ticket.number == ticket_id)).with_for_update()
    row = await session.scalar(query)
    if row is None:
        raise not_found("ticket")
    if row.merged_into is not None:
        into = await session.scalar(select(Ticket.number).where(Ticket.id == row.merged_into))
        raise Problem(409, "merged", "Merged", f"This ticket has become part of {into}.", merged_into=into)
    tags = list(await session.scalars(select(TicketTag.tag).where(TicketTag.ticket_id == row.id)))
    return Held(session=session, catalog=catalog, row=row, document=document_of(row, tags), at=at)


def enter(held: Held, kind: EntryKind, by: By, data: dict[str, Any]) -> TicketEntry:
    """The next entry of its history."""
    held.row.sequence += 1
    entry = TicketEntry(
        ticket_id=held.row.id,
        sequence=held.row.sequence,
        at=held.at,
        kind=kind.value,
        author=by.author.value,
        author_id=by.id,
        author_name=by.name[:200],
        data=data,
    )
    held.added.append(entry)
    held.session.add(entry)
    return entry


async def change(held: Held, wanted: Document, by: By, *, children: Children | None = None) -> Changes:
    """Makes the ticket what `wanted` says. Raises Problem 422, and 409 for one that is to be done while others below it
    are not, unless `children` says what becomes of those (whoever calls does it to them). A change of state that
    somebody has to agree to is asked for, with that choice, and left as it was."""
    after = held.document | wanted
    checks.check_named(held.document, after, held.catalog)
    checks.check_fields(held.document, after, held.catalog)
    move = checks.check_move(held.document, after, by.mover(after.get("assignee")), held.catalog)
    if move is not None and children is None:
        await refuse_above_open_ones(held, move.target, by)
    if move is not None and move.approver is not None:
        await _ask(held, move.target, move.approver, by, children)
        after["state"] = held.document["state"]
    return await settle(held, after, by)


async def refuse_above_open_ones(held: Held, target: str, by: By) -> None:
    """The customer says of his own ticket that it is done, whatever hangs on it."""
    done_already = StateClass(held.document["state_class"]).done
    if by.author is Author.CUSTOMER or done_already or not held.catalog.class_of(target).done:
        return
    query = select(Ticket.number).join(TicketLink, TicketLink.other_id == Ticket.id)
    query = query.where(TicketLink.ticket_id == held.row.id, TicketLink.kind == LinkKind.PARENT)
    numbers = list(await held.session.scalars(query.where(*OPEN).order_by(Ticket.serial)))
    if numbers:
        raise open_below(numbers)


def open_below(numbers: Sequence[str]) -> Problem:
    """Of open tickets: what is to become of them has to be said first."""
    named = ", ".join(numbers[:SHOWN]) + (f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else "")
    sentence = (
        f"Below it stand tickets that are not done: {named}. Resolve them first, resolve them with it or leave them."
    )
    return Problem(409, "children-open", "Open below it", sentence, field="state", children=list(numbers))


async def settle(held: Held, after: Document, by: By) -> Changes:
    """Writes down what has been allowed."""
    after["state_class"] = held.catalog.class_of(after["state"]).value
    after["sla_policy"] = held.catalog.policy_for(after)
    changes = differences(held.document, after)
    if not changes:
        return changes
    _moments(held, StateClass(held.document["state_class"]), StateClass(after["state_class"]), changes)
    write(held.row, after)
    await _write_tags(held, set(held.document["tags"]), set(after["tags"]))
    held.document = after
    held.changed |= {name: (held.changed.get(name, pair)[0], pair[1]) for name, pair in changes.items()}
    held.row.changed_at = held.at
    if any(name == "subject" or name.startswith(CUSTOM) for name in changes):
        await held.session.flush()
        await search.index_again(held.session, held.row)
    enter(held, EntryKind.CHANGED, by, {"changes": {name: list(pair) for name, pair in changes.items()}})
    before, now = ({name: pair[side] for name, pair in changes.items()} for side in (0, 1))
    await record(held.session, acts.ticket_act(acts.TICKET_CHANGED, held.row.id, held.row.number, before, now))
    held.events.append(TicketChanged(**held.told(by), changes=changes))
    return changes


def _moments(held: Held, before: StateClass, after: StateClass, changes: Changes) -> None:
    row = held.row
    if "state_class" in changes or "type" in changes:
        if after.done and not before.done:
            row.resolved_at = held.at
        if before.done and not after.done:
            row.reopened += 1
            row.resolved_at = None
        row.closed_at = (row.closed_at or held.at) if after is StateClass.CLOSED else None
    if after is not StateClass.RESOLVED:
        row.close_at = None
    elif before is not after:
        days = held.catalog.types[row.type_id].close_after_days
        row.close_at = None if days is None else held.at + timedelta(days=days)


async def _write_tags(held: Held, before: set[str], after: set[str]) -> None:
    ticket_id = held.row.id
    if gone := before - after:
        await held.session.execute(delete(TicketTag).where(TicketTag.ticket_id == ticket_id, TicketTag.tag.in_(gone)))
    if new := after - before:
        await held.session.execute(insert(TicketTag), [{"tag": tag, "ticket_id": ticket_id} for tag in sorted(new)])


async def _ask(held: Held, target: str, approver: str, by: By, children: Children | None) -> None:
    open_one = select(TicketApproval).where(TicketApproval.ticket_id == held.row.id, TicketApproval.agreed.is_(None))
    if (await held.session.scalars(open_one.where(TicketApproval.target == target))).first() is not None:
        raise Problem(409, "asked-already", "Asked already", "Somebody has to agree to this first.", field="state")
    approval = TicketApproval(
        id=uuid.uuid4().hex,
        ticket_id=held.row.id,
        target=target,
        approver=approver,
        asked_at=held.at,
        asked_by=by.name,
        asked_by_id=by.id,
        children=children,
    )
    held.session.add(approval)
    enter(held, EntryKind.ASKED, by, {"approval": approval.id, "target": target, "approver": approver})
    held.events.append(TicketChanged(**held.told(by), changes={"approval": (None, target)}))
    act = acts.ticket_act(acts.TICKET_DECIDED, held.row.id, held.row.number, None, {"asked": target})
    await record(held.session, act)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A message to be written. `speaker`: whose words they are to the clocks, where somebody else wrote them down."""

    kind: MessageKind
    text: str
    html: str = ""
    channel: str = "agent"
    mentions: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    side_id: str | None = None
    request_key: str | None = None
    speaker: Author | None = None


def message_values(ticket_id: str, at: datetime, words: Words, by: By) -> dict[str, Any]:
    """The columns of a message's row."""
    author = words.speaker or by.author
    return {
        "ticket_id": ticket_id,
        "kind": words.kind.value,
        "author": author.value,
        "author_id": by.id if author is by.author else "",
        "author_name": by.name[:200] if author is by.author else "",
        "channel": words.channel,
        "text": words.text,
        "html": words.html,
        "mentions": list(words.mentions),
        "side_id": words.side_id,
        "at": at,
        "request_key": words.request_key,
    }


async def add_messages(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Their ids, in this order."""
    table = table_of(TicketMessage)
    message = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    found: list[int] = []
    for at in range(0, len(rows), _AT_ONCE):
        found += await session.scalars(message, rows[at : at + _AT_ONCE])
    return found


async def attach(session: AsyncSession, ticket_id: str, message_id: int, ids: Sequence[str], by: By) -> None:
    """Files that the same person has uploaded and not sent yet. Raises Problem 422."""
    if not ids:
        return
    mine = (TicketAttachment.id.in_(ids), TicketAttachment.message_id.is_(None))
    rows = await session.scalars(select(TicketAttachment).where(*mine))
    found = {row.id: row for row in rows if row.uploaded_by == uploader(by)}
    for place, each in enumerate(ids):
        if each not in found:
            raise checks.refused(f"attachments.{place}", "there is no such file that you have uploaded.", each)
        if found[each].scan == "infected":
            raise checks.refused(f"attachments.{place}", "the virus scanner has found something in it.", each)
    change = update(TicketAttachment).where(TicketAttachment.id.in_(ids))
    await session.execute(change.values(ticket_id=ticket_id, message_id=message_id))


def uploader(by: By) -> str:
    return f"{by.author}:{by.id}"


async def say(held: Held, words: Words, by: By) -> TicketMessage:
    """A message with its entry. A customer's answer to what waited for him, or was done, brings it back to work."""
    message = TicketMessage(**message_values(held.row.id, held.at, words, by))
    held.session.add(message)
    await held.session.flush()
    await attach(held.session, held.row.id, message.id, words.attachments, by)
    await search.index_message(held.session, held.row, words.text)
    data: dict[str, Any] = {"message": message.id}
    enter(held, SPOKEN[words.kind], by, data)
    public = words.kind is MessageKind.PUBLIC
    if public and by.author is Author.AGENT and held.row.answered_at is None:
        held.row.answered_at = held.at
    held.row.changed_at = held.at
    told = {"kind": words.kind.value, "message": message.id}
    await record(held.session, acts.ticket_act(acts.TICKET_SAID, held.row.id, held.row.number, None, told))
    mentions = tuple(words.mentions)
    held.events.append(TicketSaid(**held.told(by), kind=words.kind, message_id=message.id, mentions=mentions))
    if public and by.author is Author.CUSTOMER:
        await _back_to_work(held, by)
    return message


async def _back_to_work(held: Held, by: By) -> None:
    workflow, state = held.catalog.workflows[held.row.type_id], held.document["state"]
    mover = by.mover(None)
    targets: tuple[StateClass, ...] = ()
    if held.document["state_class"] == StateClass.PENDING:
        targets = (StateClass.IN_PROGRESS, StateClass.OPEN)
    elif StateClass(held.document["state_class"]).done:
        targets = (StateClass.REOPENED, StateClass.OPEN)
    for wanted in targets:
        if (target := workflow.first_of(wanted, state, mover)) is not None:
            await settle(held, held.document | {"state": target}, by)
            return


async def reckon(held: Held) -> sla.Clocks:
    """Sets its clocks by its whole history; to be called once, when all entries are there."""
    await held.session.flush()
    query = select(TicketEntry).where(TicketEntry.ticket_id == held.row.id).order_by(TicketEntry.sequence)
    entries = list(await held.session.scalars(query))
    return set_clocks(held.row, entries, held.catalog, held.at)


def set_clocks(row: Ticket, entries: Sequence[TicketEntry], catalog: Catalog, at: datetime) -> sla.Clocks:
    clocks = sla.reckon(facts_of(entries, catalog), catalog.versions, at.timestamp())
    ahead = sla.next_point(clocks)
    before = row.sla or {}
    row.sla = {
        kind.value: plain_clock(clock) | _told_in_this_round(before.get(kind.value, {}), clock)
        for kind, clock in clocks.items()
        if clock.state != "idle"
    }
    row.sla_at = None if ahead is None else datetime.fromtimestamp(ahead, UTC)
    dues = [clock.due_at for clock in clocks.values() if clock.state == "running" and clock.due_at is not None]
    row.due_at = datetime.fromtimestamp(min(dues), UTC) if dues else None
    return clocks


def _told_in_this_round(before: dict[str, Any], clock: sla.Clock) -> dict[str, Any]:
    """Which of its points have been reached and told (due.py)."""
    return {"told": before["told"]} if "told" in before and before["round"] == clock.round else {}


def plain_clock(clock: sla.Clock) -> dict[str, Any]:
    """As the row keeps it; moments in unix seconds."""
    return {
        "state": clock.state,
        "counted_s": round(clock.counted_s, 3),
        "target_s": clock.target_s,
        "due_at": clock.due_at if clock.due_at is not None else clock.late_since,
        "done_at": clock.done_at,
        "late": clock.late_since is not None,
        "missed_before": clock.missed_before,
        "round": clock.round,
    }

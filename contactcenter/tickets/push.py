"""Which tickets wait in the routing engine and as what: decisions without I/O, from the row and the engine's view.

The row is the truth. A ticket waits in the engine while its type is pushed, it has a queue, nobody has it and it is to
be worked on; an agent who has accepted it holds it there until it is no longer to be worked on (pending, resolved,
closed), belongs to somebody else or to nobody, or is part of another. All of it follows from the row, so a ticket that
is handed back has its old place, and after a kill nothing is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from acd.commands import (
    Command,
    EndContact,
    EnqueueContact,
    LeaveQueue,
    PrioritizeContact,
    RequeueContact,
)
from acd.model import Expression, Phase, SkillRequirement
from acd.shown import ContactView
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.model import Priority, StateClass
from contactcenter.tickets.models import Ticket

CHANNEL: Final = "ticket"
TO_WORK_ON: Final = frozenset({StateClass.OPEN, StateClass.IN_PROGRESS, StateClass.REOPENED})
LEVEL: Final = Priority.MEDIUM
"""Stands level with a call of priority 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a ticket is to stand in the engine. `place`: the moment that orders it, when the first of its clocks breaks
    or, without any that runs, when it was made. Moments in unix seconds. `agent_id`: who has it."""

    queue_id: str
    priority: int
    skills: tuple[Expression, ...]
    since: float
    place: float
    agent_id: str | None


def wanted(row: Ticket, catalog: Catalog, queues: Collection[str]) -> Wanted | None:
    """None: it is no matter of the engine, which knows these queues."""
    kind = catalog.types.get(row.type_id)
    if kind is None or not kind.push or row.merged_into is not None:
        return None
    if row.queue_id is None or row.queue_id not in queues:
        return None
    if StateClass(row.state_class) not in TO_WORK_ON:
        return None
    since = row.made_at.timestamp()
    due = due_of(row)
    return Wanted(
        queue_id=row.queue_id,
        priority=row.priority - LEVEL,
        skills=skills_of(row, catalog),
        since=since,
        place=since if due is None else due,
        agent_id=row.assignee_id,
    )


def why_not(row: Ticket, catalog: Catalog, queues: Collection[str]) -> str:
    """Why it does not wait for an agent, in a sentence; "" for one that does."""
    kind = catalog.types.get(row.type_id)
    if kind is None or not kind.push:
        return "Tickets of this type are not offered to agents."
    if row.merged_into is not None:
        return "It has become part of another ticket."
    if StateClass(row.state_class) not in TO_WORK_ON:
        return "In this state nobody is to work on it."
    if row.assignee_id is not None:
        return "It has been given to somebody."
    if row.queue_id is None or row.queue_id not in queues:
        return "It is in no queue."
    return ""


def due_of(row: Ticket) -> float | None:
    """When the first of its clocks that run breaks, or has broken."""
    clocks: Iterable[Mapping[str, Any]] = (row.sla or {}).values()
    running = [clock["due_at"] for clock in clocks if clock["done_at"] is None and clock["due_at"] is not None]
    return min(running, default=None)


def skills_of(row: Ticket, catalog: Catalog) -> tuple[Expression, ...]:
    """Of its type, its category and what that lies below; the highest level of each."""
    asked: dict[str, int] = {}
    for each in _asked(row, catalog):
        asked[each["skill"]] = max(each["level"], asked.get(each["skill"], 0))
    return tuple(SkillRequirement(skill, asked[skill]) for skill in sorted(asked))


def _asked(row: Ticket, catalog: Catalog) -> list[dict[str, Any]]:
    found = list(catalog.types[row.type_id].skills or ())
    above: set[str] = set()
    category = catalog.categories.get(row.category_id or "")
    while category is not None and category.id not in above:
        above.add(category.id)
        found += category.skills or ()
        category = catalog.categories.get(category.parent_id or "")
    return found


def settle(
    ticket_id: str, to_be: Wanted | None, known: ContactView | None, *, brought_back: bool = False
) -> list[Command]:
    """What makes the engine see the ticket as it is to be. `known`: as the engine has it now, None when it has not.
    `brought_back`: from before this start; one that rang is offered anew then, for no page shows the offer any more."""
    commands = _settle(ticket_id, to_be, known)
    if brought_back and not commands and known is not None and known.phase is Phase.OFFERED:
        return [RequeueContact(ticket_id, known.queue_id, keep_clock=True)]
    return commands


def _settle(ticket_id: str, to_be: Wanted | None, known: ContactView | None) -> list[Command]:
    if known is None:
        waits = to_be is not None and to_be.agent_id is None
        return [_enqueue(ticket_id, to_be)] if waits and to_be is not None else []
    if known.phase is Phase.ASSIGNED:
        return _settle_held(ticket_id, to_be, known)
    if to_be is None or to_be.agent_id is not None:
        return [LeaveQueue(ticket_id)]
    if to_be.skills != known.skills:
        return [LeaveQueue(ticket_id), _enqueue(ticket_id, to_be)]
    if to_be.queue_id != known.queue_id:
        moved = RequeueContact(ticket_id, to_be.queue_id, keep_clock=True, priority=to_be.priority)
        return [moved, *_replace(ticket_id, to_be, known, priority=to_be.priority)]
    return _replace(ticket_id, to_be, known, priority=known.priority)


def _settle_held(ticket_id: str, to_be: Wanted | None, known: ContactView) -> list[Command]:
    if to_be is None or to_be.agent_id not in (None, known.agent_id):
        return [EndContact(ticket_id)]
    if to_be.agent_id is not None:
        return []
    if to_be.skills != known.skills:
        return [EndContact(ticket_id), _enqueue(ticket_id, to_be)]
    back = RequeueContact(ticket_id, to_be.queue_id, keep_clock=True, priority=to_be.priority)
    return [back, *_replace(ticket_id, to_be, known, priority=to_be.priority)]


def _enqueue(ticket_id: str, to_be: Wanted) -> EnqueueContact:
    return EnqueueContact(
        ticket_id,
        to_be.queue_id,
        channel=CHANNEL,
        priority=to_be.priority,
        skills=to_be.skills,
        since=to_be.since,
        due=to_be.place,
    )


def _replace(ticket_id: str, to_be: Wanted, known: ContactView, *, priority: int) -> list[Command]:
    """Another place in the same line. `priority`: the one it has by now."""
    if (to_be.priority, to_be.place) == (priority, known.queued_at):
        return []
    return [PrioritizeContact(ticket_id, to_be.priority, due=to_be.place)]

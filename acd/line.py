"""A contact's stay in the line of one queue, from entering to being answered or leaving."""

from __future__ import annotations

from math import inf
from typing import Final

from acd.cells import join_cell, leave_cell
from acd.deadline import Due
from acd.floor import Floor
from acd.matching import stop_ringing_more
from acd.model import PATIENT
from acd.order import place_in_line
from acd.refusals import forget_refusals
from acd.state import WAITING, Contact, Queue
from acd.widening import watch_widening

MAX_WAIT: Final = Due.MAX_WAIT
EVER: Final = -inf


def enter_line(floor: Floor, contact: Contact, queue: Queue) -> None:
    """Stand in the queue's line by its clock. To be placed next."""
    contact.queue = queue
    contact.phase = WAITING
    contact.entered_at = floor.now
    contact.stage = 0
    contact.tried = EVER
    contact.forecast = None
    queue.counters.offered += 1
    contact.entry = place_in_line(contact)
    queue.line.add(contact.entry)
    join_cell(contact)
    if queue.max_wait is not None or contact.own_max_wait_s is not None:
        watch_max_wait(floor, contact)
    if queue.stages or contact.own_agent is not None:
        watch_widening(floor, contact)
    if queue.leave_empty is not None:
        floor.emptied[queue] = None


def leave_line(floor: Floor, contact: Contact) -> None:
    """No longer in line. To be unplaced, or its offers ended, before."""
    if contact.max_wait is not None:
        floor.timers.cancel(contact.max_wait)
        contact.max_wait = None
    if contact.widen is not None:
        floor.timers.cancel(contact.widen)
        contact.widen = None
    if contact.ring_next is not None:
        stop_ringing_more(floor, contact)
    contact.waited_s += floor.now - contact.entered_at
    contact.queue.line.remove(contact.entry)
    del contact.entry  # The entry names the contact: the two would be left to the garbage collector.
    leave_cell(contact)


def forget_contact(floor: Floor, contact: Contact) -> None:
    """The engine knows nothing of the contact any more. To have left the line before."""
    if contact.refused_by:
        forget_refusals(floor, contact)
    del floor.contacts[contact.contact_id]


def watch_max_wait(floor: Floor, contact: Contact) -> None:
    """Start the deadline anew by the sooner of both limits; one already past fires at the next tick."""
    if contact.max_wait is not None:
        floor.timers.cancel(contact.max_wait)
        contact.max_wait = None
    rule = contact.queue.max_wait if contact.channel not in PATIENT else None
    limit_s = None if rule is None else rule.limit
    if contact.own_max_wait_s is not None:
        own_s = own_limit_s(contact)
        limit_s = own_s if limit_s is None or own_s is None else min(limit_s, own_s)
    if limit_s is not None:
        contact.max_wait = floor.timers.start(contact.entered_at + limit_s, MAX_WAIT, contact)


def own_limit_s(contact: Contact) -> float | None:
    """What is left, from entering the present queue, of the contact's own limit."""
    if contact.own_max_wait_s is None:
        return None
    return max(contact.own_max_wait_s - contact.waited_s, 0.0)

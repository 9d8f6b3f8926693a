"""A contact's stay in the line of one queue, from entering to being answered or leaving."""

from __future__ import annotations

from acd.cells import join_cell, leave_cell
from acd.model import Phase
from acd.refusals import forget_refusals
from acd.state import Contact, Floor, Queue
from acd.timers import Due


def enter_line(floor: Floor, contact: Contact, queue: Queue) -> None:
    """Stand in the queue's line by its clock. To be placed next."""
    contact.queue = queue
    contact.phase = Phase.WAITING
    contact.entered_at = floor.now
    queue.counters.offered += 1
    queue.line.add(contact.entry())
    join_cell(contact)
    watch_max_wait(floor, contact)


def leave_line(floor: Floor, contact: Contact) -> None:
    """No longer in line. To be unplaced, or its offer ended, before."""
    if contact.max_wait is not None:
        floor.timers.cancel(contact.max_wait)
        contact.max_wait = None
    contact.waited_s = waited_s(contact, floor.now)
    contact.queue.line.remove(contact.entry())
    leave_cell(contact)


def forget_contact(floor: Floor, contact: Contact) -> None:
    """The engine knows nothing of the contact any more. To have left the line before."""
    forget_refusals(floor, contact)
    del floor.contacts[contact.contact_id]


def watch_max_wait(floor: Floor, contact: Contact) -> None:
    """Start the deadline anew by the sooner of both limits; one already past fires at the next tick."""
    if contact.max_wait is not None:
        floor.timers.cancel(contact.max_wait)
        contact.max_wait = None
    limits = (contact.queue.config.max_wait_s, own_limit_s(contact))
    max_wait_s = min((limit for limit in limits if limit is not None), default=None)
    if max_wait_s is not None:
        contact.max_wait = floor.timers.start(contact.entered_at + max_wait_s, Due.MAX_WAIT, contact)


def own_limit_s(contact: Contact) -> float | None:
    """What is left, from entering the present queue, of the contact's own limit."""
    if contact.own_max_wait_s is None:
        return None
    return max(contact.own_max_wait_s - contact.waited_s, 0.0)


def waited_s(contact: Contact, now: float) -> float:
    """Seconds in line over all queues, for a contact still in line."""
    return contact.waited_s + now - contact.entered_at

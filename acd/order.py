"""Which contact goes first, in a line and between the lines that compete for an agent.

Within a queue: higher priority first, then the older clock, then the earlier command. With `ageing_s` every so many
seconds of waiting count as one step of priority, as a fraction too: a contact of priority 0 that has waited twice
`ageing_s` stands level with a fresh one of priority 2.

Between queues, by ConfigureOrder:
priority: higher priority (aged where the queue ages), then larger queue weight, then the older clock: strictly the
  longest wait among equals, whatever queue they stand in.
c-mu: higher priority, then the larger cost x wait / target_wait_s / mean handling time: the generalised c-mu rule for
  a cost that grows with the square of the wait (Mandelbaum & Stolyar, Operations Research 52(6), 2004), so that each
  queue's waits stand to each other as its targets. Until a queue has completed a contact, 180 s stand for its mean.
"""

from __future__ import annotations

from acd.floor import Floor
from acd.model import Order
from acd.ordered import Entry
from acd.state import Contact, Head

UNKNOWN_HANDLING_S = 180.0


def place_in_line(contact: Contact) -> Entry:
    """Its place in any line of its queue; holds as long as clock, priority and queue do."""
    ageing = contact.queue.ageing
    major = contact.clock * ageing - contact.priority if ageing else -contact.priority
    return (major, contact.clock, contact.seq, contact)


def standing_head(contact: Contact) -> Head:
    """Its place among the first of all cells, without ageing and c-mu."""
    return (-contact.priority, -contact.queue.config.weight, contact.clock, contact.seq, contact)


def head_at(floor: Floor, contact: Contact) -> Head:
    """The same for any order, at this time."""
    queue = contact.queue
    waited_s = floor.now - contact.clock
    if floor.order is Order.C_MU:
        handling_s = queue.estimator.handling_s or UNKNOWN_HANDLING_S
        index = queue.config.cost * waited_s / queue.target_wait_s / handling_s
        return (-contact.priority, -index, contact.clock, contact.seq, contact)
    return (-contact.priority - waited_s * queue.ageing, -queue.config.weight, contact.clock, contact.seq, contact)


def settle_order(floor: Floor) -> None:
    """After a change of the order or of a queue: whether heads can be compared without the time, and whether any queue
    is left when empty."""
    floor.guarded = any(queue.leave_empty is not None for queue in floor.queues.values())
    floor.dynamic = floor.order is Order.C_MU or any(queue.ageing for queue in floor.queues.values())

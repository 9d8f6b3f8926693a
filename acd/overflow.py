"""What happens when a contact has waited as long as its queue allows.

An offer that rings at that moment is not cut off; when it fails, the contact overflows at once. The wait is counted
anew in each queue, so that a chain of queues gives each its time; the contact's own limit counts over all of them and
takes it out for good.
"""

from __future__ import annotations

from collections.abc import Mapping

from acd.cells import remove_waiting
from acd.events import ContactLeftQueue, ContactOverflowed
from acd.line import enter_line, forget_contact, leave_line, own_limit_s
from acd.matching import place_contact
from acd.model import Phase, QueueConfig
from acd.state import Contact, Floor, Queue


def target_of(config: QueueConfig, queues: Mapping[str, Queue]) -> Queue | None:
    """The queue to overflow into; None: out."""
    if config.overflow is None or config.overflow.queue_id is None:
        return None
    return queues.get(config.overflow.queue_id)


def overflow_chain(config: QueueConfig, queues: Mapping[str, Queue]) -> list[str]:
    """The queue ids a contact would pass through, this one first; ends where one comes up a second time."""
    chain = [config.queue_id]
    step: QueueConfig | None = config
    while step is not None and step.overflow is not None and step.overflow.queue_id is not None:
        following = step.overflow.queue_id
        chain.append(following)
        if following in chain[:-1]:
            break
        step = queues[following].config if following in queues else None
    return chain


def max_wait_over(floor: Floor, contact: Contact) -> None:
    if contact.phase is not Phase.OFFERED:
        remove_waiting(contact)
        _overflow(floor, contact)


def wait_on(floor: Floor, contact: Contact) -> None:
    """After a failed offer: to the next agent, or over when the wait was up meanwhile."""
    if contact.max_wait is not None and contact.max_wait.at <= floor.now:
        _overflow(floor, contact)
    else:
        place_contact(floor, contact)


def _overflow(floor: Floor, contact: Contact) -> None:
    queue = contact.queue
    own_s = own_limit_s(contact)
    for_good = own_s is not None and contact.entered_at + own_s <= floor.now
    leave_line(floor, contact)
    target = None if for_good else target_of(queue.config, floor.queues)
    if target is None:
        queue.counters.left += 1
        forget_contact(floor, contact)
        floor.out.append(ContactLeftQueue(contact.contact_id, queue.queue_id, "max-wait", at=floor.now))
        return
    queue.counters.overflowed += 1
    floor.out.append(ContactOverflowed(contact.contact_id, queue.queue_id, target.queue_id, at=floor.now))
    enter_line(floor, contact, target)
    place_contact(floor, contact)

"""When a contact does not join a queue or leaves it unanswered, and where it goes: to another queue with its clock
kept, or back to who queued it with its queue's wish.

An offer that rings is not cut off by the wait being over nor by an emptied queue; when it fails, both are looked at.
The wait is counted anew in each queue, so that a chain of queues gives each its time; the contact's own limit counts
over all of them and takes it out for good.
"""

from __future__ import annotations

from collections.abc import Iterable

from acd.cells import lasting_in_line, remove_waiting
from acd.events import ContactLeftQueue, ContactOverflowed, ContactQueued
from acd.floor import Floor
from acd.line import enter_line, forget_contact, leave_line, own_limit_s
from acd.matching import place_contact
from acd.model import PATIENT, Absence, OverflowCause, OverflowRule, Phase, Target, TargetKind
from acd.seats import members_of
from acd.state import Contact, Queue, Status
from acd.told import estimate_of

ABSENT = {
    Absence.OFF: Status.OFF,
    Absence.NOT_RESPONDING: Status.NOT_RESPONDING,
    Absence.PAUSED: Status.PAUSED,
    Absence.WRAP_UP: Status.WRAP_UP,
    Absence.BUSY: Status.BUSY,
    Absence.RINGING: Status.OFFERED,
}


def join(floor: Floor, contact: Contact, queue: Queue) -> None:
    """Enter the line, unless a rule sends the contact on at once; then the next queue, or out. Placed if it stays."""
    enter_line(floor, contact, queue)
    for rule in queue.at_entry if contact.channel not in PATIENT else ():
        if _holds_at_entry(floor, contact, rule):
            _send_on(floor, contact, rule.cause, rule.to)
            return
    place_contact(floor, contact)


def announce_queued(floor: Floor, contact: Contact, queue: Queue) -> None:
    floor.out.append(ContactQueued(contact.contact_id, queue.queue_id, at=floor.now))


def max_wait_over(floor: Floor, contact: Contact) -> None:
    if contact.phase is not Phase.OFFERED:
        remove_waiting(contact)
        _overflow(floor, contact)


def wait_on(floor: Floor, contact: Contact) -> None:
    """After a failed offer: to the next agent, or on when the wait is over or nobody is there. A contact that rings
    again already, since its preferred agent released it, goes on ringing."""
    if contact.phase is Phase.OFFERED:
        return
    if contact.max_wait is not None and contact.max_wait.at <= floor.now:
        remove_waiting(contact)
        _overflow(floor, contact)
        return
    if contact.queue.leave_empty is not None:
        floor.emptied[contact.queue] = None
    if not contact.indexed:
        place_contact(floor, contact)


def leave_emptied(floor: Floor) -> None:
    """Once a command is carried out: contacts leave the queues in which nobody is there any more."""
    while floor.emptied:
        queue, _ = floor.emptied.popitem()
        rule = queue.leave_empty
        if rule is None or not queue.line or floor.queues.get(queue.queue_id) is not queue:
            continue
        for contact in [each for each in queue.line if each.phase is Phase.WAITING]:
            if contact.channel in PATIENT:
                continue
            if contact.phase is Phase.WAITING and _is_empty(queue, contact, rule.absent):
                remove_waiting(contact)
                _send_on(floor, contact, rule.cause, rule.to)


def overflow_chain(queue_id: str, rules: Iterable[OverflowRule], queues: dict[str, Queue]) -> list[str]:
    """Queue ids that lead back to this one by overflowing, this one first and last; nothing when there are none."""
    pending = [[queue_id, target] for target in _targets(rules)]
    seen: set[str] = set()
    while pending:
        path = pending.pop()
        last = path[-1]
        if last == queue_id:
            return path
        if last not in seen and last in queues:
            seen.add(last)
            pending.extend([*path, target] for target in _targets(queues[last].config.overflow))
    return []


def _targets(rules: Iterable[OverflowRule]) -> list[str]:
    return [rule.to.value for rule in rules if rule.to.kind is TargetKind.QUEUE and rule.to.value is not None]


def _holds_at_entry(floor: Floor, contact: Contact, rule: OverflowRule) -> bool:
    queue = contact.queue
    if rule.cause is OverflowCause.JOIN_EMPTY:
        return _is_empty(queue, contact, rule.absent)
    assert rule.limit is not None
    if contact.cell.fits & contact.cell.lane.ready:
        return False
    if rule.cause is OverflowCause.FULL:
        return len(queue.line) - lasting_in_line(queue) > rule.limit
    expected = estimate_of(contact)
    return expected is not None and expected.median_s > rule.limit


def _is_empty(queue: Queue, contact: Contact, absent: tuple[Absence, ...]) -> bool:
    """No member is there who does not count as absent for this contact."""
    statuses = {ABSENT[each] for each in absent if each in ABSENT}
    if Absence.TIER not in absent and Absence.UNSKILLED not in absent:
        return all(agent.status in statuses for agent in queue.members)
    if Absence.UNSKILLED in absent:
        there = members_of(queue, contact.cell.fits)
    else:
        there = (member for member in queue.members.values() if member.tier <= contact.cell.reach)
    return all(member.agent.status in statuses for member in there)


def _overflow(floor: Floor, contact: Contact) -> None:
    """The wait is over: by the contact's own limit for good, else by the queue's rule."""
    own_s = own_limit_s(contact)
    for_good = own_s is not None and contact.entered_at + own_s <= floor.now
    rule = contact.queue.max_wait
    _send_on(floor, contact, OverflowCause.MAX_WAIT, Target() if for_good or rule is None else rule.to)


def _send_on(floor: Floor, contact: Contact, cause: OverflowCause, to: Target) -> None:
    """Out of this line. To be unplaced before."""
    queue = contact.queue
    if contact.forecast is not None:
        queue.estimator.abandoned(contact.forecast, floor.now)
        contact.forecast = None
    leave_line(floor, contact)
    target = floor.queues.get(to.value or "") if to.kind is TargetKind.QUEUE else None
    if target is None:
        queue.counters.left += 1
        forget_contact(floor, contact)
        where = Target() if to.kind is TargetKind.QUEUE else to
        floor.out.append(ContactLeftQueue(contact.contact_id, queue.queue_id, cause.value, where, at=floor.now))
        return
    queue.counters.overflowed += 1
    contact.own_agent = None
    floor.out.append(ContactOverflowed(contact.contact_id, queue.queue_id, target.queue_id, cause.value, at=floor.now))
    join(floor, contact, target)

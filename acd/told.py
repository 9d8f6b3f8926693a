"""What a waiting contact is told, by the agents and contacts that its wait depends on."""

from __future__ import annotations

from acd.forecast import Forecast
from acd.shown import Estimate
from acd.state import Contact


def forecast_of(contact: Contact, now: float) -> Forecast | None:
    """For a contact that begins to wait: what will be learned from it."""
    position, crew, able = _prospects(contact)
    return contact.queue.estimator.forecast(position=position, crew=crew, able=able, now=now)


def estimate_of(contact: Contact) -> Estimate | None:
    """For a contact that waits. None while nobody who fits is staffed, or nothing was completed yet."""
    position, crew, able = _prospects(contact)
    return contact.queue.estimator.estimate(position=position, crew=crew, able=able)


def _prospects(contact: Contact) -> tuple[int, int, int]:
    """(place among those who wait, agents who take the line down, those of them who may take the contact).

    Agents who are ready do nothing for the line, since it asks for what they cannot or will not take; only where all
    who fit have refused the contact, they are those it waits for. Contacts that ring have their agent already.
    """
    queue, cell = contact.queue, contact.cell
    lane = cell.lane
    staffed = queue.staffed & lane.members
    crew = staffed & ~lane.ready
    able = crew & cell.fits or staffed & cell.fits
    entry = contact.entry
    position = queue.line.rank(entry) + 1
    if queue.ringing:
        position -= sum([each.entry < entry for each in queue.ringing])
    return position, (crew | able).bit_count(), able.bit_count()

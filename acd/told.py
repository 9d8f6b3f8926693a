"""What a waiting contact is told, by the agents and contacts that its wait depends on."""

from __future__ import annotations

from acd.estimates import Forecast
from acd.state import Contact


def forecast_of(contact: Contact, now: float) -> Forecast | None:
    """For a contact that nobody ready takes. None while nobody who fits is staffed, or nothing was completed yet.

    Agents who are ready do nothing for the line, since it asks for what they cannot or will not take; only where all
    who fit have refused the contact, they are those it waits for. Contacts that ring have their agent already.
    """
    queue, cell = contact.queue, contact.cell
    lane = cell.lane
    staffed = queue.staffed & lane.members
    crew = staffed & ~lane.ready
    able = crew & cell.fits or staffed & cell.fits
    entry = contact.entry
    ringing = sum([each.entry < entry for each in queue.ringing])
    return queue.estimator.forecast(
        position=queue.line.rank(entry) + 1 - ringing,
        crew=(crew | able).bit_count(),
        able=able.bit_count(),
        now=now,
    )

"""Mail to customers at each step of their requests, put into the outbox with the note that they were told."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.customers.models import Customer
from contactcenter.customers.store import group_of, identities_of
from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.templates.service import Templates
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.model import Author, EntryKind
from contactcenter.tickets.models import Ticket, TicketEntry, TicketMessage
from contactcenter.tickets.notices import Step, step_of
from contactcenter.tickets.tracking import Tracking

LONGEST_TEXT: Final = 6000


class CustomerMails:
    def __init__(self, outbox: Outbox, templates: Templates, tracking: Tracking) -> None:
        self.outbox = outbox
        self._templates = templates
        self._tracking = tracking

    def wanted(self, row: Ticket, entry: TicketEntry, catalog: Catalog) -> bool:
        """Whether there may be something to tell, before more is read for it."""
        kind = catalog.types.get(row.type_id)
        if not self.outbox.configured or row.requester_id is None or row.merged_into is not None:
            return False
        told = kind is not None and kind.customer_mails
        return told and step_of(EntryKind(entry.kind), Author(entry.author), entry.data) is not None

    async def put(self, session: AsyncSession, row: Ticket, entry: TicketEntry, catalog: Catalog) -> bool:
        """Into the transaction of `session`; whether there is one to whom it goes."""
        step, text = await self._told_together(session, entry)
        if step is None:
            return False
        part = await session.get(Customer, row.requester_id)
        who = part and await session.get(Customer, part.root_id)
        if who is None:
            return False
        group = await group_of(session, who.id)
        emails = [each.value for each in await identities_of(session, group) if each.kind == "email"]
        if not emails:
            return False
        state = catalog.states.get(row.state)
        variables = {
            "name": who.called or who.name,
            "number": row.number,
            "subject": row.subject,
            "state": state.customer_name if state else "",
            "text": text,
            "link": self._tracking.link(row),
        }
        mail = self._templates.render(f"tickets.{step}", row.language or who.language, variables)
        return await self.outbox.put(session, Mail(to=emails[0], subject=mail.subject, text=mail.text, html=mail.html))

    async def _told_together(self, session: AsyncSession, entry: TicketEntry) -> tuple[Step | None, str]:
        """An answer that also solves the request is one mail: that of the answer, which says so."""
        step = step_of(EntryKind(entry.kind), Author(entry.author), entry.data)
        same = TicketEntry.ticket_id == entry.ticket_id, TicketEntry.at == entry.at
        query = select(TicketEntry).where(*same, TicketEntry.author_id == entry.author_id)
        others = [each for each in await session.scalars(query) if each.sequence != entry.sequence]
        steps = {
            each: found
            for each in others
            if (found := step_of(EntryKind(each.kind), Author(each.author), each.data)) is not None
        }
        if entry.kind == EntryKind.CHANGED:
            return (None if "answered" in steps.values() else step), ""
        if entry.kind == EntryKind.REPLIED:
            further = [found for found in steps.values() if found in ("solved", "closed")]
            message = await session.get(TicketMessage, entry.data.get("message"))
            text = "" if message is None else message.text[:LONGEST_TEXT]
            return (further[-1] if further else step), text
        return step, ""

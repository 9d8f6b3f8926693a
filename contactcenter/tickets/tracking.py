"""The link by which a customer follows one ticket without signing in, and nothing else.

Its token (by_link.py) is bound to epoch and requester: it is no more as soon as the epoch is raised or somebody else is
the requester.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.recorder import record
from contactcenter.customers.models import Customer
from contactcenter.customers.store import group_of
from contactcenter.permissions import Principal
from contactcenter.tickets import acts
from contactcenter.tickets.by_link import AFTER_CLOSING, Links, parted
from contactcenter.tickets.customer_requests import Asker, CustomerRequests
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.vault.service import Vault


class Tracking:
    """`url` gives the portal's address."""

    def __init__(self, requests: CustomerRequests, vault: Vault, url: Callable[[], str]) -> None:
        self.requests = requests
        self._tickets = requests.tickets
        self._links = Links(vault, "ticket link")
        self._url = url

    def link(self, row: Ticket) -> str:
        return f"{self._url()}/t/{self.token(row)}"

    def token(self, row: Ticket) -> str:
        return self._links.token(row.id, row.link_epoch, row.requester_id or "")

    async def asker(self, token: str, address: str, *, doing: bool = False) -> Asker:
        """Whoever has the link, with the one ticket it opens: what it has become part of, where he asks there too.
        `doing`: to change something. Raises Problem 404 (one answer for whatever is wrong with it), 429."""
        now = self._tickets.moment().timestamp()
        self._links.admit(address, now)
        ticket_id, code = parted(token)
        async with self._tickets.database.session() as session:
            row = await session.get(Ticket, ticket_id)
            known = row.requester_id or "" if row is not None else ""
            right = self._links.fits(code, ticket_id, row.link_epoch if row is not None else 0, known)
            part = await session.get(Customer, known) if right and known else None
            root = await session.get(Customer, part.root_id) if part is not None else None
            if row is not None and root is not None:
                row = await _followed(session, row, root.id)
            if row is None or root is None or expired(row, self._tickets.moment()):
                raise self._links.wrong(address, now)
        if doing:
            self._links.act(row.id, address, now)
        return Asker(customer_id=root.id, name=root.name, only=row.id)

    async def withdraw(self, ticket_id: str, principal: Principal) -> None:
        """Every link that has been sent ends, also those of what has become part of it; what is sent from now on has
        another. Raises Problem 403, 404, 409."""
        async with self._tickets.database.writing() as session:
            held = await self._tickets.hold(session, ticket_id, principal, TICKETS_WORK)
            before, held.row.link_epoch = held.row.link_epoch, held.row.link_epoch + 1
            parts = update(Ticket).where(Ticket.merged_into == held.row.id)
            await held.session.execute(parts.values(link_epoch=Ticket.link_epoch + 1))
            epochs = {"link_epoch": before}, {"link_epoch": held.row.link_epoch}
            await record(session, acts.ticket_act(acts.TICKET_CHANGED, held.row.id, held.row.number, *epochs))


async def _followed(session: AsyncSession, row: Ticket, customer_id: str) -> Ticket:
    into = None if row.merged_into is None else await session.get(Ticket, row.merged_into)
    theirs = into is not None and into.requester_id in set(await group_of(session, customer_id))
    return into if into is not None and theirs else row


def expired(row: Ticket, now: datetime) -> bool:
    return row.closed_at is not None and now >= row.closed_at + AFTER_CLOSING

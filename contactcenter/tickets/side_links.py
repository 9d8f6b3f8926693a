"""The link by which whom a side conversation asks from outside reads and answers it, and nothing else of the ticket.

Its token (by_link.py) is bound to epoch and address: it is no more once the conversation was ended and taken up again,
or the address was forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem
from contactcenter.tickets.by_link import AFTER_CLOSING, Links, parted
from contactcenter.tickets.model import Author
from contactcenter.tickets.models import Ticket, TicketMessage
from contactcenter.tickets.side_models import TicketSide
from contactcenter.vault.service import Vault


class SideLinks:
    """`url` gives the portal's address."""

    def __init__(self, vault: Vault, url: Callable[[], str]) -> None:
        self._links = Links(vault, "side link")
        self._url = url

    def link(self, side: TicketSide) -> str:
        return f"{self._url()}/s/{self.token(side)}"

    def token(self, side: TicketSide) -> str:
        return self._links.token(side.id, side.link_epoch, side.email)

    async def opened(self, session: AsyncSession, token: str, address: str, at: datetime) -> TicketSide:
        """Raises Problem 404 (one answer for whatever is wrong with it), 410 where it was ended, 429."""
        now = at.timestamp()
        self._links.admit(address, now)
        side_id, code = parted(token)
        side = await session.get(TicketSide, side_id)
        bound = ("0", "") if side is None else (str(side.link_epoch), side.email)
        right = self._links.fits(code, side_id, *bound)
        if side is None or not right or not side.email or await _expired(session, side, at):
            raise self._links.wrong(address, now)
        refuse_ended(side)
        return side

    def act(self, side: TicketSide, address: str, at: datetime) -> None:
        """Something is changed by the link. Raises Problem 429."""
        self._links.act(side.id, address, at.timestamp())


def refuse_ended(side: TicketSide) -> None:
    """Raises Problem 410."""
    if side.ended_at is not None:
        raise Problem(410, "side-ended", "Ended", "This conversation has ended.")


async def _expired(session: AsyncSession, side: TicketSide, at: datetime) -> bool:
    """Some time after its ticket, or what that has become part of, was closed and the house has last written in it."""
    ticket = await session.get_one(Ticket, side.ticket_id)
    whole = ticket if ticket.merged_into is None else await session.get_one(Ticket, ticket.merged_into)
    if whole.closed_at is None:
        return False
    asked = TicketMessage.side_id == side.id, TicketMessage.author == Author.AGENT.value
    last = await session.scalar(select(func.max(TicketMessage.at)).where(*asked))
    return at >= max(whole.closed_at, last or side.opened_at) + AFTER_CLOSING

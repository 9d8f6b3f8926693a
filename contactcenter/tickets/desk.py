"""Tickets that a call's flow opens; see contactcenter.calls.desks.TicketDesk."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.calls.desks import Requester
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.documents import NewTicket
from contactcenter.tickets.service import Tickets


class CallTickets:
    """`tickets` gives the slice once it is built: calls are built before it."""

    def __init__(self, tickets: Callable[[], Tickets]) -> None:
        self._tickets = tickets

    async def open(self, *, subject: str, description: str, requester: Requester, interaction_id: str) -> str:
        caller = f"{requester.name} ({requester.address})" if requester.name else requester.address
        body = NewTicket(
            subject=subject,
            description=description or f"Opened by the call flow for {caller}.",
            description_kind="note",
            requester=requester.customer_id,
            channel="voice",
            interaction_ids=[interaction_id],
        )
        opened = await self._tickets().make(body, SYSTEM, key=f"call:{interaction_id}:{subject}"[:64])
        return opened.ticket.number

"""Who watches a ticket, and who agrees to a change of its state."""

from __future__ import annotations

from contactcenter.api.problems import Problem, forbidden, not_found
from contactcenter.audit.recorder import record
from contactcenter.permissions import Principal
from contactcenter.tickets import acts, children, writer
from contactcenter.tickets.acting import By
from contactcenter.tickets.documents import Decision, TicketOut, WatchBody
from contactcenter.tickets.events import TicketChanged
from contactcenter.tickets.model import EntryKind
from contactcenter.tickets.models import TicketApproval, TicketWatcher
from contactcenter.tickets.permissions import TICKETS_VIEW, TICKETS_WORK
from contactcenter.tickets.service import Tickets


class Involving:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def watch(self, ticket_id: str, body: WatchBody, by: By, principal: Principal) -> TicketOut:
        """Whoever sees a ticket may watch it; to have others watch it one must work on it. Raises Problem 403, 404,
        422."""
        user = body.user or principal.user_id
        needed = TICKETS_VIEW if user == principal.user_id else TICKETS_WORK
        async with self._tickets.database.writing() as session:
            held = await self._tickets.hold(session, ticket_id, principal, needed)
            await self._tickets.check_people(session, [user])
            there = await session.get(TicketWatcher, (held.row.id, user))
            if body.watch and there is None:
                session.add(TicketWatcher(ticket_id=held.row.id, user_id=user))
            elif not body.watch and there is not None:
                await session.delete(there)
            if body.watch == (there is None):
                pair = (None, user) if body.watch else (user, None)
                after = {"watcher": user, "watches": body.watch}
                await record(session, acts.ticket_act(acts.TICKET_CHANGED, held.row.id, held.row.number, None, after))
                held.events.append(TicketChanged(**held.told(by), changes={"watcher": pair}))
        self._tickets.announce(held)
        return await self._tickets.get(held.row.id, principal)

    async def decide(self, ticket_id: str, approval_id: str, body: Decision, by: By, principal: Principal) -> TicketOut:
        """A holder of the role agrees or does not; who asked cannot agree himself. What was said of open tickets below
        it happens with it. Raises Problem 403, 404, 409, 422."""
        async with self._tickets.database.writing() as session:
            held = await self._tickets.hold(session, ticket_id, principal, TICKETS_VIEW)
            approval = await session.get(TicketApproval, approval_id)
            if approval is None or approval.ticket_id != held.row.id:
                raise not_found("approval")
            if approval.agreed is not None:
                raise Problem(409, "decided", "Decided already", f"{approval.decided_by} has decided this.")
            if approval.approver not in by.roles or approval.asked_by_id == by.id:
                raise forbidden()
            approval.agreed, approval.decided_at = body.agreed, held.at
            approval.decided_by, approval.reason = by.name[:200], body.reason
            data = {"approval": approval.id, "target": approval.target, "agreed": body.agreed, "reason": body.reason}
            writer.enter(held, EntryKind.DECIDED, by, data)
            if body.agreed:
                await self._done(held, approval, body, by, principal)
            else:
                held.events.append(TicketChanged(**held.told(by), changes={"approval": (approval.target, None)}))
            after = {"target": approval.target, "agreed": body.agreed}
            await record(session, acts.ticket_act(acts.TICKET_DECIDED, held.row.id, held.row.number, None, after))
            await writer.reckon(held)
        self._tickets.announce(held)
        return await self._tickets.get(held.row.id, principal)

    async def _done(
        self, held: writer.Held, approval: TicketApproval, body: Decision, by: By, principal: Principal
    ) -> None:
        choice = body.children or approval.children
        if choice is None:
            await writer.refuse_above_open_ones(held, approval.target, by)
        await writer.settle(held, held.document | {"state": approval.target}, by)
        if choice == "resolve":
            # Who asked for it was let do it to them; whoever says it now has to be.
            await children.resolve(self._tickets, held, by, None if body.children is None else principal)

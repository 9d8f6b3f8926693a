"""Which tickets somebody sees and works on, as a condition for the database: what he may not see is never read."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select, true

from contactcenter.identity.models import TeamMember
from contactcenter.permissions import Permission, Principal
from contactcenter.tickets.models import Ticket, TicketWatcher
from contactcenter.tickets.permissions import TICKETS_VIEW
from contactcenter.tickets.side_models import TicketSide

Sight = ColumnElement[bool]
EVERYTHING: Sight = true()


def within(principal: Principal, permission: Permission) -> Sight:
    """Tickets of the queues and teams for which he has the permission; of no queue and no team: only where he has it
    everywhere. His own are always among them."""
    scope = principal.scope(permission)
    if scope is None:
        return false()
    if scope.everywhere:
        return EVERYTHING
    return or_(
        Ticket.queue_id.in_(scope.queues or frozenset()),
        Ticket.team_id.in_(scope.teams or frozenset()),
        Ticket.assignee_id == principal.user_id,
    )


def seen_by(principal: Principal) -> Sight:
    """What he may read: also what he watches, and what a team of his is asked about."""
    seen = within(principal, TICKETS_VIEW)
    if principal.scope(TICKETS_VIEW) is None or seen is EVERYTHING:
        return seen
    watched = select(TicketWatcher.ticket_id).where(TicketWatcher.user_id == principal.user_id)
    asked = select(TicketSide.ticket_id).join(TeamMember, TeamMember.team_id == TicketSide.team_id)
    asked = asked.where(TeamMember.user_id == principal.user_id)
    return or_(seen, Ticket.id.in_(watched), Ticket.id.in_(asked))


def may_on(principal: Principal, permission: Permission, row: Ticket) -> bool:
    """The same for one that has been read."""
    scope = principal.scope(permission)
    if scope is None:
        return False
    queues = () if row.queue_id is None else (row.queue_id,)
    teams = () if row.team_id is None else (row.team_id,)
    return row.assignee_id == principal.user_id or scope.includes(queues, teams)

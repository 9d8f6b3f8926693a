"""Who is behind the words for hearers, and which of them see the ticket."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.identity.access import below, having, members, parents_of, scope_of
from contactcenter.identity.models import OwnRole, Team, TeamMember, User, UserRole
from contactcenter.permissions import Scope
from contactcenter.tickets.model import Author
from contactcenter.tickets.models import Ticket, TicketMessage, TicketWatcher
from contactcenter.tickets.notices import ASSIGNEE, LEADER, ROLE, SIDE, TEAM, WATCHERS
from contactcenter.tickets.permissions import TICKETS_VIEW
from contactcenter.tickets.side_models import TicketSide


async def watchers_of(session: AsyncSession, ticket_id: str) -> set[str]:
    return set(await session.scalars(select(TicketWatcher.user_id).where(TicketWatcher.ticket_id == ticket_id)))


async def asked_of(session: AsyncSession, ticket_id: str) -> set[str]:
    """People of teams with whom there is a side conversation."""
    people = select(TeamMember.user_id).join(TicketSide, TicketSide.team_id == TeamMember.team_id)
    return set(await session.scalars(people.where(TicketSide.ticket_id == ticket_id)))


async def wrote_in(session: AsyncSession, side_id: str) -> set[str]:
    """Who of the house has written in a side conversation and is still there."""
    wrote = TicketMessage.side_id == side_id, TicketMessage.author == Author.AGENT.value
    people = select(User.id).where(User.id.in_(select(TicketMessage.author_id).where(*wrote)))
    return set(await session.scalars(people.where(User.disabled_at.is_(None))))


async def named(session: AsyncSession, row: Ticket, hearers: Iterable[str], *, unassigned_only: bool) -> set[str]:
    """Ids of users. `unassigned_only`: its team only hears of it while nobody in particular has it."""
    found: set[str] = set()
    for hearer in hearers:
        if hearer == ASSIGNEE:
            found |= {row.assignee_id} if row.assignee_id else set()
        elif hearer == TEAM:
            if row.team_id and not (unassigned_only and row.assignee_id):
                found |= set(await session.scalars(members([row.team_id])))
        elif hearer == LEADER:
            team = await session.get(Team, row.team_id or "")
            found |= {team.leader_id} if team is not None and team.leader_id is not None else set()
        elif hearer == WATCHERS:
            found |= await watchers_of(session, row.id)
        elif hearer.startswith(ROLE):
            found |= await having(session, hearer.removeprefix(ROLE))
        elif hearer.startswith(SIDE):
            asked = await seeing(session, row, await wrote_in(session, hearer.removeprefix(SIDE)))
            found |= asked or ({row.assignee_id} if row.assignee_id else set())
        else:
            found.add(hearer)
    return found


async def seeing(session: AsyncSession, row: Ticket, users: set[str]) -> set[str]:
    """Those of them who see the ticket, as in sight.py."""
    if not users:
        return set()
    own = [role.id for role in await session.scalars(select(OwnRole)) if TICKETS_VIEW.name in role.permissions]
    held = select(UserRole).where(UserRole.user_id.in_(users), UserRole.role.in_([*TICKETS_VIEW.roles, *own]))
    roles = list(await session.scalars(held))
    parents = await parents_of(session) if any(role.teams for role in roles) else {}
    special = await watchers_of(session, row.id) | await asked_of(session, row.id) | {row.assignee_id}
    queues = () if row.queue_id is None else (row.queue_id,)
    teams = () if row.team_id is None else (row.team_id,)
    found = set()
    for role in roles:
        scope = scope_of(role)
        if scope.teams:
            scope = Scope(below(scope.teams, parents), scope.queues)
        if role.user_id in special or scope.includes(queues, teams):
            found.add(role.user_id)
    return found

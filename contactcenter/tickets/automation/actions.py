"""What a rule or a macro does to a ticket: planned in order, then done in one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.recorder import record
from contactcenter.identity.access import holders
from contactcenter.identity.models import TeamMember, User
from contactcenter.tickets import acts, writer
from contactcenter.tickets.acting import By
from contactcenter.tickets.automation import hooks, variables
from contactcenter.tickets.automation.models import TicketTurn
from contactcenter.tickets.automation.rules import in_turn, least
from contactcenter.tickets.checks import refused
from contactcenter.tickets.conditions import PRIORITIES
from contactcenter.tickets.events import TicketChanged, TicketNotified
from contactcenter.tickets.model import Author, EntryKind, MessageKind
from contactcenter.tickets.models import Ticket, TicketWatcher
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.values import Document
from contactcenter.tickets.writer import Held

Actions = Sequence[Mapping[str, Any]]
"""As settings.Action, in plain documents."""
CHOOSING: Final = frozenset({"turn", "least_open"})


@dataclass(slots=True, kw_only=True)
class Plan:
    """`wanted`: what becomes different. `turns`: whom of a team it came to. `says`: (kind, text filled in). `notices`:
    who is told, and what, to be filled in when it is told."""

    wanted: Document
    turns: dict[str, str] = field(default_factory=dict)
    says: list[tuple[str, str]] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list)
    hooks: list[str] = field(default_factory=list)
    notices: list[tuple[list[str], str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    changes: tuple[str, ...]
    said: int
    called: int = 0
    told: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.changes or self.said or self.called or self.told)


def step(action: Mapping[str, Any], now: Document) -> Document:
    """What one action makes of a ticket, where that can be told without asking who is there."""
    kind = action["do"]
    if kind == "set":
        return {action["field"]: action["value"]}
    if kind == "tags":
        return {"tags": sorted({*now["tags"], *action["add"]} - set(action["remove"]))}
    if kind == "priority":
        place = PRIORITIES.index(now["priority"]) + (1 if action["way"] == "raise" else -1)
        return {"priority": PRIORITIES[min(max(place, 0), len(PRIORITIES) - 1)]}
    if kind == "assign" and action["how"] not in CHOOSING:
        team = {"team": action["team"]} if action["team"] else {}
        return {"assignee": action["user"] if action["how"] == "user" else None} | team
    return {}


def would_act(actions: Actions, document: Document) -> bool:
    """Whether anything would be said or become different: doing it again and again would go on for ever."""
    now = dict(document)
    for action in actions:
        if action["do"] in ("say", "webhook", "notify") or (action["do"] == "assign" and action["how"] in CHOOSING):
            return True
        now |= step(action, now)
    return any(value != document.get(name) for name, value in now.items())


async def plan(
    session: AsyncSession, row: Ticket, document: Document, actions: Actions, by: By, tickets: Tickets
) -> Plan:
    """Raises Problem 422 when nobody of a team can be given it."""
    now, found = dict(document), Plan(wanted={})
    for place, action in enumerate(actions):
        if action["do"] == "assign" and action["how"] in CHOOSING:
            team = action["team"] or now["team"]
            chosen = await _choose(session, action["how"], team, found.turns, f"actions.{place}.team")
            now |= {"assignee": chosen, "team": team}
        else:
            now |= step(action, now)
    found.wanted = {name: value for name, value in now.items() if value != document.get(name)}
    catalog = tickets.set_up.catalog
    if texts := [each for each in actions if each["do"] == "say"]:
        values = await variables.values_for(session, row, now, catalog, by.name if by.author is Author.AGENT else "")
        found.says = [(each["kind"], variables.fill(each["text"], values)) for each in texts]
    found.hooks = [each["webhook"] for each in actions if each["do"] == "webhook"]
    found.notices = [(list(each["users"]), each["text"]) for each in actions if each["do"] == "notify"]
    found.watchers = await _watchers(session, row.id, actions, now)
    return found


async def perform(
    held: Held, actions: Actions, by: By, tickets: Tickets, *, children: writer.Children | None = None
) -> Done:
    """In the transaction of `held`. `children` as in `writer.change`. Raises Problem 409, 422: nothing of it is to be
    kept then."""
    planned = await plan(held.session, held.row, held.document, actions, by, tickets)
    changes: list[str] = []
    if planned.wanted:
        await tickets.check(held, planned.wanted)
        changed_now = await writer.change(held, planned.wanted, by, children=children)
        changes = [name for name in changed_now if name != "state_class"]
    said = 0
    for kind, text in planned.says:
        if text.strip():
            channel = "agent" if by.author is Author.AGENT else "rule"
            await writer.say(held, writer.Words(kind=MessageKind(kind), text=text, channel=channel), by)
            said += 1
    for user in planned.watchers:
        await _watch(held, user, by)
    for users, text in planned.notices:
        writer.enter(held, EntryKind.NOTIFIED, by, {"to": users, "text": text})
        held.events.append(TicketNotified(**held.told(by)))
    for team, user in planned.turns.items():
        await held.session.merge(TicketTurn(team_id=team, user_id=user))
    await writer.reckon(held)
    for hook in dict.fromkeys(planned.hooks):
        await hooks.tell(held.session, hook, hooks.about(held.row, held.document, by.id, changes), held.row.id, held.at)
    changed = (*changes, *(("watchers",) if planned.watchers else ()))
    return Done(changes=changed, said=said, called=len(planned.hooks), told=len(planned.notices))


async def _choose(session: AsyncSession, how: str, team: str | None, turns: dict[str, str], place: str) -> str:
    if team is None:
        raise refused(place, "it has no team whose turn it could be.", None)
    able = select(TeamMember.user_id).join(User, User.id == TeamMember.user_id)
    able = able.where(TeamMember.team_id == team, User.disabled_at.is_(None), User.removed_at.is_(None))
    members = set(await session.scalars(able)) & await holders(session, TICKETS_WORK)
    # Two tickets at once must not come to the same one.
    turn = await session.scalar(select(TicketTurn).where(TicketTurn.team_id == team).with_for_update())
    last = turns.get(team) or (turn.user_id if turn else None)
    if how == "turn":
        chosen = in_turn(members, last)
    else:
        query = select(Ticket.assignee_id, func.count()).where(Ticket.done.is_(False), Ticket.assignee_id.in_(members))
        query = query.where(Ticket.merged_into.is_(None)).group_by(Ticket.assignee_id)
        chosen = least(members, {row[0] or "": row[1] for row in await session.execute(query)}, last)
    if chosen is None:
        raise refused(place, "nobody in this team may work on tickets.", team)
    turns[team] = chosen
    return chosen


async def _watchers(session: AsyncSession, ticket_id: str, actions: Actions, now: Document) -> list[str]:
    """Who does not watch it yet and is to."""
    named: list[str] = []
    for action in actions:
        for each in action["users"] if action["do"] == "watch" else ():
            if each == "assignee":
                named += [now["assignee"]] if now["assignee"] else []
            elif each == "team":
                members = select(TeamMember.user_id).where(TeamMember.team_id == (now["team"] or ""))
                named += list(await session.scalars(members.order_by(TeamMember.user_id)))
            else:
                named.append(each)
    if not named:
        return []
    there = set(await session.scalars(select(TicketWatcher.user_id).where(TicketWatcher.ticket_id == ticket_id)))
    users = set(await session.scalars(select(User.id).where(User.id.in_(named), User.disabled_at.is_(None))))
    return [each for each in dict.fromkeys(named) if each in users - there]


async def _watch(held: Held, user: str, by: By) -> None:
    held.session.add(TicketWatcher(ticket_id=held.row.id, user_id=user))
    after = {"watcher": user, "watches": True}
    await record(held.session, acts.ticket_act(acts.TICKET_CHANGED, held.row.id, held.row.number, None, after))
    held.events.append(TicketChanged(**held.told(by), changes={"watcher": (None, user)}))

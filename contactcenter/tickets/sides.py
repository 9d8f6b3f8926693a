"""Side conversations: what agents ask others about a ticket, apart from what the customer reads."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Named, Ref, Settings
from contactcenter.api.problems import Problem, forbidden, not_found
from contactcenter.audit.recorder import record
from contactcenter.identity.models import Team, TeamMember, User
from contactcenter.identity.users import Email
from contactcenter.permissions import Principal
from contactcenter.tickets import acts, writer
from contactcenter.tickets.acting import staff
from contactcenter.tickets.checks import refused
from contactcenter.tickets.documents import Attachments, Said, Subject
from contactcenter.tickets.events import TicketChanged
from contactcenter.tickets.model import Author, EntryKind, MessageKind
from contactcenter.tickets.models import Ticket, TicketMessage
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.side_mail import SideMail
from contactcenter.tickets.side_models import TicketSide
from contactcenter.tickets.sight import may_on
from contactcenter.tickets.writer import Held


class SideWords(Settings):
    text: Said
    attachments: Attachments = Field(default=[])


class NewSide(SideWords):
    """Either `email`, who gets each message by mail with a link to answer by, or `team`, whose people are told of it
    and see the ticket."""

    subject: Subject
    email: Email | None = None
    team: Ref | None = None


class SideOut(BaseModel):
    """Its messages are those of the thread with this `side_id`. `ended_at`: its link opens nothing since."""

    id: str
    subject: str
    email: str
    team: Named | None
    opened_at: datetime
    opened_by: str
    ended_at: datetime | None


class SideList(BaseModel):
    """The oldest first. `mail`: whether somebody outside can be written to from here."""

    items: list[SideOut]
    mail: bool


class Sides:
    """`mail` None: there is no mail server."""

    def __init__(self, tickets: Tickets, mail: SideMail | None) -> None:
        self.tickets = tickets
        self._mail = mail if mail is not None and mail.possible else None

    async def every(self, ticket_id: str, who: Principal) -> SideList:
        """Those of what has become part of it too. Raises Problem 404."""
        async with self.tickets.database.session() as session:
            row = await self.tickets.row(session, ticket_id, who)
            merged = select(Ticket.id).where(Ticket.merged_into == row.id)
            within = or_(TicketSide.ticket_id == row.id, TicketSide.ticket_id.in_(merged))
            rows = list(await session.scalars(select(TicketSide).where(within).order_by(TicketSide.opened_at)))
            return SideList(items=await shown(session, rows), mail=self._mail is not None)

    async def begin(self, ticket_id: str, body: NewSide, who: Principal, *, key: str | None = None) -> SideOut:
        """With a key, the one that an earlier request with it has begun. Raises Problem 403, 404, 409, 422."""
        async with self.tickets.database.writing() as session:
            if (before := await _said(session, key)) is not None:
                return (await shown(session, [await session.get_one(TicketSide, before.side_id)]))[0]
            held = await self.tickets.hold(session, ticket_id, who, TICKETS_WORK)
            await self._check(session, body)
            side = TicketSide(
                id=uuid.uuid4().hex,
                ticket_id=held.row.id,
                subject=body.subject,
                email=body.email or "",
                team_id=body.team,
                opened_at=held.at,
                opened_by=who.name[:200],
                opened_by_id=who.user_id,
            )
            session.add(side)
            await session.flush()
            await self._say(held, side, body, who, key)
            begun = (await shown(session, [side]))[0]
        self._after(held)
        return begun

    async def say(self, ticket_id: str, side_id: str, body: SideWords, who: Principal, *, key: str | None) -> int:
        """The id of the message. Who works on the ticket may, and the team that is asked. Raises Problem 403, 404, 409,
        422."""
        async with self.tickets.database.writing() as session:
            if (before := await _said(session, key)) is not None:
                return before.id
            held = await self.tickets.hold(session, ticket_id, who, None)
            side = await _side(held, side_id)
            if not (may_on(who, TICKETS_WORK, held.row) or await _asked(session, side, who)):
                raise forbidden(TICKETS_WORK)
            said = await self._say(held, side, body, who, key)
        self._after(held)
        return said

    async def end(self, ticket_id: str, side_id: str, who: Principal) -> SideOut:
        """Its link opens nothing any more, until somebody of the house writes in it again. Raises Problem 403, 404, 409
        for one with a team."""
        async with self.tickets.database.writing() as session:
            held = await self.tickets.hold(session, ticket_id, who, TICKETS_WORK)
            side = await _side(held, side_id)
            if side.team_id is not None:
                raise Problem(409, "no-link", "No link", "A side conversation with a team has no link that could end.")
            if side.ended_at is None:
                side.ended_at = held.row.changed_at = held.at
                by = staff(who)
                writer.enter(held, EntryKind.ASIDE_ENDED, by, {"side": side.id})
                held.events.append(TicketChanged(**held.told(by), changes={"sides": (None, None)}))
                await _record_end(held, side, ended=True)
            ended = (await shown(session, [side]))[0]
        self.tickets.announce(held)
        return ended

    def _after(self, held: Held) -> None:
        self.tickets.announce(held)
        if self._mail is not None:
            self._mail.wake()

    async def _check(self, session: AsyncSession, body: NewSide) -> None:
        if (body.email is None) == (body.team is None):
            raise refused("email", "say with whom: an address, or a team, not both.", body.email)
        if body.team is not None and await session.get(Team, body.team) is None:
            raise refused("team", f"there is no team {body.team!r}.", body.team)

    async def _say(self, held: Held, side: TicketSide, body: SideWords, who: Principal, key: str | None) -> int:
        if side.team_id is None:
            await self._reach(held, side)
        words = writer.Words(
            kind=MessageKind.SIDE,
            text=body.text,
            mentions=await _hearers(held.session, side, who),
            attachments=tuple(body.attachments),
            side_id=side.id,
            request_key=key,
        )
        message = await writer.say(held, words, staff(who))
        if side.email and self._mail is not None:
            told = {"text": body.text, "agent": who.name, "number": held.row.number}
            await self._mail.put(held.session, side, **told, files=len(body.attachments))
        await writer.reckon(held)
        return message.id

    async def _reach(self, held: Held, side: TicketSide) -> None:
        """Somebody outside can be written to, and has a link from now on. Raises Problem 409, 422."""
        if not side.email:
            raise Problem(409, "side-forgotten", "Forgotten", "Whom this asked was forgotten; begin another one.")
        if self._mail is None:
            raise refused("email", "nothing can be sent: there is no server in [mail].", None)
        if side.ended_at is not None:
            side.ended_at, side.link_epoch = None, side.link_epoch + 1
            await _record_end(held, side, ended=False)


async def shown(session: AsyncSession, rows: list[TicketSide]) -> list[SideOut]:
    teams = [row.team_id for row in rows if row.team_id]
    found = await session.execute(select(Team.id, Team.name).where(Team.id.in_(teams)))
    names = {row.id: row.name for row in found}
    plain = ("id", "subject", "email", "opened_at", "opened_by", "ended_at")
    return [
        SideOut(
            team=Named(id=row.team_id, name=names.get(row.team_id, row.team_id)) if row.team_id else None,
            **{name: getattr(row, name) for name in plain},
        )
        for row in rows
    ]


async def _said(session: AsyncSession, key: str | None) -> TicketMessage | None:
    if key is None:
        return None
    query = select(TicketMessage).where(TicketMessage.request_key == key, TicketMessage.side_id.is_not(None))
    return (await session.scalars(query)).first()


async def _side(held: Held, side_id: str) -> TicketSide:
    """Of this ticket, or of what has become part of it. Raises Problem 404."""
    side = await held.session.get(TicketSide, side_id)
    if side is None:
        raise not_found("side conversation")
    if side.ticket_id != held.row.id:
        merged = select(Ticket.id).where(Ticket.id == side.ticket_id, Ticket.merged_into == held.row.id)
        if await held.session.scalar(merged) is None:
            raise not_found("side conversation")
    return side


async def _record_end(held: Held, side: TicketSide, *, ended: bool) -> None:
    before, after = ({"side": side.id, "ended": each} for each in (not ended, ended))
    await record(held.session, acts.ticket_act(acts.TICKET_CHANGED, held.row.id, held.row.number, before, after))


async def _asked(session: AsyncSession, side: TicketSide, who: Principal) -> bool:
    if side.team_id is None or who.scope(TICKETS_WORK) is None:
        return False
    return await session.get(TeamMember, (side.team_id, who.user_id)) is not None


async def _hearers(session: AsyncSession, side: TicketSide, who: Principal) -> tuple[str, ...]:
    """Of a team its people, and whoever of the house has written in it before."""
    if side.team_id is None:
        return ()
    wrote = (TicketMessage.side_id == side.id, TicketMessage.author == Author.AGENT.value)
    ids = set(await session.scalars(select(TicketMessage.author_id).where(*wrote)))
    ids |= set(await session.scalars(select(TeamMember.user_id).where(TeamMember.team_id == side.team_id)))
    there = select(User.id).where(User.id.in_(ids - {who.user_id}), User.disabled_at.is_(None))
    return tuple(sorted(await session.scalars(there)))

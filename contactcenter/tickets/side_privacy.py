"""Who was asked from outside in a side conversation can be forgotten: the address, what was written and sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.plugin import Exported, Held, Opened, Person, PersonalData
from contactcenter.storage.database import Database
from contactcenter.tickets import search
from contactcenter.tickets.acting import partner
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.model import Author
from contactcenter.tickets.models import Ticket, TicketAttachment, TicketEntry, TicketMessage
from contactcenter.tickets.privacy import asked_outside, under
from contactcenter.tickets.side_models import TicketSide
from contactcenter.tickets.writer import uploader


class SidePrivacy:
    def __init__(self, database: Database, files: TicketFiles) -> None:
        self._database = database
        self._files = files

    @property
    def personal(self) -> PersonalData:
        return PersonalData(
            kind="ticket-sides",
            words="Side conversations by mail",
            count=self.count,
            held=self.held,
            export=self.export,
            erase=self.erase,
        )

    async def count(self, person: Person) -> int:
        async with self._database.session() as session:
            return await session.scalar(select(func.count()).select_from(TicketSide).where(asked_outside(person))) or 0

    async def held(self, person: Person, holds: tuple[Held, ...]) -> int:
        """Of tickets that a hold keeps."""
        kept = TicketSide.ticket_id.in_(select(Ticket.id).where(under(holds)))
        query = select(func.count()).select_from(TicketSide).where(asked_outside(person), kept)
        async with self._database.session() as session:
            return await session.scalar(query) or 0

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        """What this address was written and has answered, with its own files, without the ticket, which is about
        somebody else."""
        async with self._database.session() as session:
            for side in await session.scalars(
                select(TicketSide).where(asked_outside(person)).order_by(TicketSide.opened_at)
            ):
                yield await self._exported(session, side)

    async def _exported(self, session: AsyncSession, side: TicketSide) -> Exported:
        query = select(TicketMessage).where(TicketMessage.side_id == side.id).order_by(TicketMessage.id)
        rows = list(await session.scalars(query))
        attached = select(TicketAttachment).where(TicketAttachment.message_id.in_([row.id for row in rows]))
        of_message: dict[int | None, list[TicketAttachment]] = {}
        for file in await session.scalars(attached.order_by(TicketAttachment.name, TicketAttachment.id)):
            of_message.setdefault(file.message_id, []).append(file)
        said = [
            {
                "at": row.at.isoformat(),
                "by": "outside" if row.author == Author.PARTNER else "house",
                "text": row.text,
                "files": [file.name for file in of_message.get(row.id, ())],
            }
            for row in rows
        ]
        theirs = [file for row in rows if row.author == Author.PARTNER for file in of_message.get(row.id, ())]
        # What the scanner has not passed is named and not given out, as everywhere.
        given = [file for file in theirs if self._files.ready(file)]
        return Exported(
            document={"email": side.email, "subject": side.subject, "messages": said},
            files={f"{file.id}-{file.name}": self._opener(file) for file in given},
        )

    def _opener(self, row: TicketAttachment) -> Callable[[], Awaitable[Opened]]:
        async def opened() -> Opened:
            return (await self._files.contents.open(row.sha256)).file

        return opened

    async def erase(self, person: Person, limit: int) -> int:
        async with self._database.writing() as session:
            sides = list(await session.scalars(select(TicketSide).where(asked_outside(person)).limit(limit)))
            if sides:
                await _forget(session, sides)
        return len(sides)


async def _forget(session: AsyncSession, sides: Sequence[TicketSide]) -> None:
    """Contents of files go when nothing names them any more."""
    ids = [side.id for side in sides]
    unsent = [uploader(partner(each, "")) for each in ids]
    said = select(TicketMessage.id).where(TicketMessage.side_id.in_(ids))
    files = or_(TicketAttachment.message_id.in_(said), TicketAttachment.uploaded_by.in_(unsent))
    await session.execute(delete(TicketAttachment).where(files))
    of_them, theirs = TicketMessage.side_id.in_(ids), TicketMessage.author == Author.PARTNER.value
    tickets = set(await session.scalars(select(TicketMessage.ticket_id).where(of_them)))
    await session.execute(update(TicketMessage).where(of_them).values(text="", html=""))
    await session.execute(update(TicketMessage).where(of_them, theirs).values(author_name=""))
    acted = (TicketEntry.author == Author.PARTNER.value, TicketEntry.author_id.in_(ids))
    await session.execute(update(TicketEntry).where(*acted).values(author_name=""))
    for side in sides:
        side.email = side.subject = ""
        tickets.add(side.ticket_id)
    for row in await session.scalars(select(Ticket).where(Ticket.id.in_(tickets))):
        await search.index_again(session, row)

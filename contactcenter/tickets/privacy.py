"""What tickets know about people: taken out, forgotten, not kept for ever. Figures stay, of nobody in particular."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, false, func, not_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.identity.users import FORMER
from contactcenter.plugin import Aged, Cut, Exported, Held, Person, PersonalData, RetentionKind
from contactcenter.tickets import shown
from contactcenter.tickets.bulk_models import TicketBulkChange
from contactcenter.tickets.model import Author
from contactcenter.tickets.models import (
    Ticket,
    TicketApproval,
    TicketAttachment,
    TicketEntry,
    TicketInteraction,
    TicketMessage,
    TicketTag,
    TicketView,
    TicketWatcher,
)
from contactcenter.tickets.search import INDEX
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.side_models import TicketSide
from contactcenter.tickets.sides import shown as sides_shown
from contactcenter.tickets.values import CUSTOM

Condition = ColumnElement[bool]
BATCH: Final = 200
PERSONAL: Final = frozenset({"subject", "tags", "requester", "organisation"})
"""Of the history, beside custom fields, what is forgotten."""

SEPARATORS: Final = (" ", "-", "(", ")", "/", ".")


def about(person: Person) -> Condition:
    """Tickets that this person asked for."""
    if not person.customers:
        return false()
    until = true() if person.until is None else Ticket.made_at <= person.until
    return and_(Ticket.requester_id.in_(sorted(person.customers)), until)


def asked_outside(person: Person) -> Condition:
    """Side conversations with this person, by the address written as those of a Person are: without separators."""
    column: Any = TicketSide.email
    for sign in SEPARATORS:
        column = func.replace(column, sign, "")
    until = true() if person.until is None else TicketSide.opened_at <= person.until
    return and_(TicketSide.email != "", column.in_(sorted(person.addresses)), until)


def under(held: Sequence[Held]) -> Condition:
    """Tickets that one of these holds keeps."""
    return or_(false(), *(_one(hold) for hold in held))


def _one(hold: Held) -> Condition:
    if hold.person is not None:
        sides = select(TicketSide.ticket_id).where(asked_outside(hold.person))
        return or_(about(hold.person), Ticket.assignee_id.in_(sorted(hold.person.users)), Ticket.id.in_(sides))
    given: list[Condition] = []
    if hold.interaction is not None:
        linked = select(TicketInteraction.ticket_id).where(TicketInteraction.interaction_id == hold.interaction)
        given.append(Ticket.id.in_(linked))
    for column, value in ((Ticket.queue_id, hold.queue), (Ticket.assignee_id, hold.agent)):
        if value is not None:
            given.append(column == value)
    if hold.since is not None:
        given.append(Ticket.made_at >= hold.since)
    if hold.until is not None:
        given.append(Ticket.made_at < hold.until)
    return and_(*given) if given else true()


def older(cut: Cut) -> Condition:
    """Done before the cut, of its queues, not held."""
    ended = func.coalesce(Ticket.closed_at, Ticket.resolved_at)
    conditions = [Ticket.done.is_(True), ended < cut.before, not_(under(cut.held))]
    if cut.queue is not None:
        conditions.append(Ticket.queue_id == cut.queue)
    elif cut.other_than:
        conditions.append(or_(Ticket.queue_id.is_(None), Ticket.queue_id.not_in(sorted(cut.other_than))))
    return and_(*conditions)


class TicketPrivacy:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._database = tickets.database

    @property
    def personal(self) -> PersonalData:
        return PersonalData(
            kind="tickets", words="Tickets", count=self.count, held=self.held, export=self.export, erase=self.erase
        )

    @property
    def authors(self) -> PersonalData:
        """Of users: their names beside what they wrote and did, what they watch, lists only they see."""
        return PersonalData(
            kind="ticket-authors",
            words="Names beside messages and changes of tickets",
            count=self.count_authored,
            export=self.export_authored,
            erase=self.forget_author,
        )

    @property
    def retention(self) -> RetentionKind:
        return RetentionKind(
            kind="tickets",
            words="Tickets that are done, with their threads and files",
            count_older=self.count_older,
            delete_older=self.delete_older,
        )

    async def count(self, person: Person) -> int:
        return await self._count(about(person))

    async def held(self, person: Person, holds: tuple[Held, ...]) -> int:
        return await self._count(and_(about(person), under(holds)))

    async def _count(self, condition: Condition) -> int:
        async with self._database.session() as session:
            return await session.scalar(select(func.count()).select_from(Ticket).where(condition)) or 0

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        """Each with its whole thread, notes of the staff too: they are about this person."""
        async with self._database.session() as session:
            ids = list(await session.scalars(select(Ticket.id).where(about(person)).order_by(Ticket.serial)))
        for ticket_id in ids:
            async with self._database.session() as session:
                yield Exported(document=await self._document(session, ticket_id))

    async def _document(self, session: AsyncSession, ticket_id: str) -> dict[str, Any]:
        row = await session.get_one(Ticket, ticket_id)
        thread = select(TicketMessage).where(TicketMessage.ticket_id == ticket_id).order_by(TicketMessage.id)
        said = await shown.messages(session, list(await session.scalars(thread)))
        whole = await shown.whole(session, row, self._tickets.set_up.catalog, None)
        document = whole.model_dump(mode="json", exclude={"states", "watchers", "approvals", "links"})
        asked = select(TicketSide).where(TicketSide.ticket_id == ticket_id).order_by(TicketSide.opened_at)
        sides = [
            each.model_dump(mode="json") for each in await sides_shown(session, list(await session.scalars(asked)))
        ]
        return document | {"side_conversations": sides, "messages": [each.model_dump(mode="json") for each in said]}

    async def erase(self, person: Person, limit: int) -> int:
        """What was said and by whom goes, the answers too; that there was a ticket, and how it fared, stays."""
        async with self._database.writing() as session:
            rows = list(await session.scalars(select(Ticket).where(about(person)).limit(limit)))
            ids = [row.id for row in rows]
            for row in rows:
                row.subject, row.fields = "", {}
                row.requester_id = row.organisation_id = row.request_key = None
                row.link_epoch += 1
                await INDEX.remove(session, row.serial)
            if ids:
                silent = {"text": "", "html": "", "mentions": [], "author_name": ""}
                of_them = TicketMessage.ticket_id.in_(ids)
                await session.execute(update(TicketMessage).where(of_them).values(silent))
                customers = (TicketMessage.author != Author.AGENT.value, of_them)
                await session.execute(update(TicketMessage).where(*customers).values(author_id=""))
                aside = update(TicketSide).where(TicketSide.ticket_id.in_(ids))
                await session.execute(aside.values(subject="", email=""))
                await session.execute(delete(TicketTag).where(TicketTag.ticket_id.in_(ids)))
                await session.execute(delete(TicketAttachment).where(TicketAttachment.ticket_id.in_(ids)))
                reasons = update(TicketApproval).where(TicketApproval.ticket_id.in_(ids))
                await session.execute(reasons.values(reason=""))
                await session.execute(delete(TicketBulkChange).where(TicketBulkChange.ticket_id.in_(ids)))
                await self._forget_entries(session, ids)
        return len(ids)

    @staticmethod
    async def _forget_entries(session: AsyncSession, ids: Sequence[str]) -> None:
        for entry in await session.scalars(select(TicketEntry).where(TicketEntry.ticket_id.in_(ids))):
            data = dict(entry.data)
            for part in ("values", "changes"):
                if part in data:
                    data[part] = {name: value for name, value in data[part].items() if not _personal(name)}
            data.pop("reason", None)
            entry.data = data
            if entry.author in (Author.CUSTOMER, Author.PARTNER):
                entry.author_id = entry.author_name = ""

    async def count_authored(self, person: Person) -> int:
        users = sorted(person.users)
        authored = (
            (TicketMessage, TicketMessage.author_id.in_(users) & (TicketMessage.author_name != FORMER)),
            (TicketEntry, TicketEntry.author_id.in_(users) & (TicketEntry.author_name != FORMER)),
            (TicketWatcher, TicketWatcher.user_id.in_(users)),
            (TicketView, TicketView.owner_id.in_(users)),
        )
        async with self._database.session() as session:
            counts = [
                await session.scalar(select(func.count()).select_from(table).where(condition))
                for table, condition in authored
            ]
        return sum(count or 0 for count in counts)

    async def export_authored(self, person: Person) -> AsyncIterator[Exported]:
        """What somebody did, without what the customers said."""
        async with self._database.session() as session:
            query = select(TicketEntry).where(TicketEntry.author_id.in_(sorted(person.users))).order_by(TicketEntry.id)
            for entry in await session.scalars(query):
                yield Exported(document={"ticket": entry.ticket_id, "at": entry.at.isoformat(), "kind": entry.kind})

    async def forget_author(self, person: Person, limit: int) -> int:
        """At once, whatever `limit` is: what was done stays, by somebody who was here."""
        users = sorted(person.users)
        if not users or not (count := await self.count_authored(person)):
            return 0
        async with self._database.transaction() as session:
            for table in (TicketMessage, TicketEntry):
                await session.execute(update(table).where(table.author_id.in_(users)).values(author_name=FORMER))
            decided = update(TicketApproval).where(TicketApproval.asked_by_id.in_(users))
            await session.execute(decided.values(asked_by=FORMER))
            begun = update(TicketSide).where(TicketSide.opened_by_id.in_(users))
            await session.execute(begun.values(opened_by=FORMER))
            await session.execute(delete(TicketWatcher).where(TicketWatcher.user_id.in_(users)))
            await session.execute(delete(TicketView).where(TicketView.owner_id.in_(users)))
        return count

    async def count_older(self, cut: Cut) -> Aged:
        async with self._database.session() as session:
            query = select(func.count(), func.min(Ticket.made_at)).where(older(cut))
            count, oldest = (await session.execute(query)).one()
        return Aged(count=count, oldest=oldest)

    async def delete_older(self, cut: Cut, limit: int) -> int:
        async with self._database.writing() as session:
            query = select(Ticket.id, Ticket.serial).where(older(cut)).order_by(Ticket.serial)
            rows = (await session.execute(query.limit(min(limit, BATCH)))).all()
            for row in rows:
                await INDEX.remove(session, row.serial)
            if rows:
                ids = [row.id for row in rows]
                await session.execute(update(Ticket).where(Ticket.merged_into.in_(ids)).values(merged_into=None))
                await session.execute(delete(Ticket).where(Ticket.id.in_(ids)))
        return len(rows)


def _personal(name: str) -> bool:
    return name in PERSONAL or name.startswith(CUSTOM)

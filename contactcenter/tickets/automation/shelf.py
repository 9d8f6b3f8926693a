"""Macros and ready answers: one's own and everybody's, made, changed, looked up and put to use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Settings, check_name, slug
from contactcenter.api.problems import forbidden, not_found
from contactcenter.audit.recorder import record
from contactcenter.permissions import Principal
from contactcenter.tickets import acts, children, shown, writer
from contactcenter.tickets.acting import staff
from contactcenter.tickets.automation import actions, variables
from contactcenter.tickets.automation.checks import check_actions
from contactcenter.tickets.automation.hooks import check_hooks
from contactcenter.tickets.automation.models import TicketMacro, TicketReply, TicketWebhook
from contactcenter.tickets.automation.settings import MacroBody, MacroOut, PreviewOut, ReplyBody, ReplyOut
from contactcenter.tickets.automation.variables import check_text
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.documents import TicketOut
from contactcenter.tickets.models import TicketTag
from contactcenter.tickets.permissions import TICKETS_SHARE, TICKETS_VIEW, TICKETS_WORK
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.set_up_checks import References
from contactcenter.tickets.settings import plain
from contactcenter.tickets.sight import may_on
from contactcenter.tickets.surroundings import references
from contactcenter.tickets.values import document_of

B = TypeVar("B", bound=Settings)
O = TypeVar("O", bound=BaseModel)  # noqa: E741 - what goes out


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[B, O]):
    """`columns` are fields of the body that the row has too."""

    what: str
    table: Any
    columns: tuple[str, ...]
    body: type[B]
    out: type[O]
    check: Callable[[B, Catalog, References], None]


MACROS: Kind[MacroBody, MacroOut] = Kind(
    what="macros",
    table=TicketMacro,
    columns=("name", "description", "position", "actions"),
    body=MacroBody,
    out=MacroOut,
    check=lambda body, catalog, refs: check_actions("actions", body.actions, catalog, refs),
)
REPLIES: Kind[ReplyBody, ReplyOut] = Kind(
    what="replies",
    table=TicketReply,
    columns=("name", "text", "language", "position"),
    body=ReplyBody,
    out=ReplyOut,
    check=lambda body, catalog, refs: check_text("text", body.text, catalog),
)


class Shelf(Generic[B, O]):
    def __init__(self, tickets: Tickets, kind: Kind[B, O]) -> None:
        self._tickets = tickets
        self._kind = kind

    async def every(self, who: Principal) -> list[O]:
        """His own and everybody's."""
        async with self._tickets.database.session() as session:
            return [self._out(row, who) for row in await session.scalars(self._visible(who))]

    async def put(self, key: str | None, body: B, who: Principal) -> O:
        """None: a new one. Raises Problem 403, 404, 409, 422."""
        shared = bool(getattr(body, "shared"))  # noqa: B009 - both bodies have it
        if shared and not who.may(TICKETS_SHARE):
            raise forbidden(TICKETS_SHARE)
        async with self._tickets.database.writing() as session:
            self._kind.check(body, self._tickets.set_up.catalog, await references(session))
            await check_hooks(session, getattr(body, "actions", []))
            rows = {row.id: row for row in await session.scalars(self._visible(who))}
            row = None if key is None else self._may_change(rows, key, who)
            document = plain(body)
            check_name(document["name"], {each: there.name for each, there in rows.items() if each != key})
            before = None if row is None else self._document(row)
            if row is None:
                taken = set(await session.scalars(select(self._kind.table.id)))
                row = self._kind.table(id=slug(document["name"], taken))
            for name in self._kind.columns:
                setattr(row, name, document[name])
            row.owner_id = None if shared else who.user_id
            session.add(row)
            await record(session, acts.set_up_act(self._kind.what, row.id, row.name, before, self._document(row)))
            return self._out(row, who)

    async def remove(self, key: str, who: Principal) -> None:
        """Raises Problem 403, 404."""
        async with self._tickets.database.writing() as session:
            rows = {row.id: row for row in await session.scalars(self._visible(who))}
            row = self._may_change(rows, key, who)
            await record(session, acts.set_up_act(self._kind.what, row.id, row.name, self._document(row), None))
            await session.delete(row)

    async def one(self, session: AsyncSession, key: str, who: Principal) -> Any:
        """Its row. Raises Problem 404, also for another's."""
        row = await session.scalar(self._visible(who).where(self._kind.table.id == key))
        if row is None:
            raise not_found(self._kind.what)
        return row

    def _visible(self, who: Principal) -> Any:
        table = self._kind.table
        mine = or_(table.owner_id.is_(None), table.owner_id == who.user_id)
        return select(table).where(mine).order_by(table.position, table.name)

    def _may_change(self, rows: dict[str, Any], key: str, who: Principal) -> Any:
        if key not in rows:
            raise not_found(self._kind.what)
        if rows[key].owner_id is None and not who.may(TICKETS_SHARE):
            raise forbidden(TICKETS_SHARE)
        return rows[key]

    def _document(self, row: Any) -> dict[str, Any]:
        held = {name: getattr(row, name) for name in self._kind.columns}
        return plain(self._kind.body.model_validate(held | {"shared": row.owner_id is None}))

    def _out(self, row: Any, who: Principal) -> O:
        mine = row.owner_id == who.user_id or who.may(TICKETS_SHARE)
        return self._kind.out.model_validate(self._document(row) | {"id": row.id, "mine": mine})


class Macros(Shelf[MacroBody, MacroOut]):
    def __init__(self, tickets: Tickets) -> None:
        super().__init__(tickets, MACROS)

    async def apply(self, ticket_id: str, key: str, who: Principal, choice: writer.Children | None = None) -> TicketOut:
        """As if he did it all himself, in one step. `choice`: of the tickets below, as in `writer.change`. Raises
        Problem 403, 404, 409, 422."""
        by, tickets = staff(who), self._tickets
        async with tickets.database.writing() as session:
            macro = await self.one(session, key, who)
            held = await tickets.hold(session, ticket_id, who, TICKETS_WORK)
            done = await actions.perform(held, macro.actions, by, tickets, children=choice)
            if choice == "resolve" and ("state" in done.changes or children.asked(held)):
                await children.resolve(tickets, held, by, who)
            if not may_on(who, TICKETS_VIEW, held.row):
                raise forbidden(TICKETS_VIEW)
            changed = await shown.whole(session, held.row, held.catalog, by)
        tickets.announce(held)
        return changed

    async def preview(self, ticket_id: str, key: str, who: Principal) -> PreviewOut:
        """What `apply` would do. Raises Problem 404, 422."""
        async with self._tickets.database.session() as session:
            macro = await self.one(session, key, who)
            row = await self._tickets.row(session, ticket_id, who)
            tags = await session.scalars(select(TicketTag.tag).where(TicketTag.ticket_id == row.id))
            document = document_of(row, tags)
            found = await actions.plan(session, row, document, macro.actions, staff(who), self._tickets)
            called = select(TicketWebhook.name).where(TicketWebhook.id.in_(found.hooks)).order_by(TicketWebhook.name)
            webhooks = list(await session.scalars(called))
            values: dict[str, str] = {}
            if found.notices:
                now = document | found.wanted
                values = await variables.values_for(session, row, now, self._tickets.set_up.catalog, who.name)
        return PreviewOut(
            changes={name: [document.get(name), value] for name, value in found.wanted.items()},
            messages=[{"kind": kind, "text": text} for kind, text in found.says],
            watchers=found.watchers,
            webhooks=webhooks,
            notices=[variables.fill(text, values) for _, text in found.notices],
        )


class Replies(Shelf[ReplyBody, ReplyOut]):
    def __init__(self, tickets: Tickets) -> None:
        super().__init__(tickets, REPLIES)

    async def filled(self, ticket_id: str, key: str, who: Principal) -> str:
        """Its text for this ticket. Raises Problem 404."""
        async with self._tickets.database.session() as session:
            reply = await self.one(session, key, who)
            row = await self._tickets.row(session, ticket_id, who)
            tags = await session.scalars(select(TicketTag.tag).where(TicketTag.ticket_id == row.id))
            catalog, document = self._tickets.set_up.catalog, document_of(row, tags)
            values = await variables.values_for(session, row, document, catalog, who.name)
            return variables.fill(reply.text, values)

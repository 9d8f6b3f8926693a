"""A ticket as its customer sees it: what both sides have said, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Named
from contactcenter.identity.models import User
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.customer_documents import (
    CustomerFile,
    CustomerMessage,
    FieldShown,
    FormFieldOut,
    RequestForm,
    RequestOut,
    RequestRow,
    Step,
)
from contactcenter.tickets.model import Author, MessageKind, StateClass
from contactcenter.tickets.models import Ticket, TicketAttachment, TicketMessage
from contactcenter.tickets.scanning import passes
from contactcenter.tickets.setup_models import TicketType
from contactcenter.tickets.workflow import CUSTOMER, Mover

MOVER: Final = Mover(kind=CUSTOMER)
MOST_MESSAGES: Final = 500
"""Of a thread, the last so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWord:
    at: datetime
    by_house: bool


def step_of(state_class: StateClass, last: LastWord | None) -> Step:
    if state_class.done:
        return "solved"
    if state_class is StateClass.PENDING or (last is not None and last.by_house):
        return "answered"
    return "received" if state_class is StateClass.OPEN else "working"


async def last_words(session: AsyncSession, ids: Sequence[str]) -> dict[str, LastWord]:
    """The last public message of each ticket."""
    public = TicketMessage.ticket_id.in_(ids), TicketMessage.kind == MessageKind.PUBLIC
    newest = select(func.max(TicketMessage.id)).where(*public).group_by(TicketMessage.ticket_id)
    query = select(TicketMessage.ticket_id, TicketMessage.at, TicketMessage.author).where(TicketMessage.id.in_(newest))
    rows = await session.execute(query)
    return {row.ticket_id: LastWord(at=row.at, by_house=row.author != Author.CUSTOMER) for row in rows}


def line(row: Ticket, last: LastWord | None, catalog: Catalog) -> RequestRow:
    return RequestRow(**_line(row, last, catalog))


def _line(row: Ticket, last: LastWord | None, catalog: Catalog) -> dict[str, Any]:
    state_class = StateClass(row.state_class)
    state, kind = catalog.states.get(row.state), catalog.types.get(row.type_id)
    return {
        "id": row.id,
        "number": row.number,
        "subject": row.subject,
        "type": kind.name if kind is not None and kind.for_customers else "",
        "state": "" if state is None else state.customer_name,
        "step": step_of(state_class, last),
        "waits": state_class is StateClass.PENDING,
        "made_at": row.made_at,
        "last_at": row.made_at if last is None else last.at,
    }


async def whole(
    session: AsyncSession, row: Ticket, parts: Sequence[Named], joined: Named | None, catalog: Catalog, *, scanned: bool
) -> RequestOut:
    """`parts`: the tickets whose words belong to it, itself the first; `joined`: what it has become part of. `scanned`:
    files must have passed the virus scanner."""
    last = (await last_words(session, [row.id])).get(row.id)
    nothing = {"can_reply": False, "can_confirm": False, "can_reopen": False}
    shown: dict[str, Any] = _line(row, last, catalog) | (nothing if row.merged_into else possible(row, catalog))
    return RequestOut(
        **shown,
        fields=_fields(row, catalog),
        messages=await messages(session, [part.id for part in parts], scanned=scanned),
        joined=joined,
        joined_other=row.merged_into is not None and joined is None,
        includes=[part.name for part in parts[1:]],
    )


def possible(row: Ticket, catalog: Catalog) -> dict[str, bool]:
    """What the customer may do with one that is no part of another."""
    done = StateClass(row.state_class).done
    reopen = done and back_to(row, catalog) is not None
    confirm = row.state_class == StateClass.RESOLVED and target(row, catalog, StateClass.CLOSED) is not None
    return {"can_reply": not done or reopen, "can_confirm": confirm, "can_reopen": reopen}


def back_to(row: Ticket, catalog: Catalog) -> str | None:
    return target(row, catalog, StateClass.REOPENED) or target(row, catalog, StateClass.OPEN)


def target(row: Ticket, catalog: Catalog, wanted: StateClass) -> str | None:
    """The state of this class to which the customer may bring it."""
    workflow = catalog.workflows.get(row.type_id)
    return None if workflow is None else workflow.first_of(wanted, row.state, MOVER)


def _fields(row: Ticket, catalog: Catalog) -> list[FieldShown]:
    kind = catalog.types.get(row.type_id)
    found = []
    for key in [] if kind is None else open_fields(kind):
        field, value = catalog.fields.get(key), (row.fields or {}).get(key)
        if field is not None and value not in (None, "", []):
            found.append(FieldShown.model_validate({"name": field.name, "type": field.type, "value": value}))
    return found


def open_fields(kind: TicketType) -> dict[str, bool]:
    """Custom fields that the customer's form of a type has, and whether they must be filled in."""
    return {each["field"]: each["customer"] == "required" for each in kind.form if each["customer"] != "hidden"}


async def messages(session: AsyncSession, parts: Sequence[str], *, scanned: bool) -> list[CustomerMessage]:
    public = and_(TicketMessage.ticket_id.in_(parts), TicketMessage.kind == MessageKind.PUBLIC)
    return [
        CustomerMessage(by="customer" if row.author == Author.CUSTOMER else "house", **told)
        for row, told in await thread(session, public, scanned=scanned)
    ]


async def thread(
    session: AsyncSession, which: ColumnElement[bool], *, scanned: bool
) -> list[tuple[TicketMessage, dict[str, Any]]]:
    """The last of these messages, the oldest first, each with what somebody outside the house reads of it."""
    newest = select(TicketMessage).where(which).order_by(TicketMessage.id.desc()).limit(MOST_MESSAGES)
    rows = list(await session.scalars(newest))[::-1]
    files = await _files(session, [row.id for row in rows], scanned=scanned)
    names = await _names(session, rows)
    return [
        (
            row,
            {
                "id": row.id,
                "name": names.get(row.author_id, ""),
                "text": row.text,
                "files": files.get(row.id, []),
                "at": row.at,
            },
        )
        for row in rows
    ]


async def _names(session: AsyncSession, rows: Sequence[TicketMessage]) -> Mapping[str, str]:
    """Of the people of the house who wrote them, by id."""
    writers = {row.author_id for row in rows if row.author == Author.AGENT}
    people = await session.execute(select(User.id, User.name).where(User.id.in_(writers)))
    return {each.id: each.name for each in people}


async def _files(session: AsyncSession, message_ids: Sequence[int], *, scanned: bool) -> dict[int, list[CustomerFile]]:
    query = select(TicketAttachment).where(TicketAttachment.message_id.in_(message_ids))
    found: dict[int, list[CustomerFile]] = {}
    for row in await session.scalars(query.order_by(TicketAttachment.name, TicketAttachment.id)):
        ready = passes(row.scan, scanned=scanned)
        file = CustomerFile(id=row.id, name=row.name, media_type=row.media_type, size=row.size, ready=ready)
        found.setdefault(row.message_id or 0, []).append(file)
    return found


def forms(catalog: Catalog) -> list[RequestForm]:
    kinds = [kind for kind in catalog.types.values() if kind.for_customers and not kind.retired]
    return [
        RequestForm(id=kind.id, name=kind.name, description=kind.description, fields=_form_fields(kind, catalog))
        for kind in sorted(kinds, key=lambda each: (each.position, each.name))
    ]


def _form_fields(kind: TicketType, catalog: Catalog) -> list[FormFieldOut]:
    names = ("id", "name", "help", "type", "choices")
    return [
        FormFieldOut(required=required, **{name: getattr(field, name) for name in names})
        for key, required in open_fields(kind).items()
        if (field := catalog.fields.get(key)) is not None and not field.retired
    ]

"""What can stand between braces in the texts of rules, macros and ready answers, and filling it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad
from contactcenter.customers.models import Customer
from contactcenter.hints import did_you_mean
from contactcenter.identity.models import Team, User
from contactcenter.queues.models import Queue
from contactcenter.slots import Slot, TemplateError, parse
from contactcenter.templates.kinds import Variable
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.values import CUSTOM, Document

VARIABLES: Final = (
    Variable("ticket.number", "Number of the ticket", "T-000123"),
    Variable("ticket.subject", "Its subject", "Invoice is wrong"),
    Variable("ticket.type", "Name of its type", "Question"),
    Variable("ticket.state", "Name of its state, as customers read it", "In work"),
    Variable("ticket.priority", "Its priority", "high"),
    Variable("ticket.category", "Name of its category", "Billing"),
    Variable("ticket.queue", "Name of its queue", "Support"),
    Variable("ticket.team", "Name of its team", "North"),
    Variable("requester.name", "Who asks", "Cara Miller"),
    Variable("requester.called", "How who asks is addressed, the name where nothing else is known", "Ms Miller"),
    Variable("organisation.name", "For which organisation", "Northwind Energy"),
    Variable("assignee.name", "Whose ticket it is", "Anna Berg"),
    Variable("agent.name", "Who applies the macro or answers; of rules whose ticket it is", "Anna Berg"),
)
"""Beside them "fields.<id>" for custom ones."""


def names(catalog: Catalog) -> list[str]:
    return [*(each.name for each in VARIABLES), *(CUSTOM + key for key in catalog.fields)]


def check_text(place: str, text: str, catalog: Catalog) -> None:
    """Raises Problem 422 for what cannot be filled in."""
    try:
        parts = parse(text)
    except TemplateError as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise bad(place, f"{error.message}{hint}.") from None
    known = names(catalog)
    for part in parts:
        if isinstance(part, Slot) and part.name not in known:
            hint = did_you_mean(part.name, known) or "see what there is"
            raise bad(place, f"nothing is called `{{{part.name}}}` here; {hint}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """What is not known, as a field that has been removed since, is left out."""
    return "".join(part if isinstance(part, str) else values.get(part.name, "") for part in parse(text))


async def values_for(
    session: AsyncSession, row: Ticket, document: Document, catalog: Catalog, agent: str
) -> dict[str, str]:
    """`document`: the ticket as it is to be; `agent`: the name of who writes, "" for a rule."""
    customer = await session.get(Customer, document["requester"]) if document["requester"] else None
    assignee = await _name(session, User, document["assignee"])
    state = catalog.states.get(document["state"])
    category = catalog.categories.get(document["category"] or "")
    found = {
        "ticket.number": row.number,
        "ticket.subject": document["subject"],
        "ticket.type": catalog.types[document["type"]].name,
        "ticket.state": state.customer_name if state else "",
        "ticket.priority": document["priority"],
        "ticket.category": category.name if category else "",
        "ticket.queue": await _name(session, Queue, document["queue"]),
        "ticket.team": await _name(session, Team, document["team"]),
        "requester.name": customer.name if customer else "",
        "requester.called": (customer.called or customer.name) if customer else "",
        "organisation.name": await _name(session, Customer, document["organisation"]),
        "assignee.name": assignee,
        "agent.name": agent or assignee,
    }
    custom = {name: _written(value) for name, value in document.items() if name.startswith(CUSTOM)}
    return found | custom


async def _name(session: AsyncSession, table: type[User | Team | Queue | Customer], key: str | None) -> str:
    if key is None:
        return ""
    return await session.scalar(select(table.name).where(table.id == key)) or ""


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)

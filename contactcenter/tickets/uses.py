"""Which rules, macros, lists and service levels name a part of the set-up, so that none of them breaks unseen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.identity.models import User
from contactcenter.section import Reference
from contactcenter.tickets.automation.configuration import of_action, references
from contactcenter.tickets.automation.models import TicketMacro, TicketRule
from contactcenter.tickets.configuration import CATEGORIES, FIELDS, STATES, TYPES, of_conditions
from contactcenter.tickets.models import TicketView
from contactcenter.tickets.setup_models import TicketSlaPolicy

SECTIONS: Final[Mapping[str, str]] = {"states": STATES, "categories": CATEGORIES, "fields": FIELDS, "types": TYPES}
ACTS: Final = "actions"


async def uses(session: AsyncSession, what: str, key: str, *, acting: bool = False) -> list[str]:
    """In words, as "the rule “Mark”". `acting`: only what would put it into tickets, which is all that breaks when it
    is retired; conditions go on finding those that have it."""
    section = SECTIONS.get(what)
    if section is None:
        return []
    names = {row.id: row.name for row in await session.execute(select(User.id, User.name))}

    def hit(found: Iterable[Reference]) -> bool:
        return any(
            each.section == section and each.id == key and (not acting or each.path[0] == ACTS) for each in found
        )

    rules = await session.scalars(select(TicketRule).order_by(TicketRule.position, TicketRule.name))
    said = [f"the rule “{row.name}”" for row in rules if hit(references(row.document))]
    macros = await session.scalars(select(TicketMacro).order_by(TicketMacro.name))
    said += [_called("macro", row.name, row.owner_id, names) for row in macros if hit(_of_macro(row.actions))]
    if acting:
        return said
    views = await session.scalars(select(TicketView).order_by(TicketView.name))
    said += [_called("list", row.name, row.owner_id, names) for row in views if hit(_of_list(row.conditions))]
    versions = await session.scalars(select(TicketSlaPolicy).order_by(TicketSlaPolicy.version))
    newest = {row.id: row for row in versions}
    held = [row for row in newest.values() if not row.retired]
    return said + [f"the service level “{row.name}”" for row in held if hit(_of_policy(row))]


def _called(kind: str, name: str, owner: str | None, names: Mapping[str, str]) -> str:
    """Somebody's own is not told by its name."""
    return f"the {kind} “{name}”" if owner is None else f"a {kind} of {names.get(owner, 'somebody')}"


def _of_macro(actions: Iterable[Mapping[str, Any]]) -> Iterator[Reference]:
    for place, action in enumerate(actions):
        yield from of_action((ACTS, place), action)


def _of_list(conditions: Mapping[str, Any] | None) -> Iterator[Reference]:
    if conditions:
        yield from of_conditions(("conditions",), {"all": [], "any": [], **conditions})


def _of_policy(row: TicketSlaPolicy) -> Iterator[Reference]:
    yield from of_conditions(("conditions",), row.conditions)
    for place, state in enumerate(row.pauses):
        yield Reference(("pauses", place), STATES, state)

"""Rules as files: put in place by the same service as the screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select

from contactcenter.identity.models import User
from contactcenter.section import Document, Documents, Reference, Section
from contactcenter.storage.database import Database
from contactcenter.tickets.automation.book import RuleBook
from contactcenter.tickets.automation.settings import RuleBody
from contactcenter.tickets.configuration import (
    CATEGORIES,
    FIELDS,
    STATES,
    TYPES,
    conditions_with_people,
    of_conditions,
)
from contactcenter.tickets.set_up_checks import HEARERS
from contactcenter.tickets.settings import plain
from contactcenter.tickets.setup import SetUp
from contactcenter.tickets.values import CUSTOM

RULES: Final = "ticket-rules"
SET: Final = {"type": TYPES, "category": CATEGORIES, "state": STATES, "queue": "queues", "team": "teams"}
SHOWN_ONLY: Final = frozenset({"id", "stopped", "broken"})
NAMED: Final = SET | {"assignee": "users"}


def section(book: RuleBook, set_up: SetUp, database: Database) -> Section:
    async def read() -> Documents:
        await settle()
        async with database.session() as session:
            emails = {row.id: row.email for row in await session.execute(select(User.id, User.email))}
        rules = {each.id: with_people(plain(each), emails) for each in book.shown()}
        return {key: {k: v for k, v in rule.items() if k not in SHOWN_ONLY} for key, rule in rules.items()}

    async def put(key: str, document: Document, there: bool) -> None:
        async with database.session() as session:
            ids = {row.email: row.id for row in await session.execute(select(User.id, User.email))}
        body = RuleBody.model_validate(with_people(document, ids))
        await book.put(key if there else None, body, None if there else key)

    async def settle() -> None:
        await set_up.reload()
        await book.reload()

    return Section(
        name=RULES,
        title="Triggers and rules of time for tickets",
        after=(TYPES, STATES, FIELDS, CATEGORIES, "queues", "teams", "users"),
        model=RuleBody,
        read=read,
        put=put,
        remove=book.remove,
        references=references,
        settle=settle,
    )


def with_people(document: Document, names: Mapping[str, str]) -> dict[str, Any]:
    """The rule with people under other names: files know them by email, tickets by id."""

    def named(value: Any) -> Any:
        return [named(each) for each in value] if isinstance(value, list) else names.get(value, value)

    def action(each: Mapping[str, Any]) -> dict[str, Any]:
        return {name: named(value) if name in ("user", "users") and value else value for name, value in each.items()}

    def became(each: Mapping[str, Any]) -> dict[str, Any]:
        people = each["field"] == "assignee"
        return {name: named(value) if people and name != "field" else value for name, value in each.items()}

    return {
        **document,
        "conditions": conditions_with_people(document["conditions"], names),
        "became": [became(each) for each in document["became"]],
        "actions": [action(each) for each in document["actions"]],
    }


def references(document: Document) -> Iterator[Reference]:
    yield from of_conditions(("conditions",), document["conditions"])
    for place, state in enumerate((document["timer"] or {}).get("states", ())):
        yield Reference(("timer", "states", place), STATES, state)
    for place, each in enumerate(document["became"]):
        if each["field"].startswith(CUSTOM):
            yield Reference(("became", place, "field"), FIELDS, each["field"].removeprefix(CUSTOM))
        for side in ("before", "after"):
            if each[side] is not None and each["field"] in NAMED:
                yield Reference(("became", place, side), NAMED[each["field"]], str(each[side]))
    for place, action in enumerate(document["actions"]):
        yield from of_action(("actions", place), action)


def of_action(at: tuple[str | int, ...], action: Mapping[str, Any]) -> Iterator[Reference]:
    """What one action names in other sections."""
    if action["do"] == "set":
        if action["field"].startswith(CUSTOM):
            yield Reference((*at, "field"), FIELDS, action["field"].removeprefix(CUSTOM))
        elif action["field"] in SET and action["value"] is not None:
            yield Reference((*at, "value"), SET[action["field"]], action["value"])
    elif action["do"] == "assign":
        for name, there in (("user", "users"), ("team", "teams")):
            if action[name] is not None:
                yield Reference((*at, name), there, action[name])
    elif action["do"] in ("watch", "notify"):
        for place, user in enumerate(action["users"]):
            if user not in HEARERS:
                yield Reference((*at, "users", place), "users", user)

"""What tickets are set up with, as files: a section for each kind, put in place by the same service as the screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy import select

from contactcenter.identity.models import User
from contactcenter.section import Document, Documents, Reference, Section
from contactcenter.tickets import conditions
from contactcenter.tickets.set_up_checks import HEARERS, PLACES
from contactcenter.tickets.set_up_rows import OUT
from contactcenter.tickets.settings import CategoryBody, FieldBody, PolicyBody, StateBody, TypeBody, plain
from contactcenter.tickets.setup import SetUp
from contactcenter.tickets.values import CUSTOM
from contactcenter.tickets.workflow import MOVERS

STATES, FIELDS, CATEGORIES = "ticket-states", "ticket-fields", "ticket-categories"
TYPES, POLICIES = "ticket-types", "ticket-policies"
SECTIONS: Final = {"types": TYPES, "categories": CATEGORIES, "states": STATES}
"""By which section a condition's values are found; queues, teams and users have their own."""
OTHERS: Final = {"queues": "queues", "teams": "teams", "users": "users"}
READY_ROLES: Final = frozenset({"agent", "supervisor", "quality", "planner", "editor", "administrator"})


def sections(set_up: SetUp) -> tuple[Section, ...]:
    return (
        _section(set_up, STATES, "States of tickets", "states", StateBody),
        _section(set_up, FIELDS, "Custom fields of tickets", "fields", FieldBody),
        _section(
            set_up,
            CATEGORIES,
            "Categories of tickets",
            "categories",
            CategoryBody,
            after=("skills",),
            references=_of_category,
            first=lambda document: {**document, "parent_id": None},
        ),
        _section(
            set_up,
            TYPES,
            "Types of tickets with their workflow and form",
            "types",
            TypeBody,
            after=(STATES, FIELDS, "queues", "teams", "roles", "skills"),
            references=_of_type,
        ),
        _policies(set_up),
    )


def _read(set_up: SetUp, what: str, hidden: set[str]) -> Documents:
    rows: Iterable[Any] = set_up.catalog.policies if what == "policies" else getattr(set_up.catalog, what).values()
    shown = [OUT[what](row, set_up.catalog) for row in rows]
    return {each.id: {name: value for name, value in plain(each).items() if name not in hidden} for each in shown}


def _section(
    set_up: SetUp,
    name: str,
    title: str,
    what: str,
    model: type[BaseModel],
    **more: Any,
) -> Section:
    async def read() -> Documents:
        await set_up.reload()
        return _read(set_up, what, {"id", "path"})

    async def put(key: str, document: Document, there: bool) -> None:
        body = model.model_validate(document)
        await set_up.put(what, key if there else None, body, None if there else key)

    async def remove(key: str) -> None:
        await set_up.remove(what, key)

    return Section(name=name, title=title, model=model, read=read, put=put, remove=remove, settle=set_up.reload, **more)


def _policies(set_up: SetUp) -> Section:
    async def read() -> Documents:
        await set_up.reload()
        emails = {key: email for email, key in (await people()).items()}
        found = _read(set_up, "policies", {"id", "version"})
        return {key: policy_with_people(document, emails) for key, document in found.items()}

    async def people() -> dict[str, str]:
        async with set_up.database.session() as session:
            return {row.email: row.id for row in await session.execute(select(User.id, User.email))}

    async def put(key: str, document: Document, there: bool) -> None:
        body = PolicyBody.model_validate(policy_with_people(document, await people()))
        known = there or any(row.id == key for row in set_up.catalog.promises.values())
        await set_up.put_policy(key if known else None, body, None if known else key)

    async def remove(key: str) -> None:
        """No ticket goes by it any more; its versions stay for those that did."""
        row = next(row for row in set_up.catalog.policies if row.id == key)
        shown = OUT["policies"](row, set_up.catalog)
        await set_up.put_policy(key, PolicyBody.model_validate(_retired(shown)))

    return Section(
        name=POLICIES,
        title="Service levels of tickets",
        after=(STATES, FIELDS, TYPES, CATEGORIES, "calendars", "queues", "teams", "users"),
        model=PolicyBody,
        read=read,
        put=put,
        remove=remove,
        references=_of_policy,
        settle=set_up.reload,
    )


def policy_with_people(document: Document, names: Mapping[str, str]) -> dict[str, Any]:
    """The policy with people under other names: files know them by email, tickets by id."""

    def step(each: Mapping[str, Any]) -> dict[str, Any]:
        hearers = [names.get(hearer, hearer) for hearer in each["notify"]]
        return {**each, "notify": hearers, "assign_user": names.get(each["assign_user"], each["assign_user"])}

    return {
        **document,
        "chain": [step(each) for each in document["chain"]],
        "conditions": conditions_with_people(document["conditions"], names),
    }


def conditions_with_people(document: Document, names: Mapping[str, str]) -> dict[str, Any]:
    def test(each: Mapping[str, Any]) -> dict[str, Any]:
        value = each["value"]
        if each["field"] == "assignee" and value is not None:
            value = [names.get(one, one) for one in value] if isinstance(value, list) else names.get(value, value)
        return {**each, "value": value}

    return {part: [test(each) for each in tests] for part, tests in document.items()}


def _retired(shown: Any) -> dict[str, Any]:
    return {name: value for name, value in plain(shown).items() if name not in ("id", "version")} | {"retired": True}


def _of_category(document: Document) -> Iterator[Reference]:
    if document["parent_id"] is not None:
        yield Reference(("parent_id",), CATEGORIES, document["parent_id"])
    yield from _of_skills(document)


def _of_type(document: Document) -> Iterator[Reference]:
    yield Reference(("initial_state",), STATES, document["initial_state"])
    for name, section in (("queue_id", "queues"), ("team_id", "teams")):
        if document[name] is not None:
            yield Reference((name,), section, document[name])
    for place, way in enumerate(document["transitions"]):
        at = ("transitions", place)
        yield Reference((*at, "target"), STATES, way["target"])
        for number, source in enumerate(way["sources"]):
            yield Reference((*at, "sources", number), STATES, source)
        for number, name in enumerate(way["required"]):
            if name not in PLACES:
                yield Reference((*at, "required", number), FIELDS, name)
        for number, mover in enumerate(way["movers"]):
            if mover not in MOVERS | READY_ROLES:
                yield Reference((*at, "movers", number), "roles", mover)
        if way["approver"] is not None and way["approver"] not in READY_ROLES:
            yield Reference((*at, "approver"), "roles", way["approver"])
    for place, slot in enumerate(document["form"]):
        yield Reference(("form", place, "field"), FIELDS, slot["field"])
    yield from _of_skills(document)


def _of_skills(document: Document) -> Iterator[Reference]:
    for place, each in enumerate(document["skills"]):
        yield Reference(("skills", place, "skill"), "skills", each["skill"])


def _of_policy(document: Document) -> Iterator[Reference]:
    if document["calendar_id"] is not None:
        yield Reference(("calendar_id",), "calendars", document["calendar_id"])
    for place, state in enumerate(document["pauses"]):
        yield Reference(("pauses", place), STATES, state)
    for place, step in enumerate(document["chain"]):
        for name, section in (("assign_user", "users"), ("assign_team", "teams")):
            if step[name] is not None:
                yield Reference(("chain", place, name), section, step[name])
        for number, hearer in enumerate(step["notify"]):
            if hearer not in HEARERS:
                yield Reference(("chain", place, "notify", number), "users", hearer)
    yield from of_conditions(("conditions",), document["conditions"])


def of_conditions(path: tuple[str | int, ...], document: Document) -> Iterator[Reference]:
    """What conditions name in other sections."""
    for part in ("all", "any"):
        for place, test in enumerate(document[part]):
            at = (*path, part, place)
            if test["field"].startswith(CUSTOM):
                yield Reference((*at, "field"), FIELDS, test["field"].removeprefix(CUSTOM))
            section = {**SECTIONS, **OTHERS}.get(conditions.REFERENCES.get(test["field"], ""))
            values = test["value"] if isinstance(test["value"], list) else [test["value"]]
            for value in values if section is not None else ():
                if value is not None and value != "me":
                    yield Reference((*at, "value"), section or "", str(value))

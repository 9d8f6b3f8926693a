"""Whether what tickets are set up with can work: what it names is there, trees are trees, workflows lead on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contactcenter.api.fields import bad
from contactcenter.tickets import conditions
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.conditions import BARE, LISTED, ORDERED
from contactcenter.tickets.model import StateClass
from contactcenter.tickets.settings import (
    AskedSkill,
    CategoryBody,
    Conditions,
    FieldBody,
    PolicyBody,
    StateBody,
    Test,
    TypeBody,
)
from contactcenter.tickets.sla import ClockKind
from contactcenter.tickets.values import CUSTOM
from contactcenter.tickets.workflow import MOVERS

MOST_TIMES: Final = 100_000
NO_MOMENT: Final = "must be a moment, as 2026-01-31T12:00:00Z."
PLACES: Final = frozenset({"category", "assignee", "team", "queue", "requester"})
"""What a transition may require beside custom fields."""
HEARERS: Final = frozenset({"assignee", "team", "leader", "watchers"})
"""Whom a step may notify beside users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Ids of what there is elsewhere: roles, users, teams, queues, calendars, skills."""

    roles: Collection[str] = ()
    users: Collection[str] = ()
    teams: Collection[str] = ()
    queues: Collection[str] = ()
    calendars: Collection[str] = ()
    skills: Collection[str] = ()


def _there(place: str, value: str | None, ids: Collection[str], what: str) -> None:
    if value is not None and value not in ids:
        raise bad(place, f"there is no {what} {value!r}.")


def check_type(body: TypeBody, key: str | None, catalog: Catalog, refs: References) -> None:
    _there("initial_state", body.initial_state, catalog.states, "state")
    _there("queue_id", body.queue_id, refs.queues, "queue")
    _there("team_id", body.team_id, refs.teams, "team")
    _check_skills(body.skills, refs)
    if StateClass(catalog.states[body.initial_state].state_class).done:
        raise bad("initial_state", "a ticket cannot begin where it ends.")
    for place, each in enumerate(body.transitions):
        at = f"transitions.{place}"
        _there(f"{at}.target", each.target, catalog.states, "state")
        for number, source in enumerate(each.sources):
            _there(f"{at}.sources.{number}", source, catalog.states, "state")
        for number, mover in enumerate(each.movers):
            _there(f"{at}.movers.{number}", mover, {*refs.roles, *MOVERS}, "role")
        for number, name in enumerate(each.required):
            _there(f"{at}.required.{number}", name, {*catalog.fields, *PLACES}, "field")
        _there(f"{at}.approver", each.approver, refs.roles, "role")
    for place, slot in enumerate(body.form):
        _there(f"form.{place}.field", slot.field, catalog.fields, "field")
    named = [slot.field for slot in body.form]
    if len(set(named)) < len(named):
        raise bad("form", "one field stands in it twice.")
    _check_ends(body, catalog)


def _check_skills(asked: Sequence[AskedSkill], refs: References) -> None:
    named: set[str] = set()
    for place, each in enumerate(asked):
        _there(f"skills.{place}.skill", each.skill, refs.skills, "skill")
        if each.skill in named:
            raise bad(f"skills.{place}.skill", f"{each.skill!r} stands in it twice.")
        named.add(each.skill)


def _check_ends(body: TypeBody, catalog: Catalog) -> None:
    """From where a ticket begins it must be possible to be done."""
    reached, fresh = {body.initial_state}, {body.initial_state}
    while fresh:
        ways = [each for each in body.transitions if not each.sources or fresh & set(each.sources)]
        fresh = {each.target for each in ways} - reached
        reached |= fresh
    if not any(StateClass(catalog.states[each].state_class).done for each in reached):
        raise bad("transitions", "no way leads from the first state to one in which the ticket is done.")


def check_state(body: StateBody, key: str | None, catalog: Catalog, refs: References) -> None:
    if key is not None and catalog.states[key].state_class != body.state_class:
        raise bad("state_class", "cannot be changed: tickets have been counted by it; make another state.")
    if key is not None and body.retired and any(row.initial_state == key for row in catalog.types.values()):
        raise bad("retired", "tickets of a type begin in this state.")


def check_category(body: CategoryBody, key: str | None, catalog: Catalog, refs: References) -> None:
    _there("parent_id", body.parent_id, catalog.categories, "category")
    _check_skills(body.skills, refs)
    above, row = set(), catalog.categories.get(body.parent_id or "")
    while row is not None:
        if row.id == key or row.id in above:
            raise bad("parent_id", "lies below this category itself.")
        above.add(row.id)
        row = catalog.categories.get(row.parent_id or "")


def check_field(body: FieldBody, key: str | None, catalog: Catalog, refs: References) -> None:
    with_choices = body.type in ("choice", "choices")
    if with_choices != bool(body.choices):
        raise bad("choices", "needs at least one." if with_choices else "only a field of choices has them.")
    if len(set(body.choices)) < len(body.choices):
        raise bad("choices", "one stands in it twice.")
    if key is not None and catalog.fields[key].type != body.type:
        raise bad("type", "cannot be changed: tickets have values of it; make another field.")


def check_policy(body: PolicyBody, key: str | None, catalog: Catalog, refs: References) -> None:
    check_conditions("conditions", body.conditions, catalog, refs)
    _there("calendar_id", body.calendar_id, refs.calendars, "calendar")
    if not any(seconds for promised in body.targets.values() for seconds in promised.values()):
        raise bad("targets", "promises nothing; give at least one target.")
    for place, state in enumerate(body.pauses):
        _there(f"pauses.{place}", state, catalog.states, "state")
    for place, step in enumerate(body.chain):
        at = f"chain.{place}"
        for number, hearer in enumerate(step.notify):
            _there(f"{at}.notify.{number}", hearer, {*refs.users, *HEARERS}, "user")
        _there(f"{at}.assign_user", step.assign_user, refs.users, "user")
        _there(f"{at}.assign_team", step.assign_team, refs.teams, "team")
        if not (step.notify or step.assign_user or step.assign_team or step.raise_priority):
            raise bad(at, "does nothing.")


def check_conditions(place: str, body: Conditions, catalog: Catalog, refs: References, *, past: bool = False) -> None:
    """`past`: for a list, which can ask for what only the history says, and for spans. Raises Problem 422 that names
    the test."""
    for part in ("all", "any"):
        tests: list[Test] = getattr(body, part)
        for number, test in enumerate(tests):
            at = f"{place}.{part}.{number}"
            if not past and (test.field in conditions.PAST or test.op == "within"):
                asked = "field" if test.field in conditions.PAST else "op"
                raise bad(f"{at}.{asked}", f"{getattr(test, asked)} is for lists only.")
            if test.field in conditions.PAST:
                _check_past(at, test)
            else:
                _check_test(at, test, catalog, refs)


def _check_past(at: str, test: Test) -> None:
    name, op = test.field, test.op
    if op not in conditions.PAST[name]:
        raise bad(f"{at}.op", f"cannot ask about {name}.")
    _check_shape(at, test)
    if op == "within":
        _check_span(at, test)
    elif name == "was_open" and not conditions.is_moment(test.value):
        raise bad(f"{at}.value", NO_MOMENT)
    elif name == "reopened" and (type(test.value) is not float or test.value not in range(MOST_TIMES)):
        raise bad(f"{at}.value", "must be a whole number.")
    elif name == "missed" and op not in BARE:
        for value in test.value if isinstance(test.value, list) else [test.value]:
            if value not in list(ClockKind):
                raise bad(f"{at}.value", f"there is no clock {value!r}.")


def _check_span(at: str, test: Test) -> None:
    span = test.value if isinstance(test.value, list) else []
    if len(span) != 2 or span == [None, None]:
        raise bad(f"{at}.value", "must be two moments, one of which may be null.")
    if not all(each is None or conditions.is_moment(each) for each in span):
        raise bad(f"{at}.value", NO_MOMENT)


def _check_shape(at: str, test: Test) -> None:
    if (test.op in LISTED) != isinstance(test.value, list):
        raise bad(f"{at}.value", "must be a list." if test.op in LISTED else "must be a single value.")
    if test.op in BARE and test.value is not None:
        raise bad(f"{at}.value", f"{test.op} takes none.")


def _check_test(at: str, test: Test, catalog: Catalog, refs: References) -> None:
    name = test.field
    custom = name.startswith(CUSTOM)
    if name not in conditions.FIELDS and not (custom and name.removeprefix(CUSTOM) in catalog.fields):
        raise bad(f"{at}.field", f"there is no field {name!r}.")
    _check_shape(at, test)
    if test.op in BARE:
        return
    if test.op == "within":
        if name not in conditions.MOMENTS:
            raise bad(f"{at}.op", f"{name} is no moment.")
        _check_span(at, test)
        return
    if test.op in ORDERED and not _can_be_ordered(name, catalog):
        raise bad(f"{at}.op", f"{name} has no order.")
    ids = _ids_of(name, catalog, refs)
    for value in test.value if isinstance(test.value, list) else [test.value]:
        if name in conditions.MOMENTS and not conditions.is_moment(value):
            raise bad(f"{at}.value", NO_MOMENT)
        if ids is not None and value is not None and value not in ids:
            raise bad(f"{at}.value", f"there is no {name} {value!r}.")


def _can_be_ordered(name: str, catalog: Catalog) -> bool:
    if name.startswith(CUSTOM):
        return catalog.fields[name.removeprefix(CUSTOM)].type in ("number", "date")
    return name == "priority" or name in conditions.MOMENTS


def _ids_of(name: str, catalog: Catalog, refs: References) -> Collection[str] | None:
    if name == "priority":
        return conditions.PRIORITIES
    if name == "state_class":
        return list(StateClass)
    section = conditions.REFERENCES.get(name)
    if section is None:
        return None
    found: Collection[str] = getattr(refs, section) if hasattr(refs, section) else getattr(catalog, section)
    return found


Check = Callable[[Any, str | None, Catalog, References], None]
CHECKS: Final[Mapping[str, Check]] = {
    "types": check_type,
    "states": check_state,
    "categories": check_category,
    "fields": check_field,
    "policies": check_policy,
}

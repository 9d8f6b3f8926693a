"""Whether rules and macros can work: what they name is there, and what they say can be filled in."""

from __future__ import annotations

import re
from typing import Any, Final

from contactcenter.api.fields import bad
from contactcenter.api.problems import Problem
from contactcenter.tickets import checks, conditions
from contactcenter.tickets.automation.settings import Assign, Notify, RuleBody, Say, SetField, Timer, Watch
from contactcenter.tickets.automation.variables import check_text
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.set_up_checks import HEARERS, References, check_conditions
from contactcenter.tickets.values import CUSTOM

SETTABLE: Final = ("type", "category", "priority", "state", "queue", "team", "language")
NEEDED: Final = ("type", "priority", "state", "language")
"""What a ticket cannot be without."""
RETIRE: Final = frozenset({"type", "category", "state"})
"""No ticket can become what of these is retired."""
STOPS: Final = "stop"
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4})?")


def check_rule(body: RuleBody, catalog: Catalog, refs: References) -> None:
    """Raises Problem 422."""
    if bool(body.events) == (body.timer is not None):
        raise bad("events", "give either what has to happen or a timer.")
    if body.timer is not None:
        _check_timer(body, body.timer, catalog)
    if body.clock is not None and not {"warned", "breached"} & set(body.events):
        raise bad("clock", "is for warnings and breaches only.")
    for place, each in enumerate(body.became):
        custom = each.field.removeprefix(CUSTOM) if each.field.startswith(CUSTOM) else None
        if each.field not in conditions.WORDS | {"tags", "subject"} and custom not in catalog.fields:
            raise bad(f"became.{place}.field", f"there is no field {each.field!r} that could change.")
    if body.became and not {"made", "changed"} & set(body.events):
        raise bad("became", "only what is made or changed becomes something.")
    check_conditions("conditions", body.conditions, catalog, refs)
    check_actions("actions", body.actions, catalog, refs)


def _check_timer(body: RuleBody, timer: Timer, catalog: Catalog) -> None:
    if body.became:
        raise bad("became", "nothing becomes anything when a timer runs out.")
    if (timer.since == "state") != bool(timer.states):
        raise bad("timer.states", "is needed to count from a state, and only then.")
    for place, state in enumerate(timer.states):
        if state not in catalog.states:
            raise bad(f"timer.states.{place}", f"there is no state {state!r}.")
    if any(action.do == STOPS for action in body.actions):
        raise bad("actions", "a rule of time stops no others.")


def check_actions(at: str, actions: list[Any], catalog: Catalog, refs: References) -> None:
    """Raises Problem 422 that names the action."""
    for number, action in enumerate(actions):
        place = f"{at}.{number}"
        if isinstance(action, SetField):
            _check_set(place, action, catalog, refs)
        elif isinstance(action, Assign):
            _check_assign(place, action, refs)
        elif isinstance(action, Say):
            check_text(f"{place}.text", action.text, catalog)
        elif isinstance(action, Watch):
            _check_people(place, action.users, {*refs.users, "assignee", "team"})
        elif isinstance(action, Notify):
            check_text(f"{place}.text", action.text, catalog)
            _check_people(place, action.users, {*refs.users, *HEARERS})


def _check_people(place: str, users: list[str], known: set[str]) -> None:
    for each, user in enumerate(users):
        if user not in known:
            raise bad(f"{place}.users.{each}", f"there is no user {user!r}.")


def _check_set(place: str, action: SetField, catalog: Catalog, refs: References) -> None:
    name, value = action.field, action.value
    if name.startswith(CUSTOM):
        _check_custom(place, name, value, catalog)
        return
    if name not in SETTABLE:
        raise bad(
            f"{place}.field", f"there is no field {name!r} that can be set; tags, people and texts have their own."
        )
    if value is None:
        if name in NEEDED:
            raise bad(f"{place}.value", "cannot be empty.")
        return
    if not isinstance(value, str) or len(value) > 64:
        raise bad(f"{place}.value", "must be a short text.")
    there: dict[str, Any] = {
        "type": catalog.types,
        "category": catalog.categories,
        "state": catalog.states,
        "priority": conditions.PRIORITIES,
        "queue": refs.queues,
        "team": refs.teams,
    }
    if name in there and value not in there[name]:
        raise bad(f"{place}.value", f"there is no {name} {value!r}.")
    if name in RETIRE and there[name][value].retired:
        raise bad(f"{place}.value", f"the {name} {there[name][value].name!r} is no longer in use.")
    if name == "language" and not _LANGUAGE.fullmatch(value):
        raise bad(f"{place}.value", "must be a language, as en or pt-BR.")


def _check_custom(place: str, name: str, value: Any, catalog: Catalog) -> None:
    field = catalog.fields.get(name.removeprefix(CUSTOM))
    if field is None:
        raise bad(f"{place}.field", f"there is no field {name!r}.")
    try:
        if value not in (None, "", []):
            checks.check_value(name, value, field)
    except Problem as problem:
        raise bad(f"{place}.value", problem.detail.partition(": ")[2]) from None


def _check_assign(place: str, action: Assign, refs: References) -> None:
    if (action.how == "user") != (action.user is not None):
        raise bad(f"{place}.user", "say who." if action.how == "user" else "is for one person only.")
    if action.user is not None and action.user not in refs.users:
        raise bad(f"{place}.user", f"there is no user {action.user!r}.")
    if action.team is not None and action.team not in refs.teams:
        raise bad(f"{place}.team", f"there is no team {action.team!r}.")

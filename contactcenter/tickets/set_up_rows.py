"""From forms to rows of the set-up and back, one function for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.model import Priority, StateClass
from contactcenter.tickets.settings import (
    CategoryBody,
    CategoryOut,
    FieldOut,
    PolicyBody,
    PolicyOut,
    PriorityWord,
    StateBody,
    StateOut,
    TypeBody,
    TypeOut,
    plain,
)
from contactcenter.tickets.setup_models import (
    TicketCategory,
    TicketField,
    TicketSlaPolicy,
    TicketState,
    TicketType,
)

_STATE = ("name", "customer_name", "position", "retired")
_TYPE = (
    "name",
    "description",
    "initial_state",
    "queue_id",
    "team_id",
    "close_after_days",
    "for_customers",
    "customer_mails",
    "push",
    "position",
    "retired",
)
_CATEGORY = ("name", "parent_id", "position", "retired")
_FIELD = ("name", "help", "type", "choices", "position", "retired")
_POLICY = ("name", "position", "pauses", "calendar_id", "retired")


def _copy(row: Any, body: Any, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(row, name, getattr(body, name))


def _given(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _fill_state(row: TicketState, body: StateBody) -> None:
    _copy(row, body, _STATE)
    row.state_class = body.state_class.value


def _fill_type(row: TicketType, body: TypeBody) -> None:
    _copy(row, body, _TYPE)
    row.priority = Priority.of(body.priority)
    row.transitions = [plain(each) for each in body.transitions]
    row.form = [plain(each) for each in body.form]
    row.skills = [plain(each) for each in body.skills]


def _fill_category(row: TicketCategory, body: CategoryBody) -> None:
    _copy(row, body, _CATEGORY)
    row.skills = [plain(each) for each in body.skills]


def _fill_policy(row: TicketSlaPolicy, body: PolicyBody) -> None:
    _copy(row, body, _POLICY)
    document = plain(body)
    row.conditions, row.targets, row.chain = document["conditions"], document["targets"], document["chain"]


FILL: Final[Mapping[str, Callable[[Any, Any], None]]] = {
    "types": _fill_type,
    "states": _fill_state,
    "categories": _fill_category,
    "fields": lambda row, body: _copy(row, body, _FIELD),
    "policies": _fill_policy,
}


def word_of(priority: int) -> PriorityWord:
    return cast(PriorityWord, Priority(priority).word)


def _type_out(row: TicketType, catalog: Catalog) -> TypeOut:
    return TypeOut(
        id=row.id,
        priority=word_of(row.priority),
        transitions=row.transitions,
        form=row.form,
        skills=row.skills or [],
        **_given(row, _TYPE),
    )


def _state_out(row: TicketState, catalog: Catalog) -> StateOut:
    return StateOut(id=row.id, state_class=StateClass(row.state_class), **_given(row, _STATE))


def _category_out(row: TicketCategory, catalog: Catalog) -> CategoryOut:
    return CategoryOut(id=row.id, path=catalog.path(row.id), skills=row.skills or [], **_given(row, _CATEGORY))


def _policy_out(row: TicketSlaPolicy, catalog: Catalog) -> PolicyOut:
    documents = {"conditions": row.conditions, "targets": row.targets, "chain": row.chain}
    return PolicyOut(id=row.id, version=row.version, **documents, **_given(row, _POLICY))


def _field_out(row: TicketField, catalog: Catalog) -> FieldOut:
    return FieldOut(id=row.id, **_given(row, _FIELD))


OUT: Final[Mapping[str, Callable[[Any, Catalog], Any]]] = {
    "types": _type_out,
    "states": _state_out,
    "categories": _category_out,
    "fields": _field_out,
    "policies": _policy_out,
}

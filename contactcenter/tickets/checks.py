"""Whether a ticket may become what is asked for: every refusal names the field, the value and what is allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from contactcenter.api.problems import Problem
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.setup_models import TicketField
from contactcenter.tickets.values import CUSTOM, Document
from contactcenter.tickets.workflow import Move, Mover, Refusal, decide

LONGEST_TEXT = 20_000
SHOWN_ALLOWED = 100


def refused(field: str, sentence: str, value: Any, allowed: Collection[str] = ()) -> Problem:
    """422 with the field, the value and the allowed ones."""
    extra: dict[str, Any] = {"allowed": list(allowed)[:SHOWN_ALLOWED]} if allowed else {}
    return Problem(422, "bad-ticket", "This cannot be", f"{field}: {sentence}", field=field, value=value, **extra)


def check_named(before: Document, after: Document, catalog: Catalog) -> None:
    """Types, categories and states that are chosen anew are there and in use."""
    for name, there in (("type", catalog.types), ("category", catalog.categories), ("state", catalog.states)):
        value = after.get(name)
        if value is None or value == before.get(name):
            continue
        in_use = [key for key, row in there.items() if not getattr(row, "retired", False)]
        if value not in in_use:
            raise refused(name, f"there is no {name} {value!r}.", value, in_use)


def check_fields(before: Document, after: Document, catalog: Catalog, *, by_customer: bool = False) -> None:
    """Custom fields are known, fit their kind, and those that the type requires are filled in once they were: of a
    customer those that his form requires."""
    known = {key: row for key, row in catalog.fields.items() if not row.retired}
    for name, value in after.items():
        if not name.startswith(CUSTOM) or value == before.get(name):
            continue
        key = name.removeprefix(CUSTOM)
        if key not in known:
            raise refused(name, f"there is no field {key!r}.", value, known)
        if value not in (None, "", []):
            check_value(name, value, known[key])
    for each in catalog.types[after["type"]].form:
        name = CUSTOM + each["field"]
        opened = not before or after["type"] != before.get("type") or before.get(name) not in (None, "", [])
        required = each["customer"] == "required" if by_customer else each["required"]
        if required and each["field"] in known and opened and after.get(name) in (None, "", []):
            raise refused(name, "must be filled in.", after.get(name), known[each["field"]].choices)


def check_value(name: str, value: Any, field: TicketField) -> None:
    """Raises Problem 422 for what does not fit the kind of the field."""
    kind = field.type
    if kind == "yes-no" and not isinstance(value, bool):
        raise refused(name, "must be true or false.", value)
    if kind == "number" and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise refused(name, "must be a number.", value)
    if kind == "text" and not (isinstance(value, str) and len(value) <= LONGEST_TEXT):
        raise refused(name, f"must be text of at most {LONGEST_TEXT} characters.", None)
    if kind == "date" and not _is_date(value):
        raise refused(name, "must be a date, as 2026-01-31.", value)
    if kind == "choice" and value not in field.choices:
        raise refused(name, f"{value!r} is none of its choices.", value, field.choices)
    if kind == "choices" and not (isinstance(value, list) and set(value) <= set(field.choices)):
        raise refused(name, "must be a list of its choices.", value, field.choices)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def check_move(before: Document, after: Document, mover: Mover, catalog: Catalog) -> Move | None:
    """The way its workflow has for the change of state, None when it stays. A ticket of another type may keep any state
    that the new type leads on from."""
    if after["state"] == before["state"]:
        return None
    workflow = catalog.workflows[after["type"]]
    found = decide(workflow, before["state"], after["state"], mover, required_values(after))
    if isinstance(found, Refusal):
        field = CUSTOM + found.field if found.field in catalog.fields else found.field
        value = after.get(field)
        raise refused(field, f"{found.sentence}.", value, found.allowed)
    return found


def required_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a transition may require, by the names it uses: custom fields without their prefix."""
    return {name.removeprefix(CUSTOM): value for name, value in document.items()}

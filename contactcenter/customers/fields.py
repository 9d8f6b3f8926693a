"""Custom fields: their definitions, and whether a value fits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad, check_name, slug, taken
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.customers.acts import FIELD_SET
from contactcenter.customers.models import Customer, CustomerField, CustomerSecret, CustomerSegment
from contactcenter.customers.settings import (
    FieldBody,
    FieldList,
    FieldOrder,
    FieldOut,
    FieldUse,
    FieldValue,
    NewField,
    plain,
)
from contactcenter.storage.database import Database

MAX_TEXT = 2000
MAX_FIELDS = 200


async def definitions(session: AsyncSession) -> dict[str, CustomerField]:
    rows = await session.scalars(select(CustomerField).order_by(CustomerField.position, CustomerField.id))
    return {row.id: row for row in rows}


def checked(values: Mapping[str, FieldValue], known: Mapping[str, CustomerField]) -> dict[str, FieldValue]:
    """Every value in the form it is kept in; None where it is to be removed. Raises Problem 422."""
    return {name: _checked(name, value, known.get(name)) for name, value in values.items()}


def require(present: set[str], known: Mapping[str, CustomerField]) -> None:
    """Raises Problem 422 for a required field that has no value."""
    for field in known.values():
        if field.required and field.id not in present:
            raise bad(f"fields.{field.id}", "must be filled in.")


def _checked(name: str, value: FieldValue, field: CustomerField | None) -> FieldValue:
    at = f"fields.{name}"
    if field is None:
        raise bad(at, "is no custom field of customers.")
    if value is None or value == "":
        return None
    match field.type:
        case "yes-no" if not isinstance(value, bool):
            raise bad(at, "is either yes or no.")
        case "number" if isinstance(value, bool) or not isinstance(value, int | float):
            raise bad(at, "must be a number.")
        case "text" | "date" | "choice" if not isinstance(value, str):
            raise bad(at, "must be a text.")
        case "text" if isinstance(value, str) and (len(value) > MAX_TEXT or "\x00" in value):
            raise bad(at, f"must have at most {MAX_TEXT} signs.")
        case "choice" if value not in field.choices:
            raise bad(at, f"must be one of {', '.join(field.choices)}.")
        case "date" if isinstance(value, str) and not _is_date(value):
            raise bad(at, "must be a date, as 2026-01-31.")
    return value


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def from_text(text: str, field: CustomerField) -> FieldValue:
    """A cell of a file as a value of this field; raises Problem 422."""
    plain_text = text.strip()
    if not plain_text:
        return None
    if field.type == "yes-no":
        if plain_text.lower() in ("yes", "true", "1", "y"):
            return True
        if plain_text.lower() in ("no", "false", "0", "n"):
            return False
        raise bad(f"fields.{field.id}", "is either yes or no.")
    if field.type == "number":
        try:
            return float(plain_text)
        except ValueError:
            raise bad(f"fields.{field.id}", "must be a number.") from None
    return plain_text


class FieldSetUp:
    """Definitions over HTTP."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> FieldList:
        async with self._database.session() as session:
            return FieldList(items=[field_out(row) for row in (await definitions(session)).values()])

    async def make(self, body: NewField) -> FieldOut:
        async with self._database.transaction() as session:
            known = await definitions(session)
            if len(known) >= MAX_FIELDS:
                raise Problem(409, "too-many", "Too many", f"There can be {MAX_FIELDS} custom fields.")
            if body.id in known:
                raise taken("id", f"There is one with the id {body.id!r} already.")
            check_name(body.name, {row.id: row.name for row in known.values()})
            field_id = body.id or _new_id(body.name, known)
            row = CustomerField(id=field_id, type=body.type, sensitive=body.sensitive)
            _fill(row, body)
            session.add(row)
            await session.flush()
            await record(session, _act(row, None, field_out(row)))
            return field_out(row)

    async def change(self, field_id: str, body: FieldBody) -> FieldOut:
        async with self._database.transaction() as session:
            known = await definitions(session)
            row = known.get(field_id)
            if row is None:
                raise not_found("custom field")
            check_name(body.name, {other.id: other.name for other in known.values() if other.id != field_id})
            # What is there would have to be sealed, opened or made into something else.
            for name in ("type", "sensitive"):
                if getattr(body, name) != getattr(row, name):
                    raise bad(name, "cannot be changed any more; make another field.")
            before = field_out(row)
            _fill(row, body)
            await record(session, _act(row, before, field_out(row)))
            return field_out(row)

    async def arrange(self, body: FieldOrder) -> FieldList:
        """Raises Problem 422 when these are not the fields there are."""
        async with self._database.transaction() as session:
            known = await definitions(session)
            if len(body.ids) != len(known) or set(body.ids) != set(known):
                raise bad("ids", "must be every custom field there is, each once.")
            for position, field_id in enumerate(body.ids):
                row = known[field_id]
                before = field_out(row)
                row.position = position
                await record(session, _act(row, before, field_out(row)))
            return FieldList(items=[field_out(known[each]) for each in body.ids])

    async def use(self, field_id: str) -> FieldUse:
        """Raises Problem 404."""
        async with self._database.session() as session:
            row = await session.get(CustomerField, field_id)
            if row is None:
                raise not_found("custom field")
            if row.sensitive:
                query = select(func.count(CustomerSecret.customer_id.distinct())).where(
                    CustomerSecret.field_id == field_id
                )
            else:
                query = select(func.count()).where(Customer.fields[field_id].as_string().is_not(None))
            return FieldUse(
                customers=await session.scalar(query) or 0, segments=await _segments_asking(session, field_id)
            )

    async def remove(self, field_id: str) -> None:
        """Its values are not shown any more; sealed ones are gone. Raises Problem 404, 409 while a segment asks for
        it: without it that would find others."""
        async with self._database.transaction() as session:
            row = await session.get(CustomerField, field_id)
            if row is None:
                raise not_found("custom field")
            if asking := await _segments_asking(session, field_id):
                sentence = f"Segments ask for it: {', '.join(asking)}. Change these first."
                raise Problem(409, "in-use", "Still in use", sentence)
            await record(session, _act(row, field_out(row), None))
            await session.execute(delete(CustomerSecret).where(CustomerSecret.field_id == field_id))
            await session.delete(row)


async def _segments_asking(session: AsyncSession, field_id: str) -> list[str]:
    rows = await session.scalars(select(CustomerSegment).order_by(CustomerSegment.name))
    return [row.name for row in rows if field_id in row.filter.get("fields", {})]


def field_out(row: CustomerField) -> FieldOut:
    names = ("id", "name", "type", "required", "sensitive", "choices", "position")
    return FieldOut.model_validate({name: getattr(row, name) for name in names})


def _fill(row: CustomerField, body: FieldBody) -> None:
    choices = list(dict.fromkeys(body.choices))
    if (body.type == "choice") != bool(choices):
        raise bad("choices", "a field of type choice has choices, others have none.")
    row.name, row.required, row.choices, row.position = body.name, body.required, choices, body.position


def _new_id(name: str, known: Mapping[str, Any]) -> str:
    made = slug(name, known)[:40]
    return made if made[0].isalpha() else slug(f"f-{made}", known)


def _act(row: CustomerField, before: FieldOut | None, after: FieldOut | None) -> Act:
    subject = Subject("customer-field", row.id, row.name)
    return Act(
        kind=FIELD_SET,
        subject=subject,
        before=None if before is None else plain(before),
        after=None if after is None else plain(after),
    )

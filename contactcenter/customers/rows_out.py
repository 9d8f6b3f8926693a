"""Customers as lines of a file, in the columns that an import takes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from contactcenter.api.cells import guarded
from contactcenter.customers.models import CustomerField
from contactcenter.customers.settings import CustomerOut, FieldValue

PLAIN: Final = ("kind", "name", "called", "language", "timezone", "organisation", "vip", "priority", "tags")
REACHED: Final = ("phone", "email")
ADDRESS: Final = ("address", "postcode", "city", "region", "country")
PART: Final = ";"


def columns_of(known: Mapping[str, CustomerField]) -> list[str]:
    """Several values of a column are parted by ";"; handles and external ids name their channel as "whatsapp:value"."""
    own = [f"field.{field.id}" for field in known.values() if not field.sensitive]
    return ["id", *PLAIN, *REACHED, "handle", "external", *ADDRESS, *own]


def line_of(shown: CustomerOut, columns: Sequence[str]) -> list[str]:
    return [guarded(_cell(shown, column)) for column in columns]


def _cell(shown: CustomerOut, column: str) -> str:
    if column in REACHED:
        return PART.join(each.value for each in shown.identities if each.kind == column)
    if column in ("handle", "external"):
        return PART.join(f"{each.channel}:{each.value}" for each in shown.identities if each.kind == column)
    if column in ADDRESS:
        first = shown.addresses[0] if shown.addresses else None
        return "" if first is None else str(getattr(first, "lines" if column == "address" else column))
    if column.startswith("field."):
        return told(shown.fields.get(column.removeprefix("field.")))
    if column == "tags":
        return PART.join(shown.tags)
    if column == "organisation":
        return shown.organisation.name if shown.organisation else ""
    value: Any = getattr(shown, column)
    return told(value)


def told(value: FieldValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

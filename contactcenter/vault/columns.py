"""Sealed columns: their SQLAlchemy type, the context of a row, and where in the database they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Dialect, LargeBinary, Table
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeDecorator

from contactcenter.storage.base import Base
from contactcenter.vault.keyring import Context, Sealed


class SealedColumn(TypeDecorator[Sealed]):
    """Holds `Sealed` values and refuses everything else with TypeError, so that nothing plain is stored by mistake."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"a sealed column takes what the vault has sealed, not {type(value).__name__}")
        return value.raw

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))


def row_context(attribute: InstrumentedAttribute[Any], *key: object) -> Context:
    """The context of the sealed `attribute` in the row with this primary key, its columns in the table's order."""
    column = attribute.property.columns[0]
    assert len(key) == len(column.table.primary_key.columns)
    return (column.table.name, column.name, *map(str, key))


def sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every sealed column of the tables there are."""
    for _, table in sorted(Base.metadata.tables.items()):
        for column in table.columns:
            if isinstance(column.type, SealedColumn):
                yield table, column

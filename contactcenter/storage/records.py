"""What the journal writes: rows to insert and rows to change, as data that can wait in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.storage.base import Base


@dataclass(frozen=True, slots=True)
class Insert:
    model: type[Base]
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        _check(self.model, self.values)


@dataclass(frozen=True, slots=True)
class Update:
    """Set columns of the row with this primary key; no such row: nothing happens."""

    model: type[Base]
    key: str | int
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        _check(self.model, self.values)


Record = Insert | Update


class UnreadableRecord(ValueError):  # noqa: N818 - names the record, not the failure
    """A line of the spill file that no known table can take."""


async def write(session: AsyncSession, records: Iterable[Record], *, replaying: bool = False) -> None:
    """Execute the records in order. `replaying`: rows that are there already are left alone."""
    for (kind, model, _), group in groupby(records, key=_shape):
        table = _table(model)
        if kind is Insert:
            statement = table.insert()
            if replaying:
                statement = _insert_missing(session, table)
            await session.execute(statement, [dict(record.values) for record in group])
        else:
            for record in group:
                if isinstance(record, Update) and record.values:
                    change = table.update().where(_key_column(table) == record.key).values(**record.values)
                    await session.execute(change)


def scrub(record: Record) -> Record:
    """The record with what no database takes (NUL, lone surrogates) taken out of its texts."""
    return replace(record, values={name: _scrubbed(value) for name, value in record.values.items()})


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_scrubbed(key): _scrubbed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return value


def encode(record: Record) -> bytes:
    """One line of JSON without its line end. Raises TypeError when a value has no JSON form."""
    line: dict[str, Any] = {"table": _table(record.model).name, "values": record.values}
    if isinstance(record, Update):
        line["key"] = record.key
    return orjson.dumps(line, default=_tagged, option=orjson.OPT_PASSTHROUGH_DATETIME)


def decode(line: bytes) -> Record:
    """The record of a line written by `encode`; raises UnreadableRecord."""
    try:
        data = orjson.loads(line)
        model = _models()[data["table"]]
        values = {name: _untagged(value) for name, value in data["values"].items()}
        return Update(model, data["key"], values) if "key" in data else Insert(model, values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableRecord(f"{type(error).__name__} in a line of {len(line)} bytes") from error


def _shape(record: Record) -> tuple[type, type[Base], tuple[str, ...]]:
    return type(record), record.model, tuple(record.values) if isinstance(record, Insert) else ()


def _insert_missing(session: AsyncSession, table: Table) -> Any:
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing()


def _check(model: type[Base], values: Mapping[str, Any]) -> None:
    if unknown := set(values) - set(_table(model).columns.keys()):
        raise ValueError(f"{_table(model).name} has no column {', '.join(sorted(unknown))}")


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _key_column(table: Table) -> Column[Any]:
    (column,) = table.primary_key.columns
    return column


def _models() -> dict[str, type[Base]]:
    return {_table(mapper.class_).name: mapper.class_ for mapper in Base.registry.mappers}


def _tagged(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _untagged(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"$at"}:
        return datetime.fromisoformat(value["$at"])
    return value

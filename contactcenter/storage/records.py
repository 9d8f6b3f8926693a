"""What the journal writes: rows to insert and rows to change, as data that can wait in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Column, Table, bindparam
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
    """Execute the records, few statements for many rows. `replaying`: rows that are there already are left alone."""
    for (kind, model, columns), group in groupby(coalesce(records, into_inserts=not replaying), key=_shape):
        table = _table(model)
        if kind is Insert:
            statement = _insert_missing(session, table) if replaying else table.insert()
            await session.execute(statement, [dict(record.values) for record in group])
        elif columns:
            change = table.update().where(_key_column(table) == bindparam("row_key"))
            rows = [{"row_key": record.key, **record.values} for record in group if isinstance(record, Update)]
            connection = await session.connection()
            await connection.execute(change.values({name: bindparam(name) for name in columns}), rows)


def coalesce(records: Iterable[Record], *, into_inserts: bool = True) -> list[Record]:
    """The same end with fewer statements: changes of a row become one, rows of one shape stand together.

    The tables do not refer to each other, so only the order within a row matters: its insert comes before its changes,
    and a later change of a column wins. `into_inserts`: changes of a row inserted here become part of its insert; not
    when that insert may be left out because the row is there already.
    """
    inserts: list[Insert] = []
    rows: dict[tuple[type[Base], Any], dict[str, Any]] = {}
    updates: dict[tuple[type[Base], Any], dict[str, Any]] = {}
    for record in records:
        if isinstance(record, Insert):
            values = dict(record.values)
            inserts.append(Insert(record.model, values))
            key_name = _key_column(_table(record.model)).name
            if into_inserts and key_name in values:
                rows[record.model, values[key_name]] = values
        else:
            key = (record.model, record.key)
            (rows[key] if key in rows else updates.setdefault(key, {})).update(record.values)
    changes = [Update(model, key, values) for (model, key), values in updates.items()]
    return sorted([*inserts, *changes], key=lambda record: (isinstance(record, Update), *map(str, _shape(record))))


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
    return type(record), record.model, tuple(sorted(record.values))


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

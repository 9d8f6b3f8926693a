"""Full text: one index for each kind of document, FTS5 in SQLite and a tsvector in PostgreSQL, under one set of words.

Texts and queries are folded by the caller (lower case, no accents). Neither database adds rules of a language, and
PostgreSQL not those of its parser for numbers and addresses: a word is letters and digits, the same on both. A document
is found by a whole number, its key.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, cast, column, literal_column, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

MOST_SIGNS = 200_000
"""Of a longer document the rest is not found; a tsvector holds at most a megabyte."""
_WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD = 500
"""Signs; a lexeme has 2046 octets at most."""
_VECTOR = "array_to_tsvector(CAST(:words AS text[]))"
"""Without the places of words: nothing asks for them, and they take a third of the room."""


class TextIndex:
    """`name` is the table's; it is made by a migration (`create`) and stands outside the models."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._table = table(name, column("rowid"), column("serial"), column("document"))

    def create(self, connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            options = "tokenize='unicode61 remove_diacritics 2', prefix='2 3'"
            connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {self.name} USING fts5(body, {options})")
        else:
            columns = "serial bigint PRIMARY KEY, document tsvector NOT NULL"
            connection.exec_driver_sql(f"CREATE TABLE {self.name} ({columns})")
            connection.exec_driver_sql(f"CREATE INDEX ix_{self.name}_document ON {self.name} USING gin (document)")

    def drop(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"DROP TABLE {self.name}")

    async def put(self, session: AsyncSession, key: int, body: str) -> None:
        """The whole text of a document, in place of what there was."""
        await self.remove(session, key)
        await self.add(session, key, body)

    async def add(self, session: AsyncSession, key: int, body: str) -> None:
        """A document that is not there yet."""
        await self.add_many(session, {key: body})

    async def add_many(self, session: AsyncSession, bodies: Mapping[int, str]) -> None:
        if _sqlite(session):
            statement = f"INSERT INTO {self.name} (rowid, body) VALUES (:key, :body)"  # noqa: S608 - a constant
        else:
            statement = f"INSERT INTO {self.name} VALUES (:key, {_VECTOR})"  # noqa: S608 - constants
        await session.execute(text(statement), [_values(session, key, body) for key, body in bodies.items()])

    async def append(self, session: AsyncSession, key: int, body: str) -> None:
        """More text for a document that is there."""
        if _sqlite(session):
            grown = f"substr(body || ' ' || :body, 1, {MOST_SIGNS})"
            statement = f"UPDATE {self.name} SET body = {grown} WHERE rowid = :key"  # noqa: S608 - constants
        else:
            grown = f"document || {_VECTOR}"
            fits = f"length(document) < {MOST_SIGNS // 10}"
            statement = f"UPDATE {self.name} SET document = {grown} WHERE serial = :key AND {fits}"  # noqa: S608
        await session.execute(text(statement), _values(session, key, body))

    async def remove(self, session: AsyncSession, key: int) -> None:
        which = "rowid" if _sqlite(session) else "serial"
        await session.execute(text(f"DELETE FROM {self.name} WHERE {which} = :key"), {"key": key})  # noqa: S608

    def in_order(self, session: AsyncSession) -> bool:
        """Whether hits are found one after the other by their keys, so that a limit saves finding the rest."""
        return _sqlite(session)

    def found(self, session: AsyncSession, words: Sequence[str]) -> tuple[FromClause, ColumnElement[Any], Any]:
        """What to join, its column that is the key, and the condition: every word is there, the last by its
        beginning."""
        if _sqlite(session):
            match = " ".join(f'"{word}"' for word in words) + "*"
            condition = literal_column(self.name).op("MATCH")(match)
            return self._table, self._table.c.rowid, condition
        query = " & ".join(f"'{word}'" for word in words) + ":*"
        return self._table, self._table.c.serial, self._table.c.document.op("@@")(cast(query, TSQUERY))


NARROWEST = 2000
"""Keys that are looked through first."""
READ_THROUGH = 16_000
"""So many documents are read sooner, at a microsecond each, than all hits of a frequent word come from the index."""
SAMPLED = 200
"""Keys that tell how often words come further down."""
MOST_GROWN = 256


def wider(width: int, found: float, missing: int) -> int:
    """How many keys to look through next for `missing` hits, when the last `width` have held `found`, or are likely to
    hold so many: half as many again as would hold them if they go on so."""
    grown = MOST_GROWN * width
    return max(NARROWEST, grown if found * grown <= 1.5 * missing * width else math.ceil(1.5 * missing * width / found))


def words_of(folded: str, most: int | None = 8) -> list[str]:
    """The words of a text that has been folded; of a query, only so many."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(folded)[:most]]


def _values(session: AsyncSession, key: int, body: str) -> dict[str, Any]:
    shown = body[:MOST_SIGNS]
    return {"key": key, "body": shown} if _sqlite(session) else {"key": key, "words": list({*words_of(shown, None)})}


def _sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"

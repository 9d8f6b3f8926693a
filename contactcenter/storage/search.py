"""Full text: one index for each kind of document, FTS5 in SQLite and a tsvector in PostgreSQL, under one set of words.

Texts and queries are folded by the caller (lower case, no accents): neither database adds rules of a language, so the
same word is found on both. A document is found by a whole number, its key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, column, func, literal_column, table, text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_SIGNS = 200_000
"""Of a longer document the rest is not found; a tsvector holds at most a megabyte."""
_WORD = re.compile(r"\w+")


class TextIndex:
    """`name` is the table's; it is made by a migration (`create`) and stands outside the models."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._table = table(name, column("rowid"), column("serial"), column("document"))

    # -- migrations --------------------------------------------------------------------------------------------

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

    # -- writing -----------------------------------------------------------------------------------------------

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
            statement = f"INSERT INTO {self.name} VALUES (:key, to_tsvector('simple', :body))"  # noqa: S608
        rows = [{"key": key, "body": body[:MOST_SIGNS]} for key, body in bodies.items()]
        await session.execute(text(statement), rows)

    async def append(self, session: AsyncSession, key: int, body: str) -> None:
        """More text for a document that is there."""
        if _sqlite(session):
            grown = f"substr(body || ' ' || :body, 1, {MOST_SIGNS})"
            statement = f"UPDATE {self.name} SET body = {grown} WHERE rowid = :key"  # noqa: S608 - constants
        else:
            grown = "document || to_tsvector('simple', :body)"
            fits = f"length(document) < {MOST_SIGNS // 10}"
            statement = f"UPDATE {self.name} SET document = {grown} WHERE serial = :key AND {fits}"  # noqa: S608
        await session.execute(text(statement), {"key": key, "body": body[:MOST_SIGNS]})

    async def remove(self, session: AsyncSession, key: int) -> None:
        which = "rowid" if _sqlite(session) else "serial"
        await session.execute(text(f"DELETE FROM {self.name} WHERE {which} = :key"), {"key": key})  # noqa: S608

    # -- finding -----------------------------------------------------------------------------------------------

    def found(self, session: AsyncSession, words: Sequence[str]) -> tuple[FromClause, ColumnElement[Any], Any]:
        """What to join, its column that is the key, and the condition: every word is there, the last by its
        beginning."""
        if _sqlite(session):
            match = " ".join(f'"{word}"' for word in words) + "*"
            condition = literal_column(self.name).op("MATCH")(match)
            return self._table, self._table.c.rowid, condition
        query = " & ".join([*words[:-1], f"{words[-1]}:*"])
        return self._table, self._table.c.serial, self._table.c.document.op("@@")(func.to_tsquery("simple", query))


def words_of(folded: str, most: int = 8) -> list[str]:
    """The words of a query that has been folded."""
    return _WORD.findall(folded)[:most]


def _sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"

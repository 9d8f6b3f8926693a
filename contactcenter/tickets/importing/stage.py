"""What an uploaded file holds, sorted so that a ticket is found with its thread and its people: a database of its own
beside the upload, gone with it. Not for the event loop: every call reads or writes a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import orjson

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tickets (position INTEGER PRIMARY KEY, key TEXT UNIQUE, place TEXT, body BLOB);
CREATE TABLE IF NOT EXISTS parts (id INTEGER PRIMARY KEY, kind TEXT, key TEXT, body BLOB);
CREATE INDEX IF NOT EXISTS parts_by_key ON parts (kind, key);
CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY, place TEXT, reason TEXT);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, body BLOB);
"""
_BATCH: Final = 500
MOST_FAULTS: Final = 10_000
Record = tuple[str, str, Mapping[str, Any]]
"""Kind ("ticket", or that of a part), key, document."""


class Stage:
    """One thread at a time."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, check_same_thread=False)
        path.chmod(0o600)
        # It is read anew from the upload after a crash, so nothing has to be safe before that is done.
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = MEMORY")
        self._database.executescript(_SCHEMA)
        self._waiting = 0

    def close(self) -> None:
        self._database.commit()
        self._database.close()

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def add(self, record: Record, place: str) -> None:
        """The last of several tickets with one key counts: an incremental export tells the same one again."""
        kind, key, document = record
        body = orjson.dumps(document, default=str)
        if kind == "ticket":
            self._database.execute(
                "INSERT INTO tickets (key, place, body) VALUES (?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET place = excluded.place, body = excluded.body",
                (key, place, body),
            )
        else:
            self._database.execute("INSERT INTO parts (kind, key, body) VALUES (?, ?, ?)", (kind, key, body))
        self._waiting += 1
        if self._waiting >= _BATCH:
            self._database.commit()
            self._waiting = 0

    def fault(self, place: str, reason: str) -> None:
        count = self._database.execute("SELECT COUNT(*) FROM faults").fetchone()[0]
        if count < MOST_FAULTS:
            self._database.execute("INSERT INTO faults (place, reason) VALUES (?, ?)", (place, reason))

    def put(self, name: str, document: Any) -> None:
        self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, orjson.dumps(document)))

    def fact(self, name: str) -> Any:
        row = self._database.execute("SELECT body FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else orjson.loads(row[0])

    def faults(self) -> list[tuple[str, str]]:
        return list(self._database.execute("SELECT place, reason FROM faults ORDER BY id"))

    def count(self) -> int:
        return int(self._database.execute("SELECT COUNT(*) FROM tickets").fetchone()[0])

    def at(self, count: int) -> int:
        """The position of so many in their order, 0 of none."""
        query = "SELECT position FROM tickets ORDER BY position LIMIT 1 OFFSET ?"
        row = self._database.execute(query, (count - 1,)).fetchone() if count else None
        return 0 if row is None else int(row[0])

    def tickets(self, after: int = 0, limit: int = -1) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """(position, place, document), those after a position in their order."""
        query = "SELECT position, place, body FROM tickets WHERE position > ? ORDER BY position LIMIT ?"
        for position, place, body in self._database.execute(query, (after, limit)):
            yield position, place, orjson.loads(body)

    def parts(self, kind: str, key: Any) -> list[dict[str, Any]]:
        query = "SELECT body FROM parts WHERE kind = ? AND key = ? ORDER BY id"
        return [orjson.loads(body) for (body,) in self._database.execute(query, (kind, str(key)))]

    def part(self, kind: str, key: Any) -> dict[str, Any] | None:
        """The last one told of."""
        if key is None:
            return None
        query = "SELECT body FROM parts WHERE kind = ? AND key = ? ORDER BY id DESC LIMIT 1"
        row = self._database.execute(query, (kind, str(key))).fetchone()
        return None if row is None else dict(orjson.loads(row[0]))

    def every(self, kind: str) -> Iterable[tuple[str, dict[str, Any]]]:
        query = "SELECT key, body FROM parts WHERE kind = ? ORDER BY id"
        for key, body in self._database.execute(query, (kind,)):
            yield key, orjson.loads(body)

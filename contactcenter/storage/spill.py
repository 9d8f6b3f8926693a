"""Records that found no room in memory, waiting in a file for the database to come back."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from contactcenter.storage.records import Record, encode


class SpillFile:
    """An append-only JSONL file read from its beginning. What is left in it at a crash is there at the next start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: BinaryIO | None = None
        self._offset = 0
        self.waiting = 0
        """Records in the file that are not yet in the database."""

    def open(self) -> None:
        """Count what an earlier run left."""
        self.waiting = 0
        if self._path.exists():
            with self._path.open("rb") as file:
                self.waiting = sum(1 for _ in file)

    def append(self, record: Record) -> None:
        """Raises OSError when the disk refuses, TypeError when a value has no JSON form."""
        line = encode(record) + b"\n"
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._end_torn_line()
            self._writer = self._path.open("ab")
        self._writer.write(line)
        # To the kernel at once: then only a crash of the machine, not of the program, can lose it.
        self._writer.flush()
        self.waiting += 1

    def peek(self, limit: int) -> tuple[list[bytes], int]:
        """The next `limit` lines and the offset behind them, to be given to `advance` once they are safe."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            lines = [line for _ in range(limit) if (line := file.readline())]
            return lines, file.tell()

    def advance(self, lines: int, offset: int) -> None:
        self._offset = offset
        self.waiting -= lines
        if self.waiting <= 0:
            self.clear()

    def put_before(self, records: Iterable[Record]) -> None:
        """Write records that are older than everything waiting here."""
        self.close()
        rest = b""
        if self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._offset)
                rest = file.read()
        lines = [encode(record) + b"\n" for record in records]
        fresh = self._path.with_suffix(".new")
        fresh.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.writelines(lines)
            file.write(rest)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._offset = 0
        self.waiting += len(lines)

    def clear(self) -> None:
        self.close()
        self._path.unlink(missing_ok=True)
        self._offset = 0
        self.waiting = 0

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _end_torn_line(self) -> None:
        """A crash may have cut the last line; what is appended must not continue it."""
        if not self._path.exists() or not self._path.stat().st_size:
            return
        with self._path.open("rb+") as file:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")

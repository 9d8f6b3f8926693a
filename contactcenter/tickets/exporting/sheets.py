"""Lists of tickets as tables: CSV (RFC 4180) and XLSX, written row by row. Not for the event loop."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, Protocol
from zoneinfo import ZoneInfo

import xlsxwriter

from contactcenter.api.cells import guarded
from contactcenter.api.fields import Named
from contactcenter.tickets.documents import ClockOut, TicketRow

Cell = str | float | bool | datetime | None
COLUMNS: Final = (
    "number", "subject", "requester", "organisation", "type", "category", "state", "priority", "assignee", "team",
    "queue", "channel", "language", "tags", "due", "made_at", "changed_at", "answered_at", "resolved_at", "closed_at",
    "reopened",
)  # fmt: skip
MOST_XLSX: Final = 1_000_000
"""Rows of a sheet."""
LONGEST_XLSX: Final = 32_767
"""Signs of a cell (ECMA-376)."""
_WIDTHS: Final = {"subject": 48, "number": 12, "tags": 24, "requester": 24, "organisation": 24}


def cell_of(row: TicketRow, name: str) -> Cell:
    if name.startswith("fields."):
        return _plain(row.fields.get(name.removeprefix("fields.")))
    value: Any = getattr(row, name)
    if isinstance(value, Named):
        return value.name
    if isinstance(value, ClockOut):
        return value.due_at
    return _plain(value)


def _plain(value: Any) -> Cell:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return value if value is None or isinstance(value, str | bool | int | float | datetime) else str(value)


class Table(Protocol):
    def rows(self, rows: Iterable[Sequence[Cell]]) -> None: ...

    def end(self) -> None:
        """Nothing comes any more."""


class CsvTable:
    """With a mark at the beginning, by which spreadsheets see that it is UTF-8."""

    def __init__(self, file: IO[bytes], headers: Sequence[str], zone: ZoneInfo) -> None:
        self._zone = zone
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow([guarded(header) for header in headers])

    def rows(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._writer.writerows([self._told(cell) for cell in row] for row in rows)

    def _told(self, cell: Cell) -> str:
        if cell is None:
            return ""
        if isinstance(cell, datetime):
            return cell.astimezone(self._zone).isoformat(sep=" ", timespec="seconds")
        if isinstance(cell, bool):
            return "yes" if cell else "no"
        if isinstance(cell, int | float):
            return f"{cell:g}" if isinstance(cell, float) else str(cell)
        return guarded(cell)

    def end(self) -> None:
        self._text.detach()


class XlsxTable:
    """One row in memory at a time. Texts are texts: nothing is taken for a formula or a link."""

    def __init__(
        self, file: IO[bytes], folder: Path, names: Sequence[str], headers: Sequence[str], zone: ZoneInfo
    ) -> None:
        self._zone = zone
        self._folder = tempfile.TemporaryDirectory(dir=folder)
        options = {"constant_memory": True, "tmpdir": self._folder.name, "in_memory": False}
        self._book = xlsxwriter.Workbook(file, options)
        self._sheet = self._book.add_worksheet("Tickets")
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        bold = self._book.add_format({"bold": True})
        for place, (name, header) in enumerate(zip(names, headers, strict=True)):
            self._sheet.set_column(place, place, _WIDTHS.get(name, 18))
            self._sheet.write_string(0, place, header, bold)
        self._sheet.freeze_panes(1, 0)
        self._next = 1

    def rows(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            for place, cell in enumerate(row):
                self._write(place, cell)
            self._next += 1

    def _write(self, place: int, cell: Cell) -> None:
        if isinstance(cell, datetime):
            # A sheet knows no zones.
            local = cell.astimezone(self._zone).replace(tzinfo=None)
            self._sheet.write_datetime(self._next, place, local, self._moment)
        elif isinstance(cell, bool):
            self._sheet.write_boolean(self._next, place, cell)
        elif isinstance(cell, int | float):
            self._sheet.write_number(self._next, place, cell)
        elif cell:
            self._sheet.write_string(self._next, place, cell[:LONGEST_XLSX])

    def end(self) -> None:
        try:
            self._book.close()
        finally:
            self._folder.cleanup()

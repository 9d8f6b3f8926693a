"""Tables in files, row by row: CSV (RFC 4180) as whoever wrote it, and the first sheet of an XLSX (ECMA-376)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any, Final

from contactcenter.api.archives import Limits, UnusableArchive, opened

Row = tuple[int, list[str]]
"""The line it begins on, from 1, and its cells."""
MOST_COLUMNS: Final = 300
MOST_SIGNS: Final = 200_000
"""Of one cell."""
MOST_ROWS: Final = 1_048_576
"""Of a sheet, as spreadsheets have it."""
XLSX_LIMITS: Final = Limits(entries=2_000, unpacked=2**30, ratio=500)
MOST_SHARED: Final = 128 * 2**20
"""The texts that cells share are held in memory."""
_BLOCK = 2**20


class UnreadableTable(ValueError):  # noqa: N818 - names the table, not the failure
    """A sentence that says why."""


def csv_rows(file: IO[bytes]) -> Iterator[Row]:
    """Every row that is not blank; which sign parts the cells is seen by the first line. Raises UnreadableTable."""
    encoding = _encoding(file)
    file.seek(0)
    # Detached at the end: the file is the caller's.
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        head = text.readline(_BLOCK)
        text.seek(0)
        csv.field_size_limit(MOST_SIGNS)
        reader = csv.reader(text, delimiter=_delimiter(head.removeprefix("\ufeff")))
        yield from _rows(reader)
    finally:
        text.detach()


def _rows(reader: Any) -> Iterator[Row]:
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > MOST_COLUMNS:
                    raise UnreadableTable(f"Line {begins} has more than {MOST_COLUMNS} cells.")
                yield begins, [cell.replace("\x00", "") for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTable(f"Line {reader.line_num} is no CSV: {error}.") from None


def _encoding(file: IO[bytes]) -> str:
    """By the mark at its beginning, else UTF-8 when it is that, else what Windows writes in the West."""
    file.seek(0)
    start = file.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(head: str) -> str:
    """The one the first line has most of, outside of quotes."""
    bare = "".join(head.split('"')[::2])
    return max(",;\t|", key=bare.count)


def xlsx_rows(file: IO[bytes]) -> Iterator[Row]:
    """Rows of the first sheet that are not blank: what formulas were last worked out to, moments as ISO 8601. Raises
    UnreadableTable."""
    import openpyxl  # It takes a tenth of a second, and few starts ever need it.

    file.seek(0)
    try:
        with opened(file, XLSX_LIMITS) as archive:
            shared = [each.file_size for each in archive.infolist() if each.filename.endswith("sharedStrings.xml")]
        if sum(shared) > MOST_SHARED:
            raise UnreadableTable("The sheet holds too much text; save it as CSV.")
        file.seek(0)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except UnusableArchive as error:
        raise UnreadableTable(str(error)) from None
    except UnreadableTable:
        raise
    # Its parsers raise whatever they run into.
    except Exception as error:
        raise UnreadableTable("This is no XLSX that can be read.") from error
    try:
        yield from _cells(book)
    finally:
        book.close()


def _cells(book: Any) -> Iterator[Row]:
    if not book.worksheets:
        raise UnreadableTable("The workbook has no sheet.")
    sheet = book.worksheets[0]
    # A sheet may lie about how large it is.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
    number = 0
    while True:
        try:
            row = next(rows, None)
        except Exception as error:
            raise UnreadableTable(f"Row {number + 1} cannot be read.") from error
        if row is None:
            return
        number += 1
        if number > MOST_ROWS:
            raise UnreadableTable(f"The sheet has more than {MOST_ROWS} rows.")
        cells = [_told(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\x00", "").strip()[:MOST_SIGNS]

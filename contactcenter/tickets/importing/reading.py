"""An uploaded file record by record: JSON in any of the ways exports are written, alone or in a ZIP. Not for the event
loop."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, cast

import ijson
import orjson

from contactcenter.api.archives import Limits, UnusableArchive, opened

LIMITS: Final = Limits(entries=1_000_000, unpacked=50 * 2**30)
LONGEST_RECORD: Final = 64 * 2**20
"""Bytes of one record, or of one whole file that is read at once."""
MOST_EVENTS: Final = 2_000_000
"""Of one record in a file that is read bit by bit: keys, values, beginnings and ends."""
_AT_ONCE: Final = 8 * 2**20


class Unreadable(ValueError):  # noqa: N818 - names the file, not the failure
    """A sentence that says why."""


Fault = Callable[[str, str], None]
"""(place, reason) of a record that was passed over."""
Found = tuple[str, str, str, dict[str, Any]]
"""The entry's name, the key it stands under ("" at the top), its place in words, the record."""
_Named = tuple[str, str, dict[str, Any]]
"""As Found, of one entry."""


class Upload:
    """The file; `entries` are names within it, one that is empty where it is no archive."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._archive: zipfile.ZipFile | None = None
        self.sizes: dict[str, int] = {"": path.stat().st_size}
        try:
            if self._file.read(4) == b"PK\x03\x04":
                self._archive = opened(self._file, LIMITS)
                listed = [each for each in self._archive.infolist() if not each.is_dir()]
                self.sizes = {each.filename: each.file_size for each in listed}
        except UnusableArchive as error:
            self._file.close()
            raise Unreadable(str(error)) from None

    def close(self) -> None:
        if self._archive is not None:
            self._archive.close()
        self._file.close()

    @property
    def packed(self) -> bool:
        return self._archive is not None

    @property
    def entries(self) -> list[str]:
        return sorted(self.sizes)

    @contextmanager
    def open(self, entry: str) -> Iterator[IO[bytes]]:
        """Raises Unreadable, KeyError for what is not in it."""
        if self._archive is None:
            if entry:
                raise KeyError(entry)
            self._file.seek(0)
            yield self._file
            return
        try:
            with self._archive.open(entry) as file:
                yield file
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
            if isinstance(error, Unreadable):
                raise
            raise Unreadable("The archive is damaged.") from error

    def content(self, entry: str, most: int) -> bytes | None:
        """The whole of one; None where there is none, or it is larger than `most`."""
        if self.sizes.get(entry, most + 1) > most or (entry == "" and self.packed):
            return None
        with self.open(entry) as file:
            return file.read(most + 1)[:most]


def records(upload: Upload, fault: Fault) -> Iterator[Found]:
    """Every JSON object that is a record, of every entry that holds such. Raises Unreadable."""
    for entry in upload.entries:
        name = entry.rpartition("/")[2].lower()
        if entry and not name.endswith((".json", ".ndjson", ".jsonl")):
            continue
        with upload.open(entry) as file:
            for key, place, record in _of_file(file, upload.sizes[entry], fault, entry):
                yield entry, key, place, record


def _of_file(file: IO[bytes], size: int, fault: Fault, entry: str) -> Iterator[_Named]:
    reader: Any = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file), 2**20)
    start = reader.peek(4096).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    named = f"{entry}, " if entry else ""
    try:
        if start == b"{" and (yield from _lines(reader, fault, named)):
            return
        reader.seek(0)
        if size <= _AT_ONCE:
            yield from _whole(reader.read(_AT_ONCE + 1), named)
        else:
            yield from _streamed(reader, named)
    finally:
        if reader is not file:
            reader.detach()


def _lines(reader: Any, fault: Fault, named: str) -> Generator[_Named, None, bool]:
    """A record on each line (NDJSON); whether it is written so."""
    first = reader.readline(LONGEST_RECORD + 1)
    try:
        record = orjson.loads(first.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return False
    number = 1
    while True:
        if isinstance(record, dict):
            yield from _wrapped(record, f"{named}line {number}")
        line = reader.readline(LONGEST_RECORD + 1)
        if not line:
            return True
        number += 1
        record = None
        if len(line) > LONGEST_RECORD:
            raise Unreadable(f"{named}line {number} is longer than {LONGEST_RECORD // 2**20} MiB.")
        if line.strip():
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError:
                fault(f"{named}line {number}", "is no JSON")


def _wrapped(record: dict[str, Any], place: str) -> Iterator[_Named]:
    """Lists of an answer of an API ({"tickets": […], "count": 2}) one by one, anything else as it is."""
    lists = {key: value for key, value in record.items() if isinstance(value, list) and _listed(value)}
    assets = record.get("assets")
    if isinstance(assets, dict):
        lists |= {key: list(rows.values()) for key, rows in assets.items() if isinstance(rows, dict)}
        lists = {key: rows for key, rows in lists.items() if _listed(rows)}
    single = [key for key, value in record.items() if isinstance(value, dict)] if len(record) == 1 else []
    if "id" in record or not (lists or single):
        yield "", place, record
        return
    rest = {key: value for key, value in record.items() if key not in lists and isinstance(value, dict)}
    for key, items in lists.items():
        for number, item in enumerate(items, 1):
            yield key, f"{place}, {key} {number}", item
    for key, value in rest.items():
        yield key, f"{place}, {key}", value


def _listed(items: list[Any]) -> bool:
    return all(isinstance(item, dict) for item in items)


def _whole(data: bytes, named: str) -> Iterator[_Named]:
    try:
        found = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"{named}line {error.lineno} is no JSON.") from None
    if isinstance(found, dict):
        yield from _wrapped(found, f"{named}record 1")
        return
    for number, record in enumerate(found if isinstance(found, list) else [], 1):
        if isinstance(record, dict):
            yield from _wrapped(record, f"{named}record {number}")


def _streamed(reader: Any, named: str) -> Iterator[_Named]:
    """Records of a long list, at the top or under a key, one in memory at a time."""
    builder: Any = None
    within, events, number = "", 0, 0
    try:
        for prefix, event, value in ijson.parse(reader, use_float=True):
            if builder is None:
                if event != "start_map" or prefix.count(".") > 1 or not (prefix + ".").endswith("item."):
                    continue
                builder, within, events = ijson.ObjectBuilder(), prefix, 0
                number += 1
            builder.event(event, value)
            events += 1
            if events > MOST_EVENTS:
                raise Unreadable(f"{named}record {number} is too large.")
            if event == "end_map" and prefix == within:
                yield within.removesuffix("item").removesuffix("."), f"{named}record {number}", builder.value
                builder = None
    except (ijson.JSONError, json.JSONDecodeError, UnicodeDecodeError):
        raise Unreadable(f"{named}record {number + 1} is no JSON.") from None

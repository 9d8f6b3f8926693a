"""Reading an upload once: sorting its records into a stage, and seeing which fields and values there are. Not for the
event loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from contactcenter.api.tables import UnreadableTable, csv_rows, xlsx_rows
from contactcenter.customers.words import folded
from contactcenter.tickets.importing import own, tables, zammad, zendesk
from contactcenter.tickets.importing.incoming import Incoming, clean
from contactcenter.tickets.importing.reading import Unreadable, Upload, records
from contactcenter.tickets.importing.stage import Record, Stage

MOST_VALUES: Final = 300
"""Different values of a field that are counted."""
EXAMPLES: Final = 3
_LOOKED: Final = 50_000
"""Records are looked at until one says whose they are."""
_WORDY: Final = 80
"""A field with longer values is a text, and its values are not counted."""


class Reader(Protocol):
    NAME: str
    FIXED: Mapping[str, str]
    PROPOSED: Mapping[str, str]

    def sorted_in(self, entry: str, key: str, record: Mapping[str, Any]) -> Iterator[Record]: ...

    def incoming(self, document: Mapping[str, Any], place: str, stage: Stage) -> Incoming: ...


READERS: Final[Mapping[str, Any]] = {each.NAME: each for each in (zendesk, zammad, own)}
Progress = Callable[[float], None]
"""Told how much is done, 0 to 1; raises to stop."""


@dataclass(slots=True)
class Seen:
    """Of one field of the file. `values` None: too long, or too many, to be told apart."""

    filled: int = 0
    values: dict[str, int] | None = field(default_factory=dict)
    more: bool = False
    examples: list[str] = field(default_factory=list)

    def add(self, value: Any) -> None:
        parts = [clean(each) for each in value] if isinstance(value, list) else [clean(value)]
        self.filled += 1
        for part in parts:
            if len(self.examples) < EXAMPLES and part and part[:_WORDY] not in self.examples:
                self.examples.append(part[:_WORDY])
            if self.values is None:
                continue
            if len(part) > _WORDY:
                self.values = None
            elif part in self.values or len(self.values) < MOST_VALUES:
                self.values[part] = self.values.get(part, 0) + 1
            else:
                self.more = True

    def document(self) -> dict[str, Any]:
        return {"filled": self.filled, "values": self.values or {}, "more": self.more, "examples": self.examples}


def read(path: Path, stage: Stage, told: Progress) -> str:
    """Whose file it is. Raises Unreadable, OSError."""
    upload = Upload(path)
    try:
        if not upload.packed and not _is_json(upload):
            return _read_table(upload, stage, told, csv_rows)
        if any(name == "xl/workbook.xml" for name in upload.entries):
            return _read_table(upload, stage, told, xlsx_rows, path)
        return _read_json(upload, stage, told)
    finally:
        upload.close()


def _is_json(upload: Upload) -> bool:
    with upload.open("") as file:
        return file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _read_table(upload: Upload, stage: Stage, told: Progress, rows: Any, packed: Path | None = None) -> str:
    with open(packed, "rb") if packed else upload.open("") as file:
        try:
            names: list[str] = []
            for line, cells in rows(file):
                if not names:
                    names = tables.header(cells)
                    continue
                document = tables.document(names, cells)
                stage.add(("ticket", f"{line}", document), f"line {line}")
                if line % 500 == 0:
                    told(0.5)
        except UnreadableTable as error:
            raise Unreadable(str(error)) from None
    if not names:
        raise Unreadable("The table is empty.")
    stage.put("names", names)
    return tables.NAME


def _read_json(upload: Upload, stage: Stage, told: Progress) -> str:
    source = _whose(upload)
    reader = READERS[source]
    whole, done, last = sum(upload.sizes.values()) or 1, 0, None
    for number, (entry, key, place, record) in enumerate(records(upload, stage.fault)):
        if entry != last:
            done += upload.sizes[last] if last is not None else 0
            last = entry
        for sorted_in in _sorted(reader, entry, key, record, place, stage):
            stage.add(sorted_in, place)
        if number % 500 == 0:
            told(0.7 * done / whole)
    return source


def _sorted(reader: Any, entry: str, key: str, record: Mapping[str, Any], place: str, stage: Stage) -> Iterator[Record]:
    try:
        yield from reader.sorted_in(entry, key, record)
    except (TypeError, ValueError, KeyError, AttributeError):
        stage.fault(place, "has not the form that is documented")


def _whose(upload: Upload) -> str:
    """By its manifest, or by its first ticket."""
    for number, (entry, _key, _place, record) in enumerate(records(upload, lambda place, reason: None)):
        if record.get("format") == own.FORMAT and entry.endswith("manifest.json"):
            return own.NAME
        if zendesk.is_ticket(record):
            return zendesk.NAME
        if zammad.is_ticket(record):
            return zammad.NAME
        if number > _LOOKED:
            break
    raise Unreadable("No ticket of Zendesk, Zammad or an export of this product was found in it.")


def survey(source: str, stage: Stage, told: Progress) -> dict[str, Any]:
    """What the tickets say: fields with their values (settings.FoundField, ValuesOut)."""
    seen: dict[str, Seen] = {name: Seen() for name in stage.fact("names") or ()}
    total = max(1, stage.count())
    for number, (_position, place, document) in enumerate(stage.tickets()):
        try:
            incoming = incoming_of(source, document, place, stage)
        except (TypeError, ValueError, KeyError, AttributeError):
            continue  # refused when its turn comes, with word of it
        for name, value in incoming.values.items():
            if name:
                seen.setdefault(name, Seen()).add(value)
        if number % 200 == 0:
            told(0.7 + 0.3 * number / total)
    return {"fields": {name: each.document() for name, each in seen.items()}}


def incoming_of(source: str, document: Mapping[str, Any], place: str, stage: Stage) -> Incoming:
    """Raises what reading a document of another form raises: TypeError, ValueError, KeyError, AttributeError."""
    if source == tables.NAME:
        return tables.incoming(document, place, stage)
    found: Incoming = READERS[source].incoming(document, place, stage)
    return found


def proposal(source: str, names: list[str], targets: list[str], custom: Mapping[str, str]) -> dict[str, str]:
    """What each field of the file is likely to be. `custom`: names of the fields here by target."""
    if source != tables.NAME:
        reader = READERS[source]
        known = {**reader.FIXED, **reader.PROPOSED}
        return {name: known.get(name) or _custom(name, custom) for name in names}
    taken: set[str] = set()
    found: dict[str, str] = {}
    for name in names:
        word = "".join(sign for sign in folded(name) if sign.isalnum())
        same = next((key for key, words in tables.WORDS.items() if word in words), "")
        target = name if name in targets else same or _custom(name, custom)
        found[name] = "" if target in taken else target
        taken.add(target)
    return found


def _custom(name: str, custom: Mapping[str, str]) -> str:
    bare = name.removeprefix("fields.")
    words = {folded(bare), folded(bare.replace("_", " "))}
    return next((key for key, label in custom.items() if folded(label) in words or key == f"field.{bare}"), "")


def fixed(source: str) -> frozenset[str]:
    return frozenset() if source == tables.NAME else frozenset(READERS[source].FIXED)

"""What is in an archive: named entries in pieces, so that no size need be known before, and the manifest as the last.

`name length (2) | name | (piece length (4) | piece)* | 0 (4)`, numbers big endian. Names are `<area>/<path>`.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO, Final, Literal

import msgspec

from contactcenter.backup.archive import Opening, Sealing
from contactcenter.backup.errors import Unsound

MANIFEST: Final = "manifest.json"
PIECE_BYTES: Final = 256 * 1024
_LARGEST_MANIFEST = 256 * 1024 * 1024
# Without control characters, backslashes and what stands for octets that are no UTF-8.
_NAME = re.compile(r"[^\x00-\x1f\x7f\\\ud800-\udfff]+")
_LONGEST_NAME = 1024

Area = Literal["database", "recordings", "ticket_files", "flows", "routing", "audit", "settings", "waiting"]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sha256` in hexadecimal digits, of `size` octets."""

    name: str
    size: int
    sha256: str


class DataKeyIs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A data key in the database of the backup, and the master key without which it opens nothing."""

    id: str
    master: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`tables`: rows by table. `columns`: of the tables of PostgreSQL, in the order of their values; `sequences`: the
    last values handed out. `gone`: files that were removed while the backup was made."""

    made_at: datetime
    product: str
    schema: str
    database: Literal["sqlite", "postgresql"]
    tables: dict[str, int]
    columns: dict[str, list[str]] = msgspec.field(default_factory=dict)
    sequences: dict[str, int] = msgspec.field(default_factory=dict)
    data_keys: list[DataKeyIs] = msgspec.field(default_factory=list)
    entries: list[Entry] = msgspec.field(default_factory=list)
    gone: list[str] = msgspec.field(default_factory=list)

    @property
    def masters(self) -> list[str]:
        """Ids of the master keys that what is sealed in the backup needs."""
        return sorted({key.master for key in self.data_keys})


class EntryWriter:
    """Writes entries one after the other; blocks."""

    def __init__(self, archive: Sealing) -> None:
        self._archive = archive
        self.written: list[Entry] = []
        self._name = ""
        self._size = 0
        self._hash = hashlib.sha256()

    def begin(self, name: str) -> None:
        raw = checked(name).encode()
        self._archive.write(struct.pack(">H", len(raw)) + raw)
        self._name, self._size, self._hash = name, 0, hashlib.sha256()

    def piece(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE_BYTES):
            part = data[start : start + PIECE_BYTES]
            self._archive.write(struct.pack(">I", len(part)))
            self._archive.write(part)
        self._size += len(data)
        self._hash.update(data)

    def end(self) -> None:
        self._archive.write(struct.pack(">I", 0))
        self.written.append(Entry(self._name, self._size, self._hash.hexdigest()))

    def whole(self, name: str, pieces: Iterable[bytes]) -> None:
        self.begin(name)
        for piece in pieces:
            self.piece(piece)
        self.end()

    def finish(self, manifest: Manifest) -> Manifest:
        """The manifest as the last entry, with all entries before it."""
        whole = msgspec.structs.replace(manifest, entries=list(self.written))
        self.whole(MANIFEST, [msgspec.json.encode(whole)])
        self._archive.finish()
        return whole


def read_entries(archive: Opening) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Names with their pieces, each to be read to its end before the next. Raises Unsound.

    Ends before the manifest, which `read_manifest` gives.
    """
    while (name := _name(archive)) != MANIFEST:
        yield name, _pieces(archive)


def read_manifest(archive: Opening, found: list[Entry]) -> Manifest:
    """After the last entry: the manifest, once it agrees with what was `found`. Raises Unsound."""
    raw = bytearray()
    for piece in _pieces(archive):
        raw += piece
        if len(raw) > _LARGEST_MANIFEST:
            raise Unsound("The manifest of the backup is too large.")
    if archive.some(1):
        raise Unsound("Something follows the end of the backup.")
    try:
        manifest = msgspec.json.decode(bytes(raw), type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Unsound("The manifest of the backup cannot be read.") from None
    if manifest.entries != found:
        names = sorted({entry.name for entry in {*manifest.entries} ^ {*found}})
        raise Unsound(
            f"The backup does not hold what its manifest says: {', '.join(names[:3]) or 'the order differs'}."
        )
    return manifest


def copied(pieces: Iterable[bytes], file: BinaryIO | None, name: str) -> Entry:
    """Write the pieces out (None: only look at them), and what they were."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        if file is not None:
            file.write(piece)
    return Entry(name, size, digest.hexdigest())


def checked(name: str) -> str:
    """The name, which leads nowhere else than into its area. Raises Unsound."""
    parts = PurePosixPath(name).parts
    if (
        len(name) > _LONGEST_NAME
        or not _NAME.fullmatch(name)
        or not parts
        or name.startswith("/")
        or str(PurePosixPath(name)) != name
        or ".." in parts
    ):
        raise Unsound("An entry has a name that no file may have.")
    return name


def _name(archive: Opening) -> str:
    (length,) = struct.unpack(">H", archive.read(2))
    try:
        return checked(archive.read(length).decode())
    except UnicodeDecodeError:
        raise Unsound("An entry has a name that no file may have.") from None


def _pieces(archive: Opening) -> Iterator[bytes]:
    while True:
        (length,) = struct.unpack(">I", archive.read(4))
        if length == 0:
            return
        if length > PIECE_BYTES:
            raise Unsound("A piece of an entry is longer than any this program writes.")
        yield archive.read(length)

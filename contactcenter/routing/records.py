"""How the routing journal is written down: frames in segment files, one frame for each command and tick.

A frame is its payload's length and CRC-32 (both little-endian 32-bit) and the payload (msgpack). The first frame of a
segment is its `Header`, all others are `Record`s. What ends in the middle of a frame was cut off by a crash.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import reduce
from operator import or_
from pathlib import Path
from struct import Struct as Layout
from typing import Any

import msgspec

from acd import commands
from acd.commands import Command

FORMAT = 1
FRAME = Layout("<II")
SEGMENT = ".commands"
SNAPSHOT = ".snapshot"
HEADER_BYTES = 256
"""More than any header takes."""


class JournalError(Exception):
    """A file of the journal cannot be used; the text is a sentence naming it."""


class Tick(msgspec.Struct, frozen=True, tag=True):
    """`Engine.tick` was called."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """`number` of the segment; `first`: how many records the journal held before it; `started_at`: Unix seconds."""

    format: int = FORMAT
    number: int
    first: int
    started_at: float


class Record(msgspec.Struct, frozen=True, array_like=True):
    """`at` is the time given to the engine, in Unix seconds."""

    at: float
    what: Command | Tick


def _kinds() -> tuple[type, ...]:
    known = [kind for kind in vars(commands).values() if isinstance(kind, type) and issubclass(kind, Command)]
    return tuple(kind for kind in known if kind is not Command)


COMMANDS = _kinds()
# Any: a union made at run time, of all commands there are, has no static type.
_STORED = msgspec.defstruct(
    "Stored", [("at", float), ("what", reduce(or_, (*COMMANDS, Tick)))], frozen=True, array_like=True
)
_records: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(_STORED)
_headers = msgspec.msgpack.Decoder(Header)
_encoder = msgspec.msgpack.Encoder()


def frame(payload: bytes) -> bytes:
    return FRAME.pack(len(payload), zlib.crc32(payload)) + payload


def can_be_written(what: Command) -> bool:
    """False for names that are no Unicode text, as half a surrogate pair."""
    try:
        _encoder.encode(what)
    except UnicodeEncodeError:
        return False
    return True


def encode_record(at: float, what: Command | Tick) -> bytes:
    """A whole frame. Raises UnicodeEncodeError for text that is no Unicode."""
    return frame(_encoder.encode((at, what)))


def encode_header(header: Header) -> bytes:
    return frame(_encoder.encode(header))


def frames(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Each whole frame's payload and the offset behind it; ends at the first one that is cut off or damaged."""
    offset = 0
    while offset + FRAME.size <= len(data):
        length, checksum = FRAME.unpack_from(data, offset)
        end = offset + FRAME.size + length
        payload = data[offset + FRAME.size : end]
        # An empty frame is never written, but zeros left by a crash of the machine would read as one.
        if not length or end > len(data) or zlib.crc32(payload) != checksum:
            return
        yield payload, end
        offset = end


class Segment:
    """One segment file as it is on disk. `good` bytes of it can be read; a crash may have left more.

    Raises JournalError when it has no header that can be read, OSError when the file cannot.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._data = path.read_bytes()
        self.header, self._start = _decode_header(path, self._data)
        self.good = self._start

    @property
    def cut(self) -> int:
        """Bytes behind the last whole record, once `records` has been read to the end."""
        return len(self._data) - self.good

    def records(self) -> Iterator[Record]:
        self.good = self._start
        for payload, end in frames(self._data[self._start :]):
            try:
                stored = _records.decode(payload)
            except msgspec.MsgspecError as error:
                raise JournalError(f"{self.path.name} holds a command that is not known here: {error}.") from error
            self.good = self._start + end
            yield Record(stored.at, stored.what)


def read_header(path: Path) -> Header:
    """Without reading the rest of the segment. Raises JournalError, OSError."""
    with path.open("rb") as file:
        return _decode_header(path, file.read(HEADER_BYTES))[0]


def _decode_header(path: Path, data: bytes) -> tuple[Header, int]:
    for payload, end in frames(data):
        try:
            header = _headers.decode(payload)
        except msgspec.MsgspecError as error:
            raise JournalError(f"{path.name} does not begin as a segment of the routing journal.") from error
        if header.format != FORMAT:
            raise JournalError(f"{path.name} has format {header.format}, and only {FORMAT} is known.")
        return header, end
    raise JournalError(f"{path.name} is empty or damaged at its beginning.")


def segment_path(folder: Path, number: int) -> Path:
    return folder / f"{number:08d}{SEGMENT}"


def snapshot_path(folder: Path, number: int) -> Path:
    return folder / f"{number:08d}{SNAPSHOT}"


def numbers(folder: Path, suffix: str) -> list[int]:
    """Those of the files that there are, ascending."""
    return sorted(int(path.stem) for path in folder.glob(f"*{suffix}") if path.stem.isdigit())

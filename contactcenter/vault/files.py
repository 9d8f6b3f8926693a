"""Sealed files: a header, then chunks that each open by themselves, so that a range costs only its own chunks.

Header: `"CCSEALED" | version (1) | key id (8) | salt (32) | chunk size (4) | plain length (8)`, numbers big endian. The
file's own key is derived from the data key with the salt and, as info, the header and the context: a changed header
or a file put in another's place opens nowhere. Chunk n is AES-256-GCM under the nonce `last (4) | n (8)`, where last
is 1 for the last chunk and 0 before it, so that chunks cannot be left out, doubled or moved (the STREAM construction
of Hoang, Reyhanitabar, Rogaway and Vizár 2015). The plain length makes a cut file known before anything is read.

Everything here blocks: call it in a thread.
"""

from __future__ import annotations

import io
import os
import secrets
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contactcenter.vault.errors import Damaged
from contactcenter.vault.keyring import ID_BYTES, Context, DataKey, Keyring, encode

CHUNK_BYTES: Final = 64 * 1024
_MAGIC = b"CCSEALED"
_VERSION = 1
_SALT_BYTES = 32
_LAYOUT = struct.Struct(f">8sB{ID_BYTES}s{_SALT_BYTES}sIQ")
HEADER_BYTES: Final = _LAYOUT.size
_TAG_BYTES = 16
_LARGEST_CHUNK = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Header:
    key_id: str
    salt: bytes
    chunk_bytes: int
    length: int

    @property
    def raw(self) -> bytes:
        key_id = bytes.fromhex(self.key_id)
        return _LAYOUT.pack(_MAGIC, _VERSION, key_id, self.salt, self.chunk_bytes, self.length)

    @property
    def chunks(self) -> int:
        """An empty file has one, empty chunk: also its end is authenticated."""
        return max(1, -(-self.length // self.chunk_bytes))

    @property
    def sealed_length(self) -> int:
        """Octets of the whole file."""
        return HEADER_BYTES + self.length + self.chunks * _TAG_BYTES

    def cipher(self, key: DataKey, context: Context) -> AESGCM:
        info = encode(("contactcenter file", *context)) + self.raw
        return AESGCM(key.derive(self.salt, info))

    def nonce(self, index: int) -> bytes:
        return struct.pack(">IQ", index == self.chunks - 1, index)


def parse_header(raw: bytes) -> Header:
    """Raises Damaged."""
    try:
        magic, version, key_id, salt, chunk_bytes, length = _LAYOUT.unpack(raw)
    except struct.error:
        raise Damaged("The sealed file is cut off within its header.") from None
    if magic != _MAGIC or version != _VERSION or not 0 < chunk_bytes <= _LARGEST_CHUNK:
        raise Damaged("The file is not a sealed file of a version this program reads.")
    return Header(key_id.hex(), salt, chunk_bytes, length)


def read_header(path: Path) -> Header:
    """Raises OSError or Damaged."""
    with path.open("rb") as file:
        return parse_header(file.read(HEADER_BYTES))


def seal_file(keyring: Keyring, source: Path, target: Path, context: Context) -> None:
    """Seal what `source` holds now into `target`, on disk and whole or not there at all. `source` stays.

    Raises OSError, also when `source` grows shorter meanwhile.
    """
    with source.open("rb") as plain:
        _write(keyring, plain, os.fstat(plain.fileno()).st_size, target, context)


def seal_bytes(keyring: Keyring, content: bytes, target: Path, context: Context) -> None:
    """As `seal_file`, of what never was a file here. Raises OSError."""
    _write(keyring, io.BytesIO(content), len(content), target, context)


def reseal_file(keyring: Keyring, path: Path, context: Context) -> None:
    """Replace a sealed file by one under the active key. Raises OSError, Damaged or UnknownKey, and changes nothing."""
    with SealedFile(keyring, path, context) as old:
        _write(keyring, old, old.header.length, path, context)


def _write(keyring: Keyring, plain: io.RawIOBase | io.BufferedIOBase, length: int, target: Path, at: Context) -> None:
    key = keyring.active_key("files")
    header = Header(key.id, secrets.token_bytes(_SALT_BYTES), CHUNK_BYTES, length)
    cipher = header.cipher(key, at)
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            os.chmod(file.fileno(), 0o600)
            file.write(header.raw)
            for index in range(header.chunks):
                wanted = min(CHUNK_BYTES, length - index * CHUNK_BYTES)
                piece = plain.read(wanted) or b""
                if len(piece) != wanted:
                    raise OSError(f"{length} octets were to be sealed, but the file ended before")
                file.write(cipher.encrypt(header.nonce(index), piece, None))
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make a name given or taken in `folder` outlast a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class SealedFile(io.RawIOBase):
    """The plain content of a sealed file, seekable. Chunks are read and checked when they are needed.

    Opening raises OSError, Damaged or UnknownKey; reading raises OSError or Damaged. Not for several threads at once.
    """

    def __init__(self, keyring: Keyring, path: Path, context: Context) -> None:
        super().__init__()
        self._file = path.open("rb", buffering=0)
        try:
            self.header = parse_header(self._file.read(HEADER_BYTES) or b"")
            key = keyring.key(self.header.key_id, "files")
            self._cipher = self.header.cipher(key, context)
            if os.fstat(self._file.fileno()).st_size != self.header.sealed_length:
                raise Damaged("The sealed file is cut off, or something was added to it.")
        except BaseException:
            self._file.close()
            raise
        self._position = 0
        self._chunk = (-1, b"")

    def __enter__(self) -> SealedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        file = getattr(self, "_file", None)
        if file is not None:
            file.close()
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.header.length}[whence]
        if base + offset < 0:
            raise ValueError("before the begin of the file")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        piece = self.read_at(self._position, len(view))
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def read(self, size: int = -1, /) -> bytes:
        piece = self.read_at(self._position, self.header.length if size < 0 else size)
        self._position += len(piece)
        return piece

    def read_at(self, start: int, size: int) -> bytes:
        """Up to `size` octets from `start`, fewer only at the end."""
        end = min(start + size, self.header.length)
        if start >= end:
            # An empty file is authenticated too.
            return self._open_chunk(0) if self.header.length == 0 else b""
        step = self.header.chunk_bytes
        first, last = start // step, (end - 1) // step
        plain = b"".join(self._open_chunk(index) for index in range(first, last + 1))
        return plain[start - first * step : end - first * step]

    def verify(self) -> None:
        """Read everything once. Raises OSError or Damaged."""
        for index in range(self.header.chunks):
            self._open_chunk(index)

    def _open_chunk(self, index: int) -> bytes:
        if self._chunk[0] != index:
            size = self.header.chunk_bytes + _TAG_BYTES
            sealed = os.pread(self._file.fileno(), size, HEADER_BYTES + index * size)
            try:
                self._chunk = (index, self._cipher.decrypt(self.header.nonce(index), sealed, None))
            except (InvalidTag, ValueError):
                raise Damaged(f"The sealed file was changed, or belongs elsewhere (chunk {index}).") from None
        return self._chunk[1]

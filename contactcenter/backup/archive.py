"""The file of a backup: a readable header, then chunks that were sealed one after the other while it was written.

`"CCBACKUP" | version (1) | header length (4) | header (JSON) | chunks`, numbers big endian. A random key seals the
chunks; the header holds it wrapped, once by the master key and once by a passphrase, as far as these were given. Chunk
n is AES-256-GCM under the nonce `last (4) | n (8)`, with last 1 in the last chunk only: a file whose writing was
interrupted, or from which something was cut off, has no last chunk (STREAM, Hoang et al. 2015). The key of the chunks
is derived with the whole header, so that nothing in it can be changed either.

Everything here blocks: call it in a thread.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from contactcenter.backup.errors import BackupError, Unsound
from contactcenter.vault.errors import VaultError
from contactcenter.vault.master import MasterKey

CHUNK_BYTES: Final = 256 * 1024
_TAG_BYTES = 16
_MAGIC = b"CCBACKUP"
_VERSION = 1
_PREFIX = struct.Struct(">8sBI")
_LARGEST_HEADER = 64 * 1024
_LABEL = "contactcenter backup"
# OWASP's least for scrypt is 2^17; more memory than 2^20 takes (1 GiB) nobody may ask of us with a header.
_SCRYPT_LOG_N = 17
_SCRYPT_LARGEST_LOG_N = 20


class ByMaster(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="master"):
    """The archive's key wrapped by the master key of this id."""

    id: str
    wrapped: bytes


class ByPassphrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="passphrase"):
    """The archive's key wrapped by what scrypt (r 8, p 1) makes of the passphrase."""

    salt: bytes
    log_n: int
    wrapped: bytes


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What anybody may read: when and by which version it was made, and which keys open it."""

    made_at: datetime
    product: str
    salt: bytes
    keys: list[ByMaster | ByPassphrase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What archives are sealed for and opened with: the first master key seals, each of them opens."""

    masters: Sequence[MasterKey] = field(default=(), repr=False)
    passphrase: str = field(default="", repr=False)


class Sealing:
    """Writes an archive: `write` as often as there is something, then `finish`, without which it is no archive."""

    def __init__(self, file: BinaryIO, keys: Keys, *, made_at: datetime, product: str) -> None:
        secret = secrets.token_bytes(32)
        header = Header(made_at=made_at, product=product, salt=secrets.token_bytes(32), keys=_wrapped(secret, keys))
        raw = msgspec.json.encode(header)
        prefix = _PREFIX.pack(_MAGIC, _VERSION, len(raw))
        file.write(prefix + raw)
        self._file = file
        self._cipher = _cipher(secret, header.salt, prefix + raw)
        self._buffer = bytearray()
        self._index = 0

    def write(self, data: bytes) -> None:
        self._buffer += data
        # The last chunk is not known to be the last until `finish`: one is always held back.
        while len(self._buffer) > CHUNK_BYTES:
            self._seal(bytes(self._buffer[:CHUNK_BYTES]), last=False)
            del self._buffer[:CHUNK_BYTES]

    def finish(self) -> None:
        self._seal(bytes(self._buffer), last=True)
        self._buffer.clear()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(struct.pack(">IQ", last, self._index), plain, None))
        self._index += 1


class Opening:
    """Reads an archive; `read` gives only what has been authenticated. Raises BackupError (Unsound) and OSError."""

    def __init__(self, file: BinaryIO, keys: Keys) -> None:
        self.header, raw = read_header(file)
        self._file = file
        self._cipher = _cipher(_unwrapped(self.header, keys), self.header.salt, raw)
        self._index = 0
        self._ended = False
        self._plain = memoryview(b"")
        self._next = file.read(CHUNK_BYTES + _TAG_BYTES)

    def read(self, size: int) -> bytes:
        """Exactly `size` octets. Raises Unsound when the archive ends before."""
        pieces = []
        while size:
            piece = self.some(size)
            if not piece:
                raise Unsound("The archive ends in the middle of an entry.")
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def some(self, most: int) -> bytes:
        """Up to `most` octets, none only at the end."""
        while not self._plain and not self._ended:
            self._open_next()
        piece, self._plain = bytes(self._plain[:most]), self._plain[most:]
        return piece

    def _open_next(self) -> None:
        sealed, self._next = self._next, self._file.read(CHUNK_BYTES + _TAG_BYTES)
        self._ended = not self._next
        try:
            plain = self._cipher.decrypt(struct.pack(">IQ", self._ended, self._index), sealed, None)
        except (InvalidTag, ValueError):
            raise Unsound(f"The archive was changed or cut off (chunk {self._index}).") from None
        self._plain = memoryview(plain)
        self._index += 1


def read_header(file: BinaryIO) -> tuple[Header, bytes]:
    """The header and its octets. Nothing in it is authenticated yet. Raises Unsound and OSError."""
    prefix = file.read(_PREFIX.size)
    try:
        magic, version, length = _PREFIX.unpack(prefix)
    except struct.error:
        raise Unsound("The file is too short for a backup.") from None
    if magic != _MAGIC or version != _VERSION or length > _LARGEST_HEADER:
        raise Unsound("The file is not a backup of a version this program reads.")
    raw = file.read(length)
    try:
        return msgspec.json.decode(raw, type=Header), prefix + raw
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Unsound("The header of the backup is damaged.") from None


def _cipher(secret: bytes, salt: bytes, header: bytes) -> AESGCM:
    info = _LABEL.encode() + header
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(secret))


def _wrapped(secret: bytes, keys: Keys) -> list[ByMaster | ByPassphrase]:
    wrapped: list[ByMaster | ByPassphrase] = []
    if keys.masters:
        wrapped.append(ByMaster(keys.masters[0].id, keys.masters[0].wrap(secret, _LABEL)))
    if keys.passphrase:
        salt = os.urandom(32)
        wrapped.append(
            ByPassphrase(salt, _SCRYPT_LOG_N, _stretched(keys.passphrase, salt, _SCRYPT_LOG_N).wrap(secret, _LABEL))
        )
    if not wrapped:
        raise BackupError("A backup needs the master key or a passphrase: it is never written unencrypted.")
    return wrapped


def _unwrapped(header: Header, keys: Keys) -> bytes:
    masters = {key.id: key for key in keys.masters}
    damaged = False
    for each in header.keys:
        try:
            match each:
                case ByMaster(id=key_id, wrapped=wrapped) if key_id in masters:
                    return masters[key_id].unwrap(wrapped, _LABEL)
                case ByPassphrase(salt=salt, log_n=log_n, wrapped=wrapped) if keys.passphrase:
                    return _stretched(keys.passphrase, salt, log_n).unwrap(wrapped, _LABEL)
        except VaultError:
            damaged = True
    needed = [f"the master key {each.id}" if isinstance(each, ByMaster) else "its passphrase" for each in header.keys]
    wrong = " What was given does not open it, or its header is damaged." if damaged else ""
    raise BackupError(f"This backup is opened by {' or '.join(needed) or 'no key at all'}.{wrong}")


def _stretched(passphrase: str, salt: bytes, log_n: int) -> MasterKey:
    if not 1 <= log_n <= _SCRYPT_LARGEST_LOG_N:
        raise Unsound("The header of the backup is damaged.")
    return MasterKey(Scrypt(salt=salt, length=32, n=2**log_n, r=8, p=1).derive(passphrase.encode()))

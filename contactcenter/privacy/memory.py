"""Who has been forgotten, remembered without saying who: in a file outside the database, so that a database that was
put back from a backup can forget them again."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from contactcenter.storage.errors import StorageUnavailable

KEY = "erasure.key"
ERASED = "erased.jsonl"
_KEY_BYTES = 32


class MemoryFileError(StorageUnavailable):
    """The file cannot be used; the text is a sentence."""


class _Line(msgspec.Struct, frozen=True):
    mac: str
    until: float


class Memory:
    """`until` by mac, unix seconds: what began later is not meant. All methods block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = b""
        self._until: dict[str, float] = {}

    def load(self) -> None:
        """Makes the key when there is none. Raises MemoryFileError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._key = _read_key(self.folder / KEY)
            self._until = _read(self.folder / ERASED)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise MemoryFileError(
                f"The memory of who has been forgotten in {self.folder} cannot be used: {reason}."
            ) from error

    def mac(self, mark: str) -> str:
        """HMAC-SHA256 in hexadecimal of one form of an identity."""
        return hmac.digest(self._key, mark.encode(), "sha256").hex()

    @property
    def until(self) -> Mapping[str, float]:
        return self._until

    def remember(self, macs: Iterable[str], until: float) -> None:
        """On the disk when it returns. Raises OSError."""
        new = [mac for mac in macs if self._until.get(mac, 0.0) < until]
        if not new:
            return
        data = b"".join(msgspec.json.encode(_Line(mac, until)) + b"\n" for mac in new)
        path = self.folder / ERASED
        with path.open("ab") as file:
            if _is_torn(path):
                file.write(b"\n")
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._until |= dict.fromkeys(new, until)


def _is_torn(path: Path) -> bool:
    """A crash may have cut the last line; what is appended must not continue it."""
    data = path.read_bytes()[-1:]
    return bool(data) and data != b"\n"


def _read(path: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    if not path.exists():
        return found
    for line in filter(None, path.read_bytes().split(b"\n")):
        try:
            entry = msgspec.json.decode(line, type=_Line)
        except msgspec.MsgspecError:
            # Of a torn line its request is still there and remembers anew.
            continue
        found[entry.mac] = max(entry.until, found.get(entry.mac, 0.0))
    return found


def _read_key(path: Path) -> bytes:
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(_KEY_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(fresh, path)
        finally:
            fresh.unlink()
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    if len(key) < _KEY_BYTES:
        raise MemoryFileError(
            f"The key {path} must be 32 bytes in hexadecimal. Put the right file back: with another key nobody who has "
            "been forgotten is recognised."
        )
    return key

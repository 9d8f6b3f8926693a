"""The keys of the chain, in a file that only the server's user reads: one a line in hexadecimal, the last in use."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from contactcenter.audit.chain import Keys, key_id

LENGTH = 32


class AuditKeyError(Exception):
    """The key file cannot be used; the text is a sentence."""


def load_keys(path: Path) -> Keys:
    """The keys of the file, which is made with a new key when it is not there. Raises AuditKeyError."""
    try:
        if not path.exists():
            _make(path)
        lines = path.read_text("ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise AuditKeyError(f"The key file of the audit trail {path} cannot be used: {reason}.") from error
    try:
        keys = [bytes.fromhex(line) for line in lines]
    except ValueError:
        keys = []
    if not keys or any(len(key) < LENGTH for key in keys):
        raise AuditKeyError(
            f"The key file of the audit trail {path} must hold keys of at least {LENGTH} bytes in hexadecimal, one a "
            "line. Put the right file back; with another key the trail cannot be verified."
        )
    by_id = {key_id(key): key for key in keys}
    return Keys(by_id, key_id(keys[-1]))


def _make(path: Path) -> None:
    """Readable by its owner alone from the first moment; of two processes that make it at once, one is the maker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(LENGTH) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()

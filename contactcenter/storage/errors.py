"""Database failures as sentences a person can act on."""

from __future__ import annotations

import errno
import socket

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StorageUnavailable(Exception):  # noqa: N818 - a state of the world, not a fault
    """The database cannot serve now; trying again later may work. The text is a sentence."""


_CAUSES = (
    (("database is locked", "table is locked"), "The database is locked by another program; close it and try again."),
    (("disk is full", "no space left", "disk full"), "The disk of the database is full; free some space."),
    (("readonly database", "read-only"), "The database cannot be written; check the permissions of its file."),
    (("unable to open database file",), "The database file cannot be opened; check its folder and permissions."),
    (("disk i/o error", "malformed", "not a database"), "The database file is damaged; restore a backup."),
    (("too many connections", "connection slots"), "The database has no free connection; raise its limit."),
    (("password authentication failed", "does not exist"), "The database refuses the sign-in; check [database] url."),
)
_UNREACHABLE = "The database cannot be reached; check that it runs and that [database] url is right."


def unavailable(error: BaseException) -> StorageUnavailable | None:
    """`error` as StorageUnavailable when its cause lies outside the program, None when it is a fault of the program."""
    if isinstance(error, StorageUnavailable):
        return error
    if isinstance(error, PoolTimeout):
        return StorageUnavailable("The database is too slow: every connection is in use.")
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return StorageUnavailable(_UNREACHABLE)
        return _by_text(str(error.orig)) or _by_kind(error)
    if _is_network(error):
        return StorageUnavailable(_UNREACHABLE)
    return None


def _is_network(error: BaseException) -> bool:
    """Failures to connect, which drivers pass on as they are. Other OSErrors in a session are about other things."""
    if isinstance(error, ConnectionError | TimeoutError | socket.gaierror):
        return True
    # asyncio's answer when a name has several addresses has no number.
    return isinstance(error, OSError) and (
        error.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH} or "Multiple exceptions" in str(error)
    )


def _by_text(text: str) -> StorageUnavailable | None:
    lowered = text.lower()
    for marks, sentence in _CAUSES:
        # "relation … does not exist" is a missing migration, not a refused sign-in.
        if any(mark in lowered for mark in marks) and "relation" not in lowered and "column" not in lowered:
            return StorageUnavailable(sentence)
    if "no such table" in lowered or ("relation" in lowered and "does not exist" in lowered):
        return StorageUnavailable("The database has no tables yet; run `contactcenter db upgrade`.")
    return None


def _by_kind(error: DBAPIError) -> StorageUnavailable | None:
    name = type(error.orig).__name__
    if name in {"ConnectionDoesNotExistError", "CannotConnectNowError", "AdminShutdownError", "ConnectionRefusedError"}:
        return StorageUnavailable(_UNREACHABLE)
    return None

"""ZIP archives that somebody sends, opened within limits; nothing in them is ever unpacked to a path of theirs."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class UnusableArchive(ValueError):  # noqa: N818 - names the archive, not the failure
    """A sentence that says why; it names no path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`entries` files of at most `unpacked` bytes together, none packed more tightly than `ratio` to one where it is
    larger than `small` bytes. What an entry says of its size is what is read of it at most."""

    entries: int
    unpacked: int
    ratio: int = 400
    small: int = 2**24


def opened(file: IO[bytes], limits: Limits) -> zipfile.ZipFile:
    """To be closed by the caller. Raises UnusableArchive."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, OverflowError) as error:
        raise UnusableArchive("The archive is damaged.") from error
    try:
        _check(archive, limits)
    except UnusableArchive:
        archive.close()
        raise
    return archive


def _check(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise UnusableArchive(f"The archive holds more than {limits.entries} files.")
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise UnusableArchive(f"Unpacked, the archive would be larger than {limits.unpacked // 2**20} MiB.")
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise UnusableArchive("The archive is protected by a password.")
        if entry.compress_type not in _METHODS:
            raise UnusableArchive("The archive is packed in a way that is not taken; use Deflate.")
        if entry.file_size > limits.small and entry.file_size > limits.ratio * max(1, entry.compress_size):
            raise UnusableArchive("The archive holds a file that is packed too tightly to be real.")
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise UnusableArchive("The archive holds a file with a path that leads out of it.")

"""Flow files on the disk: read, written whole or not at all, never outside their folder."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Final

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.ya?ml")


class NoSuchFile(LookupError):  # noqa: N818 - an answer, not a fault
    """There is none of this name, or the name is none a flow file may have."""


class FlowFiles:
    """Those directly in `directory`, by name. All methods block and raise OSError when the disk refuses."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, name: str) -> Path:
        """Raises NoSuchFile for a name with a path in it, hidden, or of another ending; and for a link that leads out
        of the folder."""
        if not NAME.fullmatch(name) or ".." in name:
            raise NoSuchFile(name)
        folder = self._directory.resolve()
        if not (folder / name).resolve().is_relative_to(folder):
            raise NoSuchFile(name)
        return folder / name

    def exists(self, name: str) -> bool:
        return self.path(name).exists()

    def read(self, name: str) -> str:
        """The text; what is not UTF-8 is shown as a replacement sign. Raises NoSuchFile."""
        try:
            return self.path(name).read_bytes().decode("utf-8-sig", errors="replace")
        except FileNotFoundError:
            raise NoSuchFile(name) from None

    def write(self, name: str, text: str) -> None:
        """A reader sees the old text or the new one, never half of it, also after the power fails."""
        path = self.path(name)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def rename(self, name: str, to: str) -> None:
        """Raises NoSuchFile, FileExistsError."""
        source, target = self.path(name), self.path(to)
        try:
            # Unlike a rename, a link never takes the place of a file that is there.
            os.link(source, target)
        except FileNotFoundError:
            raise NoSuchFile(name) from None
        source.unlink()

    def remove(self, name: str) -> None:
        """Raises NoSuchFile."""
        try:
            self.path(name).unlink()
        except FileNotFoundError:
            raise NoSuchFile(name) from None

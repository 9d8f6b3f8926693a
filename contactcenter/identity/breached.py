"""Passwords that have been stolen somewhere, looked up in a copy of Have I Been Pwned's list on this machine.

Nobody is asked over the network, and nothing of a password leaves the process. Two forms are read, as the list is
published (haveibeenpwned.com/API/v3#PwnedPasswords): one file of lines `<SHA-1 in hex>:<count>` in the order of the
hashes, or a folder with a file for each first five digits (`00000.txt`) of lines `<the other 35>:<count>`.
"""

from __future__ import annotations

import hashlib
import os
from io import BufferedReader
from pathlib import Path
from typing import Final

_PREFIX: Final = 5
_LINE: Final = 200
"""No line is longer: 40 digits, a colon, a count."""


class BreachedPasswords:
    """Every call blocks for some reads of the disk. Raises OSError when the list cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __contains__(self, password: object) -> bool:
        if not isinstance(password, str):
            return False
        # SHA-1 is what the list is made of; nothing is protected by it.
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        return self._in_folder(wanted) if self.path.is_dir() else self._in_file(wanted.encode())

    def _in_folder(self, wanted: str) -> bool:
        prefix, rest = wanted[:_PREFIX], wanted[_PREFIX:].encode()
        for name in (f"{prefix}.txt", prefix):
            if (self.path / name).exists():
                with (self.path / name).open("rb") as lines:
                    return any(line.partition(b":")[0].strip().upper() == rest for line in lines)
        return False

    def _in_file(self, wanted: bytes) -> bool:
        """By halving: the file has tens of gigabytes, its lines are in order."""
        with self.path.open("rb") as file:
            low, high = 0, file.seek(0, os.SEEK_END)
            # What is sought begins at or after `low` and before `high`.
            while low < high:
                middle = (low + high) // 2
                begin, line = _line_from(file, middle)
                found = line.partition(b":")[0].strip().upper()
                if found == wanted:
                    return True
                if line and found < wanted:
                    low = begin + len(line)
                else:
                    high = middle
            return False


def _line_from(file: BufferedReader, place: int) -> tuple[int, bytes]:
    """The first line that begins at or after `place`, and where; empty at the end."""
    begin = place
    if place > 0:
        file.seek(place - 1)
        begin = place - 1 + len(file.readline(_LINE))
    file.seek(begin)
    return begin, file.readline(_LINE)

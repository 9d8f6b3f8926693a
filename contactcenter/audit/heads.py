"""Heads of the chain, kept outside the database: who cuts off the end of the trail there is found out here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contactcenter.audit.chain import Head
from contactcenter.moments import iso

EVERY_S = 60.0
"""A head that has moved is written down this often."""
WHOLE_DAYS = 7
"""Of days longer ago only the last head is kept."""
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Told:
    """A head and when it was written down, in unix seconds."""

    head: Head
    at: float


def encode(told: Told) -> str:
    return json.dumps({"seq": told.head.seq, "mac": told.head.mac, "at": iso(told.at)})


def decode(lines: Iterable[str]) -> list[Told]:
    """In order; a line that was torn off by a crash is left out."""
    found = []
    for line in lines:
        try:
            read = json.loads(line)
            at = datetime.fromisoformat(read["at"]).timestamp()
            found.append(Told(Head(int(read["seq"]), str(read["mac"])), at))
        except (ValueError, KeyError, TypeError, OverflowError):
            continue
    return found


def thinned(told: Iterable[Told], now: float) -> list[Told]:
    """The last of each day, and all of the last WHOLE_DAYS."""
    kept: dict[object, Told] = {}
    for each in told:
        day = datetime.fromtimestamp(each.at, UTC).date()
        kept[each.head if each.at > now - WHOLE_DAYS * _DAY_S else day] = each
    return list(kept.values())


class HeadFile:
    """`path` holds one JSON object a line, oldest first."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[Told]:
        """Raises OSError for a file that is there and cannot be read."""
        if not self._path.exists():
            return []
        return decode(self._path.read_text("utf-8", "replace").splitlines())

    def heads(self) -> dict[int, str]:
        """The mac first told for each place: a later one does not cover it."""
        found: dict[int, str] = {}
        for told in self.read():
            found.setdefault(told.head.seq, told.head.mac)
        return found

    def add(self, told: Told) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(encode(told) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def thin(self, now: float, from_seq: int = 0) -> None:
        """Leaves out what nobody needs any more: see `thinned`; and heads before `from_seq`."""
        told = self.read()
        kept = [each for each in thinned(told, now) if each.head.seq >= from_seq]
        if len(kept) == len(told):
            return
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.write_text("".join(encode(each) + "\n" for each in kept), "utf-8")
        fresh.replace(self._path)

    def put_aside(self, now: float) -> Path | None:
        """Begin anew; the heads so far stay beside under another name. None: there were none."""
        if not self._path.exists():
            return None
        aside = self._path.with_name(f"{self._path.stem}-until-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}.jsonl")
        self._path.replace(aside)
        return aside

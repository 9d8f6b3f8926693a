"""What simulations found, as files that outlive the server: one for each, with who asked for it and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from contactcenter.whatif.outcome import Comparison

log = structlog.get_logger(__name__)

_ID = re.compile(r"[0-9a-f]{16}")


class _Stored(Comparison, frozen=True, kw_only=True):
    """Files of earlier versions are the comparison alone."""

    title: str = ""
    asked_by: str | None = None
    asked_at: float | None = None
    ended_at: float | None = None


class _Titled(msgspec.Struct):
    title: str


class _Head(msgspec.Struct):
    """What the list shows, without the figures."""

    report: _Titled
    title: str = ""
    asked_by: str | None = None
    asked_at: float | None = None
    ended_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Moments are unix seconds; asked_by: a user's id, None where it was not written down."""

    id: str
    title: str
    asked_by: str | None
    asked_at: float
    ended_at: float


class KeptSimulations:
    """`folder`/<id>.json, the newest `limit` of them. Each method reads or writes the disk: call it in a thread."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit

    def write(self, head: Head, comparison: Comparison) -> None:
        """Whole or not at all. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        found = {name: getattr(comparison, name) for name in comparison.__struct_fields__}
        stored = _Stored(
            **found, title=head.title, asked_by=head.asked_by, asked_at=head.asked_at, ended_at=head.ended_at
        )
        path = self._path(head.id)
        fresh = path.with_suffix(".unfinished")
        fresh.write_bytes(msgspec.json.encode(stored))
        fresh.replace(path)
        for old in self._newest()[self._limit :]:
            old.unlink(missing_ok=True)

    def read(self, simulation_id: str) -> Comparison | None:
        """None for one that is not here."""
        if not _ID.fullmatch(simulation_id):
            return None
        try:
            raw = self._path(simulation_id).read_bytes()
        except OSError:
            return None
        return msgspec.json.decode(raw, type=Comparison)

    def heads(self, count: int) -> list[Head]:
        """The newest, oldest of them first. A file that cannot be read is passed over."""
        return [head for path in reversed(self._newest()[:count]) if (head := _head(path)) is not None]

    def _path(self, simulation_id: str) -> Path:
        return self._folder / f"{simulation_id}.json"

    def _newest(self) -> list[Path]:
        times: dict[Path, float] = {}
        for path in self._folder.glob("*.json"):
            try:
                times[path] = path.stat().st_mtime
            except FileNotFoundError:
                continue  # Erased meanwhile, with the person it named.
        return sorted(times, key=lambda path: (times[path], path.name), reverse=True)


def _head(path: Path) -> Head | None:
    try:
        written = path.stat().st_mtime
        head = msgspec.json.decode(path.read_bytes(), type=_Head)
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("simulation.unreadable", simulation=path.stem, reason=type(error).__name__)
        return None
    return Head(
        id=path.stem,
        title=head.title or head.report.title,
        asked_by=head.asked_by,
        asked_at=head.asked_at or written,
        ended_at=head.ended_at or written,
    )

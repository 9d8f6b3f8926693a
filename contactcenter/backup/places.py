"""Where everything is that a backup holds, as the settings say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from contactcenter.backup.entries import Area
from contactcenter.backup.errors import BackupError
from contactcenter.config import Config, ticket_files_dir

_LEFT_OUT = ("master_key", "previous_master_key")
_LINE = re.compile(rf"^([ \t]*)({'|'.join(_LEFT_OUT)})([ \t]*=).*$", re.MULTILINE)
_PASSING = (".part", ".new", ".tmp")
_LOCK = "lock"
WAITING: Final = "journal.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`folders` by area; `waiting`: the file of rows that the database has not taken yet; `settings`: config.toml, None
    when there is none. `secret`: the file of the master key, which is in no backup."""

    url: str = field(repr=False)
    folders: Mapping[Area, Path]
    waiting: Path
    settings: Path | None
    secret: Path

    @property
    def sqlite(self) -> Path | None:
        """The database's file. Raises BackupError for one in memory."""
        url = make_url(self.url)
        if url.get_backend_name() != "sqlite":
            return None
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise BackupError("Only a database in a file of its own can be backed up.")
        return Path(url.database)


def places_of(config: Config, settings: Path | None) -> Places:
    data = config.media.recordings_dir.parent
    return Places(
        url=config.database.url,
        folders={
            "audit": Path(config.audit.dir) if config.audit.dir else data / "audit",
            "recordings": config.media.recordings_dir,
            "ticket_files": ticket_files_dir(config),
            "flows": config.flows.dir,
            "routing": config.routing.journal_dir,
        },
        waiting=data / WAITING,
        settings=settings,
        secret=Path(config.vault.master_key_file or data / "master.key"),
    )


def files_of(places: Places, area: Area) -> Iterator[tuple[str, Path]]:
    """Entry names and files of a folder, in order; not what is being written just now, nor the master key."""
    folder = places.folders[area]
    secret = places.secret.resolve()
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix in _PASSING or path.name == _LOCK:
            continue
        real = path.resolve()
        if real.parent == secret.parent and real.name.startswith(secret.name):
            continue
        yield f"{area}/{path.relative_to(folder).as_posix()}", path


def settings_text(path: Path) -> bytes:
    """config.toml without master keys. Raises BackupError when one would be left in it, and OSError."""
    text = path.read_text("utf-8")
    kept = _LINE.sub(r"\1# \2 is left out of backups", text)
    try:
        vault = tomllib.loads(text).get("vault", {})
    except tomllib.TOMLDecodeError as error:
        raise BackupError(f"{path} is not valid TOML: {error}.") from None
    if any(secret in kept for key in _LEFT_OUT if (secret := str(vault.get(key, "")))):
        raise BackupError(f"A master key stands in {path} in a way that cannot be left out: give it its own line.")
    return kept.encode()

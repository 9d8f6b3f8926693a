"""A house to back up: a database with rows, sealed recordings, flows, a routing journal, settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contactcenter.backup.archive import Keys
from contactcenter.backup.places import Places, places_of
from contactcenter.config import Config
from contactcenter.vault.master import MasterKey
from tests.fakes.center import populate, settings

NOW = 1_777_777_777.0
MASTER = MasterKey(bytes(range(32)))
KEYS = Keys(masters=[MASTER])
FILES = {
    "recordings/i1.wav.sealed": b"sealed" * 1000,
    "recordings/i2.wav": b"",
    "ivr_flows/prompts/hello.wav": b"hello",
    "routing/00000001.commands": b"commands",
    "audit/heads": b"{}\n",
    "journal.jsonl": b'{"a": 1}\n',
}


def config_at(folder: Path, url: str | None = None, **sections: dict[str, Any]) -> Config:
    (folder / "var").mkdir(parents=True, exist_ok=True)
    if url is not None:
        sections["database"] = {"url": url}
    return settings(folder / "var", media_workers=0, **sections)


def places_at(config: Config, folder: Path) -> Places:
    return places_of(config, folder / "config.toml")


async def furnish(folder: Path, url: str | None = None) -> tuple[Config, Places]:
    """A house in `folder`, with what `populate` and FILES hold."""
    config = config_at(folder, url)
    await populate(config)
    for name, data in FILES.items():
        path = folder / "var" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "config.toml").write_text('[house]\ntimezone = "Europe/Berlin"\n[vault]\nmaster_key = "c2VjcmV0"\n')
    return config, places_at(config, folder)

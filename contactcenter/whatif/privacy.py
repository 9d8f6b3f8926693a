"""Simulations name agents; of customers they know nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from contactcenter.plugin import Exported, Person, PersonalData


class _Named(msgspec.Struct):
    agents: dict[str, str] = {}
    asked_by: str | None = None


class SimulationPrivacy:
    """Of what was found by simulations, in `folder`. Those that name a user, or that he asked for, leave with him; they
    can be asked for again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def personal(self) -> PersonalData:
        return PersonalData(
            kind="simulations", words="Simulations", count=self.count, export=self.export, erase=self.erase
        )

    async def count(self, person: Person) -> int:
        return len(await asyncio.to_thread(self._naming, person))

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        for path in await asyncio.to_thread(self._naming, person):
            yield Exported(document={"simulation": path.stem})

    async def erase(self, person: Person, limit: int) -> int:
        paths = (await asyncio.to_thread(self._naming, person))[:limit]
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)

    def _naming(self, person: Person) -> list[Path]:
        if not person.users or not self._folder.is_dir():
            return []
        return [path for path in sorted(self._folder.glob("*.json")) if person.users & _users(path)]


def _users(path: Path) -> set[str]:
    try:
        named = msgspec.json.decode(path.read_bytes(), type=_Named)
    except FileNotFoundError:
        return set()
    return {*named.agents, *([named.asked_by] if named.asked_by else [])}

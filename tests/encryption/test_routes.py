"""The screen of keys: ids and counts, one replacement at a time, never a key itself."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select, text

from contactcenter.agents.models import SipAccount
from contactcenter.agents.telephones import sealed_account
from contactcenter.encryption import permissions
from contactcenter.encryption.routes import routes
from contactcenter.encryption.service import Keys, keys_of
from contactcenter.recordings.files import RecordingFiles, context_of, sealed_path
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.telephony import hash_account
from contactcenter.tickets.files import TicketContents
from contactcenter.vault.files import seal_bytes
from contactcenter.vault.master import MasterKey
from contactcenter.vault.service import Vault
from contactcenter.vault.sources import Given, KeyFile, MasterSource
from tests.fakes.api import served


class House:
    def __init__(self, folder: Path, source: MasterSource) -> None:
        self.folder = folder
        self.database = Database(f"sqlite+aiosqlite:///{folder}/cc.db")
        self.vault = Vault(self.database, source)
        self.keys: Keys = keys_of(
            self.database,
            self.vault,
            source,
            RecordingFiles(self.vault, folder / "recordings"),
            TicketContents(self.vault, folder / "ticket_files"),
        )

    async def furnish(self) -> None:
        """Two sealed values and one recording."""
        await upgrade(f"sqlite+aiosqlite:///{self.folder}/cc.db")
        await self.vault.start()
        (self.folder / "recordings").mkdir()
        (self.folder / "ticket_files").mkdir()
        recording = self.folder / "recordings" / "i1.wav"
        seal_bytes(self.vault.keyring, b"sound", sealed_path(recording), context_of(recording))
        async with self.database.transaction() as session:
            session.add(sealed_account(self.vault, hash_account("desk", "realm", "a long password"), None))

    async def acts(self) -> list[tuple[str, str, str]]:
        async with self.database.session() as session:
            query = text("SELECT act, before, after FROM audit_entries ORDER BY id")
            return [tuple(row) for row in await session.execute(query)]


class Screen:
    def __init__(self, house: House, client: aiohttp.ClientSession) -> None:
        self.house = house
        self.client = client
        self.texts = ""

    async def ask(self, method: str, path: str = "", body: Any = None) -> tuple[int, Any]:
        async with self.client.request(method, f"/api/v1/encryption{path}", json=body) as response:
            said = await response.text()
            self.texts += said
            return response.status, json.loads(said)

    async def replace(self, what: str, keys: list[str]) -> tuple[int, Any]:
        return await self.ask("POST", "/replacements", {"what": what, "keys": keys})

    async def in_use(self) -> list[str]:
        """Data keys that are replaced together."""
        _, answer = await self.ask("GET")
        return [key["id"] for key in answer["keys"] if key["state"] == "active" and key["purpose"] != "index"]

    async def counts(self) -> dict[str, dict[str, int]]:
        status, answer = await self.ask("GET", "/use")
        assert status == 200
        return {one["key"]: one["counts"] for one in answer["seals"]}


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[Screen]:
    async for each in screen_at(tmp_path, KeyFile(tmp_path / "master.key")):
        yield each


async def screen_at(folder: Path, source: MasterSource) -> AsyncIterator[Screen]:
    house = House(folder, source)
    await house.furnish()
    async with served(routes(house.keys), permissions.ALL) as client:
        screen = Screen(house, client)
        yield screen
    await house.keys.stop()
    await house.database.stop()


async def test_data_keys_are_replaced_and_everything_is_sealed_anew(screen: Screen) -> None:
    old = await screen.in_use()
    before = await screen.counts()
    totals = {name: count for key in old for name, count in before[key].items()}
    assert totals["recordings"] == 1
    assert totals["values"] >= 2
    status, answer = await screen.replace("data", old)
    assert (status, answer["work"]["what"]) == (202, "data")
    assert (await screen.replace("data", old))[1]["type"] == "/problems/busy"
    assert screen.house.keys._task is not None
    await screen.house.keys._task
    _, answer = await screen.ask("GET")
    assert (answer["work"], answer["last"]["failed"], answer["last"]["left"]) == (None, None, 0)
    assert answer["last"]["sealed"] == sum(totals.values())
    states = {key["id"]: key["state"] for key in answer["keys"]}
    assert [states[key] for key in old] == ["replaced", "replaced"]
    after = await screen.counts()
    assert all(not any(after[key].values()) for key in old)
    async with screen.house.database.session() as session:
        account = (await session.scalars(select(SipAccount))).one()
        assert account.ha1_md5.key_id in await screen.in_use()
    [(act, was, now)] = await screen.house.acts()
    assert act == "data_keys.replaced"
    assert sorted(json.loads(was)["keys"]) == sorted(old)
    assert sorted(json.loads(now)["keys"]) == sorted(await screen.in_use())


async def test_the_master_key_is_replaced_once_for_who_has_seen_it(screen: Screen) -> None:
    path = screen.house.folder / "master.key"
    old_secret = path.read_text().strip()
    _, use = await screen.ask("GET", "/use")
    assert (use["problem"], use["replaceable"], use["open_to_others"]) == (None, True, False)
    [old] = use["masters"]
    status, answer = await screen.replace("master", [old])
    assert (status, answer["where"], answer["kept"]) == (202, str(path), "file")
    [new] = {key["master"] for key in answer["keys"]}
    assert new != old
    assert path.read_text().strip() != old_secret
    status, problem = await screen.replace("master", [old])
    assert (status, problem["type"], problem["field"]) == (409, "/problems/changed", "keys")
    assert [act for act, _, _ in await screen.house.acts()] == ["master_key.replaced"]
    for secret in (old_secret, path.read_text().strip()):
        assert secret not in screen.texts
        assert secret not in str(await screen.house.acts())


async def test_a_key_that_is_gone_or_open_to_others_is_told(screen: Screen) -> None:
    path = screen.house.folder / "master.key"
    path.chmod(0o644)
    assert (await screen.ask("GET", "/use"))[1]["open_to_others"]
    seen = (await screen.ask("GET", "/use"))[1]["masters"]
    path.rename(path.with_name("elsewhere"))
    _, use = await screen.ask("GET", "/use")
    assert use["problem"].startswith("The master key is missing")
    assert (use["replaceable"], use["masters"], use["written_at"]) == (False, [], None)
    status, problem = await screen.replace("master", seen)
    assert (status, problem["type"]) == (409, "/problems/keys")
    path.write_text(MasterKey.new().text)
    assert "Put that one back" in (await screen.ask("GET", "/use"))[1]["problem"]
    assert await screen.house.acts() == []
    assert screen.house.keys.work is None


async def test_a_key_from_elsewhere_is_replaced_there_first(tmp_path: Path) -> None:
    old, new = MasterKey.new(), MasterKey.new()
    given = [old]
    source = Given("[vault] master_key", lambda: given[0].text, lambda: given[-1].text)
    async for screen in screen_at(tmp_path, source):
        _, use = await screen.ask("GET", "/use")
        assert (use["replaceable"], use["problem"], use["written_at"]) == (False, None, None)
        status, problem = await screen.replace("master", [old.id])
        assert status == 409
        assert "Set the new master key there" in problem["detail"]
        given[:] = [new, old]
        assert (await screen.ask("GET", "/use"))[1]["replaceable"]
        assert (await screen.replace("master", [old.id]))[0] == 202
        assert new.text not in screen.texts


@pytest.mark.parametrize(
    "body", [{}, {"what": "data"}, {"what": "data", "keys": []}, {"what": "x", "keys": ["0" * 16]}]
)
async def test_a_body_that_is_none_names_its_field(screen: Screen, body: dict[str, Any]) -> None:
    status, problem = await screen.ask("POST", "/replacements", body)
    assert (status, problem["field"] in {"what", "keys"}) == (422, True)

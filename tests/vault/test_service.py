"""Keys in the database: made once, found again, replaced while values are read, and never lost by a kill."""

from __future__ import annotations

import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, delete, select, type_coerce, update

from contactcenter.agents.models import SipAccount
from contactcenter.agents.telephones import Telephones, sealed_account
from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from contactcenter.telephony import Account
from contactcenter.vault.columns import row_context
from contactcenter.vault.errors import Damaged, UnknownKey, VaultError
from contactcenter.vault.keyring import PLAIN, Sealed
from contactcenter.vault.master import MasterKey
from contactcenter.vault.models import DataKeyRow
from contactcenter.vault.reseal import BATCH, GRACE_S, Progress, Resealer, SealedValues
from contactcenter.vault.service import Vault
from contactcenter.vault.sources import Given, KeyFile, command_output
from tests.fakes.keys import open_vault

NOW = 2_000_000_000.0


async def store(database: Database, vault: Vault, *names: str) -> None:
    async with database.transaction() as session:
        for name in names:
            account = Account(name, "realm", ha1_md5=f"md5 of {name}", ha1_sha256=f"sha of {name}")
            session.add(sealed_account(vault, account, None))


async def readable(database: Database, vault: Vault, *names: str) -> bool:
    phones = Telephones(database, vault)
    await phones.reload()
    found = [phones.lookup(name) for name in names]
    return all(one is not None and one.ha1_md5 == f"md5 of {one.username}" for one in found)


async def test_the_first_start_makes_keys_and_later_ones_find_them(database: Database, tmp_path: Path) -> None:
    vault = await open_vault(database, tmp_path)
    await store(database, vault, "a", "b")
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    again = await open_vault(database, tmp_path)
    assert await readable(database, again, "a", "b")
    assert [key.state for key in await again.status()] == ["active"] * 3
    assert again.blind_index("f", "x") == vault.blind_index("f", "x")


async def test_two_that_start_at_once_have_the_same_keys(database: Database, tmp_path: Path) -> None:
    one, other = Vault(database, KeyFile(tmp_path / "k")), Vault(database, KeyFile(tmp_path / "k"))
    rows, calls = other._rows, 0

    async def empty_at_first() -> list[DataKeyRow]:
        nonlocal calls
        calls += 1
        return [] if calls == 1 else await rows()

    await one.start()
    other._rows = empty_at_first  # type: ignore[method-assign] # as if both had looked before either wrote
    await other.start()
    assert one.keyring == other.keyring


async def test_a_wrong_or_missing_master_key_is_said_in_a_sentence(database: Database, tmp_path: Path) -> None:
    await open_vault(database, tmp_path)
    used = (await Vault(database, KeyFile(tmp_path / "master.key"))._rows())[0].master
    for path, content, said in (
        (tmp_path / "none.key", None, "none.key is not there"),
        (tmp_path / "bad.key", "no key", "bad.key holds no master key"),
        (tmp_path / "other.key", MasterKey.new().text, f"master key {used}. Put that one back"),
    ):
        if content is not None:
            path.write_text(content)
        with pytest.raises(VaultError, match=said):
            await Vault(database, KeyFile(path)).start()
    assert not (tmp_path / "none.key").exists()


async def test_values_cannot_be_swapped_between_rows_or_columns(database: Database, tmp_path: Path) -> None:
    vault = await open_vault(database, tmp_path)
    await store(database, vault, "a", "b")
    async with database.transaction() as session:
        other = await session.scalar(select(SipAccount.ha1_md5).where(SipAccount.username == "a"))
        await session.execute(update(SipAccount).where(SipAccount.username == "b").values(ha1_md5=other))
    assert await readable(database, vault, "a")
    assert not await readable(database, vault, "b")
    assert isinstance(other, Sealed)
    with pytest.raises(Damaged):
        await vault.open(other, row_context(SipAccount.ha1_sha256, "a"))


async def test_nothing_plain_can_be_stored(database: Database) -> None:
    with pytest.raises(Exception, match="takes what the vault has sealed"):
        async with database.transaction() as session:
            session.add(SipAccount(username="a", realm="r", ha1_md5="plain", ha1_sha256="plain"))


async def test_what_an_older_version_left_plain_is_sealed_once(database: Database, tmp_path: Path) -> None:
    waiting = {"ha1_md5": Sealed(bytes([PLAIN]) + b"md5 of a"), "ha1_sha256": Sealed(bytes([PLAIN]) + b"sha of a")}

    async def put(name: str) -> None:
        async with database.transaction() as session:
            session.add(SipAccount(username=name, realm="r", **waiting))

    await put("a")
    vault = await open_vault(database, tmp_path)
    assert await readable(database, vault, "a")
    await put("b")
    assert not await readable(database, await open_vault(database, tmp_path), "b")
    raw = select(type_coerce(SipAccount.ha1_md5, LargeBinary)).where(SipAccount.username == "a")
    async with database.session() as session:
        assert b"md5 of a" not in bytes(await session.scalar(raw) or b"")


async def test_new_data_keys_seal_everything_anew(database: Database, tmp_path: Path) -> None:
    vault, other = await open_vault(database, tmp_path), await open_vault(database, tmp_path)
    names = [f"phone{number}" for number in range(250)]
    await store(database, vault, *names)
    old = await vault.replace_keys(["values"], NOW)
    await store(database, vault, "new")
    await store(database, other, "late")  # a process that does not know of the new key yet
    assert await readable(database, other, *names, "new", "late")
    told: list[Progress] = []
    resealer = Resealer(vault, [SealedValues(database, vault)])
    done = await resealer.reseal(NOW, told.append)
    assert done == Progress(502, 502)
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert await readable(database, vault, *names, "new", "late")
    assert await SealedValues(database, vault).count(old) == 0
    states = {key.id: key.state for key in await vault.status()}
    assert states[old[0]] == "replaced"  # not everybody may have heard of it
    await resealer.reseal(NOW + GRACE_S)
    assert {key.id: key.state for key in await vault.status()}[old[0]] == "retired"
    assert await readable(database, await open_vault(database, tmp_path), *names, "new", "late")


async def test_a_damaged_value_keeps_its_key_and_stops_nothing(database: Database, tmp_path: Path) -> None:
    vault = await open_vault(database, tmp_path)
    await store(database, vault, "a", "b")
    values = SealedValues(database, vault)
    async with database.transaction() as session:
        sealed = await session.scalar(select(SipAccount.ha1_md5).where(SipAccount.username == "a"))
        assert sealed is not None
        broken = Sealed(sealed.raw[:-1] + bytes([sealed.raw[-1] ^ 1]))
        await session.execute(update(SipAccount).where(SipAccount.username == "a").values(ha1_md5=broken))
    old = await vault.replace_keys(["values"], NOW)
    assert await Resealer(vault, [values]).reseal(NOW + GRACE_S) == Progress(3, 4)
    assert await values.count(old) == 1
    assert "retired" not in {key.state for key in await vault.status()}
    assert await readable(database, vault, "b")


async def test_many_damaged_values_hide_none_behind_them(database: Database, tmp_path: Path) -> None:
    vault = await open_vault(database, tmp_path)
    damaged = [f"a{number:03}" for number in range(BATCH + 20)]
    await store(database, vault, *damaged, "z")
    broken = Sealed(vault.seal(b"elsewhere", ("elsewhere",)).raw)
    async with database.transaction() as session:
        bad = update(SipAccount).where(SipAccount.username.in_(damaged))
        await session.execute(bad.values(ha1_md5=broken, ha1_sha256=broken))
    old = await vault.replace_keys(["values"], NOW)
    values = SealedValues(database, vault)
    assert (await Resealer(vault, [values]).reseal(NOW + GRACE_S)).done == 2
    assert await values.count(old) == 2 * len(damaged)
    assert await readable(database, vault, "z")


async def test_a_new_master_key_changes_nothing_that_is_sealed(database: Database, tmp_path: Path) -> None:
    vault = await open_vault(database, tmp_path)
    await store(database, vault, "a")
    before = (tmp_path / "master.key").read_text()
    new = await vault.replace_master()
    assert {key.master for key in await vault.status()} == {new}
    assert (tmp_path / "master.key").read_text() != before
    assert sorted(path.name for path in tmp_path.glob("master*")) == ["master.key"]
    assert await readable(database, await open_vault(database, tmp_path), "a")
    await store(database, vault, "b")  # a server that was running all the time
    assert await readable(database, vault, "a", "b")


async def test_a_master_key_given_from_outside(database: Database, tmp_path: Path) -> None:
    first, second = MasterKey.new(), MasterKey.new()

    def given(key: MasterKey, previous: MasterKey | None = None) -> Given:
        return Given("The environment", lambda: key.text, None if previous is None else lambda: previous.text)

    vault = Vault(database, given(first))
    await vault.start()
    await store(database, vault, "a")
    with pytest.raises(VaultError, match="previous_master_key"):
        await vault.replace_master()
    with pytest.raises(VaultError, match=first.id):
        await Vault(database, given(second)).start()
    both = Vault(database, given(second, first))
    await both.start()
    await both.replace_keys(["files"], NOW)
    assert await both.replace_master() == second.id
    after = Vault(database, given(second))
    await after.start()
    assert await readable(database, after, "a")


def test_a_command_gives_the_key_or_a_sentence_without_its_output(tmp_path: Path) -> None:
    key = MasterKey.new()
    assert command_output(f"echo {key.text}", "master_key_command").strip() == key.text
    for command in ("sh -c 'echo geheim; echo geheim >&2; exit 3'", "/no/such/program", "", "'"):
        with pytest.raises(VaultError, match="master_key_command") as refused:
            command_output(command, "master_key_command")
        assert "geheim" not in str(refused.value)


async def test_a_key_of_nobody(database: Database, tmp_path: Path) -> None:
    vault = await open_vault(database, tmp_path)
    sealed = vault.seal_text("x", ("t", "c", "1"))
    async with database.transaction() as session:
        await session.execute(delete(DataKeyRow))
    stranger = await open_vault(database, tmp_path)
    with pytest.raises(UnknownKey):
        await stranger.open(sealed, ("t", "c", "1"))


class Killed(BaseException):
    """Nothing in the program may catch it."""


class Fuse:
    """Calls through it pass until the last one, which never returns; `after` is whether it is done before."""

    def __init__(self, passes: int, after: bool) -> None:
        self._left, self._after = passes, after

    def blows(self) -> bool:
        self._left -= 1
        return self._left < 0

    def wrap(self, act: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def wrapped(*args: object, **options: object) -> object:
            blows = self.blows()
            if blows and not self._after:
                raise Killed
            result = await act(*args, **options)
            if blows:
                raise Killed
            return result

        return wrapped


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.integers(0, 12), st.booleans(), st.sampled_from(["data", "master"]))
async def test_killed_at_any_step_of_a_rotation_everything_stays_readable(
    tmp_path_factory: pytest.TempPathFactory, passes: int, after: bool, kind: str
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    url = f"sqlite+aiosqlite:///{folder}/cc.db"
    await migrations.upgrade(url)
    database = Database(url)
    names = [f"phone{number}" for number in range(7)]
    try:
        vault = await open_vault(database, folder)
        await store(database, vault, *names)
        await _rotate_with(Fuse(passes, after), database, vault, kind)
        for _ in range(2):
            again = await open_vault(database, folder)
            assert await readable(database, again, *names)
            await Resealer(again, [SealedValues(database, again)]).reseal(NOW + GRACE_S)
            await again.replace_master()
        assert await readable(database, await open_vault(database, folder), *names)
        assert [path.name for path in folder.glob("master*")] == ["master.key"]
    finally:
        await database.stop()


async def _rotate_with(fuse: Fuse, database: Database, vault: Vault, kind: str) -> None:
    """A rotation whose steps, in the database and on disk, go through the fuse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("contactcenter.vault.reseal.BATCH", 2)
        patch.setattr("sqlalchemy.ext.asyncio.AsyncSession.commit", _fused(fuse, "commit"))
        patch.setattr("sqlalchemy.ext.asyncio.AsyncSession.flush", _fused(fuse, "flush"))
        patch.setattr(vault, "_rows", fuse.wrap(vault._rows))
        fsync = os.fsync

        def fused_fsync(descriptor: int) -> None:
            if fuse.blows():
                raise Killed
            fsync(descriptor)

        patch.setattr(os, "fsync", fused_fsync)
        try:
            if kind == "master":
                await vault.replace_master()
            else:
                await vault.replace_keys(["values", "files"], NOW)
                await Resealer(vault, [SealedValues(database, vault)]).reseal(NOW)
        except Killed:
            pass


def _fused(fuse: Fuse, name: str) -> Callable[..., Awaitable[object]]:
    from sqlalchemy.ext.asyncio import AsyncSession

    return fuse.wrap(getattr(AsyncSession, name))

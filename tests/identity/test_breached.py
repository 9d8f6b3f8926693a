"""Stolen passwords are found in either form of the list, and nothing else is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactcenter.config import Config, ConfigError, IdentitySettings
from contactcenter.identity.breached import BreachedPasswords
from contactcenter.identity.doors import passwords_of
from contactcenter.identity.password_rules import weakness
from contactcenter.identity.service import IdentityError
from tests.fakes.house import House

STOLEN = "correct horse battery staple"
PASSWORD = st.text(min_size=1, max_size=8)


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def as_file(path: Path, passwords: set[str], end: str = "\r\n") -> BreachedPasswords:
    lines = sorted(f"{digest(each)}:{len(each) * 37}" for each in passwords)
    path.write_bytes("".join(line + end for line in lines).encode())
    return BreachedPasswords(path)


def as_folder(folder: Path, passwords: set[str]) -> BreachedPasswords:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for each in sorted(passwords, key=digest):
        with (folder / f"{digest(each)[:5]}.txt").open("a") as file:
            file.write(f"{digest(each)[5:]}:7\n")
    return BreachedPasswords(folder)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.text(min_size=1, max_size=8), max_size=12),
    st.text(min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
def test_exactly_those_in_the_list_are_found(tmp_path: Path, stolen: set[str], other: str, end: str) -> None:
    for found in (as_file(tmp_path / "all.txt", stolen, end), as_folder(tmp_path / "ranges", stolen)):
        assert all(each in found for each in stolen)
        assert (other in found) is (other in stolen)


async def test_a_stolen_password_is_not_taken(house: House, tmp_path: Path) -> None:
    house.identity.passwords.breached = as_file(tmp_path / "all.txt", {STOLEN})
    with pytest.raises(IdentityError, match="stolen"):
        await house.identity.create_user("ann@example.com", "Ann", "agent", STOLEN)
    await house.identity.create_user("ann@example.com", "Ann", "agent", STOLEN + "!")


def test_a_list_that_cannot_be_read_lets_no_password_be_set(tmp_path: Path) -> None:
    sentence = weakness(STOLEN, [], min_length=10, breached=BreachedPasswords(tmp_path / "gone"))
    assert sentence is not None
    assert "Tell your administrator" in sentence


def test_the_list_of_the_settings(tmp_path: Path) -> None:
    def config(path: str) -> Config:
        return Config(identity=IdentitySettings(breached_passwords=path))

    assert passwords_of(config("")).breached is None
    with pytest.raises(ConfigError, match="neither a file nor a folder"):
        passwords_of(config(str(tmp_path / "gone")))
    as_file(tmp_path / "all.txt", {STOLEN})
    breached = passwords_of(config(str(tmp_path / "all.txt"))).breached
    assert breached is not None
    assert STOLEN in breached

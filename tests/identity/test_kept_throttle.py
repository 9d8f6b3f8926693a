"""What is counted of wrong passwords outlives the process that counted it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from contactcenter.identity.gate import Asking, SignInRefused, SignInThrottled
from contactcenter.identity.kept_throttle import KeptThrottle
from contactcenter.identity.sign_in_models import FailedAttempts
from contactcenter.identity.throttle import ThrottleRule
from contactcenter.permissions import Role
from tests.fakes.house import House

PASSWORD = "correct horse battery"
RULE = ThrottleRule(free=2, first_s=10.0, forget_s=100.0)


async def rows(house: House) -> int:
    async with house.database.session() as session:
        return await session.scalar(select(func.count()).select_from(FailedAttempts)) or 0


async def guess(house: House, times: int, address: str = "10.0.0.1", email: str = "ann@example.com") -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            await house.identity.check_password(email, "wrong", address)


async def test_an_account_under_attack_stays_shut_after_a_restart(house: House) -> None:
    await house.identity.create_user("ann@example.com", "Ann", Role.AGENT, PASSWORD)
    await guess(house, 5)
    house.restart()
    with pytest.raises(SignInThrottled):
        await house.identity.check_password("ann@example.com", PASSWORD, "10.0.0.2")
    house.clock.now += 5
    await house.identity.check_password("ann@example.com", PASSWORD, "10.0.0.2")
    house.restart()
    await guess(house, 1)


async def test_an_address_that_guesses_is_known_after_a_restart(house: House) -> None:
    for number in range(21):
        await guess(house, 1, email=f"user{number}@example.com")
    house.restart()
    with pytest.raises(SignInThrottled):
        await house.identity.check_password("fresh@example.com", "wrong", "10.0.0.1")
    await guess(house, 1, address="10.0.0.9", email="fresh@example.com")


async def test_a_right_password_leaves_nothing_behind(house: House) -> None:
    await house.identity.create_user("ann@example.com", "Ann", Role.AGENT, PASSWORD)
    await house.identity.check_password("ann@example.com", PASSWORD, "10.0.0.1")
    assert await rows(house) == 0
    await guess(house, 2)
    assert await rows(house) == 2
    await house.identity.check_password("ann@example.com", PASSWORD, "10.0.0.1")
    assert await rows(house) == 1


async def test_no_name_is_kept_in_words(house: House) -> None:
    await guess(house, 1, address="198.51.100.7", email="secret.person@example.com")
    async with house.database.session() as session:
        kept = [str(vars(row)) for row in await session.scalars(select(FailedAttempts))]
    assert len(kept) == 2
    assert not any("secret" in text or "198.51" in text for text in kept)


async def test_what_is_forgotten_is_not_read_and_goes_with_the_next(house: House) -> None:
    first = KeptThrottle(house.database, "test", RULE, RULE)
    for _ in range(3):
        first.failed("old", "10.0.0.1", 1000.0)
        await first.keep("old", "10.0.0.1", 1000.0)
    assert await KeptThrottle(house.database, "other", RULE, RULE).wait("old", "10.0.0.1", 1001.0) == 0
    again = KeptThrottle(house.database, "test", RULE, RULE)
    assert await again.wait("old", "10.0.0.1", 1001.0) == 9.0
    assert await again.wait("old", "10.0.0.1", 1100.0) == 0
    again.failed("new", None, 1101.0)
    await again.keep("new", None, 1101.0)
    assert await rows(house) == 1


async def test_asking_for_links_is_counted_on(house: House) -> None:
    for _ in range(4):
        await Asking(house.database, "portal", house.clock).admit("ann@example.com", "10.0.0.1")
    with pytest.raises(SignInThrottled):
        await Asking(house.database, "portal", house.clock).admit("ann@example.com", "10.0.0.2")
    await Asking(house.database, "user", house.clock).admit("ann@example.com", "10.0.0.2")


async def test_codes_of_one_person_shut_out_nobody_else(house: House, tmp_path: Path) -> None:
    doors = await house.doors(tmp_path)
    people = [await house.identity.create_user(f"{n}@example.com", n, Role.AGENT, PASSWORD) for n in "abcdef"]
    for person in people[:-1]:
        for _ in range(6):
            assert await doors.factors.check(person, "000000") is None
    with pytest.raises(SignInThrottled):
        await doors.factors.check(people[0], "000000")
    assert await doors.factors.check(people[-1], "000000") is None
    house.restart()
    with pytest.raises(SignInThrottled):
        await (await house.doors(tmp_path)).factors.check(people[0], "000000")

from __future__ import annotations

import asyncio
import hashlib
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from contactcenter.identity.events import SessionRevoked, SignedIn, UserCreated
from contactcenter.identity.gate import SignInRefused, SignInThrottled
from contactcenter.identity.models import Session, User
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.service import IdentityError
from tests.fakes.house import House

PASSWORD = "correct horse"


async def ann(house: House) -> User:
    return await house.identity.create_user("Ann@Example.com ", "Ann", "agent", PASSWORD)


async def count_sessions(house: House) -> int:
    async with house.database.session() as session:
        return await session.scalar(select(func.count()).select_from(Session)) or 0


async def test_sign_in_recognise_sign_out(house: House) -> None:
    user = await ann(house)
    token, principal = await house.authenticate(" aNN@example.com", PASSWORD, "10.0.0.1")
    assert (principal.user_id, principal.email, *principal.roles) == (user.id, "ann@example.com", "agent")
    assert await house.identity.sessions.principal(token) == principal
    await house.identity.sessions.sign_out(token)
    assert await house.identity.sessions.principal(token) is None
    assert [type(event) for event in house.events] == [UserCreated, SignedIn, SessionRevoked]
    await house.identity.sessions.sign_out(token)


async def test_only_hashes_are_stored(house: House) -> None:
    await ann(house)
    token, _ = await house.authenticate("ann@example.com", PASSWORD, "a")
    async with house.database.session() as session:
        row = (await session.scalars(select(Session))).one()
        user = (await session.scalars(select(User))).one()
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")
    assert PASSWORD not in user.password_hash


async def test_a_session_outlives_a_restart(house: House) -> None:
    await ann(house)
    token, principal = await house.authenticate("ann@example.com", PASSWORD, "a")
    assert await house.restart().sessions.principal(token) == principal
    assert await house.identity.sessions.principal("made up") is None


async def test_idle_and_absolute_time_out(house: House) -> None:
    await ann(house)
    token, _ = await house.authenticate("ann@example.com", PASSWORD, "a")
    for _ in range(5):
        house.clock.now += 599
        assert await house.identity.sessions.principal(token) is not None
    house.clock.now += 601
    assert await house.identity.sessions.principal(token) is None
    assert await count_sessions(house) == 0

    token, _ = await house.authenticate("ann@example.com", PASSWORD, "a")
    for _ in range(7):
        house.clock.now += 500
        assert await house.identity.sessions.principal(token) is not None
    house.clock.now += 500
    assert await house.identity.sessions.principal(token) is None
    assert isinstance(house.events[-1], SessionRevoked)


async def test_time_out_counts_through_a_restart(house: House) -> None:
    await ann(house)
    token, _ = await house.authenticate("ann@example.com", PASSWORD, "a")
    house.clock.now += 400
    assert await house.identity.sessions.principal(token) is not None
    house.clock.now += 550
    assert await house.restart().sessions.principal(token) is not None
    house.clock.now += 601
    assert await house.restart().sessions.principal(token) is None


async def test_a_session_ended_elsewhere_is_noticed(house: House) -> None:
    await ann(house)
    here = house.identity
    token, _ = await house.authenticate("ann@example.com", PASSWORD, "a")
    assert await here.sessions.principal(token) is not None
    await house.restart().sessions.sign_out(token)
    house.clock.now += 11
    assert await here.sessions.principal(token) is None


async def test_a_disabled_user_is_out(house: House) -> None:
    user = await ann(house)
    token, _ = await house.authenticate("ann@example.com", PASSWORD, "a")
    async with house.database.transaction() as session:
        row = await session.get(User, user.id)
        assert row is not None
        row.disabled_at = row.created_at
    house.clock.now += 11
    assert await house.identity.sessions.principal(token) is None
    with pytest.raises(SignInRefused):
        await house.authenticate("ann@example.com", PASSWORD, "a")


@pytest.mark.parametrize(
    ("email", "password"), [("ann@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("", ""), ("x" * 999, "")]
)
async def test_wrong_pairs_are_refused_alike(house: House, email: str, password: str) -> None:
    await ann(house)
    with pytest.raises(SignInRefused) as caught:
        await house.authenticate(email, password, "a")
    assert caught.value.args == ()


class CountingHasher(PasswordHasher):
    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.verified += 1
        return super().verify(hash, password)


async def test_unknown_accounts_cost_the_same_work() -> None:
    hasher = CountingHasher()
    passwords = Passwords(hasher)
    known = await passwords.hash(PASSWORD)
    for stored, given, fits in ((known, PASSWORD, True), (known, "x", False), (None, "x", False), (None, "", False)):
        before = hasher.verified
        assert await passwords.verify(stored, given) is fits
        assert hasher.verified == before + 1
    assert not await passwords.verify("not a hash", "x")


async def test_guessing_is_slowed_down_even_in_parallel(house: House) -> None:
    await ann(house)
    guesses = [house.authenticate("ann@example.com", f"guess {n}", "10.0.0.1") for n in range(10)]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, SignInRefused) for result in results) == 5
    assert sum(isinstance(result, SignInThrottled) for result in results) == 5
    with pytest.raises(SignInThrottled) as caught:
        await house.authenticate("ann@example.com", PASSWORD, "10.9.9.9")
    house.clock.now += caught.value.retry_after_s
    await house.authenticate("ann@example.com", PASSWORD, "10.9.9.9")


async def test_users_are_unique_by_email_and_listed(house: House) -> None:
    await ann(house)
    with pytest.raises(IdentityError, match="exists already"):
        await house.identity.create_user("ANN@example.com", "Ann Two", "agent", PASSWORD)
    await house.identity.create_user("al@example.com", "", "supervisor", PASSWORD)
    assert [(user.email, user.name) for user in await house.identity.list_users()] == [
        ("ann@example.com", "Ann"),
        ("al@example.com", "al"),
    ]


@pytest.mark.parametrize(
    ("email", "role", "password", "field"),
    [
        ("ann", "agent", PASSWORD, "email"),
        ("ann@", "agent", PASSWORD, "email"),
        ("a b@example.com", "agent", PASSWORD, "email"),
        ("x" * 400 + "@example.com", "agent", PASSWORD, "email"),
        ("ann@example.com", "owner", PASSWORD, "role"),
        ("ann@example.com", "agent", "short", "password"),
        ("ann@example.com", "agent", "x" * 2000, "password"),
    ],
)
async def test_bad_users_are_refused_with_the_field(
    house: House, email: str, role: str, password: str, field: str
) -> None:
    with pytest.raises(IdentityError) as caught:
        await house.identity.create_user(email, "Ann", role, password)
    assert caught.value.field == field
    assert await house.identity.list_users() == []


async def test_a_new_password_ends_every_session(house: House) -> None:
    await ann(house)
    tokens = [(await house.authenticate("ann@example.com", PASSWORD, "a"))[0] for _ in range(3)]
    await house.identity.set_password("Ann@example.com", "another horse")
    assert [await house.identity.sessions.principal(token) for token in tokens] == [None, None, None]
    assert sum(isinstance(event, SessionRevoked) for event in house.events) == 3
    with pytest.raises(SignInRefused):
        await house.authenticate("ann@example.com", PASSWORD, "a")
    await house.authenticate("ann@example.com", "another horse", "a")
    with pytest.raises(IdentityError, match="no user"):
        await house.identity.set_password("nobody@example.com", "another horse")


async def test_sessions_long_over_are_forgotten(house: House) -> None:
    await ann(house)
    await house.identity.create_user("bob@example.com", "Bob", "agent", PASSWORD)
    token, _ = await house.authenticate("ann@example.com", PASSWORD, "a")
    assert await house.identity.sessions.principal(token) is not None
    house.clock.now += 3601
    await house.authenticate("bob@example.com", PASSWORD, "a")
    assert await count_sessions(house) == 1
    assert len(house.identity.sessions._cache) == 0


async def test_weaker_hashes_are_renewed_at_sign_in(house: House) -> None:
    user = await ann(house)
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    house.identity.passwords = stronger
    await house.authenticate("ann@example.com", PASSWORD, "a")
    renewed = await house.identity.find_user("ann@example.com")
    assert renewed is not None
    assert renewed.password_hash is not None
    assert renewed.password_hash != user.password_hash
    assert not stronger.is_outdated(renewed.password_hash)
    await house.authenticate("ann@example.com", PASSWORD, "a")

"""Guessing passwords: in parallel, from one address and from many; what is told to who guesses, and to the others."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from argon2 import PasswordHasher

from contactcenter.app import App
from contactcenter.identity.gate import SignInRefused, SignInThrottled
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.throttle import ACCOUNT, ADDRESS
from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from tests.fakes.center import PASSWORD, populate, running, settings
from tests.fakes.house import Clock, House

SESSION = "/api/v1/session"


class Counting(Passwords):
    """Cheap ones, which count how often one is compared."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.compared = 0

    async def verify(self, password_hash: str | None, password: str) -> bool:
        self.compared += 1
        return await super().verify(password_hash, password)


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path, http={"host": "127.0.0.1", "port": 0, "behind_proxy": True})
    await populate(config)
    async with running(config) as app:
        app.identity.gate.passwords = Counting()
        # The first lock-outs last a second or two, which a slow machine may take for one request.
        moment = time.time()
        app.identity.gate.now = lambda: moment
        yield app


@pytest.fixture
async def client(center: App) -> AsyncIterator[aiohttp.ClientSession]:
    url = f"http://127.0.0.1:{center.http_port}"
    async with aiohttp.ClientSession(url, cookie_jar=aiohttp.DummyCookieJar()) as client:
        yield client


async def sign_in(client: aiohttp.ClientSession, email: str, password: str, address: str) -> tuple[int, dict[str, Any]]:
    """Status and answer, the request's own id left out."""
    headers = {"X-Forwarded-For": address}
    async with client.post(SESSION, json={"email": email, "password": password}, headers=headers) as response:
        told = await response.json()
        told.pop("request_id", None)
        return response.status, told


async def test_parallel_guesses_at_one_account_from_many_addresses(center: App, client: aiohttp.ClientSession) -> None:
    guesses = [sign_in(client, "anna@example.com", f"guess {n}", f"198.51.100.{n}") for n in range(40)]
    statuses = Counter(status for status, _ in await asyncio.gather(*guesses))
    assert statuses[401] <= ACCOUNT.free + 1
    assert statuses[401] + statuses[429] == 40
    assert isinstance(center.identity.gate.passwords, Counting)
    assert center.identity.gate.passwords.compared == statuses[401], "a throttled guess costs no hash"
    status, _ = await sign_in(client, "ben@example.com", PASSWORD, "203.0.113.9")
    assert status == 200, "others sign in as ever"
    status, _ = await sign_in(client, "anna@example.com", PASSWORD, "203.0.113.9")
    assert status == 429, "not even the right password tells that it is right"


async def test_parallel_guesses_from_one_address_at_many_accounts(center: App, client: aiohttp.ClientSession) -> None:
    guesses = [sign_in(client, f"user{n}@example.com", "Summer2026!", "198.51.100.7") for n in range(60)]
    statuses = Counter(status for status, _ in await asyncio.gather(*guesses))
    assert statuses[401] <= ADDRESS.free + 1
    assert statuses[401] + statuses[429] == 60
    for name in ("anna", "sue"):
        status, _ = await sign_in(client, f"{name}@example.com", PASSWORD, "203.0.113.9")
        assert status == 200, "who is elsewhere is not hindered"


async def test_an_invented_forwarded_address_does_not_help(center: App, client: aiohttp.ClientSession) -> None:
    guesses = [sign_in(client, f"user{n}@example.com", "guess", f"192.0.2.{n}, 198.51.100.7") for n in range(60)]
    statuses = Counter(status for status, _ in await asyncio.gather(*guesses))
    assert statuses[401] <= ADDRESS.free + 1


async def test_unknown_accounts_get_the_same_answers_after_the_same_work(
    center: App, client: aiohttp.ClientSession
) -> None:
    passwords = center.identity.gate.passwords
    assert isinstance(passwords, Counting)
    told: dict[str, list[tuple[int, dict[str, Any]]]] = {"anna@example.com": [], "nobody@example.com": []}
    work = {}
    for number, email in enumerate(told):
        before = passwords.compared
        for _ in range(ACCOUNT.free + 2):
            told[email].append(await sign_in(client, email, "wrong", f"198.51.100.{number}"))
        work[email] = passwords.compared - before
    assert told["anna@example.com"] == told["nobody@example.com"]
    assert [status for status, _ in told["anna@example.com"]] == [401] * (ACCOUNT.free + 1) + [429]
    assert len(set(work.values())) == 1


async def test_asking_for_a_link_tells_nothing(center: App, client: aiohttp.ClientSession) -> None:
    answers = []
    for email in ("anna@example.com", "nobody@example.com"):
        async with client.post("/api/v1/password-links", json={"email": email}) as response:
            answers.append((response.status, await response.read(), dict(response.headers).keys()))
    assert answers[0] == answers[1]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await migrations.upgrade(url)
    database = Database(url)
    yield House(database, Clock())
    await database.stop()


async def test_each_failure_after_a_lock_out_doubles_the_next(house: House) -> None:
    await house.identity.create_user("ann@example.com", "Ann", "agent", PASSWORD)
    waits = []
    for number in range(40):
        with pytest.raises((SignInRefused, SignInThrottled)) as caught:
            await house.authenticate("ann@example.com", "wrong", f"10.0.{number}.1")
        if isinstance(caught.value, SignInThrottled):
            waits.append(caught.value.retry_after_s)
            house.clock.now += caught.value.retry_after_s
    assert waits == [min(2.0**step, ACCOUNT.longest_s) for step in range(len(waits))]
    assert waits[-1] == ACCOUNT.longest_s
    house.clock.now += ACCOUNT.longest_s
    _, principal = await house.authenticate("ann@example.com", PASSWORD, "10.1.0.1")
    assert principal.email == "ann@example.com", "the right password opens after the wait, and nobody else must help"

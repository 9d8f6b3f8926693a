"""The first start: one link makes one administrator, whoever else is too late; the guide keeps its place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.audit.models import AuditEntry
from contactcenter.bus import Bus
from contactcenter.first_run.routes import Facts, routes
from contactcenter.first_run.service import LASTS_S, FirstRun
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.service import Identity, IdentityError
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from tests.fakes.house import Clock

PASSWORD = "a long test password"


class House:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.bus = Bus()
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.identity = Identity(database, self.bus, passwords=cheap, now=self.clock)
        self.first = FirstRun(database, self.identity, self.bus, self.clock)

    async def token(self) -> str:
        link = await self.first.link("https://cc.example.com/")
        assert link is not None
        address, _, token = link.partition("#")
        assert address == "https://cc.example.com/first-start"
        return token

    async def make(self, token: str, *, email: str = "boss@example.com", password: str = PASSWORD) -> None:
        await self.first.make_administrator(token, email=email, name="Boss", password=password)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await upgrade(url)
    database = Database(url)
    found = House(database)
    yield found
    await found.bus.close()
    await database.stop()


async def test_the_link_makes_one_administrator_once(house: House) -> None:
    token = await house.token()
    await house.first.look(token)
    await house.make(token)
    user = await house.identity.check_password("boss@example.com", PASSWORD, "127.0.0.1")
    assert user.name == "Boss"
    for late in (house.make(token, email="eve@example.com"), house.first.look(token)):
        with pytest.raises(Problem) as refused:
            await late
        assert refused.value.status == 404
    assert await house.first.link("https://cc.example.com") is None
    async with house.database.session() as session:
        acts = set(await session.scalars(select(AuditEntry.act)))
    assert acts == {"user.created", "first_run.administrator"}


async def test_a_refused_password_leaves_the_link(house: House) -> None:
    token = await house.token()
    for wrong in ({"password": "short"}, {"email": "no address"}):
        with pytest.raises(IdentityError):
            await house.make(token, **wrong)
    assert await house.first.nobody()
    await house.make(token)


async def test_old_links_and_those_of_earlier_starts_do_not_count(house: House) -> None:
    old = await house.token()
    new = await house.token()
    with pytest.raises(Problem):
        await house.make(old)
    house.clock.now += LASTS_S + 1
    with pytest.raises(Problem):
        await house.first.look(new)
    with pytest.raises(Problem):
        await house.make(new)
    assert await house.first.nobody()


async def test_of_two_at_once_one_becomes_administrator(house: House) -> None:
    token = await house.token()
    tries = [house.make(token, email=f"boss{number}@example.com") for number in range(3)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert outcomes.count(None) == 1
    assert len(await house.identity.list_users()) == 1


async def test_who_is_there_already_ends_the_link(house: House) -> None:
    token = await house.token()
    await house.identity.create_user("cli@example.com", "Cli", "administrator", PASSWORD)
    with pytest.raises(Problem):
        await house.make(token)


async def test_the_guide_keeps_its_place_and_is_offered_while_nothing_is_set_up(house: House) -> None:
    there = Facts(queues=0, calendars=0, people=1, telephones=0, number="1000", address="sip:1000@x")

    async def facts() -> Facts:
        return there

    shown = next(route for route in routes(house.first, facts) if route.method == "GET" and "guide" in route.path)

    async def offered() -> bool:
        found = await shown.handler(None)  # type: ignore[arg-type]  # it asks nothing of the call
        return bool(found.offered)

    assert await offered()
    there = there.model_copy(update={"queues": 2})
    assert not await offered()
    await house.first.move({"company": "done", "queue": "skipped"}, False)
    assert await offered()
    assert await house.first.guide() == ({"company": "done", "queue": "skipped"}, False)
    await house.first.move({"company": "done"}, True)
    assert not await offered()

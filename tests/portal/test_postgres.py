"""The same on PostgreSQL: registered at the same moment, changed, looked at, forgotten."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from contactcenter.portal.models import PortalAccount
from tests.portal.world import NORA, OPEN, PASSWORD, open_world

pytestmark = pytest.mark.e2e


async def test_from_registering_to_being_forgotten(tmp_path: Path, postgres_url: str) -> None:
    automatic = OPEN.model_copy(update={"data_requests": "automatic"})
    async with open_world(tmp_path, automatic, url=postgres_url) as world:
        body = {"email": NORA, "name": "Nora Keller"}
        await asyncio.gather(*(world.ask("POST", "/portal/registrations", body) for _ in range(3)))
        async with world.house.database.session() as session:
            assert await session.scalar(select(func.count()).select_from(PortalAccount)) == 1
        me = await world.good("POST", "/portal/links/use", {"token": world.link(), "password": PASSWORD})
        await world.house.call("first", "+493023125001", recorded=False)
        shown = await world.good("POST", "/portal/numbers", {"number": "+49 30 23125001"})
        number = shown["numbers"][0]["id"]
        await world.staff("PUT", f"/portal-accounts/{me['id']}/numbers/{number}")
        assert [each["id"] for each in (await world.good("GET", "/portal/history"))["items"]] == ["first"]
        await world.good("PUT", "/portal/consents/news", {"given": True, "version": "1"})
        await world.good("POST", "/portal/data-requests", {"kind": "erase"})
        assert (await world.staff("GET", "/portal-requests"))[1]["items"][0]["state"] == "approved"
        await world.portal.requests._privacy.runner.run_waiting()
        everything = (await world.house.everything()).lower()
        for word in (NORA, "keller", "23125001"):
            assert word not in everything, word

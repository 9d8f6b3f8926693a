"""A customer of the demo signs in to its portal and sees the own calls."""

from __future__ import annotations

from pathlib import Path

from contactcenter.bus import Bus
from contactcenter.demo.customers import seed_customers
from contactcenter.demo.people import regulars
from contactcenter.demo.portal import CUSTOMER, seed_portal
from contactcenter.identity.service import Identity
from contactcenter.portal.models import PortalSettings
from tests.portal.world import open_world


async def test_the_first_regular_caller_has_an_account(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        bus = Bus()
        identity = Identity(world.house.database, bus)
        await seed_customers(world.house.database, world.house.vault)
        await seed_portal(identity, "a long test password")
        credentials = {"email": CUSTOMER, "password": "a long test password"}
        assert (await world.ask("POST", "/portal/session", credentials))[0] == 401, "what is set up stays as it is"
        async with world.house.database.transaction() as session:
            await session.delete(await session.get(PortalSettings, "portal"))
        for _ in range(2):
            await seed_portal(identity, "a long test password")
        await world.portal.prepare()
        me = await world.good("POST", "/portal/session", credentials)
        first = regulars()[0]
        assert me["name"] == first.name
        await world.house.call("one", first.number, recorded=False)
        assert [each["id"] for each in (await world.good("GET", "/portal/history"))["items"]] == ["one"]
        assert [each["kind"] for each in (await world.good("GET", "/portal/consents"))["items"]] == [
            "newsletter",
            "recording",
        ]
        await bus.close()

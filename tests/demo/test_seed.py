"""The demo's set-up is one that works, and shows what there is to show."""

from __future__ import annotations

from pathlib import Path

from contactcenter.agents.models import SipAccount
from contactcenter.demo.seed import seed
from contactcenter.identity.service import Identity
from tests.fakes.house import House
from tests.fakes.keys import open_vault
from tests.fakes.office import open_office


async def test_the_engine_takes_all_of_it(tmp_path: Path) -> None:
    async with open_office(tmp_path, furnished=False) as office:
        identity: Identity = House(office.database, office.clock).identity
        vault = await open_vault(office.database, tmp_path)
        await seed(office.database, identity, vault, "a long enough password", 2, "contactcenter")
        again = await seed(office.database, identity, vault, "a long enough password", 3, "contactcenter")
        assert [robot.sip_username for robot in again.synthetic] == ["robot1", "robot2", "robot3"]
        await office.start()
        assert office.queues.ids() == {"sales", "support", "billing"}
        assert office.queue_config("support").relax
        assert office.queue_config("support").tier_delay_s == 20
        assert office.queue_config("sales").preferred_skills
        assert [rule.cause.value for rule in office.queue_config("sales").overflow] == ["full", "max-wait"]
        capacities = {agent.name: agent.config.capacity.units for agent in office.agents.all()}
        assert (capacities["Alex Moreno"], capacities["Kim Novak"]) == (6, 4)
        kim = next(agent for agent in office.agents.all() if agent.name == "Kim Novak")
        assert kim.config.queues["support"].tier == 2
        days = (await office.get("/calendars/office-hours/preview?from=2026-12-24&days=2"))["items"]
        assert [day["why"] for day in days] == ["exception", "holiday"]
        for queue_id in office.queues.ids():
            settings = await office.get(f"/queues/{queue_id}")
            assert await office.put(f"/queues/{queue_id}", settings) == settings
        async with office.database.session() as session:
            assert await session.get(SipAccount, "robot3") is not None

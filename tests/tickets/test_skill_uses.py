"""A skill that tickets ask for cannot be removed, and it is told where it is asked for."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update

from contactcenter.tickets.setup_models import TicketCategory, TicketState, TicketType
from contactcenter.tickets.skill_uses import skill_uses
from tests.fakes.office import open_office


async def test_a_skill_that_tickets_ask_for_stays(tmp_path: Path) -> None:
    german = [{"skill": "german", "level": 2}]
    async with open_office(tmp_path) as office:
        office.queues.skill_uses.append(skill_uses)
        async with office.database.transaction() as session:
            session.add(TicketState(id="begun", name="Begun", customer_name="Begun", state_class="new"))
            await session.flush()
            session.add(TicketType(id="outage", name="Outage", initial_state="begun", priority=2, skills=german))
            session.add_all(TicketCategory(id=f"c{number}", name=f"Area {number}", skills=german) for number in (1, 2))
        status, _, detail = await office.refused("DELETE", "/skills/german")
        assert status == 409
        assert "ticket type Outage; ticket categories Area 1, Area 2; take it out there first." in detail
        skills = {each["id"]: each["used_by"] for each in (await office.get("/skills"))["items"]}
        assert skills["german"]["ticket_types"] == [{"id": "outage", "name": "Outage"}]
        async with office.database.transaction() as session:
            for table in (TicketType, TicketCategory):
                await session.execute(update(table).values(skills=[]))
        await office.delete("/skills/german")

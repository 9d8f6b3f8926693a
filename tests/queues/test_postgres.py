"""What is set up comes back from PostgreSQL as from SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.office import Office, open_office
from tests.queues.test_calendars import WEEK
from tests.queues.test_queue_set_up import EVERYTHING

CHATS = {"name": "Chats", "units": 4, "channels": {"chat": {"max": 4}}}
SWITCH = {"closed": True, "until": "2027-01-01T00:00:00Z"}


async def write_and_read(office: Office) -> list[object]:
    calendar = await office.post("/calendars", WEEK)
    await office.put(f"/calendars/{calendar['id']}/emergency", SWITCH)
    await office.post("/queues", EVERYTHING | {"calendar_id": calendar["id"], "members": [{"agent_id": "anna"}]})
    await office.post("/routing-profiles", CHATS)
    await office.put("/agents/anna/routing", {"profile_id": "chats", "skills": [{"skill_id": "english", "level": 4}]})
    await office.put("/pause-reasons/settings", {"items": [{"id": "lunch", "label": "Lunch", "paid": False}]})
    await office.put("/routing/order", {"order": "c-mu"})
    await office.post("/skills", {"name": "日本語", "id": "japanese"})
    await office.delete("/skills/japanese")
    paths = (
        "/queues/billing",
        "/calendars",
        "/routing-profiles",
        "/agents/anna/routing",
        "/pause-reasons/settings",
        "/routing/order",
        "/skills",
    )
    return [await office.get(path) for path in paths]


@pytest.mark.e2e
async def test_both_databases_keep_the_same(tmp_path: Path, postgres_url: str) -> None:
    (tmp_path / "lite").mkdir()
    async with open_office(tmp_path / "lite") as lite, open_office(tmp_path, url=postgres_url) as full:
        assert await write_and_read(full) == await write_and_read(lite)

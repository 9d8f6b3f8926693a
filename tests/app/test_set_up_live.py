"""A change of the set-up is seen at once by whoever looks, and by the next call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from acd import calendar
from contactcenter.permissions import Role
from tests.fakes.center import PASSWORD, STRAIGHT_TO_QUEUE, Page, populate, running, settings
from tests.fakes.waiting import until

WEEK: dict[str, Any] = {"name": "Office", "zone": "UTC", "weekly": [{"day": 0, "start": "08:00", "end": "18:00"}]}


async def change(page: Page, method: str, path: str, body: Any = None) -> Any:
    async with page.http.request(method, f"/api/v1{path}", json=body) as answer:
        assert answer.status in (200, 201, 204), await answer.text()
        return await answer.json() if answer.status != 204 else None


async def test_the_wallboard_follows(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        async with Page(app, "ada") as ada:
            await ada.subscribe("wallboard")
            made = await change(ada, "POST", "/queues", {"name": "Fresh", "service_level_goal": 0.7})
            await until(lambda: "fresh" in ada.collection("queues"), "a row for the new queue")
            await change(ada, "PUT", "/queues/fresh", made | {"name": "Stale"})
            await until(lambda: ada.collection("queues")["fresh"]["name"] == "Stale", "its new name")
            await change(ada, "DELETE", "/queues/fresh")
            await until(lambda: "fresh" not in ada.collection("queues"), "its row to go")
            assert "sales" in ada.collection("queues")
            assert (await ada.get("/api/v1/queues"))["items"] == [{"id": "sales", "name": "Sales"}]


async def test_an_agents_page_is_told_that_the_set_up_has_changed(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        async with Page(app, "ada") as ada, Page(app, "anna") as anna:
            await anna.subscribe("set-up")
            assert anna.collection("changes") == {}
            for revision in (1, 2):
                await change(ada, "POST", "/skills", {"name": f"Skill {revision}"})
                await until(lambda: anna.collection("changes"), "word of the change")
            skill = {"id": "skill", "revision": 2}
            await until(lambda: anna.collection("changes") == {"skill": skill}, "word of the second change")


async def test_flows_open_by_stored_calendars(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        async with Page(app, "ada") as ada:
            await change(ada, "POST", "/calendars", WEEK)
            asked = app.call_services.calendars("office")
            assert asked is not None
            assert calendar.is_open(asked, 1_777_881_600.0)
            assert app.call_services.calendars("nowhere") is None
            assert app.calendars.ids() == {"office"}
    flow = STRAIGHT_TO_QUEUE.replace("start: number", "hours: {usual: {calendar: nowhere}}\nstart: number")
    (tmp_path / "ivr_flows" / "main.yaml").write_text(flow)
    async with running(config) as app:
        assert any("nowhere" in problem.message for problem in app.flows.problems)
    (tmp_path / "ivr_flows" / "main.yaml").write_text(flow.replace("nowhere", "office"))
    async with (
        running(config) as app,
        Page(app, "ada") as ada,
        ada.http.delete("/api/v1/calendars/office") as answer,
    ):
        assert answer.status == 409
        assert (await answer.json())["used_by"]["flows"] == ["main"]

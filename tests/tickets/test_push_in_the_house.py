"""Pushed tickets in the running server: over HTTP and the live feed, explained, and after a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contactcenter.permissions import Role
from tests.fakes.center import PASSWORD, Page, populate, running, settings
from tests.fakes.waiting import until


async def push_incidents(ada: Page) -> None:
    shown = (await ada.ask("GET", "/ticket-setup"))["types"]
    incident: dict[str, Any] = next(each for each in shown if each["id"] == "incident")
    body = {name: value for name, value in incident.items() if name != "id"}
    await ada.ask("PUT", "/ticket-setup/types/incident", body | {"push": True, "queue_id": "sales"})


async def offered(page: Page, ticket: str) -> dict[str, Any]:
    await until(lambda: ticket in page.collection("offers"), "the ticket is offered")
    row: dict[str, Any] = page.collection("offers")[ticket]
    return row


async def test_a_ticket_is_offered_accepted_explained_and_still_in_hand_after_a_restart(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    incident = {"type": "incident", "subject": "Router dead", "priority": "urgent"}
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        async with Page(app, "ada") as ada, Page(app, "anna") as anna:
            await push_incidents(ada)
            await anna.become_available()
            first, second = [await ada.ask("POST", "/tickets", incident, 201) for _ in range(2)]
            row = await offered(anna, first["id"])
            assert (row["ticket"]["number"], row["ticket"]["priority"]) == (first["number"], "urgent")
            refused = await anna.command("ticket.accept", ticket=second["id"])
            assert refused["problem"]["status"] == 409
            assert await anna.act("ticket.accept", ticket=first["id"]) == {"number": first["number"]}
            assert (await anna.ask("GET", f"/tickets/{first['id']}"))["assignee"]["id"] == "anna"
            told = await anna.ask("GET", f"/tickets/{first['id']}/explanation")
            what = [moment["what"] for moment in told["moments"]]
            assert what == ["ContactQueued", "ContactOffered", "OfferAccepted"]
            assert told["moments"][1]["agent"]["name"] == "Anna"
            await anna.act("offer.reject", interaction_id=(await offered(anna, second["id"]))["id"])
            await ada.ask("PATCH", f"/tickets/{second['id']}", {"assignee": "ben"})
            path = f"/tickets/{second['id']}/explanation"
            await until(lambda: app.tickets.push.view(second["id"]) is None, "it has left the engine")
            assert (await ada.ask("GET", path, status=404))["detail"] == "It has been given to somebody."
    async with running(config) as app, Page(app, "anna") as anna:
        await until(lambda: app.tickets.push.cards, "table and engine are brought together")
        await anna.subscribe("agent:anna")
        assert set(anna.collection("tickets")) == {first["id"]}
        work = app.driver.engine.agent_view("anna").work
        assert [each.contact_id for each in work] == [first["id"]]

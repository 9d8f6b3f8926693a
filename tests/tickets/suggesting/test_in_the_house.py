"""Suggestions in a whole house: over HTTP, as files, and without the library in the server."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from pathlib import Path

from contactcenter.config_command import _sections
from contactcenter.configuration.plan import apply, export, plan
from contactcenter.permissions import Role
from contactcenter.tickets.settings import CategoryBody
from tests.fakes.center import PASSWORD, Page, populate, running, settings
from tests.tickets.suggesting.house import INVOICE, Learner, stock
from tests.tickets.suggesting.samples import TOPICS

SET_UP, FILE = "/ticket-suggester", "ticket-suggestions.yaml"


async def test_from_the_button_to_the_suggestion(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        for category in TOPICS:
            await app.tickets.helpdesk.set_up.put("categories", None, CategoryBody(name=category.title()), category)
        await stock(app.database, 160, random.Random(3))
        app.tickets.suggester.trainer.learn = Learner(app.database)
        async with Page(app, "ada") as ada, Page(app, "anna") as anna:
            page = await ada.ask("GET", SET_UP)
            assert (page["tickets"], page["trained_at"], page["state"]) == (160, None, "idle")
            body = page["settings"] | {"least_tickets": 100, "least_confidence": 10}
            assert (await ada.ask("PUT", SET_UP, body))["settings"] == body
            refused = await ada.ask("PUT", SET_UP, body | {"least_accuracy": 5}, 422)
            assert "least_accuracy" in str(refused)
            await anna.ask("GET", SET_UP, status=403)
            await anna.ask("POST", f"{SET_UP}/training", status=403)
            await ada.ask("POST", f"{SET_UP}/training", status=202)
            await ada.ask("POST", f"{SET_UP}/training", status=409)
            while (page := await ada.ask("GET", SET_UP))["state"] == "running":
                await asyncio.sleep(0.02)
            assert (page["state"], page["problem"]) == ("idle", "")
            assert [each["on"] for each in page["fields"]] == [True, True, False]
            asked = {"subject": INVOICE[0], "text": INVOICE[1]}
            found = (await anna.ask("POST", "/ticket-suggestions", asked))["items"]
            assert [(each["field"], each["value"]) for each in found] == [
                ("category", "invoices"),
                ("priority", "urgent"),
            ]
            ticket = await anna.ask("POST", "/tickets", {"subject": INVOICE[0], "description": INVOICE[1]}, 201)
            assert (await anna.ask("GET", f"/tickets/{ticket['id']}/suggestions"))["items"] == found
            assert (ticket["category"], ticket["priority"]) == (None, "medium"), "nothing is set by itself"
            await anna.ask("POST", "/ticket-suggestions/answers", {"field": "category", "taken": True}, 204)
            await anna.ask("POST", "/ticket-suggestions/answers", {"field": "subject", "taken": True}, 422)
            assert (await ada.ask("GET", SET_UP))["fields"][0]["answers"] == {"taken": 1, "refused": 0}


async def test_how_they_are_set_is_kept_as_a_file(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with _sections(config) as (app, sections):
        text = (await export(sections))[FILE]
        assert "least_tickets: 500" in text
        planned = await plan(sections, {FILE: text.replace("least_tickets: 500", "least_tickets: 900")}, prune=False)
        await apply(sections, planned, app.database, by=None)
        assert (await app.tickets.suggester.settings()).least_tickets == 900
        assert (await plan(sections, {FILE: (await export(sections))[FILE]}, prune=False)).changes == ()


def test_the_server_knows_nothing_of_the_library() -> None:
    """By the import contract only `fitting` may import it, and only `worker` that: once it has begun to work."""
    script = "import sys, contactcenter.tickets.suggesting.worker; print('sklearn' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"

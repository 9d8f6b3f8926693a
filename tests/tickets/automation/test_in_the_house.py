"""Automation in a whole house: over HTTP, with its notices, and as files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import orjson

from contactcenter.config_command import _sections
from contactcenter.configuration.plan import apply, export, plan
from contactcenter.permissions import Role
from tests.fakes.center import PASSWORD, Page, populate, running, settings
from tests.fakes.waiting import until

TAG = {"do": "tags", "add": ["seen"]}


async def test_from_the_form_to_the_ticket_and_the_log(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        async with Page(app, "ada") as ada, Page(app, "anna") as anna:
            rule = {"name": "Mark", "events": ["made"], "actions": [TAG]}
            made = await ada.ask("POST", "/ticket-rules", rule, 201)
            assert (await ada.ask("GET", "/ticket-rules"))["items"] == [made]
            await anna.ask("GET", "/ticket-rules", status=403)
            ticket = (await ada.ask("POST", "/tickets", {"subject": "Printer"}, 201))["id"]

            async def tagged() -> bool:
                return bool((await ada.ask("GET", f"/tickets/{ticket}"))["tags"] == ["seen"])

            for _ in range(200):
                if await tagged():
                    break
                await asyncio.sleep(0.02)
            assert await tagged()
            (run,) = (await ada.ask("GET", f"/ticket-rules/runs?ticket={ticket}&outcome=done"))["items"]
            assert (run["rule"], run["changes"]) == ("Mark", ["tags"])
            job = await ada.ask("POST", "/ticket-rules/dry-run", {"rule": rule}, 202)
            while job["state"] == "running":
                job = await ada.ask("GET", f"/ticket-rules/dry-run/{job['id']}")
            assert (job["state"], job["touched"]) == ("done", 1)
            macro = await ada.ask(
                "POST", "/ticket-macros", {"name": "Up", "actions": [{"do": "priority", "way": "raise"}]}, 201
            )
            shown = await ada.ask("GET", f"/tickets/{ticket}/macros/{macro['id']}")
            assert shown["changes"] == {"priority": ["medium", "high"]}
            assert (await ada.ask("POST", f"/tickets/{ticket}/macros/{macro['id']}"))["priority"] == "high"
            reply = await anna.ask("POST", "/ticket-replies", {"name": "Hi", "text": "Hi {agent.name}"}, 201)
            assert (await anna.ask("GET", "/ticket-replies"))["items"] == [reply]
            assert (await ada.ask("GET", "/ticket-replies"))["items"] == []
            names = [each["name"] for each in (await anna.ask("GET", "/ticket-variables"))["items"]]
            assert "ticket.number" in names
            wrong = await ada.ask("POST", "/ticket-rules", rule | {"name": "X", "actions": [{"do": "dance"}]}, 422)
            assert wrong["status"] == 422
            await ada.ask("PUT", "/ticket-rules", {"ids": [made["id"]]})
            await ada.ask("DELETE", f"/ticket-rules/{made['id']}", status=204)


async def test_a_rule_that_is_turned_off_is_told_until_it_is_on_again(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        async with Page(app, "ada") as ada:
            await ada.subscribe("system")
            rule = {"name": "Mark", "events": ["made"], "actions": [TAG]}
            made = await ada.ask("POST", "/ticket-rules", rule, 201)
            await app.tickets.helpdesk.automation.book.turn_off("mark", lambda name: f"{name} is off.")
            notice = f"ticket-rule:{made['id']}"
            await until(lambda: notice in ada.collection("notices"), "word of it")
            await ada.ask("PUT", "/ticket-rules/mark", rule)
            await until(lambda: notice not in ada.collection("notices"), "it to go")


async def test_rules_are_files_that_know_people_by_email(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    rule = {
        "name": "Hers",
        "events": ["changed"],
        "became": [{"field": "assignee", "after": "anna@example.com"}],
        "conditions": {"all": [{"field": "assignee", "op": "in", "value": ["anna@example.com"]}]},
        "actions": [
            {"do": "assign", "how": "user", "user": "ben@example.com"},
            {"do": "watch", "users": ["anna@example.com", "team"]},
            {"do": "set", "field": "state", "value": "pending"},
        ],
    }
    async with _sections(config) as (app, sections):
        text = orjson.dumps({"hers": rule}).decode()
        planned = await plan(sections, {"ticket-rules.yaml": text}, prune=False)
        await apply(sections, planned, app.database, by=None)
        (held,) = app.tickets.helpdesk.automation.book.shown()
        shown = held.model_dump(mode="json")
        assert "@" not in orjson.dumps(shown).decode()
        out = (await export(sections))["ticket-rules.yaml"]
        assert "anna@example.com" in out
        assert (await plan(sections, {"ticket-rules.yaml": out}, prune=False)).changes == ()

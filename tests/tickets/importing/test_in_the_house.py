"""Imports and exports over HTTP: uploaded, refused, reported, taken out again."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select

from contactcenter.audit.models import AuditEntry
from contactcenter.permissions import Role
from contactcenter.tickets.automation.models import TicketRuleMark, TicketRuleRun
from contactcenter.tickets.models import Ticket
from tests.fakes.center import PASSWORD, Page, populate, running, settings
from tests.tickets.importing.house import packed
from tests.tickets.importing.samples import ZENDESK


async def upload(page: Page, data: bytes, name: str = "export.zip", status: int = 201, field: str = "file") -> Any:
    form = aiohttp.FormData()
    form.add_field("note", "x")
    form.add_field(field, data, filename=name)
    async with page.http.post("/api/v1/ticket-imports", data=form) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def settled(page: Page, import_id: str) -> Any:
    while (found := await page.ask("GET", f"/ticket-imports/{import_id}"))["state"] in ("reading", "running"):
        await asyncio.sleep(0.02)
    return found


async def test_from_the_upload_to_the_report_and_out_again(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        async with Page(app, "ada") as ada, Page(app, "anna") as anna:
            await ada.ask("POST", "/ticket-rules", RULE, 201)
            await ada.ask("POST", "/ticket-rules", RULE | {"name": "Old", "events": [], "timer": TIMER}, 201)
            await anna.ask("GET", "/ticket-imports", status=403)
            assert (await upload(ada, b"", status=422))["field"] == "file"
            assert (await upload(ada, b"x", field="other", status=422))["field"] == "file"
            folder = app.tickets.exchange.imports.folder
            assert list(folder.glob("*")) == [], "nothing is left of what was refused"
            found = await settled(ada, (await upload(ada, packed(ZENDESK)))["id"])
            assert (found["name"], found["state"], found["total"]) == ("export.zip", "ready", 2)
            assert [each.stat().st_mode & 0o077 for each in folder.glob("*")] == [0, 0]
            one = f"/ticket-imports/{found['id']}"
            wrong = {"origin": "Old House", "fields": {}}
            assert (await ada.ask("PUT", f"{one}/mapping", wrong, 422))["field"] == "origin"
            assert len((await ada.ask("GET", f"{one}/preview"))["samples"]) == 2
            await ada.ask("POST", f"{one}/start", status=202)
            done = await settled(ada, found["id"])
            assert (done["state"], done["taken"]) == ("done", 2)
            async with ada.http.get(f"/api/v1{one}/report") as answer:
                (head, *rows) = csv.reader(io.StringIO(await answer.text()))
            assert (head, [row[1:5] for row in rows]) == (
                ["place", "record", "taken", "field", "value", "reason"],
                [["35436", "in part", "team", "North"], ["35436", "in part", "attachments", "lost.pdf"]],
            )
            await _nothing_answers(app)
            await _out(ada)
            async with app.database.session() as session:
                acts = set(await session.scalars(select(AuditEntry.act)))
            assert {"tickets.imported", "tickets.exported"} <= acts


RULE = {"name": "Mark", "events": ["made", "changed", "noted"], "actions": [{"do": "tags", "add": ["seen"]}]}
TIMER = {"since": "we_wait", "hours": 1}


async def _nothing_answers(app: Any) -> None:
    """Neither now nor after a crash, when the history is gone through again."""
    automation = app.tickets.helpdesk.automation
    async with app.database.transaction() as session:
        await session.merge(TicketRuleMark(id=1, entry_id=0))
    assert await automation.runner.catch_up() == 6
    await automation.runner.drain()
    await automation.timed.sweep()
    async with app.database.session() as session:
        assert list(await session.scalars(select(TicketRuleRun))) == []
        assert {row.sequence for row in await session.scalars(select(Ticket))} == {2, 4}


async def _out(ada: Page) -> None:
    columns = [{"name": "number", "header": "Number"}, {"name": "subject", "header": "Subject"}]
    job = await ada.ask("POST", "/ticket-exports", {"format": "csv", "columns": columns}, 202)
    while job["state"] == "running":
        job = await ada.ask("GET", f"/ticket-exports/{job['id']}")
    async with ada.http.get(f"/api/v1/ticket-exports/{job['id']}/file") as answer:
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="tickets-')
        assert len((await answer.text()).splitlines()) == 3
    job = await ada.ask("POST", "/ticket-exports", {"format": "archive"}, 202)
    while job["state"] == "running":
        job = await ada.ask("GET", f"/ticket-exports/{job['id']}")
    async with ada.http.get(f"/api/v1/ticket-exports/{job['id']}/file") as answer:
        with zipfile.ZipFile(io.BytesIO(await answer.read())) as archive:
            assert "tickets.jsonl" in archive.namelist()
    await ada.ask("DELETE", f"/ticket-exports/{job['id']}", status=204)
    await ada.ask("GET", f"/ticket-exports/{job['id']}", status=404)

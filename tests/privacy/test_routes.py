"""Privacy over HTTP, on a whole center: asked, made, downloaded; who is forgotten is found in no file of it."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contactcenter.app import App
from contactcenter.interactions.models import Interaction
from contactcenter.permissions import Role
from contactcenter.storage.journal import Insert
from tests.fakes.center import PASSWORD, Page, populate, running, settings

CARA = {"identities": [{"kind": "phone", "value": "+49 30 123456"}]}


async def post(page: Page, path: str, body: Any) -> tuple[int, Any]:
    async with page.http.post(f"/api/v1/privacy/{path}", json=body) as response:
        return response.status, await response.json()


async def over(page: Page, request_id: str) -> dict[str, Any]:
    """The request once it is done."""
    found: dict[str, Any] = {}
    for _ in range(400):
        found = await page.get(f"/api/v1/privacy/requests/{request_id}")
        if found["state"] not in ("waiting", "running"):
            break
        await asyncio.sleep(0.02)
    return found


def called(app: App, name: str, address: str) -> None:
    values = {
        "id": name,
        "channel": "voice",
        "direction": "in",
        "state": "ended",
        "caller_address": address,
        "caller_name": "Carla Cat",
        "queue_id": "sales",
        "agent_id": "anna",
        "note": "Purrs",
        "data": [],
        "started_at": datetime.now(UTC),
    }
    app.journal.append(Insert(Interaction, values))


async def test_from_asking_to_being_forgotten(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD, user_id="ada")
        for number in range(3):
            called(app, f"call{number}", "+4930123456")
        async with Page(app, "ada") as ada:
            status, preview = await post(ada, "preview", CARA)
            assert status == 200
            assert {each["kind"]: each["count"] for each in preview["counts"] if each["count"]} == {"interactions": 3}
            status, asked = await post(ada, "exports", {"subject": CARA})
            assert (status, (await over(ada, asked["id"]))["state"]) == (202, "done")
            status, raw = await ada.fetch(f"/api/v1/privacy/requests/{asked['id']}/download")
            assert status == 200
            data = json.loads(zipfile.ZipFile(io.BytesIO(raw)).read("data.json"))
            assert len(data["data"]["interactions"]) == 3
            status, erasure = await post(ada, "erasures", {"subject": CARA})
            assert (status, (await over(ada, erasure["id"]))["state"]) == (202, "done")
            status, _ = await ada.fetch(f"/api/v1/privacy/requests/{asked['id']}/download")
            assert status == 410
            trail = await ada.get("/api/v1/audit")
            acts = {entry["act"] for entry in trail["items"]}
            wanted = {"export_asked", "export_made", "export_taken", "erasure_asked", "erasure_done"}
            assert {f"privacy.{each}" for each in wanted} <= acts
        for path in tmp_path.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert not [word for word in (b"30123456", b"Carla Cat", b"Purrs") if word in content], path


async def test_refusals_name_the_field(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD, user_id="ada")
        async with Page(app, "ada") as ada:
            bad = {"identities": [{"kind": "phone", "value": "no number"}]}
            for path, body, field in (
                ("preview", bad, "subject.identities.0.value"),
                ("erasures", {"subject": bad}, "subject.identities.0.value"),
                ("exports", {"subject": {"customers": ["nobody"]}}, "subject.customers.0"),
                ("holds", {"reason": "x"}, "subject"),
                ("holds", {"reason": "x", "interactions": {}}, "interactions"),
                ("retention/preview", {"rules": [{"kind": "dreams", "days": 1}]}, "rules.0.kind"),
            ):
                status, problem = await post(ada, path, body)
                assert (status, problem.get("field")) == (422, field), (path, problem)
            status, _ = await ada.fetch("/api/v1/privacy/requests/nothing")
            assert status == 404


async def test_waiting_requests_go_on_at_the_next_start(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD, user_id="ada")
        called(app, "call", "+4930123456")
        await app.privacy.runner.stop()
        async with Page(app, "ada") as ada:
            _, asked = await post(ada, "erasures", {"subject": CARA})
            assert asked["state"] == "waiting"
    async with running(config) as app, Page(app, "ada") as ada:
        assert (await over(ada, asked["id"]))["state"] == "done"

"""What people do in a running center is found in the trail, and the trail over HTTP."""

from __future__ import annotations

import csv
import io
import json
import wave
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from contactcenter.app import App
from contactcenter.audit.accesses import Accesses
from contactcenter.audit.sealer import seal
from contactcenter.inspection.shown import csv_lines
from contactcenter.interactions.models import Interaction
from contactcenter.permissions import Role
from contactcenter.storage.journal import Insert
from tests.fakes.center import PASSWORD, populate, running, settings

Client = aiohttp.ClientSession
TRAIL = "/api/v1/audit"


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD, user_id="ada")
        yield app


@pytest.fixture
async def ada(center: App) -> AsyncIterator[Client]:
    async with client_of(center) as client:
        await sign_in(client, "ada")
        yield client


def client_of(center: App) -> Client:
    return Client(f"http://127.0.0.1:{center.http_port}", cookie_jar=aiohttp.CookieJar(unsafe=True))


async def sign_in(client: Client, name: str, password: str = PASSWORD) -> int:
    credentials = {"email": f"{name}@example.com", "password": password}
    async with client.post("/api/v1/session", json=credentials) as response:
        return response.status


async def trail(client: Client, **query: Any) -> list[dict[str, Any]]:
    async with client.get(TRAIL, params=query) as response:
        assert response.status == 200, await response.text()
        items: list[dict[str, Any]] = (await response.json())["items"]
        return items


async def test_a_change_tells_who_and_what_and_putting_back_what_was_before_restores(ada: Client) -> None:
    path = "/api/v1/queues/sales"
    async with ada.get(path) as response:
        first = await response.json()
    changed = first | {"wrap_up_s": 99.0, "name": "Sales desk"}
    for _ in range(2):
        async with ada.put(path, json=changed) as response:
            assert response.status == 200
    (entry,) = await trail(ada, subject="queue:sales")
    assert (entry["act"], entry["actor"]) == ("queue.changed", {"kind": "user", "id": "ada", "name": "Ada"})
    assert (entry["address"], entry["subject"]["name"]) == ("127.0.0.1", "Sales desk")
    assert entry["changes"] == [
        {"path": "name", "before": "Sales", "after": "Sales desk"},
        {"path": "wrap_up_s", "before": 30.0, "after": 99.0},
    ]
    async with ada.put(path, json=entry["before"]) as response:
        assert response.status == 200
    async with ada.get(path) as response:
        assert await response.json() == first
    assert len(await trail(ada, subject="queue:sales")) == 2


async def test_every_form_s_document_can_be_put_back(ada: Client) -> None:
    hours = {"name": "Hours", "zone": "Europe/Berlin", "weekly": [{"day": 0, "start": "08:00", "end": "12:00"}]}
    profile = {"name": "Two", "units": 2, "channels": {"chat": {"max": 2}}}
    routing = {"skills": [{"skill_id": "selling", "level": 4}], "queues": [{"queue_id": "sales"}]}
    for path, made, changed in (
        (
            "/api/v1/calendars",
            hours,
            hours | {"name": "Office", "exceptions": [{"date": "2026-12-24", "name": "Eve", "spans": []}]},
        ),
        ("/api/v1/routing-profiles", profile, profile | {"units": 3}),
        ("/api/v1/skills", {"name": "German"}, {"name": "Deutsch"}),
        ("/api/v1/agents/anna/routing", None, routing),
        ("/api/v1/routing/order", None, {"order": "c-mu"}),
        ("/api/v1/dispositions/settings", None, {"items": [{"id": "done", "label": "Done", "note_required": True}]}),
        ("/api/v1/pause-reasons/settings", None, {"items": [{"id": "rest", "label": "Rest"}]}),
    ):
        one = path
        if made is not None:
            async with ada.post(path, json=made) as response:
                one = f"{path}/{(await response.json())['id']}"
        async with ada.put(one, json=changed) as response:
            assert response.status == 200, (one, await response.text())
        entry = (await trail(ada, limit=1))[0]
        assert entry["act"].endswith(".changed")
        async with ada.put(one, json=entry["before"]) as response:
            assert response.status == 200, (one, await response.text())
        assert (await trail(ada, limit=1))[0]["after"] == entry["before"]


async def test_signing_in_and_out(center: App, ada: Client) -> None:
    async with client_of(center) as guest:
        assert await sign_in(guest, "nobody") == 401
        for _ in range(5):
            await sign_in(guest, "anna", "wrong")
        for _ in range(3):
            assert await sign_in(guest, "anna") == 429
    async with client_of(center) as ben:
        assert await sign_in(ben, "ben") == 200
        async with ben.delete("/api/v1/session") as response:
            assert response.status == 204
    entries = [(each["act"], each["actor"]["id"], each["subject"]["id"]) for each in await trail(ada, act="session")]
    assert entries == [
        ("session.closed", "ben", "ben"),
        ("session.opened", "ben", "ben"),
        ("session.locked_out", "", "anna"),
        *[("session.refused", "", "anna")] * 5,
        ("session.refused", "", "unknown"),
        ("session.opened", "ada", "ada"),
    ]
    async with ada.get(f"{TRAIL}/export", params={"format": "jsonl"}) as response:
        text = await response.text()
    assert PASSWORD not in text
    assert "nobody@example.com" not in text


async def test_listening_is_told_once_though_a_player_asks_often(center: App, ada: Client, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0" * 3200)
    recording = {"path": str(tmp_path / "a.wav"), "duration_s": 0.1, "segments": []}
    plain = {"channel": "voice", "direction": "in", "state": "ended", "caller_address": "+4930", "data": [], "note": ""}
    row = plain | {"id": "call", "agent_id": "anna", "started_at": datetime.now(UTC), "recording": recording}
    center.journal.append(Insert(Interaction, row))
    for start in range(0, 3000, 500):
        headers = {"Range": f"bytes={start}-{start + 99}"}
        async with ada.get("/api/v1/interactions/call/recording", headers=headers) as response:
            assert response.status == 206
    (heard,) = await trail(ada, act="recording.heard")
    assert heard["subject"] == {"kind": "interaction", "id": "call", "name": ""}


async def test_it_is_told_again_after_a_while(center: App, ada: Client) -> None:
    clock = [1000.0]
    accesses = Accesses(center.database, every_s=300.0, now=lambda: clock[0])
    from contactcenter.audit.acts import Act, Subject
    from contactcenter.recordings.acts import RECORDING_HEARD

    for at in (1000.0, 1100.0, 1299.0, 1300.0, 1301.0, 1700.0):
        clock[0] = at
        await accesses.note(Act(kind=RECORDING_HEARD, subject=Subject("interaction", "x")))
    moments = [each["at"] for each in await trail(ada, subject="interaction:x")]
    assert moments == ["1970-01-01T00:28:20Z", "1970-01-01T00:21:40Z", "1970-01-01T00:16:40Z"]


async def test_search_pages_and_state(center: App, ada: Client) -> None:
    await seal(center.database, center.trail.keys)
    every = await trail(ada)
    assert [each["act"] for each in every][-1] == "user.created"
    assert [each["act"] for each in await trail(ada, q="ada")] == ["session.opened", "user.created"]
    assert await trail(ada, q="100%") == []
    assert {each["act"] for each in await trail(ada, actor="system")} >= {"server.started"}
    assert [each["act"] for each in await trail(ada, actor="ada")] == ["session.opened"]
    assert await trail(ada, to="2020-01-01T00:00:00Z") == []
    async with ada.get(TRAIL, params={"limit": 2}) as response:
        page = await response.json()
    async with ada.get(TRAIL, params={"limit": 2, "cursor": page["next_cursor"]}) as response:
        assert [each["id"] for each in (await response.json())["items"]] == [each["id"] for each in every[2:4]]
    async with ada.post(f"{TRAIL}/verify") as response:
        assert response.status == 202
    while center.trail.verification.running:
        async with ada.get(f"{TRAIL}/state") as response:
            await response.read()
    async with ada.get(f"{TRAIL}/state") as response:
        state = await response.json()
    assert state["verification"]["finding"] is None
    assert state["verification"]["verified_until"] >= len(every)
    assert {"id": "ada", "name": "Ada"} in state["actors"]
    assert {"name": "queue.changed", "summary": "Queue changed"} in state["kinds"]


async def test_exports_hold_all_and_are_told_themselves(ada: Client) -> None:
    async with ada.get(f"{TRAIL}/export") as response:
        assert response.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
        rows = list(csv.DictReader(io.StringIO(await response.text())))
    async with ada.get(f"{TRAIL}/export", params={"format": "jsonl", "act": "audit"}) as response:
        lines = [json.loads(line) for line in (await response.text()).splitlines()]
    assert rows[-1]["act"] == "audit.exported"
    assert [line["after"] for line in lines] == ['{"format":"csv"}', '{"act":"audit","format":"jsonl"}']


def test_no_cell_is_a_formula() -> None:
    class Row:
        moment = datetime(2026, 1, 1, tzinfo=UTC)

        def __getattr__(self, name: str) -> str:
            return "=1+1"

    assert csv_lines([Row()]).count(b"'=1+1") == 17

"""Simulations over HTTP, on the whole server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from contactcenter.app import App
from contactcenter.interactions.models import Interaction
from tests.fakes.center import PASSWORD, populate, running, settings

PATH = "/api/v1/simulations"
GENERATED = {
    "kind": "generated",
    "scenario": "A day",
    "from": "08:00",
    "to": "10:00",
    "queues": {"sales": {"arrivals": {"per_hour": 60}, "handling": "2m", "patience": "3m"}},
    "agents": [{"id": "sales", "count": 2, "queues": ["sales"], "shifts": [{"from": "08:00", "to": "09:30"}]}],
}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await record(app)
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{app.http_port}", cookie_jar=jar) as client:
            credentials = {"email": "sue@example.com", "password": PASSWORD}
            async with client.post("/api/v1/session", json=credentials) as response:
                assert response.status == 200
            yield client


async def record(app: App) -> None:
    """A call of today, at the server's own noon."""
    noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
    row = Interaction(
        id="call",
        channel="voice",
        direction="inbound",
        state="ended",
        outcome="handled",
        caller_address="",
        queue_id="sales",
        agent_id="anna",
        started_at=noon.astimezone(UTC),
        queued_at=noon.astimezone(UTC),
        answered_at=(noon + timedelta(seconds=9)).astimezone(UTC),
        ended_at=(noon + timedelta(seconds=90)).astimezone(UTC),
    )
    async with app.database.transaction() as session:
        session.add(row)


async def done(client: aiohttp.ClientSession, asked: dict[str, Any]) -> dict[str, Any]:
    async with client.post(PATH, json=asked) as response:
        assert response.status == 202, await response.text()
        simulation_id = (await response.json())["id"]
    async with asyncio.timeout(60):
        while True:
            async with client.get(f"{PATH}/{simulation_id}") as response:
                assert response.status == 200
                found: dict[str, Any] = await response.json()
            if found["state"] not in ("waiting", "running"):
                return found
            await asyncio.sleep(0.05)


async def refused(client: aiohttp.ClientSession, asked: dict[str, Any]) -> dict[str, Any]:
    async with client.post(PATH, json=asked) as response:
        assert response.status == 422
        problem: dict[str, Any] = await response.json()
        return problem


async def test_a_generated_day_and_its_changes(client: aiohttp.ClientSession) -> None:
    changes = {"agents": {"add": [{"like": "sales", "shifts": [{"from": "08:30", "to": "10:00"}]}]}}
    found = await done(client, {"base": GENERATED, "changes": changes, "runs": 2})
    assert (found["state"], found["progress"], found["recorded"]) == ("done", 1.0, None)
    assert found["original"]["title"] == "A day"
    assert len(found["report"]["report"]["agents"]) == 3
    assert found["report"]["report"]["queues"][0]["figures"]["offered"] > 60
    assert found["report"]["spreads"]["total"]["service_level"]["runs"] == 2
    assert found["times"] == ["08:00", "08:15", "08:30", "08:45", "09:00", "09:15", "09:30", "09:45"]
    async with client.get(f"{PATH}/{found['id']}/report") as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        page = await response.text()
    assert page.startswith("<!doctype html>")
    assert all(word in page for word in ("A day", "Changed", "<svg"))
    async with client.get(PATH) as response:
        rows = (await response.json())["items"]
    assert [(row["id"], row["title"], row["asked_by"]) for row in rows] == [(found["id"], "Changed", "sue")]


async def test_a_recorded_day_and_its_changes(client: aiohttp.ClientSession) -> None:
    today = datetime.now().astimezone().date().isoformat()
    changes = {
        "changes": "More skills, later",
        "handling": {"sales": 2},
        "queues": {"sales": {"relax": [{"after_s": 10, "drop": ["selling"]}], "tier_delay_s": None}},
        "agents": {
            "add": [{"id": "eve", "queues": ["sales"], "shifts": [{"from": "11:00", "to": "12:30"}]}],
            "set": {"ben": {"skills": {"selling": 5}}},
            "remove": [{"agent": "dora"}],
        },
    }
    found = await done(client, {"base": {"kind": "day", "date": today}, "changes": changes})
    assert found["state"] == "done", found
    assert found["recorded"]["report"]["total"]["answered"] == 1
    assert found["original"]["report"]["total"]["talk_s"] == 81.0
    assert found["report"]["report"]["total"]["talk_s"] == 162.0
    assert found["report"]["title"] == "More skills, later"
    assert found["queues"] == {"sales": "Sales"}


async def test_a_day_without_contacts_fails_in_a_sentence(client: aiohttp.ClientSession) -> None:
    found = await done(client, {"base": {"kind": "day", "date": "2001-01-01"}})
    assert (found["state"], found["reason"]) == ("failed", "No contact was queued on 2001-01-01.")


async def test_what_cannot_be_simulated_is_said_at_once(client: aiohttp.ClientSession) -> None:
    wrong = GENERATED | {"agents": [{"id": "anna", "queues": ["salse"]}]}
    problem = await refused(client, {"base": wrong})
    assert problem["field"] == "agents.0.queues"
    assert "did you mean `sales`?" in problem["detail"]
    day = {"kind": "day", "date": "2026-11-20"}
    problem = await refused(client, {"base": day, "changes": {"queues": {"sails": {}}}})
    assert "There is no queue sails" in problem["detail"]
    problem = await refused(client, {"base": GENERATED | {"recorded": "/etc/passwd"}})
    assert problem["field"] == "recorded"
    busy = {"sales": {"arrivals": {"per_hour": 1_000_000}}}
    assert "too many" in (await refused(client, {"base": GENERATED | {"queues": busy}, "runs": 30}))["detail"]
    assert (await refused(client, {"base": {"kind": "week"}}))["status"] == 422
    assert (await refused(client, {"base": GENERATED | {"sed": 1}}))["status"] == 422


async def test_one_that_is_not_wanted_any_more_is_cancelled(client: aiohttp.ClientSession) -> None:
    long = GENERATED | {"from": "08:00", "to": "08:00", "queues": {"sales": {"arrivals": {"per_hour": 5000}}}}
    async with client.post(PATH, json={"base": long, "runs": 20}) as response:
        simulation_id = (await response.json())["id"]
    async with client.delete(f"{PATH}/{simulation_id}") as response:
        assert response.status == 204
    async with client.get(f"{PATH}/{simulation_id}") as response:
        assert (await response.json())["state"] == "cancelled"
    async with client.get(f"{PATH}/{simulation_id}/report") as response:
        assert (response.status, (await response.json())["type"]) == (409, "/problems/not-done")
    async with client.get(f"{PATH}/none/report") as response:
        assert response.status == 404
    for method in ("GET", "DELETE"):
        async with client.request(method, f"{PATH}/none") as response:
            assert response.status == 404

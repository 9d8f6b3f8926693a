"""The feed shared by two servers through a real Redis."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio
from aiohttp.test_utils import TestServer

from contactcenter.api.http import build_app
from contactcenter.api.live import Live
from contactcenter.api.routes import Router
from tests.fakes.people import SignedIn, cookie, person
from tests.fixtures.redis import RedisServer, redis_server

__all__ = ["redis_server"]

pytestmark = pytest.mark.e2e


async def serve(redis_url: str) -> tuple[Live, TestServer]:
    people = SignedIn(person("supervisor", "sue"))
    live = Live(people, redis_url=redis_url)
    live.allow("wallboard", lambda _principal, _topic: True)
    app = build_app(Router(), authenticate=people)
    live.attach(app)
    server = TestServer(app)
    await server.start_server()
    return live, server


async def open_page(server: TestServer) -> tuple[socketio.AsyncClient, asyncio.Queue[Any]]:
    client, events = socketio.AsyncClient(reconnection=False), asyncio.Queue[Any]()
    client.on("event", events.put, namespace="/live")
    url = str(server.make_url("/"))
    await client.connect(url, headers=cookie("sue"), namespaces=["/live"], transports=["websocket"], wait_timeout=30)
    answer = await client.call("subscribe", {"topic": "wallboard"}, namespace="/live", timeout=60)
    assert answer["ok"]
    return client, events


async def test_events_cross_servers_and_own_pages_survive_without_redis(redis_server: RedisServer) -> None:
    live, near = await serve(redis_server.url)
    _, far = await serve(redis_server.url)
    near_page, near_events = await open_page(near)
    far_page, far_events = await open_page(far)
    async with asyncio.timeout(20):
        # The far server's subscription at Redis is made in the background.
        row = 0
        while far_events.empty():
            row += 1
            live.topic("wallboard").put("queues", "sales", {"waiting": row})
            await asyncio.sleep(0.05)
        assert (await near_events.get())["data"]["row"] == {"waiting": 1}
        assert (await far_events.get())["topic"] == "wallboard"

        redis_server.stop()
        live.topic("wallboard").put("queues", "sales", {"waiting": -1})
        while (await near_events.get())["data"]["row"] != {"waiting": -1}:
            pass
    for page in (near_page, far_page):
        await page.disconnect()
    for server in (near, far):
        await server.close()

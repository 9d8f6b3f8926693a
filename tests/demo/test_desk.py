"""The desk against a small server that speaks the live feed's protocol."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import socketio
from aiohttp import web

from contactcenter.demo.desk import Desk, DeskError, Mirror
from tests.fakes.certificates import Authority
from tests.fakes.waiting import until


class Server:
    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []
        self.connections = self.subscriptions = 0
        self.seq = 5
        self.presence = "off"
        self.url = ""
        self._socket = socketio.AsyncServer(async_mode="aiohttp", namespaces=["/live"])
        self._socket.on("connect", self._connect, namespace="/live")
        self._socket.on("subscribe", self._subscribe, namespace="/live")
        self._socket.on("command", self._command, namespace="/live")
        app = web.Application()
        self._socket.attach(app)
        app.router.add_post("/api/v1/session", self._sign_in)
        self._runner = web.AppRunner(app)

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._socket.shutdown()
        await self._runner.cleanup()

    async def cut(self) -> None:
        for sid, _ in list(self._socket.manager.get_participants("/live", None)):
            await self._socket.disconnect(sid, namespace="/live")

    async def tell(self, seq: int, presence: str) -> None:
        data = {"collection": "state", "id": "me", "row": {"presence": presence}}
        await self._socket.emit(
            "event", {"topic": "agent:a1", "seq": seq, "type": "put", "data": data}, namespace="/live"
        )

    async def _sign_in(self, request: web.Request) -> web.Response:
        if (await request.json())["password"] != "right":
            return web.json_response({"title": "Sign-in refused"}, status=401)
        response = web.json_response({"id": "a1"})
        response.set_cookie("cc_session", "token", secure=True)
        return response

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> bool:
        self.connections += 1
        return "cc_session=token" in environ.get("HTTP_COOKIE", "")

    async def _subscribe(self, sid: str, message: dict[str, Any]) -> dict[str, Any]:
        self.subscriptions += 1
        snapshot = {"state": {"me": {"presence": self.presence}}}
        return {"ok": True, "epoch": "e", "seq": self.seq, "snapshot": snapshot}

    async def _command(self, sid: str, message: dict[str, Any]) -> dict[str, Any]:
        self.commands.append(message)
        if message["name"] == "refused":
            return {"ok": False, "problem": {"title": "No", "detail": "Not now."}}
        return {"ok": True, "data": {"answer": 1}}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def desk(server: Server) -> AsyncIterator[Desk]:
    desk = Desk(server.url, "robot@example.com", "right")
    running = asyncio.create_task(desk.run())
    await until(lambda: desk.mirror.rows != {})
    yield desk
    running.cancel()
    async with asyncio.timeout(40):
        with pytest.raises(asyncio.CancelledError):
            await running


def presence(desk: Desk) -> str:
    return str(desk.mirror.rows_of("state")["me"]["presence"])


async def test_shows_the_snapshot_and_what_changes(server: Server, desk: Desk) -> None:
    assert presence(desk) == "off"
    await server.tell(6, "available")
    await until(lambda: presence(desk) == "available")
    assert server.subscriptions == 1


async def test_subscribes_anew_after_a_gap(server: Server, desk: Desk) -> None:
    server.seq, server.presence = 8, "paused"
    await server.tell(8, "ignored until the snapshot")
    await until(lambda: presence(desk) == "paused")
    assert server.subscriptions == 2


async def test_commands_are_answered_or_refused_in_words(server: Server, desk: Desk) -> None:
    assert await desk.command("presence.set", presence="available") == {"answer": 1}
    assert server.commands == [{"name": "presence.set", "args": {"presence": "available"}}]
    with pytest.raises(DeskError, match="Not now"):
        await desk.command("refused")


async def test_over_tls_the_server_s_own_certificate_is_trusted_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    authority, other = Authority(tmp_path), Authority(tmp_path / "other")
    authority.issue()
    other.issue()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(authority.certificate, authority.key)
    server = Server()
    await server.start(tls)
    knows = Desk(server.url, "robot@example.com", "right", certificate=authority.certificate)
    does_not = Desk(server.url, "robot@example.com", "right", certificate=other.certificate)
    refused: list[bool] = []
    does_not.on_down = lambda: refused.append(True)
    running = [asyncio.create_task(desk.run()) for desk in (knows, does_not)]
    await until(lambda: knows.mirror.rows != {} and bool(refused))
    assert await knows.command("presence.set", presence="available") == {"answer": 1}
    assert does_not.mirror.rows == {}
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await server.stop()


async def test_comes_back_after_the_connection_is_cut(server: Server, desk: Desk) -> None:
    downs: list[bool] = []
    desk.on_down = lambda: downs.append(True)
    await server.cut()
    await until(lambda: server.subscriptions == 2)
    assert downs == [True]


async def test_without_a_connection_commands_say_so(server: Server) -> None:
    desk = Desk(server.url, "robot@example.com", "wrong")
    downs: list[bool] = []
    desk.on_down = lambda: downs.append(True)
    running = asyncio.create_task(desk.run())
    await until(lambda: bool(downs))
    with pytest.raises(DeskError, match="not connected"):
        await desk.command("presence.set", presence="available")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_ends_when_told_to_whatever_it_was_waiting_for(server: Server) -> None:
    for turns in range(80):
        desk = Desk(server.url, "robot@example.com", "right")
        running = asyncio.create_task(desk.run())
        await until(lambda: server.connections > 0, step_s=0)
        server.connections = 0
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        async with asyncio.timeout(40):
            await asyncio.wait([running])


def test_events_seen_before_change_nothing() -> None:
    mirror = Mirror()
    mirror.reset(3, {"work": {"a": {"n": 1}}})
    old = {"seq": 3, "type": "remove", "data": {"collection": "work", "id": "a"}}
    assert mirror.apply(old)
    assert mirror.rows_of("work") == {"a": {"n": 1}}
    assert not mirror.apply({**old, "seq": 5})
    assert mirror.apply({**old, "seq": 4})
    assert mirror.rows_of("work") == {}

"""Clients that go away before their answer is out, and connections of our own that are reset meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from contactcenter.api.http import build_app
from contactcenter.api.routes import PUBLIC, Call, Route, Router
from contactcenter.metrics import Metrics
from tests.fakes.waiting import until


class Left:
    """A server whose answers are not out when their client goes."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.metrics = Metrics()
        router = Router()
        router.add(
            Route("GET", "/late", self.late, PUBLIC, "An answer that begins too late"),
            Route("GET", "/long", self.long, PUBLIC, "An answer that never ends"),
            Route("GET", "/upstream", self.upstream, PUBLIC, "Another server has left us"),
        )

        async def nobody(_: str) -> None:
            return None

        # The test server of aiohttp cancels handlers whose client left, other than ours.
        self.runner = web.AppRunner(build_app(router, authenticate=nobody, metrics=self.metrics), access_log=None)

    async def start(self) -> None:
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self.runner.addresses[0]
        return await asyncio.open_connection(host, port)

    async def late(self, call: Call) -> web.StreamResponse:
        self.asked.set()
        await until(lambda: call.request.transport is None)
        response = web.StreamResponse()
        await response.prepare(call.request)
        return response

    async def long(self, call: Call) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(call.request)
        self.asked.set()
        while True:
            await response.write(b"more")
            await asyncio.sleep(0)

    async def upstream(self, call: Call) -> None:
        raise ConnectionResetError("a server that we asked")

    async def ask_and_leave(self, path: str) -> None:
        _, writer = await self.connect()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await self.asked.wait()
        writer.transport.abort()

    def counted(self, path: str, status: int) -> bool:
        wanted = f'requests_total{{method="GET",route="{path}",status="{status}"}} 1.0'
        return wanted in self.metrics.render().decode()


@pytest.fixture
async def left() -> AsyncIterator[Left]:
    left = Left()
    await left.start()
    yield left
    await left.runner.cleanup()


@pytest.mark.parametrize("path", ["/late", "/long"])
async def test_a_client_that_left_is_counted_and_is_no_error(
    left: Left, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    await left.ask_and_leave(path)
    await until(lambda: left.counted(path, 499))
    await left.runner.cleanup()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_connection_of_ours_that_was_reset_is_our_error(left: Left) -> None:
    reader, writer = await left.connect()
    writer.write(b"GET /upstream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"application/problem+json" in answer
    assert left.counted("/upstream", 500)

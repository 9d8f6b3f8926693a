"""A start that fails half-way says why and leaves nothing open; warnings about forgotten sockets are errors here."""

from __future__ import annotations

import asyncio
import gc
import socket
from pathlib import Path

import pytest

from contactcenter.addresses import StartError
from contactcenter.app import App
from contactcenter.flows.problems import FlowError
from tests.fakes.center import populate, settings


def taken(kind: socket.SocketKind) -> tuple[socket.socket, int]:
    holder = socket.socket(socket.AF_INET, kind)
    holder.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        holder.listen()
    return holder, holder.getsockname()[1]


async def fails_and_leaves_nothing(app: App) -> BaseException:
    before = asyncio.all_tasks()
    with pytest.raises((StartError, FlowError)) as caught:
        await app.start()
    await asyncio.sleep(0)
    left = {task for task in asyncio.all_tasks() - before if not task.done()}
    assert not left
    gc.collect()
    return caught.value


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
async def test_sip_port_taken(tmp_path: Path, kind: socket.SocketKind) -> None:
    holder, port = taken(kind)
    with holder:
        config = settings(tmp_path, sip={"host": "127.0.0.1", "port": port})
        await populate(config)
        error = await fails_and_leaves_nothing(App(config))
        assert f"Port {port} is taken" in str(error)
        assert "CC_SIP_PORT" in str(error)
    again = App(config)
    await again.start()
    await again.stop()


async def test_http_port_taken_with_the_worker_running(tmp_path: Path) -> None:
    holder, port = taken(socket.SOCK_STREAM)
    with holder:
        config = settings(tmp_path, media_workers=1, http={"host": "127.0.0.1", "port": port})
        await populate(config)
        app = App(config)
        error = await fails_and_leaves_nothing(app)
        assert f"Port {port} is taken" in str(error)
        assert getattr(app.plane, "pid") is None  # noqa: B009 - only the plane with a worker has one


async def test_broken_flow(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    (tmp_path / "ivr_flows" / "main.yaml").write_text("flow: main\nstart: nowhere\nsteps: {}\n")
    error = await fails_and_leaves_nothing(App(config))
    assert isinstance(error, FlowError)
    assert error.problems[0].line > 0


async def test_a_stopped_server_gives_its_ports_back(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    app = App(config)
    await app.start()
    http, sip = app.http_port, app.user_agent.port
    assert app.not_ready() == []
    await app.stop()
    assert app.not_ready() != []
    for kind, port in ((socket.SOCK_STREAM, http), (socket.SOCK_STREAM, sip), (socket.SOCK_DGRAM, sip)):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))

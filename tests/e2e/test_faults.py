"""What breaks is said in a sentence; what can go on goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.baresip import Baresip
from tests.e2e.desk_page import DeskPage
from tests.e2e.loop import fixture
from tests.e2e.people import Feed, Telephones, until_asked
from tests.e2e.server import Client, Server
from tests.e2e.tones import AGENT_HZ, CALLER_HZ, channels, seconds_of
from tests.fakes.waiting import until


@fixture
async def started(own_server: Server) -> Server:
    await asyncio.to_thread(own_server.start)
    return own_server


@fixture
async def own_phones(started: Server, tmp_path: Path) -> AsyncIterator[Telephones]:
    phones = Telephones(started, tmp_path)
    await phones.start()
    yield phones
    await phones.stop()


async def test_calls_go_on_when_the_media_worker_is_killed(
    started: Server, own_phones: Telephones, baresip: Baresip
) -> None:
    agent = await own_phones.agent("robot1")
    await agent.present("available")
    await baresip.dial(f"sip:1000@{started.sip}")
    await asyncio.sleep(0.5)
    await baresip.press("2")
    await asyncio.sleep(0.5)
    await baresip.press("4711#")
    talk = await agent.pick_up()
    # What was said in the last second before a kill may not be in the file yet.
    await until(lambda: seconds_of(baresip.heard(), AGENT_HZ) > 3 and seconds_of(talk.heard(), CALLER_HZ) > 3)

    worker = started.media_worker()
    os.kill(worker, signal.SIGKILL)
    await asyncio.sleep(1.5)
    caller_heard, agent_heard = len(baresip.heard()), len(talk.heard())
    await until(lambda: seconds_of(baresip.heard()[caller_heard:], AGENT_HZ) > 1)
    await until(lambda: seconds_of(talk.heard()[agent_heard:], CALLER_HZ) > 1)
    assert started.media_worker() != worker

    await baresip.hang_up()
    await until(talk.ended.is_set)
    interaction_id = await agent.complete()
    supervisor = Client(started, "supervisor")
    await until_asked(lambda: supervisor.get(f"/interactions/{interaction_id}")["recording"] is not None)
    left, right = channels(supervisor.get_bytes(f"/interactions/{interaction_id}/recording"))
    assert len(left) == len(right)
    for pcm, frequency in ((left, CALLER_HZ), (right, AGENT_HZ)):
        assert seconds_of(pcm[: len(pcm) // 3], frequency) > 0.3
        assert seconds_of(pcm[-len(pcm) // 3 :], frequency) > 0.3
    await until_asked(lambda: not started.left_behind())


async def test_a_browser_connects_again_when_the_media_worker_is_killed(
    started: Server, own_phones: Telephones, browser: Browser
) -> None:
    desk = await DeskPage.open(browser, started, "agent")
    await desk.become_available()
    caller = await own_phones.call("2 4711#")
    await desk.accept()
    await caller.speak()
    await until(lambda: seconds_of(caller.heard(), AGENT_HZ) > 0.5)

    os.kill(started.media_worker(), signal.SIGKILL)
    await asyncio.sleep(1)
    heard = len(caller.heard())
    await until(lambda: seconds_of(caller.heard()[heard:], AGENT_HZ) > 1, timeout_s=60)
    await expect(desk.call).to_contain_text("Talking")
    assert await desk.hears(CALLER_HZ, 3)

    await desk.press("Hang up")
    await until(caller.ended.is_set)
    await caller.hang_up()
    await desk.complete("Wrong number", "")
    await desk.close()
    await until_asked(lambda: not started.left_behind())


async def test_a_broken_flow_is_a_notice_and_the_last_good_one_takes_the_calls(
    started: Server, own_phones: Telephones
) -> None:
    good = started.flow_file.read_text()
    async with Feed(started, "supervisor", "system") as system, Feed(started, "supervisor", "wallboard") as wallboard:
        assert system.rows("notices") == {}
        started.flow_file.write_text(good.replace('queue: "{queue}"', 'qeue: "{queue}"'))
        # Each problem is a notice of its own.
        await until(lambda: any("qeue" in row["text"] for row in system.rows("notices").values()))
        assert all("main.yaml:" in row["text"] for row in system.rows("notices").values())
        caller = await own_phones.call("1 4711#")
        await until(lambda: wallboard.rows("queues")["sales"]["waiting"] == 1)
        await caller.hang_up()
        started.flow_file.write_text(good)
        await until(lambda: system.rows("notices") == {})


def _refusal(server: Server, seconds: float = 40.0) -> str:
    """What the server says when it does not start."""
    process = server.launch()
    assert process.wait(seconds) == 1, server.log()
    server.process = None
    assert "Traceback" not in server.log(), server.log()
    return " ".join(server.log().split())


def test_a_broken_flow_at_start_is_told_with_its_line(own_server: Server) -> None:
    text = own_server.flow_file.read_text().replace("next: opening", "next: openning")
    own_server.flow_file.write_text(text)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "openning" in row)
    said = _refusal(own_server)
    assert f"main.yaml:{line}" in said
    assert "openning" in said
    assert "opening" in said


def test_an_unknown_setting_is_told_with_the_allowed_ones(own_server: Server) -> None:
    own_server.write_config("[log]\nlevle = 3\n")
    said = _refusal(own_server)
    assert "levle" in said
    assert "level" in said
    assert "format" in said


@pytest.mark.parametrize(
    ("which", "kind"), [("http", socket.SOCK_STREAM), ("sip", socket.SOCK_STREAM), ("sip", socket.SOCK_DGRAM)]
)
def test_a_taken_port_is_told_by_its_number(own_server: Server, which: str, kind: socket.SocketKind) -> None:
    port = own_server.http_port if which == "http" else own_server.sip_port
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", port))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        said = _refusal(own_server)
    assert f"Port {port} is taken" in said
    assert f"[{which}]" in said


def test_a_database_that_cannot_be_set_up_is_told(own_server: Server) -> None:
    own_server.database_url = own_server.database_url.replace("contactcenter.db", "other.db")
    own_server.write_config()
    database = sqlite3.connect(own_server.folder / "other.db", isolation_level=None)
    try:
        database.execute("CREATE TABLE something (id)")
        database.execute("BEGIN EXCLUSIVE")
        said = _refusal(own_server)
    finally:
        database.close()
    assert "locked" in said.lower()


async def test_a_database_locked_for_a_while_is_a_notice_and_nothing_is_lost(
    started: Server, own_phones: Telephones
) -> None:
    agent = await own_phones.agent("robot1")
    await agent.present("available")
    async with Feed(started, "supervisor", "system") as system:
        database = sqlite3.connect(started.database, isolation_level=None)
        try:
            database.execute("BEGIN IMMEDIATE")
            caller = await own_phones.call("1 4711#")
            await agent.pick_up()
            await until(lambda: len(system.rows("notices")) > 0, timeout_s=60)
            assert "locked" in " ".join(row["text"] for row in system.rows("notices").values()).lower()
            await caller.hang_up()
            interaction_id = await agent.complete()
        finally:
            database.close()
        await until(lambda: system.rows("notices") == {}, timeout_s=60)
    supervisor = Client(started, "supervisor")
    detail = await asyncio.to_thread(supervisor.get, f"/interactions/{interaction_id}")
    assert detail["disposition"]["label"] == "Wrong number"
    types = [event["type"] for event in detail["events"]]
    assert (types[0], types[-1]) == ("call.received", "wrapup.completed")

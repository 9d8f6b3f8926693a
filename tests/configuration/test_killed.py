"""`config apply --server` when the server or the client is killed on the way: all of it counts or nothing, and the same
command again does what is still to do."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from contactcenter.configuration.remote import OutcomeUnknownError, Remote, remote
from tests.configuration.test_configuration import run
from tests.fakes.office import open_office

ROOT = Path(__file__).parents[2]
KEY = "cck_key"
SERVER = """
import asyncio, os, signal, sys
from dataclasses import replace
from pathlib import Path
from aiohttp import web
from contactcenter.agents import configuration as of_agents
from contactcenter.api.http import build_app
from contactcenter.api.routes import Router
from contactcenter.configuration import plan
from contactcenter.configuration.routes import routes
from contactcenter.configuration.permissions import CONFIGURATION_MANAGE
from contactcenter.permissions import Catalogue, Holding
from contactcenter.queues import configuration as of_queues
from tests.fakes.office import open_office
from tests.fakes.people import person

folder, left, pause = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
put = plan._put_one

async def put_or_die(*args):
    global left
    await put(*args)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    await asyncio.sleep(pause)

plan._put_one = put_or_die

async def nobody(token):
    return None

async def by_key(token):
    catalogue = Catalogue(CONFIGURATION_MANAGE)
    grants = catalogue.grants([Holding("administrator", catalogue.of_role("administrator"))])
    return replace(person("administrator"), grants=grants)

async def serve():
    async with open_office(folder, furnished=False) as office:
        await office.start()
        router = Router()
        sections = plan.ordered([*of_queues.sections(office.set_up), *of_agents.sections(office.set_up)])
        router.add(*routes(office.database, lambda: sections))
        runner = web.AppRunner(build_app(router, authenticate=nobody, by_key=by_key))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await asyncio.Event().wait()

asyncio.run(serve())
"""
CLIENT = """
import asyncio, json, sys
from contactcenter.configuration.remote import remote

async def apply():
    async with remote(sys.argv[1], sys.argv[2]) as there:
        await there.apply(json.loads(sys.argv[3]), prune=False)

asyncio.run(apply())
"""
FILES = {
    "skills.yaml": "".join(f"skill-{number}: {{name: Skill {number}}}\n" for number in range(6)),
    "queues.yaml": "".join(f"queue-{number}: {{name: Queue {number}}}\n" for number in range(6)),
}


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    async with open_office(tmp_path):
        pass
    return tmp_path


@contextmanager
def server(folder: Path, *, dies_after: int = 0, pause_s: float = 0.0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process and its address."""
    command = [sys.executable, "-c", SERVER, str(folder), str(dies_after), str(pause_s)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, next(line.strip() for line in process.stdout if line.startswith("http"))
        finally:
            process.kill()


def written(folder: Path) -> tuple[int, int, int]:
    """How much there is of what the files tell, and acts of it."""
    with closing(sqlite3.connect(folder / "cc.db")) as database:
        counts = (
            "skills WHERE id LIKE 'skill-%'",
            "queues WHERE id LIKE 'queue-%'",
            "audit_entries WHERE act = 'configuration.applied'",
        )
        found = [database.execute(f"SELECT count(*) FROM {count}").fetchone()[0] for count in counts]
    return found[0], found[1], found[2]


async def test_a_server_killed_on_the_way_has_changed_nothing(folder: Path) -> None:
    with server(folder, dies_after=9) as (process, address):
        async with remote(address, KEY) as there:
            with pytest.raises(OutcomeUnknownError, match="the same command again"):
                await there.apply(FILES, prune=False)
        assert await asyncio.to_thread(process.wait, 10) == -signal.SIGKILL
    assert written(folder) == (0, 0, 0)
    async with open_office(folder, furnished=False) as office:
        await office.start()
        assert len(await run(office, FILES)) == 12
        assert await run(office, FILES) == []
    assert written(folder) == (6, 6, 1)


async def test_the_work_of_a_killed_client_is_done_to_its_end(folder: Path) -> None:
    with server(folder, pause_s=0.02) as (_, address):
        client = subprocess.Popen([sys.executable, "-c", CLIENT, address, KEY, json.dumps(FILES)], cwd=ROOT)
        async with remote(address, KEY) as there:
            await until_done(there, 3)
            client.send_signal(signal.SIGKILL)
            assert await asyncio.to_thread(client.wait, 10) == -signal.SIGKILL
            await until_done(there, 12)
            assert written(folder) == (6, 6, 1)
            assert (await there.apply(FILES, prune=False)).changes == []
    assert written(folder) == (6, 6, 1)


async def until_done(there: Remote, count: int) -> None:
    deadline = time.monotonic() + 20
    while (done := await there.progress()).done < count or (count == 12 and done.running):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)

"""A real server in a process and a folder of its own."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from contactcenter.bus import Bus
from contactcenter.demo.seed import seed
from contactcenter.identity.service import Identity
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from tests.fakes.keys import open_vault
from tests.fixtures.warm import Started

Process = Started | subprocess.Popen[bytes]
REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "correct-horse-9"
NUMBER = "1000"
START_S = 120.0
STOP_S = 60.0

CONFIG = """
[http]
host = "{host}"
port = {http}
metrics_public = true
[sip]
host = "127.0.0.1"
port = {sip}
[media]
host = "127.0.0.1"
rtp_port_min = {rtp}
rtp_port_max = {rtp_end}
ice_hosts = ["{host}"]
[database]
url = "{database}"
"""


def free_port() -> int:
    """A port that is free for UDP and TCP, below those the system gives to whoever asks for any."""
    while True:
        port = random.randrange(11000, 20000)
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Server:
    """Set up once; `start` and `stop` as often as wanted. Billing rings its agents for a short time only.

    `host` is where browsers reach it; telephones are on this machine.
    """

    _next_rtp = 36000

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder = folder
        self.host = host
        self.http_port, self.sip_port = free_port(), free_port()
        self.rtp = Server._next_rtp
        Server._next_rtp += 400
        self.process: Process | None = None
        self.database = folder / "contactcenter.db"
        self.database_url = f"sqlite+aiosqlite:///{self.database}"
        self.log_path = folder / "server.log"
        self.ids: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.http_port}"

    @property
    def sip(self) -> str:
        return f"127.0.0.1:{self.sip_port}"

    @property
    def flow_file(self) -> Path:
        return self.folder / "ivr_flows" / "main.yaml"

    def set_up(self, seeded: Path | None = None) -> None:
        """Flows, settings and demo data; `seeded` is the database of another server to copy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(REPOSITORY / "ivr_flows", self.folder / "ivr_flows", dirs_exist_ok=True)
        self.write_config()
        if seeded is None:
            asyncio.run(self._seed())
        else:
            shutil.copy(seeded, self.database)
            (self.folder / "var").mkdir(exist_ok=True)
            shutil.copy(seeded.parent / "var" / "master.key", self.folder / "var")
        with sqlite3.connect(self.database) as database:
            database.execute("UPDATE queues SET ring_timeout_s = 3 WHERE id = 'billing'")
            self.ids = {email.partition("@")[0]: key for key, email in database.execute("SELECT id, email FROM users")}
        database.close()

    def write_config(self, extra: str = "") -> None:
        text = CONFIG.format(
            host=self.host,
            http=self.http_port,
            sip=self.sip_port,
            rtp=self.rtp,
            rtp_end=self.rtp + 398,
            database=self.database_url,
        )
        (self.folder / "config.toml").write_text(text + extra)

    async def _seed(self) -> None:
        await upgrade(self.database_url)
        database, bus = Database(self.database_url), Bus()
        try:
            vault = await open_vault(database, self.folder / "var")
            await seed(database, Identity(database, bus), vault, PASSWORD, 2, "contactcenter")
        finally:
            await bus.close()
            await database.stop()

    def launch(self) -> Process:
        """Start the process without waiting for it."""
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
        self.process = Started(["serve"], folder=self.folder, environment=environment, log=self.log_path)
        return self.process

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The server did not start:\n{self.log()}")
            time.sleep(0.1)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> None:
        """As an operator would; fails when it does not end in order."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"The server did not stop:\n{self.log()}") from None
        assert code == 0, self.log()

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def metric(self, name: str) -> float:
        """One line of /metrics, as in `calls` or `media{what="legs"}`; 0 when it is not there."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=60) as response:
            text = response.read().decode()
        found = re.search(rf"^contactcenter_{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found.group(1)) if found else 0.0

    def left_behind(self) -> dict[str, float]:
        """What should be zero once everybody has hung up and wrapped up."""
        names = ("calls", "sip_calls", 'media{what="legs"}', 'media{what="recordings"}', 'media{what="playing"}')
        busy = ('agents{activity="offered"}', 'agents{activity="busy"}', 'agents{activity="wrap_up"}')
        waiting = tuple(f'queue_waiting{{queue="{queue}"}}' for queue in ("sales", "support", "billing"))
        return {name: value for name in (*names, *busy, *waiting) if (value := self.metric(name))}

    def media_worker(self) -> int:
        """The media worker's process id."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            if b"media.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        raise AssertionError("There is no media worker.")


class Client:
    """The HTTP API as one person; blocking, for use in threads and in setting up."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        body = json.dumps({"email": f"{name}@example.com", "password": PASSWORD}).encode()
        request = urllib.request.Request(
            f"{server.url}/api/v1/session", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            self.cookie = str(response.headers["Set-Cookie"]).partition(";")[0]

    def get_bytes(self, path: str) -> bytes:
        request = urllib.request.Request(f"{self._server.url}/api/v1{path}", headers={"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=60) as response:
            return bytes(response.read())

    def get(self, path: str) -> Any:
        return json.loads(self.get_bytes(path))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._post(path, json.dumps(body).encode(), "application/json")

    def upload(self, path: str, name: str, content: bytes) -> Any:
        """One file, as a form sends it."""
        head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        return self._post(path, head.encode() + content + b"\r\n--cut--\r\n", "multipart/form-data; boundary=cut")

    def _post(self, path: str, data: bytes, kind: str) -> Any:
        headers = {"Cookie": self.cookie, "Content-Type": kind}
        request = urllib.request.Request(f"{self._server.url}/api/v1{path}", data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read())

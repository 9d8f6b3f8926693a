"""What long work on tickets does to everybody else: an import, exports and a bulk edit in a real server.

`python -m bench.heavy_jobs [--tickets 2000] [--json]`. Each row of the import brings a customer of its own. Lag is how
late the server's event loop wakes, which it measures itself a hundred times a second; own lag is the part in which the
loop's thread was at work (in the rest it waited for a processor or the disk); p99 is read from buckets. A share of the
wakes comes later than the promised 20 ms. CPU is that of the server with all its processes, wall time is told beside.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar, FormData

from bench.sip import cpu_seconds
from tests.e2e.server import PASSWORD, Server

PROMISED_S = 0.02
IDLE_S = 5.0
BUCKET = re.compile(r'^contactcenter_loop_own_lag_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)
HEAD = ("id", "subject", "description", "requester_name", "requester_email", "requester_phone", "tags", "created_at")
COLUMNS = [
    {"name": name, "header": name}
    for name in ("number", "subject", "requester", "state", "priority", "assignee", "tags", "made_at", "changed_at")
]


@dataclass(frozen=True, slots=True)
class Lag:
    """Wakes so far by how late they were at most, in seconds; the worst since the last look."""

    wakes: dict[float, float]
    own_max_s: float
    max_s: float


@dataclass(frozen=True, slots=True)
class Taken:
    job: str
    own_p99_ms: float
    own_max_ms: float
    max_ms: float
    over: float
    cpu_s: float
    wall_s: float


class House:
    """The server as an administrator's client sees it."""

    def __init__(self, server: Server, http: ClientSession) -> None:
        self._server = server
        self._http = http

    async def ask(self, method: str, path: str, **body: Any) -> Any:
        async with self._http.request(method, f"{self._server.url}/api/v1{path}", **body) as answer:
            text = await answer.text()
            assert answer.status < 300, f"{method} {path}: {answer.status} {text[:500]}"
            return json.loads(text) if text else None

    async def ended(self, path: str) -> Any:
        while (found := await self.ask("GET", path))["state"] in ("reading", "running"):
            await asyncio.sleep(0.2)
        assert found["state"] in ("ready", "done"), found
        return found

    async def lag(self) -> Lag:
        async with self._http.get(f"{self._server.url}/metrics") as answer:
            text = await answer.text()
        wakes = {float(le.replace("+Inf", "inf")): float(count) for le, count in BUCKET.findall(text)}
        own, worst = (
            float(re.findall(rf"^contactcenter_{name} (\S+)$", text, re.MULTILINE)[0])
            for name in ("loop_own_lag_max_seconds", "loop_lag_max_seconds")
        )
        return Lag(wakes, own, worst)

    async def measure(self, job: str, work: Callable[[], Awaitable[None]]) -> Taken:
        assert self._server.process is not None
        pid = self._server.process.pid
        before, cpu, wall = await self.lag(), cpu_seconds(pid), time.perf_counter()
        await work()
        wall, cpu = time.perf_counter() - wall, cpu_seconds(pid) - cpu
        after = await self.lag()
        wakes = {le: count - before.wakes.get(le, 0.0) for le, count in after.wakes.items()}
        own = percentile(wakes, 0.99)
        over = 1 - wakes[PROMISED_S] / wakes[float("inf")]
        return Taken(job, own * 1e3, after.own_max_s * 1e3, after.max_s * 1e3, over, cpu, wall)

    async def bring(self, data: bytes) -> None:
        form = FormData()
        form.add_field("file", data, filename="tickets.csv", content_type="text/csv")
        found = await self.ask("POST", "/ticket-imports", data=form)
        path = f"/ticket-imports/{found['id']}"
        await self.ended(path)
        await self.ask("POST", f"{path}/start")
        found = await self.ended(path)
        assert found["refused"] == 0, found

    async def export(self, kind: str) -> None:
        found = await self.ask("POST", "/ticket-exports", json={"format": kind, "columns": COLUMNS})
        path = f"/ticket-exports/{found['id']}"
        await self.ended(path)
        async with self._http.get(f"{self._server.url}/api/v1{path}/file") as answer:
            assert answer.status == 200
            async for _ in answer.content.iter_chunked(2**16):
                pass
        await self.ask("DELETE", path)

    async def edit(self, tag: str) -> None:
        tagged = {"all": [{"field": "tags", "op": "is", "value": "brought"}]}
        found = await self.ask("POST", "/tickets/bulk", json={"conditions": tagged, "add_tags": [tag]})
        found = await self.ended(f"/tickets/bulk/{found['id']}")
        assert found["failed"] == 0, found


def percentile(wakes: dict[float, float], share: float) -> float:
    """The upper bound of the bucket in which it lies."""
    wanted = share * wakes[float("inf")]
    return next(le for le, count in sorted(wakes.items()) if count >= wanted)


def table(tickets: int, since: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for number in range(tickets):
        person = (f"{since} {number}", f"{since}{number}@example.com", f"+4930{20_000_000 + number}")
        said = "It scans nothing but noise. " * 6
        writer.writerow((f"{since}-{number}", f"Scanner {number}", said, *person, "brought", "2025-03-04 10:00"))
    return out.getvalue().encode()


async def measured(server: Server, tickets: int) -> list[Taken]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True), headers={"Origin": server.url}) as http:
        house = House(server, http)
        await house.ask("POST", "/session", json={"email": "admin@example.com", "password": PASSWORD})
        # What is imported or compiled at its first use is no matter of size.
        await house.bring(table(20, "warm"))
        for kind in ("csv", "xlsx", "archive"):
            await house.export(kind)
        await house.edit("warm")
        jobs: dict[str, Callable[[], Awaitable[None]]] = {
            "idle": lambda: asyncio.sleep(IDLE_S),
            f"import of {tickets}": lambda: house.bring(table(tickets, "one")),
            "export as CSV": lambda: house.export("csv"),
            "export as XLSX": lambda: house.export("xlsx"),
            "export as archive": lambda: house.export("archive"),
            f"bulk edit of {tickets + 20}": lambda: house.edit("changed"),
        }
        return [told(await house.measure(job, work)) for job, work in jobs.items()]


def told(taken: Taken) -> Taken:
    print(
        f"{taken.job:22} own lag p99 <= {taken.own_p99_ms:5.1f} ms, max {taken.own_max_ms:6.1f} ms, "
        f"{taken.over:6.2%} over {PROMISED_S * 1e3:.0f} ms; lag max {taken.max_ms:6.1f} ms; "
        f"CPU {taken.cpu_s:6.2f} s in {taken.wall_s:6.1f} s",
        flush=True,
    )
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.set_up()
        server.start()
        try:
            found = asyncio.run(measured(server, options.tickets))
        finally:
            server.stop()
    if options.json:
        print(json.dumps({f"{each.job}_own_max_ms": round(each.own_max_ms, 1) for each in found}))


if __name__ == "__main__":
    main()

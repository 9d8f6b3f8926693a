"""How many sign-ins a second Argon2 lets through, and what they do to the event loop meanwhile.

python -m bench.sign_in [--count N] [--at-once N] [--out FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from contactcenter.bus import Bus
from contactcenter.identity.service import Identity
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade

PASSWORD = "staple under the moon"
TICK_S = 0.01


async def _watch_loop(lags: list[float]) -> None:
    while True:
        asked = time.perf_counter()
        await asyncio.sleep(TICK_S)
        lags.append(time.perf_counter() - asked - TICK_S)


async def measure(count: int, at_once: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        await upgrade(url)
        database, bus = Database(url), Bus()
        identity = Identity(database, bus)
        users = [f"user{number}@example.com" for number in range(at_once)]
        for email in users:
            await identity.create_user(email, "", "agent", PASSWORD)
        waits: list[float] = []
        lags: list[float] = []

        async def sign_in(email: str) -> None:
            for _ in range(count // at_once):
                began = time.perf_counter()
                user = await identity.check_password(email, PASSWORD, "127.0.0.1")
                await identity.sessions.open(user, method="password")
                waits.append(time.perf_counter() - began)

        watch = asyncio.create_task(_watch_loop(lags))
        began, spent = time.perf_counter(), time.process_time()
        await asyncio.gather(*(sign_in(email) for email in users))
        took, spent = time.perf_counter() - began, time.process_time() - spent
        watch.cancel()
        await bus.close()
        await database.stop()
    hasher = PasswordHasher()
    waits.sort()
    lags.sort()
    return {
        "argon2": {
            "type": "id",
            "time_cost": hasher.time_cost,
            "memory_kib": hasher.memory_cost,
            "parallelism": hasher.parallelism,
        },
        "sign_ins": len(waits),
        "at_once": at_once,
        "per_second": round(len(waits) / took, 1),
        "cpu_ms_each": round(spent / len(waits) * 1000, 1),
        "p50_ms": round(waits[len(waits) // 2] * 1000),
        "p95_ms": round(waits[int(len(waits) * 0.95)] * 1000),
        "loop_lag_p99_ms": round(lags[int(len(lags) * 0.99)] * 1000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    found = asyncio.run(measure(asked.count, asked.at_once))
    print(json.dumps(found, indent=2))
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()

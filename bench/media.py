"""CPU of relayed calls, beside the floor of two system calls a packet and beside rtpengine under the same load.

`python -m bench.media [--json]`; everything on loopback, about three minutes. CPU time is that of the relaying
process alone, so that the sender and other load on the machine count little.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.product import as_the_product
from bench.rtpengine import Rtpengine
from media import sdp
from media.config import MediaConfig
from media.worker_plane import WorkerPlane

PACKETS_PER_CALL_S = 100
# Longer than a recording keeps packets until it writes them: then each second has a second's writing in it.
WARM_UP_S = 2.0
FLOOR_SOURCE = r"""
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
int main(void) {
    int in = socket(AF_INET, SOCK_DGRAM, 0), out = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof to;
    char packet[2048] = {0};
    if (bind(in, (struct sockaddr *)&to, sizeof to) || getsockname(in, (struct sockaddr *)&to, &size)) return 1;
    int count = 300000;
    for (int i = 0; i < count; i++) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        if (sendto(out, packet, 172, 0, (struct sockaddr *)&to, sizeof to) != 172) return 2;
        if (recvfrom(in, packet, sizeof packet, 0, (struct sockaddr *)&from, &length) != 172) return 3;
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double us = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    printf("%f\n", us / count);
    return 0;
}
"""


def cpu_seconds(pid: int) -> float:
    """CPU time of all threads of a process (the kernel's per-process clock, see clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid << 3) | 2)


def floor_us_per_packet() -> float | None:
    """One sendto and one recvfrom in C; None without a compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder, "floor.c"), Path(folder, "floor")
        source.write_text(FLOOR_SOURCE)
        subprocess.run([compiler, "-O2", "-o", program, source], check=True)
        return float(subprocess.run([program], check=True, capture_output=True, text=True).stdout)


class Sender:
    """The load process; `ports` are the telephones' own, two for each call."""

    def __init__(self, calls: int) -> None:
        self._calls = calls
        self._process: asyncio.subprocess.Process | None = None
        self.ports: list[int] = []

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.rtp_sender"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self.ports = await self._ask({"count": 2 * self._calls})

    def call(self, ports: list[int]) -> None:
        """Tell where each telephone is to send."""
        self._tell({"ports": ports})

    async def run(self, seconds: float) -> dict[str, int]:
        counts: dict[str, int] = await self._ask({"seconds": seconds})
        return counts

    async def stop(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()

    def _tell(self, order: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    async def _ask(self, order: dict[str, Any]) -> Any:
        self._tell(order)
        assert self._process is not None
        assert self._process.stdout is not None
        return json.loads(await self._process.stdout.readline())


@dataclass(frozen=True, slots=True)
class Result:
    """`us` CPU µs a relayed packet; `lost` the share of packets that did not come back."""

    us: float
    lost: float


async def measure(pid: int, sender: Sender, ports: list[int], seconds: float) -> Result:
    """What process `pid` spent on each packet that came out of it, once its memory is in use."""
    sender.call(ports)
    await sender.run(WARM_UP_S)
    before = cpu_seconds(pid)
    counts = await sender.run(seconds)
    used = cpu_seconds(pid) - before
    return Result(used / counts["received"] * 1e6, 1 - counts["received"] / counts["sent"])


async def relay(calls: int, seconds: float, recordings: str | None = None) -> Result:
    plane = WorkerPlane(MediaConfig(bind_host="127.0.0.1", rtp_port_min=36000, rtp_port_max=39998))
    sender = Sender(calls)
    await plane.start()
    try:
        await sender.start()
        ports = []
        for number, port in enumerate(sender.ports):
            offer = sdp.offer_rtp(host="127.0.0.1", port=port, codecs=("PCMU",), version=1)
            answer = await plane.open_leg(str(number), kind="rtp", offer=offer)
            ports.append(int(sdp.parse(answer).media[0].port))
        for number in range(0, 2 * calls, 2):
            await plane.connect(str(number), str(number + 1))
            if recordings is not None:
                path = f"{recordings}/{number}.wav"
                await plane.start_recording(str(number), path, str(number), str(number + 1))
        assert plane.pid is not None
        return await measure(plane.pid, sender, ports, seconds)
    finally:
        await sender.stop()
        await plane.stop()


async def recording_overhead(calls: int, seconds: float) -> tuple[float, float]:
    """What recording adds to a packet, as a share, and the larger loss. Half the calls are recorded by one process
    while another relays the other half: in the same weather, which changes by more than that between two runs."""
    with tempfile.TemporaryDirectory() as folder:
        plain, recorded = await asyncio.gather(relay(calls // 2, seconds), relay(calls // 2, seconds, folder))
    return recorded.us / plain.us - 1, max(plain.lost, recorded.lost)


async def rtpengine_relay(calls: int, seconds: float) -> Result:
    engine, sender = Rtpengine(), Sender(calls)
    await engine.start()
    try:
        await sender.start()
        ports: list[int] = []
        for first, second in zip(sender.ports[::2], sender.ports[1::2], strict=True):
            ports += engine.bridge(first, second)
        return await measure(engine.pid, sender, ports, seconds)
    finally:
        await sender.stop()
        await engine.stop()


async def measure_all(calls: int, seconds: float, rounds: int) -> dict[str, Any]:
    """Rounds of all subjects in turn; medians over the rounds.

    What compares two subjects is the median of each round's own comparison.
    """
    subjects: dict[str, Callable[[int, float], Awaitable[Result]]] = {"relay": relay}
    if Rtpengine.available():
        subjects["rtpengine"] = rtpengine_relay
    spent: dict[str, list[float]] = {name: [] for name in subjects}
    overheads: list[float] = []
    lost = 0.0
    for number in range(rounds):
        # forth and back, so that none is always the one after another
        for name, subject in list(subjects.items())[:: 1 if number % 2 == 0 else -1]:
            result = await subject(calls, seconds)
            spent[name].append(result.us)
            lost = max(lost, result.lost)
        overhead, lost_there = await recording_overhead(calls, seconds)
        overheads.append(overhead)
        lost = max(lost, lost_there)
    us = median(spent["relay"])

    peer = spent.get("rtpengine")
    return {
        "bridged_calls_per_core": round(1e6 / (us * PACKETS_PER_CALL_S)),
        "relay_us_per_packet": round(us, 2),
        "floor_us_per_packet": round_or_none(floor_us_per_packet()),
        "rtpengine_us_per_packet": round_or_none(median(peer) if peer else None),
        "relay_vs_rtpengine_cpu": round_or_none(
            median(a / b for a, b in zip(spent["relay"], peer, strict=True)) if peer else None
        ),
        "recording_overhead": round(median(overheads), 3),
        "recording_overheads": [round(each, 3) for each in overheads],
        "packets_lost_share": round(lost, 4),
    }


def round_or_none(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=6)
    arguments = parser.parse_args()
    as_the_product("bench.media")
    figures = asyncio.run(measure_all(arguments.calls, arguments.seconds, arguments.rounds))
    if arguments.json:
        print(json.dumps(figures))
        return
    print(f"{arguments.calls} bridged calls, {arguments.rounds} x {arguments.seconds:g} s")
    for name, value in figures.items():
        print(f"  {name:26} {'not available' if value is None else value}")


if __name__ == "__main__":
    main()

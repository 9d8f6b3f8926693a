"""What a SIP call costs, under SIPp's built-in caller, beside SIPp's own server in the same run.

`python -m bench.sip [--json] [--target agent|server] [--server COMMAND]`. A call is INVITE, 180, 200, ACK, BYE, 200.
CPU is user and system time of the server's processes; calls/s a core is its inverse, from a run at --rate calls/s.
Set-up is INVITE to 200 as SIPp sees it, at 100 calls/s. Targets: `agent`, the SIP side alone with a canned answer;
`server`, `contactcenter serve` with a flow whose only step is `hangup`, where the caller differs from the built-in
one in that it waits for the server's BYE; or any command, with {port} for the SIP port.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).parent
ANSWER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"
BUILT_IN = ("-sn", "uac")
WAITS_FOR_BYE = ("-sf", str(HERE / "sip_hangup.xml"))
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of SIPp brought."""

    calls: int
    failed: int
    seconds: float
    cpu_s: float
    setup_ms: tuple[float, ...]

    @property
    def cpu_ms_per_call(self) -> float:
        return 1000 * self.cpu_s / self.calls

    def setup_p99_ms(self) -> float:
        return sorted(self.setup_ms)[int(0.99 * (len(self.setup_ms) - 1))]


def answer_calls(port: int) -> None:
    """The `agent` target: ring and answer each call, for as long as the process lives."""
    import uvloop

    from contactcenter.telephony import Call, SipConfig, UserAgent

    def on_call(call: Call) -> None:
        call.ringing()
        call.answer(ANSWER)

    async def serve() -> None:
        agent = UserAgent(SipConfig(host="127.0.0.1", port=port, tcp=False), on_call=on_call)
        await agent.start()
        await asyncio.Event().wait()

    uvloop.run(serve())


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_answering(port: int, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    """Send OPTIONS until something answers."""
    request = (
        "OPTIONS sip:bench@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{0};branch=z9hG4bK{1};rport\r\n"
        "From: <sip:bench@127.0.0.1>;tag=1\r\nTo: <sip:bench@127.0.0.1>\r\nCall-ID: {1}\r\nCSeq: 1 OPTIONS\r\n"
        "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
    end = time.monotonic() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        probe.bind(("127.0.0.1", 0))
        while time.monotonic() < end:
            if process.poll() is not None:
                sys.exit("The server ended before it answered.")
            probe.sendto(request.format(probe.getsockname()[1], time.monotonic_ns()).encode(), ("127.0.0.1", port))
            try:
                probe.recv(2048)
            except (TimeoutError, ConnectionRefusedError):
                continue
            return
    sys.exit("The server does not answer.")


def cpu_seconds(root: int) -> float:
    """User and system seconds of a process and all that descend from it."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(entry.parent.name)] = int(fields[1])
        spent[int(entry.parent.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    family, grown = {root}, True
    while grown:
        found = {pid for pid, parent in parents.items() if parent in family} - family
        family |= found
        grown = bool(found)
    return sum(spent.get(pid, 0.0) for pid in family)


def load(
    port: int,
    pid: int,
    *,
    rate: int,
    seconds: float,
    folder: Path,
    caller: tuple[str, str] = BUILT_IN,
    timed: bool = False,
) -> Load:
    """Run SIPp as the caller. The server's CPU is taken over the run; ``timed`` has SIPp log each message."""
    calls = int(rate * seconds)
    before, began = cpu_seconds(pid), time.monotonic()
    command = ["sipp", *caller, f"127.0.0.1:{port}", "-i", "127.0.0.1", "-p", str(free_port()), "-s", "1000"]
    command += ["-r", str(rate), "-m", str(calls), "-d", "0", "-nostdin", "-timeout", str(int(seconds) + 40)]
    command += ["-trace_stat", "-stf", "stat.csv", "-fd", "1"]
    command += ["-trace_msg", "-message_file", "messages.log", "-message_overwrite", "true"] if timed else []
    silent = subprocess.DEVNULL
    subprocess.run(command, cwd=folder, stdin=silent, stdout=silent, stderr=silent, check=False)
    took, cpu = time.monotonic() - began, cpu_seconds(pid) - before
    lines = (folder / "stat.csv").read_text().splitlines()
    last = dict(zip(lines[0].split(";"), lines[-1].split(";"), strict=False))
    successful = int(last["SuccessfulCall(C)"])
    setups = setup_times((folder / "messages.log").read_text()) if timed else ()
    return Load(max(1, calls), calls - successful, took, cpu, setups)


def setup_times(log: str) -> tuple[float, ...]:
    """Milliseconds from the first INVITE to the first 200 of each call, from SIPp's message log.

    SIPp's own response times count in whole ticks of some milliseconds.
    """
    invited: dict[str, float] = {}
    took: dict[str, float] = {}
    for entry in re.split(r"^-{20,} ", log, flags=re.MULTILINE)[1:]:
        stamp, call = entry[:26], re.search(r"^Call-ID: *(\S+)", entry, re.MULTILINE | re.IGNORECASE)
        at = 1000 * datetime.fromisoformat(stamp).timestamp()
        if call is None:
            continue
        if "\nINVITE " in entry:
            invited.setdefault(call[1], at)
        elif "\nSIP/2.0 200 " in entry and call[1] in invited:
            took.setdefault(call[1], at - invited[call[1]])
    return tuple(took.values())


@contextmanager
def running(command: list[str], port: int, folder: Path, environment: dict[str, str]) -> Iterator[int]:
    """A server process while the block runs; its output goes to a file that is shown when it fails.

    SIPp's own server says nothing to OPTIONS: it gets a second.
    """
    output = folder / "server.log"
    with output.open("wb") as log:
        silent = subprocess.DEVNULL
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=silent, stdout=log, stderr=log)
        try:
            if command[0] == "sipp":
                time.sleep(1)
            else:
                wait_until_answering(port, process)
            yield process.pid
        except SystemExit:
            sys.stderr.write(output.read_text()[-2000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def server_command(arguments: argparse.Namespace, port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    """The command to measure and its environment."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    if arguments.server:
        return shlex.split(arguments.server.format(port=port)), environment
    if arguments.target == "agent":
        return [sys.executable, "-m", "bench.sip", "--answer", str(port)], environment
    shutil.copytree(HERE / "flows", folder / "ivr_flows", dirs_exist_ok=True)
    environment |= {
        "CC_SIP_HOST": "127.0.0.1",
        "CC_SIP_PORT": str(port),
        "CC_HTTP_HOST": "127.0.0.1",
        "CC_HTTP_PORT": "0",
        "CC_MEDIA_HOST": "127.0.0.1",
        "CC_FLOWS_ENTRY": "hangup",
        "CC_LOG_LEVEL": "warning",
    }
    return [sys.executable, "-m", "contactcenter", "serve"], environment


def measure(arguments: argparse.Namespace) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = free_port()
        command, environment = server_command(arguments, port, folder)
        seconds, caller = arguments.seconds, BUILT_IN
        if arguments.hangup or (arguments.target == "server" and not arguments.server):
            caller = WAITS_FOR_BYE
        with running(command, port, folder, environment) as pid:
            warm = load(port, pid, rate=50, seconds=2, folder=folder, caller=caller)
            steady = load(port, pid, rate=100, seconds=seconds, folder=folder, caller=caller, timed=True)
            full = load(port, pid, rate=arguments.rate, seconds=seconds, folder=folder, caller=caller)
        floor_port = free_port()
        floor_command = ["sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(floor_port), "-nostdin"]
        with running(floor_command, floor_port, folder, dict(os.environ)) as pid:
            floor = load(floor_port, pid, rate=arguments.rate, seconds=seconds, folder=folder)
    return {
        "calls_per_s_per_core": round(1000 / full.cpu_ms_per_call, 1),
        "cpu_ms_per_call": round(full.cpu_ms_per_call, 3),
        "setup_p99_ms_at_100": round(steady.setup_p99_ms(), 2),
        "failed": warm.failed + steady.failed + full.failed,
        "calls": warm.calls + steady.calls + full.calls,
        "rate": arguments.rate,
        "floor_sipp_cpu_ms_per_call": round(floor.cpu_ms_per_call, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument("--target", choices=["agent", "server"], default="server")
    parser.add_argument("--server", default="", help="command to measure instead; {port} is the SIP port")
    parser.add_argument("--hangup", action="store_true", help="the caller waits for the server's BYE")
    parser.add_argument("--rate", type=int, default=300, help="calls/s of the CPU measurement")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each run")
    parser.add_argument("--answer", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.answer:
        answer_calls(arguments.answer)
        return
    if shutil.which("sipp") is None:
        sys.exit("SIPp is needed: apt-get install sip-tester")
    result = measure(arguments)
    print(f"SIP calls from SIPp at {arguments.rate}/s, target {arguments.server or arguments.target}")
    print(f"  calls/s a core        {result['calls_per_s_per_core']:9.1f}")
    print(f"  CPU ms a call         {result['cpu_ms_per_call']:9.3f}")
    print(f"  floor: SIPp's server  {result['floor_sipp_cpu_ms_per_call']:9.3f}")
    print(f"  set-up p99 at 100/s   {result['setup_p99_ms_at_100']:9.2f} ms")
    print(f"  failed                {result['failed']:9d} of {result['calls']}")
    if arguments.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()

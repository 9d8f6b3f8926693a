"""Networks of a test's own, by the kernel's network namespaces: real interfaces that can be unplugged.

Nothing short of it is real: Chromium's network emulation leaves WebRTC alone, and an `online` event by hand says that a
network changed which did not. Root can make namespaces; others can inside a user namespace of their own.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

SERVER = "10.71.0.1"
"""The server's address, reached over whichever network the laptop has."""
CABLE, WIRELESS = 1, 2


def in_own_world(command: list[str]) -> list[str]:
    """The command with a machine's network to itself: as root inside, nothing but a loopback interface there."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--net", "--kill-child", "--fork", *command]


class Laptop:
    """A second machine with two network interfaces, both unplugged at first; `wrap` runs a program on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._holder: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        await _ip("link set lo up")
        await _ip(f"address add {SERVER}/32 dev lo")
        self._holder = subprocess.Popen(["unshare", "--net", "--kill-child", "sleep", "infinity"])
        await self._until_apart(self._holder.pid)
        for network in (CABLE, WIRELESS):
            await _ip(f"link add router{network} type veth peer name laptop{network} netns {self._holder.pid}")
            await _ip(f"address add 10.71.{network}.1/24 dev router{network}")
            await _ip(f"link set router{network} up")
        await self._ip("link set lo up")

    async def stop(self) -> None:
        if self._holder is not None:
            self._holder.kill()
            self._holder.wait()
            self._holder = None

    async def plug_in(self, network: int) -> None:
        """Carrier, address and route, as a network manager does it; the cable is preferred where there are both."""
        await self._ip(f"link set laptop{network} up")
        await self._ip(f"address add 10.71.{network}.2/24 dev laptop{network}")
        await self._ip(f"route add default via 10.71.{network}.1 metric {100 * network}")

    async def unplug(self, network: int) -> None:
        """No carrier: the route goes with it, then the address."""
        await self._ip(f"link set laptop{network} down")
        await self._ip(f"address flush dev laptop{network}")

    def wrap(self, program: str) -> Path:
        """A command that runs the program on the laptop."""
        path = self._folder / f"laptop-{Path(program).name}"
        path.write_text(f'#!/bin/sh\nexec {self._enter()} {program} "$@"\n')
        path.chmod(0o755)
        return path

    def _enter(self) -> str:
        assert self._holder is not None
        return f"nsenter --net=/proc/{self._holder.pid}/ns/net"

    async def _ip(self, arguments: str) -> None:
        await _run(f"{self._enter()} ip {arguments}")

    async def _until_apart(self, pid: int) -> None:
        async with asyncio.timeout(40):
            while os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net"):
                await asyncio.sleep(0.02)


async def _ip(arguments: str) -> None:
    await _run(f"ip {arguments}")


async def _run(command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command.split(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, f"{command}: {said.decode()}"

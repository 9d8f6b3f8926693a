"""An agent's laptop changes from cable to wireless in the middle of a call."""

from __future__ import annotations

import asyncio
import sys

from tests.e2e.networks import in_own_world
from tests.e2e.server import REPOSITORY


async def test_a_call_goes_on_when_the_network_changes() -> None:
    """In kernel network namespaces, so that interfaces can really go away and this machine's own are left alone."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/e2e/roaming.py"]
    process = await asyncio.create_subprocess_exec(
        *in_own_world(command),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, said.decode()
    assert "1 passed" in said.decode()

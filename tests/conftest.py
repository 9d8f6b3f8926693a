"""Settings of all tests."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from tests.fixtures.cheap import make_cheap, real_migrations
from tests.fixtures.postgres import postgres_server, postgres_url
from tests.fixtures.spread import Spread, long_first

__all__ = ["postgres_server", "postgres_url", "real_migrations"]

# Machines that run these tests are shared and slow by turns: how long an example takes says nothing.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples each time: a change is judged by what it changed.
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# Databases and journals wait for the disk at every commit; what tests write need not outlive a power cut.
MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 4 << 30
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


# Servers and workers that tests start are a thousand modules each, and dozens of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long_first(items)


# What is imported until the tests begin stays: looking through it for garbage takes a fifth of the time of importing.
gc.disable()


def pytest_collection_finish() -> None:
    """What is there by now is not looked through again and again either: that would take a twentieth of all time."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than cores: conversations in real time, which have a process of their own, mostly wait."""
    return (os.cpu_count() or 1) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    config.option.loadscopereorder = False
    return Spread(config, log)


@pytest.fixture(scope="session", autouse=True)
def _cheap() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        make_cheap(patch)
        yield

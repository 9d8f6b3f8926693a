"""What is asked of clamd and made of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.tickets.scanning import PIECE_BYTES, Scanner, verdict_of
from tests.fakes.clamd import VIRUS, Clamd, clamd


@pytest.fixture
async def guard() -> AsyncIterator[Clamd]:
    async with clamd() as made:
        yield made


async def test_it_sees_the_whole_file(guard: Clamd) -> None:
    content = bytes(range(256)) * (PIECE_BYTES // 100)
    assert await Scanner(guard.address).verdict(content) == "clean"
    assert guard.seen == [content]


async def test_a_virus_is_found(guard: Clamd) -> None:
    assert await Scanner(guard.address).verdict(b"x" * PIECE_BYTES + VIRUS) == "infected"


async def test_what_it_does_not_take_is_not_clean(guard: Clamd) -> None:
    guard.largest = 10
    assert await Scanner(guard.address).verdict(b"x" * 3 * PIECE_BYTES) == "failed"


async def test_nobody_there_or_nonsense_is_not_clean(guard: Clamd) -> None:
    guard.answer = b"x" * 10_000
    assert await Scanner(guard.address).verdict(b"x") == "failed"
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    assert await Scanner(f"127.0.0.1:{port}").verdict(b"x") == "failed"
    assert await Scanner("unix:/nowhere/at/all").verdict(b"x") == "failed"


async def test_without_one_nothing_is_scanned() -> None:
    assert await Scanner("").verdict(VIRUS) == "unscanned"


@given(st.text(max_size=60))
def test_only_its_own_words_are_a_verdict(answer: str) -> None:
    wanted = "clean" if answer == "stream: OK" else "failed"
    if not (answer.startswith("stream: ") and answer.endswith(" FOUND")):
        assert verdict_of(answer) == wanted

"""A thousand tickets and replies at once, and the server killed in the middle: what was acknowledged is there, once."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections import Counter

import aiohttp

from tests.e2e.server import Client, Server

REQUESTS = 1000
TOGETHER = 24
KILLED_AFTER = 300


class Desk:
    """Half of the requests open a ticket, half of them reply to one; each has a word and a key of its own."""

    def __init__(self, server: Server, session: aiohttp.ClientSession, ticket: str) -> None:
        self.server = server
        self.session = session
        self.ticket = ticket
        self.acknowledged: set[int] = set()
        self.lost: set[int] = set()

    async def send(self, number: int) -> None:
        """Raises aiohttp.ClientError when no answer came."""
        word = f"word{number}x"
        path = "/tickets" if number % 2 else f"/tickets/{self.ticket}/messages"
        body = {"subject": word, "description": word} if number % 2 else {"text": word}
        headers = {"Idempotency-Key": f"key-{number}"}
        async with self.session.post(f"{self.server.url}/api/v1{path}", json=body, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            self.acknowledged.add(number)

    async def work(self, numbers: itertools.count[int]) -> None:
        while (number := next(numbers)) < REQUESTS:
            try:
                await self.send(number)
            except aiohttp.ClientError:
                self.lost.add(number)
            if len(self.acknowledged) == KILLED_AFTER and self.server.process is not None:
                self.server.process.kill()


def written(server: Server) -> Counter[str]:
    """How often each word stands in a thread."""
    with sqlite3.connect(server.database) as database:
        found = Counter(text for (text,) in database.execute("SELECT text FROM ticket_messages"))
    database.close()
    return found


async def test_every_acknowledged_one_is_there_once(own_server: Server) -> None:
    await asyncio.to_thread(own_server.start)
    client = await asyncio.to_thread(Client, own_server, "agent")
    first = await asyncio.to_thread(client.post, "/tickets", {"subject": "The one that is replied to"})
    async with aiohttp.ClientSession(headers={"Cookie": client.cookie}) as session:
        desk = Desk(own_server, session, first["id"])
        numbers = itertools.count()
        await asyncio.gather(*(desk.work(numbers) for _ in range(TOGETHER)))
        assert desk.acknowledged
        assert desk.lost
        assert own_server.process is not None
        await asyncio.to_thread(own_server.process.wait)
        await asyncio.to_thread(own_server.start)
        there = written(own_server)
        assert not [number for number in desk.acknowledged if there[f"word{number}x"] != 1]
        # Nobody knows of the rest whether they arrived; asked again with their keys, each is there once.
        again = sorted(desk.lost)[:100]
        for number in again:
            await desk.send(number)
    there = written(own_server)
    assert {there[f"word{number}x"] for number in again} == {1}
    assert max(there.values()) == 1
    tickets = await asyncio.to_thread(client.get, "/tickets/search?q=word1x")
    assert len(tickets["items"]) <= 1

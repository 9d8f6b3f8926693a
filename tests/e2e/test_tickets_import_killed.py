"""A server that is killed in the middle of an import: after the next start it goes on by itself, and every row is in
once."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import orjson

from tests.e2e.server import Client, Server

COUNT = 300
MEANWHILE = 40
"""So many are in when it is killed, at least."""
LONGEST_S = 30.0


def export() -> bytes:
    """Tickets of another product, each with two messages; two lines are none."""
    base: dict[str, Any] = {"status": "open", "created_at": "2025-01-01T00:00:00Z"}
    lines = [
        base | {"id": number, "requester_id": 1 + number % 20, "subject": f"Ticket {number}", "comments": [
            {"id": 2 * number + place, "author_id": 1 + number % 20, "body": f"word{number}x{place}", "public": True}
            for place in range(2)
        ]}
        for number in range(1, COUNT + 1)
    ]  # fmt: skip
    people = [{"id": 1 + number, "name": f"P {number}", "email": f"p{number}@example.com"} for number in range(20)]
    lines.append(base | {"id": 9000, "requester_id": 1, "subject": "x", "created_at": "gibberish"})
    return b"\n".join(orjson.dumps(each) for each in [*people, *lines]) + b"\nno json at all\n"


def until(client: Client, path: str, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    end = time.monotonic() + LONGEST_S
    while not reached(row := client.get(path)):
        assert time.monotonic() < end, row
        time.sleep(0.02)
    return dict(row)


def counted(server: Server) -> dict[str, tuple[int, int]]:
    """Of each kind of row how many there are, and how many different ones."""
    queries = {
        "tickets": "SELECT COUNT(*), COUNT(DISTINCT subject) FROM tickets WHERE subject LIKE 'Ticket %'",
        "messages": "SELECT COUNT(*), COUNT(DISTINCT text) FROM ticket_messages WHERE text LIKE 'word%x%'",
        "origins": "SELECT COUNT(*), COUNT(DISTINCT ticket_id) FROM ticket_origins",
        "people": "SELECT COUNT(*), COUNT(DISTINCT value) FROM customer_identities WHERE value LIKE 'p%@example.com'",
    }
    with sqlite3.connect(server.database) as database:
        found = {name: database.execute(query).fetchone() for name, query in queries.items()}
    database.close()
    return found


async def test_a_killed_import_goes_on_and_every_row_is_in_once(own_server: Server) -> None:
    await asyncio.to_thread(killed_and_gone_on, own_server)


def killed_and_gone_on(server: Server) -> None:
    server.start()
    client = Client(server, "admin")
    path = f"/ticket-imports/{client.upload('/ticket-imports', 'tickets.json', export())['id']}"
    found = until(client, path, lambda row: row["state"] != "reading")
    assert (found["state"], found["total"]) == ("ready", COUNT + 1)
    client.post(f"{path}/start", {})
    until(client, path, lambda row: row["taken"] >= MEANWHILE)
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    half = counted(server)["tickets"][0]
    assert MEANWHILE <= half < COUNT

    server.start()
    done = until(client, path, lambda row: row["state"] != "running")
    assert (done["state"], done["taken"], done["known"], done["refused"]) == ("done", COUNT, 0, 1)
    assert done["position"] == done["total"]
    once = {"tickets": COUNT, "messages": 2 * COUNT, "origins": COUNT, "people": 20}
    assert counted(server) == {name: (count, count) for name, count in once.items()}
    told = client.get(f"{path}/remarks")["items"]
    assert sorted(each["place"] for each in told if each["refused"]) == [f"line {COUNT + 21}", f"line {COUNT + 22}"]

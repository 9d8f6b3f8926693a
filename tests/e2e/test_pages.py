"""Every page, as administrator, supervisor and agent: no violation of WCAG 2.1 AA, no error in the console."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser

from tests.e2e.crawler import LOOKS, Crawler, declared_paths, matches
from tests.e2e.people import Telephones
from tests.e2e.server import REPOSITORY, Client, Server

PAGES = REPOSITORY / "web" / "src" / "pages"
NOWHERE = "/no-such-page"


def declared() -> set[str]:
    found = declared_paths(REPOSITORY / "web" / "src" / "app.tsx", "")
    for file in PAGES.glob("*/*.tsx"):
        if file.parent.name == "portal":
            continue  # customers' pages, which have a walk of their own (test_portal, test_notices)
        found |= declared_paths(file, f"/{file.parent.name}")
    return found - {"/signin", "/signed-in", "/"}


@pytest.mark.timeout(400)
async def test_every_page_is_accessible_and_quiet(server: Server, browser: Browser, phones: Telephones) -> None:
    caller = await phones.call("2 4711#")
    await caller.hang_up()
    Client(server, "admin").post("/simulations", {"base": {"kind": "day", "date": f"{datetime.now(UTC).date()}"}})
    oidc = {"issuer": "https://login.example.com", "client_id": "contactcenter"}
    Client(server, "admin").post("/identity-providers", {"name": "Corp", "kind": "oidc", "oidc": oidc})
    Client(server, "admin").post("/prompts", {"name": "Welcome"})
    Client(server, "admin").upload("/ticket-imports", "old.csv", b"Subject\nPrinter\n")
    pages = declared()
    plain = sorted(path for path in pages if ":" not in path)
    ways = {"admin": [*plain, NOWHERE], "supervisor": ["/", NOWHERE], "agent": ["/", NOWHERE]}
    crawlers = [await Crawler.open(browser, server, name, LOOKS[name]) for name in ways]
    await asyncio.gather(*(crawler.walk(ways[crawler.name]) for crawler in crawlers))
    faults = [fault for crawler in crawlers for fault in crawler.faults]
    visited = {path for crawler in crawlers for path in crawler.visited}
    assert not faults, "\n".join(faults)
    assert not [page for page in pages if not any(matches(page, path) for path in visited)]

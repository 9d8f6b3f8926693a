"""Walks the pages as one person: every link once, each page in both colour schemes at two widths, under axe-core."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Page

from tests.e2e.desk_page import sign_in
from tests.e2e.looks import NARROW, POLL_MS, WIDE, Look, turn, violations
from tests.e2e.pages import WATCH_POLICY
from tests.e2e.server import Server

LOOKS: dict[str, tuple[Look, ...]] = {
    "admin": ((WIDE, "light"), (NARROW, "dark")),
    "supervisor": ((NARROW, "light"),),
    "agent": ((WIDE, "dark"),),
}
"""Who sees every page sees it in both schemes and both widths; of those who see fewer each sees them in another way."""
# The router listens for this as for the browser's own back and forward; far quicker than loading everything anew.
GO = """(path) => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate', {state: {}})); }"""
ARRIVED = "() => document.querySelector('main')?.dataset.path === location.pathname"
LINKS = "() => [...document.querySelectorAll('main a[href], nav a[href]')].map((link) => link.getAttribute('href'))"
ANOTHER = re.compile(r"/[^/]*\d[^/]*(?=/|$)|(?<=/admin/templates)/[^/]+")
"""What tells one customer, interaction or mail from the next, most by a digit; one page of each kind is enough."""


class Crawler:
    """`visited` are the paths seen; `faults` what was wrong on them."""

    def __init__(self, page: Page, name: str, looks: Sequence[Look]) -> None:
        self.page = page
        self.looks = looks
        self.name = name
        self.at = ""
        self.visited: list[str] = []
        self.faults: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._complain(f"error: {error}"))

    @classmethod
    async def open(cls, browser: Browser, server: Server, name: str, looks: Sequence[Look]) -> Crawler:
        context = await browser.new_context(locale="en-GB", permissions=["microphone"], reduced_motion="reduce")
        await context.add_init_script(WATCH_POLICY)
        # Nobody has signed in yet when the page first asks who it is: only from then on is every error one.
        return cls(await sign_in(context, server, name), name, looks)

    async def walk(self, begin: Iterable[str]) -> None:
        todo = list(begin)
        known = {kind_of(path) for path in todo}
        while todo:
            path = todo.pop(0)
            await self._look_at(path)
            for link in await self.page.evaluate(LINKS):
                found = str(link).partition("#")[0].partition("?")[0]
                if found.startswith("/") and not found.startswith("/api/") and kind_of(found) not in known:
                    known.add(kind_of(found))
                    todo.append(found)
        await self.page.context.close()

    async def _look_at(self, path: str) -> None:
        self.at = path
        await self.page.evaluate(GO, path)
        await self.page.wait_for_function(ARRIVED, polling=POLL_MS)
        self.visited.append(path)
        size = self.page.viewport_size
        # Beginning as wide as the last page was left.
        for look in sorted(self.looks, key=lambda look: size is None or look[0][0] != size["width"]):
            await turn(self.page, look)
            for violation in await violations(self.page):
                self._complain(f"{look[0][0]} {look[1]} {violation}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"console: {message.text}")

    def _complain(self, what: str) -> None:
        self.faults.append(f"{self.name} {self.at} {what}")


def kind_of(path: str) -> str:
    return ANOTHER.sub("/*", path)


def declared_paths(file: Path, under: str) -> set[str]:
    """The routes that a page's source declares, as `/admin/queues/:id`."""
    found = re.findall(r'<Route path="([^"]+)"', file.read_text())
    return {path if path.startswith("/") else f"{under}/{path}" for path in found if "*" not in path}


def matches(declared: str, path: str) -> bool:
    return re.fullmatch(re.sub(r":\w+", "[^/]+", declared), path) is not None

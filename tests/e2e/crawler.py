"""Walks the pages as one person: every link once, each page in both colour schemes at two widths, under axe-core."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ConsoleMessage, Page

from tests.e2e.desk_page import sign_in
from tests.e2e.server import REPOSITORY, Server

AXE = REPOSITORY / "web" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
POLL_MS = 20
Look = tuple[tuple[int, int], Literal["light", "dark"]]
WIDE, NARROW = (1440, 900), (390, 844)
LOOKS: dict[str, tuple[Look, ...]] = {
    "admin": ((WIDE, "light"), (NARROW, "dark")),
    "supervisor": ((NARROW, "light"),),
    "agent": ((WIDE, "dark"),),
}
"""Who sees every page sees it in both schemes and both widths; of those who see fewer each sees them in another way."""
RUN_AXE = """
async (what) => {
  const {violations} = await axe.run(document, {runOnly: what, resultTypes: ['violations']});
  const shown = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ");
  return violations.map(({id, nodes}) => `${id}: ${shown(nodes)}`);
}
"""
# The router listens for this as for the browser's own back and forward; far quicker than loading everything anew.
GO = """(path) => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate', {state: {}})); }"""
LINKS = "() => [...document.querySelectorAll('main a[href], nav a[href]')].map((link) => link.getAttribute('href'))"
SETTLED = """
(scheme) => document.documentElement.dataset.mantineColorScheme === scheme
  && document.querySelector('main, form')
  && !document.querySelector('[aria-busy=true], .mantine-Skeleton-root')
  && document.getAnimations().every((animation) => animation.playState !== 'running'
    || animation.effect.getComputedTiming().iterations === Infinity)
"""
TURN = "(scheme) => { document.documentElement.dataset.mantineColorScheme = scheme; }"
# What follows a change of width begins only with the frames after it. Frames are what is slow in a browser that draws
# by computing: nothing else waits for them.
NEXT_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"
WATCH_POLICY = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`));
"""
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
        self._size = (0, 0)
        self.faults: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._complain(f"error: {error}"))

    @classmethod
    async def open(cls, browser: Browser, server: Server, name: str, looks: Sequence[Look]) -> Crawler:
        context = await browser.new_context(locale="en-GB", permissions=["microphone"], reduced_motion="reduce")
        await context.add_init_script(WATCH_POLICY)
        await context.add_init_script(path=AXE)
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
        self.visited.append(path)
        # Beginning as wide as the last page was left.
        for size, scheme in sorted(self.looks, key=lambda look: look[0] != self._size):
            if size != self._size:
                await self.page.set_viewport_size({"width": size[0], "height": size[1]})
                await self.page.evaluate(NEXT_FRAMES)
                self._size = size
            await self.page.evaluate(TURN, scheme)
            await self.page.wait_for_function(SETTLED, arg=scheme, polling=POLL_MS)
            found: list[str] = await self.page.evaluate(RUN_AXE, WCAG)
            for violation in found:
                self._complain(f"{size[0]} {scheme} {violation}")

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

"""A page looked at as a picture: wide and narrow, light and dark, under axe-core."""

from __future__ import annotations

import os
from typing import Literal

from playwright.async_api import Page

from tests.e2e.server import REPOSITORY

AXE = REPOSITORY / "web" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
POLL_MS = 20
Size = tuple[int, int]
Look = tuple[Size, Literal["light", "dark"]]
WIDE, NARROW = (1440, 900), (390, 844)
DESK_AND_TELEPHONE: tuple[Look, ...] = ((WIDE, "dark"), (NARROW, "light"))
TELEPHONE: tuple[Look, ...] = ((NARROW, "dark"), (NARROW, "light"))
PICTURES = os.environ.get("CC_PICTURES", "")
"""A folder to keep a picture of every look in, for whoever wants to see them."""

RUN_AXE = """
async (what) => {
  const less = {resultTypes: ['violations'], preload: false, selectors: false, iframes: false};
  const {violations} = await axe.run(document, {runOnly: what, ...less});
  const shown = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ");
  return violations.map(({id, nodes}) => `${id}: ${shown(nodes)}`);
}
"""
TURN = "(scheme) => { document.documentElement.dataset.mantineColorScheme = scheme; }"
# What follows a change of width begins only with the frames after it, and what opens beside something is put into its
# place some frames after that has moved. Frames are what is slow in a browser that draws by computing.
PAINTED = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const place = () => JSON.stringify(document.querySelector('[role=dialog]')?.getBoundingClientRect() ?? null);
  await frame();
  await frame();
  for (let before = '', same = 0; place() !== 'null' && same < 5; same = place() === before ? same + 1 : 0) {
    before = place();
    await frame();
  }
}
"""
SETTLED = """
(scheme) => document.documentElement.dataset.mantineColorScheme === scheme
  && document.querySelector('main, form')
  && !document.querySelector('[aria-busy=true], .mantine-Skeleton-root')
  && document.getAnimations().every((animation) => animation.playState !== 'running'
    || animation.effect.getComputedTiming().iterations === Infinity)
"""


async def turn(page: Page, look: Look) -> None:
    """To this size and scheme, and until everything is in its place."""
    (width, height), scheme = look
    resized = page.viewport_size != {"width": width, "height": height}
    if resized:
        await page.set_viewport_size({"width": width, "height": height})
    await page.evaluate(TURN, scheme)
    if resized:
        await page.evaluate(PAINTED)
    await page.wait_for_function(SETTLED, arg=scheme, polling=POLL_MS)


async def violations(page: Page) -> list[str]:
    """What axe finds: each rule with the first elements that break it."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found: list[str] = await page.evaluate(RUN_AXE, WCAG)
    return found


async def fine(page: Page, name: str = "", looks: tuple[Look, ...] = DESK_AND_TELEPHONE) -> None:
    """Nothing for axe to find and nothing that must be scrolled sideways, in each look; the size is left as it was.

    `name` is that of the pictures.
    """
    size = page.viewport_size or {"width": WIDE[0], "height": WIDE[1]}
    await page.evaluate(PAINTED)
    # Beginning as wide as it is.
    for look in sorted(looks, key=lambda each: each[0] != (size["width"], size["height"])):
        await turn(page, look)
        if PICTURES and name:
            await page.screenshot(path=f"{PICTURES}/{name}-{look[0][0]}-{look[1]}.png", full_page=True)
        found = await violations(page)
        assert not found, (page.url, name, look, found)
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), (page.url, name, look)
    await page.set_viewport_size(size)

"""The agent's page in headless Chromium, used the way a person does: by what is written on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from tests.e2e.pages import WAIT_MS
from tests.e2e.server import PASSWORD, Server
from tests.fixtures.chromium import CHROMIUM

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    # Pages that live for seconds: making their code fast takes longer than running it.
    "--js-flags=--no-opt --no-maglev",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
# The page keeps its connections to itself; this lets a test listen to what they bring.
LISTEN = """
(() => {
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...settings) {
      super(...settings);
      this.addEventListener('track', (event) => {
        const context = new AudioContext();
        const analyser = new AnalyserNode(context, {fftSize: 4096, smoothingTimeConstant: 0});
        context.createMediaStreamSource(new MediaStream([event.track])).connect(analyser);
        window.heard = {context, analyser};
      });
    }
  };
})();
"""
# The share of moments at which this frequency is nearly the loudest and far above the mean of all. What a connection
# that is late now and then makes up in between is a moment of anything.
HEARS = """
async ([frequency, seconds, above, below]) => {
  if (!window.heard) return 0;
  const {context, analyser} = window.heard;
  const bins = new Float32Array(analyser.frequencyBinCount);
  let moments = 0, heard = 0;
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    analyser.getFloatFrequencyData(bins);
    const bin = Math.round(frequency * analyser.fftSize / context.sampleRate);
    const peak = Math.max(bins[bin - 1], bins[bin], bins[bin + 1]);
    const finite = bins.map((value) => Math.max(value, -150));
    const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
    const loudest = finite.reduce((most, value) => Math.max(most, value), -150);
    moments += 1;
    if (peak > -70 && peak - mean > above && loudest - peak < below) heard += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return heard / moments;
}
"""
ABOVE_MEAN_DB, BELOW_LOUDEST_DB = 25.0, 12.0
OFTEN = 0.2
"""A tone is there for two thirds of the time (tones.py)."""


async def launch(
    playwright: Playwright, microphone: Path, program: str | Path = CHROMIUM, more: Sequence[str] = ()
) -> Browser:
    return await playwright.chromium.launch(
        executable_path=program,
        headless=True,
        args=[*ARGUMENTS, f"--use-file-for-fake-audio-capture={microphone}", *more],
    )


async def sign_in(context: BrowserContext, server: Server, name: str, path: str = "/") -> Page:
    """A page of this person, signed in on the sign-in page."""
    page = await context.new_page()
    page.set_default_timeout(WAIT_MS)
    await page.goto(f"{server.url}{path}")
    await page.get_by_label("E-mail").fill(f"{name}@example.com")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_have_count(0)
    return page


class DeskPage:
    """An agent's workspace."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @classmethod
    async def open(cls, browser: Browser, server: Server, name: str) -> DeskPage:
        context = await browser.new_context(locale="en-GB", permissions=["microphone"], reduced_motion="reduce")
        await context.add_init_script(LISTEN)
        desk = cls(await sign_in(context, server, name, "/workspace"))
        await expect(desk.state).to_be_visible()
        return desk

    @property
    def state(self) -> Locator:
        return self.page.get_by_title("Change your state")

    @property
    def offer(self) -> Locator:
        return self.page.get_by_role("region", name="Incoming call")

    @property
    def call(self) -> Locator:
        return self.page.get_by_role("article", name=re.compile("^Call with"))

    @property
    def wrap_up(self) -> Locator:
        return self.page.get_by_role("article", name="Wrap-up")

    async def choose(self, state: str) -> None:
        await self.state.click()
        await self.page.get_by_role("menuitem", name=state, exact=True).click()

    async def become_available(self) -> None:
        await self.choose("Available")
        await expect(self.state).to_contain_text("Available")

    async def press(self, button: str) -> None:
        await self.page.get_by_role("button", name=re.compile(f"^{button}")).click()

    async def accept(self) -> None:
        await expect(self.offer).to_be_visible()
        await self.offer.get_by_role("button", name="Accept").click()
        await expect(self.call).to_contain_text("Talking")

    async def complete(self, result: str, note: str) -> None:
        await expect(self.wrap_up).to_be_visible()
        await self.wrap_up.get_by_label("Result").fill(result)
        await self.page.get_by_role("option", name=result).click()
        await self.wrap_up.get_by_label("Note").fill(note)
        await self.press("Save and finish")
        await expect(self.wrap_up).to_have_count(0)

    async def hears(self, frequency: float, seconds: float = 1.2) -> bool:
        """Whether the tone comes out of the page's connection."""
        how = [frequency, seconds, ABOVE_MEAN_DB, BELOW_LOUDEST_DB]
        return float(await self.page.evaluate(HEARS, how)) > OFTEN

    async def close(self) -> None:
        assert self.errors == []
        await self.page.context.close()

"""Pages as their users see them, each in a window of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page

from tests.e2e.looks import WIDE, Size
from tests.fakes.center import PASSWORD

WAIT_MS = 30_000
WATCH_POLICY = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`));
"""


Enter = Callable[..., Awaitable[Page]]
"""`Pages.enter`."""


class Pages:
    """`faults` are errors of scripts, and what the pages' policy has refused."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url
        self.faults: list[str] = []

    async def enter(self, name: str | None, size: Size = WIDE, **more: Any) -> Page:
        """This person's, signed in, or nobody's yet. `more` is for the window."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            **{"base_url": self.url, "locale": "en-GB", "reduced_motion": "reduce"} | more,
        )
        await context.add_init_script(WATCH_POLICY)
        if name is not None:
            credentials = {"email": f"{name}@example.com", "password": PASSWORD}
            answer = await context.request.post("/api/v1/session", data=credentials)
            assert answer.ok
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._said)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if "policy violated" in message.text:
            self.faults.append(message.text)

    async def close(self) -> None:
        for context in self.browser.contexts:
            await context.close()

"""Routes of one slice behind a real HTTP server, for somebody who may all that the slice declares."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from contactcenter.api.http import build_app
from contactcenter.api.routes import Route, Router
from contactcenter.permissions import EVERYWHERE, Permission, Principal, Role


@asynccontextmanager
async def served(routes: Iterable[Route], permissions: Iterable[Permission]) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that is signed in; without its cookie nobody is."""
    grants = {each.name: EVERYWHERE for each in permissions}
    boss = Principal("boss", "boss@example.com", "Boss", (Role.ADMINISTRATOR,), "session", grants)

    async def who(token: str) -> Principal | None:
        return boss if token == "boss" else None

    router = Router()
    router.add(*routes)
    runner = web.AppRunner(build_app(router, authenticate=who), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession(base, headers={"Cookie": "cc_session=boss"}) as client:
            yield client
    finally:
        await runner.cleanup()

"""A busy minute on a real server, where everybody accepts at once and callers hang up as they like: what agents were
told, on all their pages and telephones, must add up to one agent for each call and one call for each agent."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from contactcenter.app import App
from contactcenter.queues.models import Queue
from tests.fakes.center import Page, Telephone, populate, running, settings
from tests.fakes.history import Held, violations
from tests.fakes.waiting import until
from tests.fakes.webrtc_peer import WebRtcPeer

CALLERS = 6
CALLS_EACH = 4
MOST_EACH = 25
"""On a machine on which callers mostly give up before anybody has seen them."""


@pytest.mark.parametrize(
    ("history", "wrong"),
    [
        ([Held("c", "anna", 0, 2), Held("c", "ben", 2, 3), Held("d", "anna", 2, 3)], []),
        ([Held("c", "anna", 0, 2), Held("c", "ben", 1, 3)], ["c was with anna and ben at once"]),
        ([Held("c", "anna", 0, 2), Held("d", "anna", 1, 3)], ["anna had 2 contacts at once"]),
    ],
)
def test_the_checker_sees_what_must_not_be(history: list[Held], wrong: list[str]) -> None:
    assert violations(history) == wrong


class Desk:
    """One page of an agent who accepts whatever is offered, as fast as the next page does."""

    def __init__(self, page: Page, chance: random.Random, history: list[Held], answers: Counter[str]) -> None:
        self._page = page
        self._chance = chance
        self._history = history
        self._answers = answers

    async def work(self) -> None:
        tried: set[str] = set()
        while True:
            offers = [interaction for interaction in self._page.collection("offers") if interaction not in tried]
            if not offers:
                await asyncio.sleep(0.005)
                continue
            tried.add(offers[0])
            await self._take(offers[0])

    async def _take(self, interaction: str) -> None:
        browser = WebRtcPeer()
        try:
            answer = await self._page.command("offer.accept", interaction_id=interaction, sdp=await browser.offer())
            self._answers["accepted" if answer["ok"] else "refused"] += 1
            if answer["ok"]:
                start = time.monotonic()
                await self._talk(interaction)
                self._history.append(Held(interaction, self._page.name, start, time.monotonic()))
                await self._wrap_up(interaction)
        finally:
            await browser.close()

    async def _talk(self, interaction: str) -> None:
        await until(lambda: self._phase(interaction) is not None, "the call among the agent's work")
        until_then = time.monotonic() + self._chance.uniform(0.2, 0.8)
        while self._phase(interaction) not in (None, "wrap_up"):
            if time.monotonic() > until_then:
                await self._page.command("call.hangup", interaction_id=interaction)
                return
            await asyncio.sleep(0.01)

    async def _wrap_up(self, interaction: str) -> None:
        await until(lambda: self._phase(interaction) in (None, "wrap_up"), "wrap-up")
        if self._phase(interaction) == "wrap_up":
            await self._page.act("wrapup.complete", interaction_id=interaction, disposition_id="sold")

    def _phase(self, interaction: str) -> str | None:
        row = self._page.collection("work").get(interaction)
        return None if row is None else row["phase"]


def enough(answers: Counter[str]) -> bool:
    """Many were taken, and some a moment too late: a run without the latter proves nothing."""
    return answers["accepted"] > CALLERS and answers["refused"] > 0


async def call_again_and_again(app: App, first_port: int, chance: random.Random, answers: Counter[str]) -> None:
    for number in range(MOST_EACH):
        if number >= CALLS_EACH and enough(answers):
            return
        async with Telephone(first_port) as phone:
            await phone.dial(app)
            try:
                async with asyncio.timeout(chance.choice((0.3, 1.2, 2.5, 6.0))):
                    await phone.over.wait()
            except TimeoutError:
                await phone.hang_up()


async def test_each_call_is_with_one_agent_and_each_agent_with_one_call(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    chance = random.Random(7)
    history: list[Held] = []
    answers: Counter[str] = Counter()
    async with running(config) as app, AsyncExitStack() as stack:
        async with app.database.transaction() as session:
            queue = await session.get(Queue, "sales")
            assert queue is not None
            queue.strategy = "ring-all"
        await app.queues.reload()
        pages = [await stack.enter_async_context(Page(app, name)) for name in ("anna", "anna", "ben", "ben")]
        for page in pages:
            await page.become_available()
        desks = [asyncio.create_task(Desk(page, chance, history, answers).work()) for page in pages]
        callers = [call_again_and_again(app, 34_000 + 100 * number, chance, answers) for number in range(CALLERS)]
        await asyncio.gather(*callers)
        await until(lambda: len(app.calls) == 0, "all calls are over", timeout_s=45)
        for desk in desks:
            desk.cancel()
        assert [
            error for error in await asyncio.gather(*desks, return_exceptions=True) if isinstance(error, Exception)
        ] == []

        assert violations(history) == []
        assert enough(answers), answers
        engine = app.driver.engine
        assert engine.contact_ids() == []
        assert app.driver.faults == 0

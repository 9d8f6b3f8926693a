"""A restart in mid-day changes nothing that supervisors see. On a clock that jumps."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.storage.records import write
from contactcenter.supervision.day import Day
from contactcenter.supervision.restore import restore_today
from tests.fakes.call_world import EPOCH
from tests.supervision.test_wallboard import Floor, accept_in_vain, add_second_queue, play


async def a_day(floor: Floor) -> None:
    """Answered in time and late, abandoned, overflowed, taken up again, accepted in vain, served by the flow."""
    await add_second_queue(floor)
    call, interaction = await floor.talking("anna")
    await asyncio.sleep(7)
    call.far_hangs_up()
    await floor.quiet()
    await floor.command("anna", "wrapup.complete", interaction_id=interaction, disposition_id="sold")
    await floor.command("anna", "presence.set", presence="off")
    (await floor.waiting_caller()).far_hangs_up()
    floor.dial().far_hangs_up()
    await asyncio.sleep(1200)
    overflowing = await floor.waiting_caller()
    await asyncio.sleep(30)
    overflowing.far_hangs_up()
    call, interaction = await floor.talking("ben")
    await asyncio.sleep(3)
    floor.plane.lose(f"{interaction}:agent:1", "ice")
    await asyncio.sleep(0.1)
    await floor.command("ben", "call.media", interaction_id=interaction, sdp="again")
    await floor.command("ben", "call.hangup", interaction_id=interaction)
    interaction = await accept_in_vain(floor)
    await floor.command("anna", "offer.reject", interaction_id=interaction)


def figures(day: Day) -> Any:
    def plain(counters: Any) -> tuple[float, ...]:
        return tuple(
            round(getattr(counters, name), 2)
            for name in ("offered", "answered", "answered_in_target", "abandoned", "abandoned_in_target", "waited_s")
        )

    queues = {queue: plain(found) for queue, found in day.queues.items() if any(plain(found))}
    return queues, {start: plain(found) for start, found in day.intervals.items()}, plain(day.total)


async def restart(before: Floor, folder: Path, times: int = 1, now: float = EPOCH + 3600) -> Floor:
    url = f"sqlite+aiosqlite:///{folder}/cc.db"
    await upgrade(url)
    database = Database(url)
    async with database.transaction() as session:
        await write(session, before.journal.records)
    for _ in range(times):
        after = Floor()
        await after.start()
        await add_second_queue(after)
        await restore_today(database, after.day, after.queues, after.agents, after.wallboard, now)
        await after.stop()
    await database.stop()
    return after


@pytest.mark.parametrize("restarts", [1, 2])
def test_after_a_restart_the_day_is_as_it_was(tmp_path: Path, restarts: int) -> None:
    before = play(a_day)
    assert before.day.total.offered == 5
    assert before.day.queues["help"].abandoned == 1

    after = asyncio.run(restart(before, tmp_path, restarts))
    assert figures(after.day) == figures(before.day)
    for agent in ("anna", "ben"):
        after.agents._show_today(agent)
        assert after.wallboard._handled.get(agent) == before.wallboard._handled.get(agent) == 1


def test_after_a_restart_missed_offers_are_still_counted(tmp_path: Path) -> None:
    async def scene(floor: Floor) -> None:
        for agent in ("anna", "ben"):
            await floor.ready(agent)
        await floor.waiting_caller()
        await asyncio.sleep(11)
        assert [floor.rows(agent, "today")["me"]["missed"] for agent in ("anna", "ben")] == [1, 1]

    before = play(scene)
    after = asyncio.run(restart(before, tmp_path))
    for agent, missed in (("anna", 1), ("ben", 1), ("dora", 0)):
        after.agents._show_today(agent)
        assert after.rows(agent, "today")["me"]["missed"] == missed
    (tmp_path / "tomorrow").mkdir()
    tomorrow = asyncio.run(restart(before, tmp_path / "tomorrow", now=before.day.end_of(EPOCH) + 60))
    tomorrow.agents._show_today("anna")
    assert tomorrow.rows("anna", "today")["me"]["missed"] == 0

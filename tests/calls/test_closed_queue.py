"""A queue that its calendar closes takes nobody in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from contactcenter.app import App
from contactcenter.queues.models import Calendar, Queue
from tests.fakes.center import STRAIGHT_TO_QUEUE, Page, Telephone, populate, running, settings
from tests.fakes.waiting import until


async def test_a_caller_of_a_closed_queue_goes_the_flows_way_and_the_next_one_after_opening_waits(
    tmp_path: Path,
) -> None:
    config = settings(tmp_path)
    (config.flows.dir / "main.yaml").write_text(
        STRAIGHT_TO_QUEUE.replace(
            "    on_failure: sorry\n  sorry:", "    on_closed: shut\n    on_failure: sorry\n  sorry:"
        )
        + "  shut:\n    hangup: {outcome: closed}\n"
    )
    await populate(config)
    async with running(config) as app:
        await have_hours(app, (datetime.now(UTC).weekday() + 3) % 7)
        async with Telephone(32900) as caller, Page(app, "sue") as sue:
            await caller.dial(app)
            await until(caller.over.is_set, "the caller is sent off")
            await app.journal.flush()
            listed = (await sue.get("/api/v1/interactions"))["items"]
            assert [row["outcome"] for row in listed] == ["closed"]
            assert app.driver.engine.queue_view("sales", app.driver.now).offered == 0

        await have_hours(app, *range(7))
        async with Telephone(32940) as caller:
            await caller.dial(app)
            await until(lambda: app.driver.engine.waiting("sales"), "the caller waits")


async def have_hours(app: App, *days: int) -> None:
    weekly = [{"day": day, "start": "00:00", "end": "24:00"} for day in days]
    async with app.database.transaction() as session:
        await session.merge(Calendar(id="hours", name="Hours", zone="UTC", weekly=weekly))
        queue = await session.get(Queue, "sales")
        assert queue is not None
        queue.calendar_id = "hours"
    await app.calendars.reload()
    await app.queues.reload()

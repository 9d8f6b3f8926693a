"""How long what is kept: shown before it goes, taken in batches, never what is on hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.audit.models import AuditEntry
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.privacy import ERASED
from contactcenter.privacy import retention as module
from contactcenter.privacy.retention import Run, next_night
from contactcenter.privacy.settings import HoldBody, InteractionsHeld, RulesBody
from tests.privacy.house import BEGIN, House, house


def rules(*each: tuple[str, str | None, int | None]) -> RulesBody:
    return RulesBody.model_validate({"rules": [{"kind": k, "queue": q, "days": d} for k, q, d in each]})


async def fill(center: House) -> None:
    """Every ten days a call, to two queues in turn."""
    for number in range(6):
        await center.call(f"c{number}", f"+4930{number:06}", queue="sales" if number % 2 else "help")
        center.pass_days(10)


async def run(center: House) -> Run:
    done = Run(datetime.fromtimestamp(center.now, UTC))
    await center.privacy.retention.run(done)
    assert done.problem is None
    assert done.ended_at is not None
    return done


async def left(center: House) -> tuple[set[str], set[str]]:
    """Whose caller is known, and whose recording is there."""
    async with center.database.session() as session:
        rows = (await session.scalars(select(Interaction))).all()
    known = {row.id for row in rows if row.caller_address != ERASED}
    files = {path.name.partition(".")[0] for path in center.files.folder.iterdir()}
    assert files == {row.id for row in rows if row.recording is not None}
    return known, files


async def test_nothing_goes_without_a_rule(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        await fill(center)
        assert (await run(center)).counts == {}
        assert len((await left(center))[0]) == 6


async def test_what_is_shown_is_what_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 1)
    async with house(tmp_path) as center:
        await fill(center)
        hold = InteractionsHeld(interaction="c0")
        await center.privacy.holds.set(HoldBody(reason="Complaint.", interactions=hold))
        given = rules(("recordings", None, 15), ("recordings", "sales", 35), ("interactions", None, 45))
        shown = await center.privacy.retention.set(given)
        # Ages 60 50 40 30 20 10 days; c0, c2, c4 came to help.
        table = {(row.kind, row.queue): (row.count, row.oldest) for row in shown.rows}
        began = datetime.fromtimestamp(BEGIN, UTC)
        assert table == {
            ("interactions", None): (1, began + timedelta(days=10)),
            ("recordings", None): (2, began + timedelta(days=20)),
            ("recordings", "sales"): (1, began + timedelta(days=10)),
        }
        assert (await run(center)).counts == {"recordings": 3, "interactions": 1}
        assert await left(center) == ({"c0", "c2", "c3", "c4", "c5"}, {"c0", "c3", "c5"})
        async with center.database.session() as session:
            entry = await session.scalar(select(AuditEntry).where(AuditEntry.act == "privacy.retention_run"))
        assert entry is not None
        assert entry.after == '{"removed":{"interactions":1,"recordings":3}}'
        assert (await run(center)).counts == {}


async def test_rules_are_refused_with_their_field(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        for body, field in (
            (rules(("dreams", None, 3)), "rules.0.kind"),
            (rules(("recordings", None, 3), ("recordings", None, 4)), "rules.1.queue"),
        ):
            with pytest.raises(Problem) as refused:
                await center.privacy.retention.set(body)
            assert refused.value.extra["field"] == field


def test_the_next_night() -> None:
    zone = timezone(timedelta(hours=2))
    assert next_night(datetime(2026, 5, 1, 2, 59, tzinfo=zone)) == datetime(2026, 5, 1, 3, 0, tzinfo=zone)
    assert next_night(datetime(2026, 5, 1, 3, 0, tzinfo=zone)) == datetime(2026, 5, 2, 3, 0, tzinfo=zone)

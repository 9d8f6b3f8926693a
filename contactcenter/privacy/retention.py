"""How long data is kept: rules by kind and queue, what they would take, and the run every night."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import delete, select

from contactcenter.api.fields import bad
from contactcenter.api.problems import Problem
from contactcenter.audit.acts import Act
from contactcenter.audit.acts import Subject as Acted
from contactcenter.audit.recorder import note, record
from contactcenter.plugin import Cut, Held, RetentionKind
from contactcenter.privacy import sweep
from contactcenter.privacy.acts import RETENTION_RUN, RETENTION_SET
from contactcenter.privacy.ground import Ground
from contactcenter.privacy.holds import Holds
from contactcenter.privacy.models import RetentionRule
from contactcenter.privacy.settings import RetentionOut, RetentionRow, RulesBody, RunOut
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended

HOUR = 3
"""Of the night, in the house's time zone."""
BATCH = 200
PAUSE_S = 0.02
"""Between batches, in which others come to the database."""
_RULES = Acted("retention", "rules")

log = structlog.get_logger(__name__)
Rules = Mapping[tuple[str, str], int | None]
"""Days by kind and queue, "" being every other queue."""


@dataclass(slots=True)
class Run:
    started_at: datetime
    ended_at: datetime | None = None
    counts: dict[str, int] = field(default_factory=dict)
    problem: str | None = None


def cuts(
    kinds: Sequence[RetentionKind], rules: Rules, held: tuple[Held, ...], now: float
) -> Iterator[tuple[RetentionKind, Cut]]:
    """What the rules take at `now`: a queue's own rule counts for it instead of the one for all others."""
    for kind in kinds:
        of_kind = {queue: days for (name, queue), days in rules.items() if name == kind.kind}
        own = frozenset(queue for queue in of_kind if queue)
        for queue, days in sorted({"": kind.default_days, **of_kind}.items()):
            if days is None:
                continue
            before = datetime.fromtimestamp(now, UTC) - timedelta(days=days)
            others = frozenset() if queue else own
            yield kind, Cut(before=before, queue=queue or None, other_than=others, held=held)


def next_night(now: datetime) -> datetime:
    """The next HOUR in the zone of `now`, which is aware."""
    tonight = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)


class Retention:
    """`start` and `stop` the nightly run; one goes on at a time."""

    def __init__(self, ground: Ground, holds: Holds) -> None:
        self._ground = ground
        self._holds = holds
        self._task: asyncio.Task[None] | None = None
        self._running: asyncio.Task[None] | None = None
        self.last: Run | None = None

    async def shown(self) -> RetentionOut:
        """Every kind with its rules and what they would take now."""
        rows = await self.preview(await self.rules())
        run = None
        if (last := self.last) is not None:
            run = RunOut(
                started_at=last.started_at, ended_at=last.ended_at, counts=dict(last.counts), problem=last.problem
            )
        due = None if self._task is None else next_night(self._local()).astimezone(UTC)
        return RetentionOut(rows=rows, last_run=run, next_run=due)

    async def rules(self) -> dict[tuple[str, str], int | None]:
        async with self._ground.database.session() as session:
            return {(row.kind, row.queue_id): row.days for row in await session.scalars(select(RetentionRule))}

    def checked(self, body: RulesBody) -> dict[tuple[str, str], int | None]:
        """Raises Problem 422 that names the rule."""
        known = {kind.kind for kind in self._ground.retention()}
        rules: dict[tuple[str, str], int | None] = {}
        for place, rule in enumerate(body.rules):
            if rule.kind not in known:
                raise bad(f"rules.{place}.kind", f"there is no kind of data {rule.kind!r} that has rules.")
            key = rule.kind, rule.queue or ""
            if key in rules:
                raise bad(f"rules.{place}.queue", "there is a rule for it above.")
            rules[key] = rule.days
        return rules

    def defaults(self) -> dict[str, int | None]:
        """Days by kind for which there is no rule; None: kept."""
        return {kind.kind: kind.default_days for kind in self._ground.retention()}

    async def set(self, body: RulesBody) -> RetentionOut:
        """As `put`, and what they would take now."""
        await self.put(body)
        return await self.shown()

    async def put(self, body: RulesBody) -> None:
        """All rules there are from now on. Raises Problem 422."""
        rules = self.checked(body)
        before = await self.rules()
        async with self._ground.database.transaction() as session:
            await session.execute(delete(RetentionRule))
            session.add_all(
                [RetentionRule(kind=kind, queue_id=queue, days=days) for (kind, queue), days in rules.items()]
            )
            act = Act(kind=RETENTION_SET, subject=_RULES, before=_document(before), after=_document(rules))
            await record(session, act)

    async def preview(self, rules: Rules) -> list[RetentionRow]:
        """What these rules would take now; a kind without a rule is kept."""
        rows: list[RetentionRow] = []
        kinds = self._ground.retention()
        async with self._ground.database.session() as session:
            held = await self._holds.in_force(session)
        by_place = {(kind.kind, cut.queue or ""): cut for kind, cut in cuts(kinds, rules, held, self._ground.now())}
        for kind in kinds:
            queues = sorted({""} | {queue for name, queue in rules if name == kind.kind})
            for queue in queues:
                cut = by_place.get((kind.kind, queue))
                aged = None if cut is None else await kind.count_older(cut)
                rows.append(
                    RetentionRow(
                        kind=kind.kind,
                        words=kind.words,
                        queue=queue or None,
                        days=rules.get((kind.kind, queue), kind.default_days),
                        count=0 if aged is None else aged.count,
                        oldest=None if aged is None else aged.oldest,
                    )
                )
        return rows

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._nights(), name="retention")

    async def stop(self) -> None:
        """What a run has left is taken by the next."""
        await ended(self._task, self._running)
        self._task = self._running = None

    def run_now(self) -> None:
        """Raises Problem 409 while one goes on."""
        if self._running is not None and not self._running.done():
            raise Problem(409, "runs-already", "It goes on already", "Old data is being removed already.")
        self.last = Run(self._ground.moment())
        self._running = asyncio.get_running_loop().create_task(self.run(self.last), name="retention-run")

    async def run(self, run: Run) -> None:
        """Takes what the rules say. What could not be done is told in `run` and left to the next."""
        try:
            await self._take(run)
        except (StorageUnavailable, OSError) as error:
            run.problem = str(error)
            log.warning("retention.stopped", reason=type(error).__name__)
        except Exception:
            run.problem = "It failed; the server's log says why."
            log.exception("retention.failed")
        finally:
            run.ended_at = self._ground.moment()

    async def _take(self, run: Run) -> None:
        ground = self._ground
        await ground.journal.flush()
        rules = await self.rules()
        now = ground.now()
        try:
            # Recordings before their interactions, whose rows name the files.
            for kind, cut in cuts(tuple(reversed(ground.retention())), rules, (), now):
                while count := await kind.delete_older(await self._under_hold(cut), BATCH):
                    run.counts[kind.kind] = run.counts.get(kind.kind, 0) + count
                    await asyncio.sleep(PAUSE_S)
        finally:
            if run.counts:
                await note(ground.database, Act(kind=RETENTION_RUN, subject=_RULES, after={"removed": run.counts}))
                await sweep.compact(ground.database)

    async def _under_hold(self, cut: Cut) -> Cut:
        """Asked anew before each batch: a hold set meanwhile counts at once."""
        async with self._ground.database.session() as session:
            held = await self._holds.in_force(session)
        return Cut(before=cut.before, queue=cut.queue, other_than=cut.other_than, held=held)

    def _local(self) -> datetime:
        return datetime.fromtimestamp(self._ground.now(), UTC).astimezone()

    async def _nights(self) -> None:
        while True:
            await asyncio.sleep((next_night(self._local()) - self._local()).total_seconds())
            if self._running is None or self._running.done():
                self.run_now()


def _document(rules: Rules) -> dict[str, list[dict[str, str | int | None]]]:
    rows = sorted(rules.items())
    return {"rules": [{"kind": kind, "queue": queue or None, "days": days} for (kind, queue), days in rows]}

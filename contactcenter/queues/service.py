"""The set-up of queues, read from the database and told to the routing engine."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from acd.commands import ConfigureQueue
from acd.model import Overflow, QueueConfig, SkillRequirement
from contactcenter.queues.models import Disposition, PauseReason, Queue, QueueSkill
from contactcenter.routing.driver import RoutingDriver
from contactcenter.storage.database import Database


class Queues:
    """What was read last; `reload` after a change."""

    def __init__(self, database: Database, driver: RoutingDriver) -> None:
        self._database = database
        self._driver = driver
        self._queues: dict[str, Queue] = {}
        self._dispositions: dict[str, Disposition] = {}
        self._pause_reasons: dict[str, PauseReason] = {}

    async def reload(self) -> None:
        async with self._database.session() as session:
            queues = (await session.scalars(select(Queue).order_by(Queue.position, Queue.id))).all()
            skills: dict[str, list[SkillRequirement]] = defaultdict(list)
            for skill in await session.scalars(select(QueueSkill)):
                skills[skill.queue_id].append(SkillRequirement(skill.skill_id, skill.level))
            dispositions = await session.scalars(select(Disposition).order_by(Disposition.position, Disposition.id))
            self._dispositions = {row.id: row for row in dispositions}
            reasons = await session.scalars(select(PauseReason).order_by(PauseReason.position, PauseReason.id))
            self._pause_reasons = {row.id: row for row in reasons}
        self._queues = {queue.id: queue for queue in queues}
        for queue in queues:
            self._driver.submit(ConfigureQueue(_config(queue, tuple(skills[queue.id]))))

    def all(self) -> Iterable[Queue]:
        """In the order in which they are shown."""
        return self._queues.values()

    def ids(self) -> set[str]:
        return set(self._queues)

    def get(self, queue_id: str) -> Queue | None:
        return self._queues.get(queue_id)

    def name(self, queue_id: str) -> str:
        queue = self._queues.get(queue_id)
        return queue.name if queue else queue_id

    def dispositions(self, queue_id: str | None) -> list[Disposition]:
        """Those of every queue, and with `queue_id` those of that queue; without it all. No branch without a leaf."""
        allowed = [d for d in self._dispositions.values() if queue_id is None or d.queue_id in (None, queue_id)]
        branches = self._branches()
        while True:
            parents = {d.parent_id for d in allowed}
            kept = [d for d in allowed if d.id not in branches or d.id in parents]
            if len(kept) == len(allowed):
                return kept
            allowed = kept

    def _branches(self) -> set[str | None]:
        return {d.parent_id for d in self._dispositions.values()}

    def disposition(self, disposition_id: str, queue_id: str | None) -> Disposition | None:
        """One that an agent may give: a leaf of the tree, allowed in that queue."""
        allowed = {d.id: d for d in self.dispositions(queue_id)}
        return None if disposition_id in self._branches() else allowed.get(disposition_id)

    def disposition_label(self, disposition_id: str) -> str:
        row = self._dispositions.get(disposition_id)
        return row.label if row else disposition_id

    def pause_reasons(self) -> Iterable[PauseReason]:
        return self._pause_reasons.values()

    def pause_reason(self, reason_id: str) -> PauseReason | None:
        return self._pause_reasons.get(reason_id)


def _config(queue: Queue, skills: tuple[SkillRequirement, ...]) -> QueueConfig:
    return QueueConfig(
        queue.id,
        strategy=queue.strategy,
        required_skills=skills,
        ring_timeout_s=queue.ring_timeout_s,
        wrap_up_s=queue.wrap_up_s,
        wrap_up_forced=queue.wrap_up_forced,
        max_wait_s=queue.max_wait_s,
        overflow=Overflow(queue.overflow_queue_id) if queue.max_wait_s is not None else None,
        service_level_target_s=queue.service_level_target_s,
        weight=queue.weight,
    )

"""The set-up of queues, read from the database and told to the routing engine."""

from collections.abc import Awaitable, Callable, Iterable

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.commands import Command, ConfigureOrder, ConfigurePauseReasons, ConfigureQueue, RemoveQueue
from acd.model import Order, QueueConfig
from acd.model import PauseReason as PauseRule
from contactcenter.queues.fields import UsedBy
from contactcenter.queues.models import Disposition, PauseReason, Queue, RoutingSetting, Skill
from contactcenter.queues.settings import queue_config
from contactcenter.routing.driver import RoutingDriver, refusal
from contactcenter.storage.database import Database

log = structlog.get_logger(__name__)


SkillUses = Callable[[AsyncSession], Awaitable[dict[str, UsedBy]]]
"""Who asks for a skill, by skill."""


class Queues:
    """What was read last; `reload` after a change. `skill_uses`: those of slices above, which ask for skills too."""

    def __init__(self, database: Database, driver: RoutingDriver) -> None:
        self._database = database
        self._driver = driver
        self._queues: dict[str, Queue] = {}
        self._configs: dict[str, QueueConfig] = {}
        self._dispositions: dict[str, Disposition] = {}
        self._pause_reasons: dict[str, PauseReason] = {}
        self._reasons_told: tuple[PauseRule, ...] | None = None
        self._order_told: Order | None = None
        self._skill_names: dict[str, str] = {}
        self.skill_uses: list[SkillUses] = []

    async def reload(self) -> None:
        """Read everything and tell the engine what is new, changed or gone."""
        async with self._database.session() as session:
            queues = (await session.scalars(select(Queue).order_by(Queue.position, Queue.id))).all()
            dispositions = await session.scalars(select(Disposition).order_by(Disposition.position, Disposition.id))
            self._dispositions = {row.id: row for row in dispositions}
            reasons = await session.scalars(select(PauseReason).order_by(PauseReason.position, PauseReason.id))
            self._pause_reasons = {row.id: row for row in reasons}
            order = await session.get(RoutingSetting, "order")
            self._skill_names = {row.id: row.name for row in await session.scalars(select(Skill))}
        self._tell_queues({queue.id: queue for queue in queues})
        rules = tuple(PauseRule(row.id, row.paid, row.occupancy) for row in self._pause_reasons.values())
        if rules != self._reasons_told and self._told(ConfigurePauseReasons(rules)):
            self._reasons_told = rules
        wanted = Order(order.value) if order else Order.PRIORITY
        if wanted is not self._order_told and self._told(ConfigureOrder(wanted)):
            self._order_told = wanted

    def _tell_queues(self, queues: dict[str, Queue]) -> None:
        for queue_id in self._configs.keys() - queues.keys():
            if self._told(RemoveQueue(queue_id)):
                del self._configs[queue_id]
        for queue_id, queue in queues.items():
            config = queue_config(queue)
            if self._configs.get(queue_id) != config and self._told(ConfigureQueue(config)):
                self._configs[queue_id] = config
        self._queues = {queue_id: queue for queue_id, queue in queues.items() if queue_id in self._configs}

    def _told(self, command: Command) -> bool:
        """Whether the engine took it. What comes through the API was tried before, other rows were not."""
        refused = refusal(self._driver.submit(command))
        if refused is not None:
            log.error("routing.set_up_refused", command=refused.command, reason=refused.sentence)
        return refused is None

    def all(self) -> Iterable[Queue]:
        """In the order in which they are shown."""
        return self._queues.values()

    def ids(self) -> set[str]:
        return set(self._queues)

    def get(self, queue_id: str) -> Queue | None:
        return self._queues.get(queue_id)

    def configs(self) -> dict[str, QueueConfig]:
        """What the engine was told, by queue."""
        return dict(self._configs)

    def name(self, queue_id: str) -> str:
        queue = self._queues.get(queue_id)
        return queue.name if queue else queue_id

    @property
    def order(self) -> Order:
        return self._order_told or Order.PRIORITY

    def remove(self, queue_id: str) -> str | None:
        """Take it from the engine, ahead of the database; why that cannot be, or None. `reload` brings it back."""
        refused = refusal(self._driver.submit(RemoveQueue(queue_id)))
        if refused is not None:
            return refused.sentence
        self._configs.pop(queue_id, None)
        self._queues.pop(queue_id, None)
        return None

    def put_back(self, queue: Queue) -> None:
        """After a `remove` that the database did not follow."""
        self._tell_queues({**self._queues, queue.id: queue})

    def dispositions(self, queue_id: str | None) -> list[Disposition]:
        """Those of every queue, and with `queue_id` those of that queue; without it all. No branch without a leaf."""
        given = [d for d in self._dispositions.values() if not d.retired]
        allowed = [d for d in given if queue_id is None or d.queue_id in (None, queue_id)]
        branches = self._branches()
        while True:
            parents = {d.parent_id for d in allowed}
            kept = [d for d in allowed if d.id not in branches or d.id in parents]
            if len(kept) == len(allowed):
                return kept
            allowed = kept

    def _branches(self) -> set[str | None]:
        return {d.parent_id for d in self._dispositions.values() if not d.retired}

    def disposition(self, disposition_id: str, queue_id: str | None) -> Disposition | None:
        """One that an agent may give: a leaf of the tree, allowed in that queue."""
        allowed = {d.id: d for d in self.dispositions(queue_id)}
        return None if disposition_id in self._branches() else allowed.get(disposition_id)

    def skill_name(self, skill_id: str) -> str:
        return self._skill_names.get(skill_id, skill_id)

    def disposition_label(self, disposition_id: str) -> str:
        row = self._dispositions.get(disposition_id)
        return row.label if row else disposition_id

    def pause_reasons(self) -> Iterable[PauseReason]:
        return self._pause_reasons.values()

    def pause_reason(self, reason_id: str) -> PauseReason | None:
        return self._pause_reasons.get(reason_id)

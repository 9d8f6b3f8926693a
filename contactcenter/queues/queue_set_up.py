"""Queues made, changed and removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, ActKind, Document, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.access import forget_queue, holders
from contactcenter.identity.models import User
from contactcenter.permissions import Principal
from contactcenter.queues.acts import QUEUE_CHANGED, QUEUE_MADE, QUEUE_REMOVED
from contactcenter.queues.dry_run import check_queue
from contactcenter.queues.expressions import check_skills
from contactcenter.queues.fields import Named, UsedBy, bad, check_name, in_use, new_id
from contactcenter.queues.models import Calendar, Queue, QueueMember, Skill
from contactcenter.queues.permissions import ROUTING_VIEW, WORK_TAKE
from contactcenter.queues.set_up import SetUp
from contactcenter.queues.settings import (
    ChangedQueue,
    MemberIs,
    NewQueue,
    QueueBody,
    QueueSettings,
    columns,
    queue_config,
    settings_of,
)
from contactcenter.queues.targets import check_targets, queues_of


class QueueSetUp:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    async def seen(self, queue_id: str, by: Principal) -> QueueSettings:
        """Raises Problem 404, also for one that he may not look at."""
        if not self._set_up.reach.queue_within(by.scope(ROUTING_VIEW), queue_id):
            raise not_found("queue")
        return await self.get(queue_id)

    async def get(self, queue_id: str) -> QueueSettings:
        """Raises Problem 404."""
        async with self._set_up.database.session() as session:
            queue = await session.get(Queue, queue_id)
            if queue is None:
                raise not_found("queue")
            return settings_of(queue, await _members(session, queue_id))

    async def make(self, body: NewQueue) -> QueueSettings:
        """Raises Problem 409 for an id or a name that is taken, 422 for what cannot work."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                queue_id = new_id(body.id, body.name, await _names(session))
                await self._check(session, queue_id, body, body.members)
                queue = Queue(id=queue_id, **columns(body))
                session.add(queue)
                await session.flush()
                _put_members(session, queue_id, body.members)
                await record(session, await _act(session, QUEUE_MADE, queue, None))
            await self._set_up.settle("queue", queue_id, agents=bool(body.members))
        return await self.get(queue_id)

    async def change(self, queue_id: str, body: ChangedQueue) -> QueueSettings:
        """Raises Problem 404, 409 for a name that is taken, 422 for what cannot work."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                queue = await session.get(Queue, queue_id)
                if queue is None:
                    raise not_found("queue")
                if body.id not in (None, queue_id):
                    raise bad("id", "cannot be changed; make a new queue instead.")
                names = await _names(session)
                check_name(body.name, {key: name for key, name in names.items() if key != queue_id})
                await self._check(session, queue_id, body, body.members or [])
                before = await _document(session, queue)
                for column, value in columns(body).items():
                    setattr(queue, column, value)
                if body.members is not None:
                    await session.execute(delete(QueueMember).where(QueueMember.queue_id == queue_id))
                    _put_members(session, queue_id, body.members)
                await record(session, await _act(session, QUEUE_CHANGED, queue, before))
            await self._set_up.settle("queue", queue_id, agents=body.members is not None)
        return await self.get(queue_id)

    async def remove(self, queue_id: str) -> None:
        """Its memberships and its own results go with it. Raises Problem 404, 409 while it is used."""
        async with self._set_up.lock:
            async with self._set_up.database.session() as session:
                queue = await session.get(Queue, queue_id)
            if queue is None:
                raise not_found("queue")
            if used_by := self._used_by(queue_id):
                raise in_use(f"The queue {queue.name!r}", used_by)
            # From the engine first: a contact that comes in between would be lost with the row.
            if (why_not := self._set_up.queues.remove(queue_id)) is not None:
                raise Problem(409, "queue-not-empty", "Contacts are waiting", why_not, used_by=UsedBy().model_dump())
            try:
                async with self._set_up.database.transaction() as session:
                    subject = Subject("queue", queue_id, queue.name)
                    act = Act(kind=QUEUE_REMOVED, subject=subject, before=await _document(session, queue))
                    await session.execute(delete(Queue).where(Queue.id == queue_id))
                    await forget_queue(session, queue_id)
                    await record(session, act)
            except BaseException:
                self._set_up.queues.put_back(queue)
                raise
            await self._set_up.settle("queue", queue_id, agents=True)

    def _used_by(self, queue_id: str) -> UsedBy:
        queues = self._set_up.queues
        others = [
            Named(id=other_id, name=queues.name(other_id))
            for other_id, config in queues.configs().items()
            if other_id != queue_id and queue_id in (target for _, target in queues_of(config.overflow))
        ]
        return UsedBy(queues=others, flows=self._set_up.flows_leading_to(queue_id))

    async def _check(self, session: AsyncSession, queue_id: str, body: QueueBody, members: Sequence[MemberIs]) -> None:
        config = queue_config(Queue(id=queue_id, **columns(body)))
        others = self._set_up.queues.configs()
        check_skills(body, set(await session.scalars(select(Skill.id))))
        check_queue(config, others.values())
        await check_targets(session, config.overflow, {*others, queue_id}, self._set_up.unreachable)
        if body.calendar_id is not None and await session.get(Calendar, body.calendar_id) is None:
            raise bad("calendar_id", f"there is no calendar {body.calendar_id!r}.")
        await _check_members(session, members)


async def _names(session: AsyncSession) -> dict[str, str]:
    return {row.id: row.name for row in await session.execute(select(Queue.id, Queue.name))}


async def _members(session: AsyncSession, queue_id: str) -> list[MemberIs]:
    query = (
        select(QueueMember, User.name)
        .join(User, User.id == QueueMember.user_id)
        .where(QueueMember.queue_id == queue_id)
        .order_by(QueueMember.tier, QueueMember.position, User.name, User.id)
    )
    return [
        MemberIs.model_construct(
            agent_id=row.user_id, name=name, tier=row.tier, position=row.position, weight=row.weight
        )
        for row, name in await session.execute(query)
    ]


async def _document(session: AsyncSession, queue: Queue) -> Document:
    """As a PUT takes it."""
    await session.flush()
    settings = settings_of(queue, await _members(session, queue.id))
    return settings.model_dump(mode="json", exclude={"members": {"__all__": {"name"}}})


async def _act(session: AsyncSession, kind: ActKind, queue: Queue, before: Document | None) -> Act:
    after = await _document(session, queue)
    return Act(kind=kind, subject=Subject("queue", queue.id, queue.name), before=before, after=after)


def _put_members(session: AsyncSession, queue_id: str, members: Iterable[MemberIs]) -> None:
    for member in members:
        session.add(
            QueueMember(
                queue_id=queue_id,
                user_id=member.agent_id,
                tier=member.tier,
                position=member.position,
                weight=member.weight,
            )
        )


async def _check_members(session: AsyncSession, members: Sequence[MemberIs]) -> None:
    wanted = [member.agent_id for member in members]
    able = await holders(session, WORK_TAKE)
    for place, agent_id in enumerate(wanted):
        if agent_id not in able:
            raise bad(f"members.{place}.agent_id", f"there is no agent {agent_id!r}.")
        if agent_id in wanted[:place]:
            raise bad(f"members.{place}.agent_id", "this agent is in the list already.")

"""Group commit: what is to be written while the last transaction is under way goes into the next one together, so that
its costs (statements, turns, waiting for the disk) are paid once for all of them. Who comes alone waits for nobody."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.storage.database import Database

Item = TypeVar("Item")
Answer = TypeVar("Answer")
MOST: Final = 64
"""Written in one transaction, unless said otherwise."""


class Grouped(Generic[Item, Answer]):
    """`write` puts items into the transaction of the session and answers for each, in their order. When it raises, or
    the commit does, nothing of the group is written, and each is tried on its own: a fault is only for who made it."""

    def __init__(
        self,
        database: Database,
        write: Callable[[AsyncSession, Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        most: int = MOST,
    ) -> None:
        self._database = database
        self._write = write
        self._most = most
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Answer:
        """Durable when it returns. Raises what `write` or the commit raises for this item alone."""
        if self._database.joined:
            return await self._alone(item)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go_on(), name="grouped-writes")
        return await answer

    async def settled(self) -> None:
        """Once what has been put is written; to be awaited before the database is closed."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _go_on(self) -> None:
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            try:
                answers = await self._together([item for item, _ in group])
            except BaseException as error:
                if len(group) == 1 or not isinstance(error, Exception):
                    for _, answer in group:
                        _fail(answer, error)
                else:
                    await self._one_by_one(group)
                if not isinstance(error, Exception):
                    raise
            else:
                for (_, answer), each in zip(group, answers, strict=True):
                    if not answer.done():
                        answer.set_result(each)

    async def _together(self, items: Sequence[Item]) -> Sequence[Answer]:
        async with self._database.writing() as session:
            return await self._write(session, items)

    async def _alone(self, item: Item) -> Answer:
        (answer,) = await self._together([item])
        return answer

    async def _one_by_one(self, group: Sequence[tuple[Item, asyncio.Future[Answer]]]) -> None:
        for item, answer in group:
            try:
                made = await self._alone(item)
            except Exception as error:
                _fail(answer, error)
            else:
                if not answer.done():
                    answer.set_result(made)


def _fail(answer: asyncio.Future[Answer], error: BaseException) -> None:
    """Whoever asked may have gone away meanwhile."""
    if not answer.done():
        answer.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())

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
FULL: Final = 8
"""So many are worth a transaction of their own while another is under way."""


class Grouped(Generic[Item, Answer]):
    """`write` puts items into the transaction of the session and answers for each, in their order. When it raises, or
    the commit does, nothing of the group is written, and each is tried on its own: a fault is only for who made it.
    `at_once`: groups that may be under way; while one waits for the disk another is written."""

    def __init__(
        self,
        database: Database,
        write: Callable[[AsyncSession, Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        most: int = MOST,
        at_once: int = 1,
    ) -> None:
        self._database = database
        self._write = write
        self._most = most
        self._at_once = at_once
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def put(self, item: Item) -> Answer:
        """Durable when it returns. Raises what `write` or the commit raises for this item alone."""
        if self._database.joined:
            return await self._alone(item)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if len(self._tasks) < self._at_once and self._worth_it(len(self._tasks)):
            task = asyncio.create_task(self._go_on(), name="grouped-writes")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    def _worth_it(self, others: int) -> bool:
        return len(self._waiting) >= (FULL if others else 1)

    async def settled(self) -> None:
        """Once what has been put is written; to be awaited before the database is closed."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _go_on(self) -> None:
        try:
            await self._write_what_waits()
        finally:
            # At once, not with the callback: who comes meanwhile would count on it.
            if (task := asyncio.current_task()) is not None:
                self._tasks.discard(task)

    async def _write_what_waits(self) -> None:
        while self._worth_it(len(self._tasks) - 1):
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

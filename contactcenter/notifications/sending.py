"""What is due goes out: alone, or together with what else has gathered for the same person."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.identity.models import User
from contactcenter.mail.outbox import Mail
from contactcenter.notifications.models import Notification
from contactcenter.notifications.pushing import Pushing
from contactcenter.notifications.service import Notifications
from contactcenter.notifications.words import NoticeWords
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 30.0
_PEOPLE: Final = 200


class Sending:
    def __init__(self, notices: Notifications, pushing: Pushing, words: NoticeWords) -> None:
        self._notices = notices
        self._pushing = pushing
        self._words = words
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        notices.woken = self._wake.set

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="notices")

    async def stop(self) -> None:
        await ended(self._task)
        self._task = None
        await self._pushing.close()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.sweep()
                await self._pushing.sweep()
            except StorageUnavailable as error:
                log.warning("notices_wait", reason=str(error))
            except Exception:
                log.exception("notices_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()

    async def sweep(self) -> int:
        """Puts what is due into the outbox; how many mails that were. Raises StorageUnavailable."""
        due = Notification.mail_at <= self._notices.moment()
        async with self._notices.database.session() as session:
            users = list(await session.scalars(select(Notification.user_id).where(due).distinct().limit(_PEOPLE)))
        sent = 0
        for user in users:
            async with self._notices.database.writing() as session:
                sent += await self._mail(session, user)
        if sent:
            self._notices.outbox.wake()
        return sent

    async def _mail(self, session: AsyncSession, user_id: str) -> bool:
        """What was read meanwhile is not mailed any more."""
        due = Notification.user_id == user_id, Notification.mail_at <= self._notices.moment()
        query = select(Notification).where(*due).order_by(Notification.id.desc()).with_for_update()
        rows = list(await session.scalars(query))
        user = await session.get(User, user_id)
        for row in rows:
            row.mail_at = None
        fresh = [row for row in rows if row.read_at is None]
        if not fresh or user is None or user.disabled_at is not None:
            return False
        mail = self._words.mail(fresh)
        return await self._notices.outbox.put(
            session, Mail(to=user.email, subject=mail.subject, text=mail.text, html=mail.html)
        )

"""What is due goes out: alone, or together with what else has gathered for the same person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.identity.models import User
from contactcenter.mail.outbox import Mail
from contactcenter.notifications.kinds import DIGEST
from contactcenter.notifications.models import Notification
from contactcenter.notifications.service import Notifications
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.templates.service import Templates

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 30.0
MOST_LINES: Final = 50
_PEOPLE: Final = 200


class Sending:
    """`page_url` gives where people sign in."""

    def __init__(self, notices: Notifications, templates: Templates, page_url: Callable[[], str]) -> None:
        self._notices = notices
        self._templates = templates
        self._page_url = page_url
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        notices.woken = self._wake.set

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="notices")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.sweep()
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
        key, variables = (self._one if len(fresh) == 1 else self._several)(fresh)
        mail = self._templates.render(key, "", variables)
        return await self._notices.outbox.put(
            session, Mail(to=user.email, subject=mail.subject, text=mail.text, html=mail.html)
        )

    def _one(self, rows: Sequence[Notification]) -> tuple[str, dict[str, str]]:
        row = rows[0]
        return f"notice.{row.kind}", {**row.facts, "title": row.title, "link": self._page_url().rstrip("/") + row.link}

    def _several(self, rows: Sequence[Notification]) -> tuple[str, dict[str, str]]:
        lines = [self._templates.render(*self._line(row)).subject for row in rows[:MOST_LINES]]
        if len(rows) > MOST_LINES:
            lines.append("…")
        link = f"{self._page_url().rstrip('/')}/notices"
        return DIGEST.key, {"count": str(len(rows)), "lines": "\n".join(lines), "link": link}

    def _line(self, row: Notification) -> tuple[str, str, dict[str, str]]:
        key, variables = self._one([row])
        return key, "", variables

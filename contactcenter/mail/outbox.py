"""The outbox: mail is put down with the change it tells of, and sent once that is committed."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import orjson
import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.mail.models import OutgoingMail
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.vault.columns import row_context
from contactcenter.vault.service import Vault

ATTEMPTS: Final = 8
"""With FIRST_S doubling: the last one 64 min after the first."""
FIRST_S: Final = 30.0
_LOOK_EVERY_S = 30.0
_AT_ONCE = 20

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """`html` says the same as `text`, for mail programs that show it; empty: text alone."""

    to: str
    subject: str
    text: str
    html: str = ""


class MailRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The mail server will never take this one; trying again is no use."""


Send = Callable[[Mail], Awaitable[None]]
"""Raises MailRefused, or OSError for what may pass."""
Tell = Callable[[str | None], None]


def wait_after(attempts: int) -> float:
    """Seconds until the next attempt after so many failed ones."""
    return FIRST_S * 2.0 ** (min(attempts, 20) - 1)


class Outbox:
    """`send` None: there is no mail server, and nothing is put down. `tell` takes a sentence for the notices."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        send: Send | None,
        *,
        tell: Tell = lambda sentence: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._vault = vault
        self._send = send
        self._tell = tell
        self._now = now
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def configured(self) -> bool:
        """Whether mail can be sent from here at all."""
        return self._send is not None

    async def put(self, session: AsyncSession, mail: Mail) -> bool:
        """Within the transaction of what it tells of; call `wake` after the commit. False: there is no mail server."""
        if self._send is None:
            return False
        row_id, moment = uuid.uuid4().hex, self._moment()
        content = orjson.dumps({"to": mail.to, "subject": mail.subject, "text": mail.text, "html": mail.html})
        sealed = self._vault.seal(content, row_context(OutgoingMail.content, row_id))
        session.add(OutgoingMail(id=row_id, content=sealed, made_at=moment, due_at=moment, attempts=0))
        return True

    def wake(self) -> None:
        self._wake.set()

    def start(self) -> None:
        if self._send is not None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="outbox")

    async def stop(self) -> None:
        await ended(self._task)
        self._task = None

    async def waiting(self) -> int:
        async with self._database.session() as session:
            return await session.scalar(select(func.count()).select_from(OutgoingMail)) or 0

    async def deliver_due(self) -> None:
        """Send what is due now, the oldest first. Mail is sent at least once: a kill between sending and noting it
        sends it again."""
        due = select(OutgoingMail).where(OutgoingMail.due_at <= self._moment()).order_by(OutgoingMail.due_at)
        async with self._database.session() as session:
            rows = (await session.scalars(due.limit(_AT_ONCE))).all()
        for row in rows:
            await self._deliver(row)

    async def _deliver(self, row: OutgoingMail) -> None:
        assert self._send is not None
        try:
            mail = Mail(**orjson.loads(await self._vault.open(row.content, row_context(OutgoingMail.content, row.id))))
            await self._send(mail)
        except MailRefused as error:
            await self._give_up(row, str(error))
        except OSError as error:
            await self._put_off(row, str(error))
        else:
            await self._forget(row)
            self._tell(None)

    async def _put_off(self, row: OutgoingMail, reason: str) -> None:
        attempts = row.attempts + 1
        if attempts >= ATTEMPTS:
            return await self._give_up(row, reason)
        log.warning("outbox.put_off", attempts=attempts)
        async with self._database.transaction() as session:
            kept = await session.get(OutgoingMail, row.id)
            if kept is not None:
                kept.attempts = attempts
                kept.due_at = datetime.fromtimestamp(self._now() + wait_after(attempts), UTC)
        self._tell("The mail server cannot be reached; mail waits and is tried again.")

    async def _give_up(self, row: OutgoingMail, reason: str) -> None:
        log.error("outbox.given_up", attempts=row.attempts + 1, reason_length=len(reason))
        await self._forget(row)
        self._tell("A mail could not be sent and was given up. Look at the settings in [mail] and at the address.")

    async def _forget(self, row: OutgoingMail) -> None:
        async with self._database.transaction() as session:
            await session.execute(delete(OutgoingMail).where(OutgoingMail.id == row.id))

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.deliver_due()
            except StorageUnavailable as error:
                log.warning("outbox.database_away", reason=str(error))
            except Exception:
                log.exception("outbox.failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._wake.wait()

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

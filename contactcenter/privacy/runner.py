"""Answers requests one after the other, tries again what could not be done, and lets exports expire."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select

from contactcenter.audit.acts import Act
from contactcenter.audit.acts import Subject as Acted
from contactcenter.audit.recorder import record
from contactcenter.moments import iso
from contactcenter.plugin import CannotErase
from contactcenter.privacy.acts import ERASURE_DONE, EXPORT_MADE
from contactcenter.privacy.erasure import Erasure, NotYet
from contactcenter.privacy.exporting import export, remove_file
from contactcenter.privacy.ground import Ground
from contactcenter.privacy.holds import Holds
from contactcenter.privacy.models import PrivacyRequest
from contactcenter.privacy.requests import Requests, waiting
from contactcenter.privacy.subjects import Subject
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.vault.errors import VaultError

RETRY_S = 15.0
EXPORT_DAYS = 7.0
"""For so long an export can be downloaded."""

log = structlog.get_logger(__name__)


class Runner:
    """`start`, then `wake` whenever there may be something to do, `stop`."""

    def __init__(self, ground: Ground, *, retry_s: float = RETRY_S) -> None:
        self._ground = ground
        self._retry_s = retry_s
        self.holds = Holds(ground)
        self.requests = Requests(ground, self.holds, self.wake)
        self.erasure = Erasure(ground)
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        self._woken.set()

    def start(self) -> None:
        self._woken.set()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="privacy")

    async def stop(self) -> None:
        """What is being done goes on at the next start."""
        await ended(self._task)
        self._task = None

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._retry_s):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self.expire()
                await self.run_waiting()
            except StorageUnavailable as error:
                log.warning("privacy.waits", reason=str(error))
            except Exception:
                log.exception("privacy.failed")

    async def run_waiting(self) -> None:
        """All that can be done now. Raises StorageUnavailable."""
        async with self._ground.database.session() as session:
            rows = await waiting(session)
        for row in rows:
            await self._answer(row)

    async def expire(self) -> None:
        """Raises StorageUnavailable, OSError."""
        old = PrivacyRequest.kind == "export", PrivacyRequest.state == "done"
        async with self._ground.database.transaction() as session:
            query = select(PrivacyRequest).where(*old, PrivacyRequest.expires_at <= self._ground.moment())
            for row in await session.scalars(query):
                await asyncio.to_thread(remove_file, self._ground.folder, row.id)
                row.state = "expired"

    async def _answer(self, row: PrivacyRequest) -> None:
        subject = await self._ground.opened(row.subject, PrivacyRequest.subject, row.id)
        if subject is None:
            await self._set(row.id, state="failed", problem="Whom it was about is not known any more.")
            return
        started = row.started_at or self._ground.moment()
        await self._set(row.id, state="running", started_at=started, problem=None)
        try:
            if row.kind == "export":
                await self._export(row, subject)
            else:
                await self._erase(row, subject, started)
        except (NotYet, CannotErase) as wait:
            await self._set(row.id, state="waiting", problem=str(wait))
        except (StorageUnavailable, OSError, VaultError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            log.warning("privacy.request_waits", request=row.id, reason=reason)
            await self._set(row.id, state="waiting", problem=f"It is tried again: {reason}")
        except Exception:
            log.exception("privacy.request_failed", request=row.id)
            await self._set(row.id, state="failed", problem="It failed; the server's log says why.")

    async def _export(self, row: PrivacyRequest, subject: Subject) -> None:
        ground = self._ground
        made_at = ground.moment()
        told = partial(self._told, row.id)
        counts = await export(ground, subject, row.id, iso(made_at.timestamp()), told)
        done = {kind: count for kind, count in counts.items() if count}
        values = {"counts": done, "done": done, "expires_at": made_at + timedelta(days=EXPORT_DAYS)}
        act = Act(kind=EXPORT_MADE, subject=Acted("privacy_request", row.id), after={"counts": done})
        await self._set(row.id, act=act, state="done", ended_at=made_at, **values)

    async def _erase(self, row: PrivacyRequest, subject: Subject, until: datetime) -> None:
        _, blocked = await self.requests.weigh(subject, until)
        if blocked is not None:
            await self._set(row.id, state="blocked", problem=blocked)
            return
        before: dict[str, int] = dict(row.done)
        told = partial(self._told, row.id, before)
        done = _sum(before, await self.erasure.run(subject, until, told, request_id=row.id))
        act = Act(kind=ERASURE_DONE, subject=Acted("privacy_request", row.id), after={"counts": done})
        ended = {"ended_at": self._ground.moment(), "subject": None, "reason": "", "done": done}
        await self._set(row.id, act=act, state="done", **ended)

    async def _told(self, request_id: str, *counts: dict[str, int]) -> None:
        await self._set(request_id, done=_sum(*counts))

    async def _set(self, request_id: str, *, act: Act | None = None, **values: Any) -> None:
        async with self._ground.database.transaction() as session:
            row = await session.get(PrivacyRequest, request_id)
            if row is None:
                return
            for name, value in values.items():
                setattr(row, name, value)
            if act is not None:
                await record(session, act)


def _sum(*counts: dict[str, int]) -> dict[str, int]:
    return {kind: sum(each.get(kind, 0) for each in counts) for kind in dict.fromkeys(k for c in counts for k in c)}

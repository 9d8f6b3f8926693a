"""What is planned, driven by the clock."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from contactcenter.notifications.service import Notifications
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.tickets.planned.recurring import Recurring
from contactcenter.tickets.planned.reminders import Reminders
from contactcenter.tickets.service import Tickets

log = structlog.get_logger(__name__)

EVERY_S: Final = 10.0


class Planner:
    def __init__(self, tickets: Tickets, notices: Notifications) -> None:
        self.tickets = tickets
        self.reminders = Reminders(tickets, notices)
        self.recurring = Recurring(tickets)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._go_on(), name="tickets-planned")

    async def stop(self) -> None:
        await ended(self._task)
        self._task = None

    async def _go_on(self) -> None:
        while True:
            for sweep in (self.reminders.sweep, self.recurring.sweep):
                try:
                    await sweep()
                except StorageUnavailable as error:
                    log.warning("tickets_planned_waits", reason=str(error))
                except Exception:
                    log.exception("tickets_planned_failed")
            await asyncio.sleep(EVERY_S)

"""Notices and what sends them: built, started and stopped together."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.api.live import Live
from contactcenter.mail.outbox import Outbox
from contactcenter.notifications import plugin
from contactcenter.notifications.sending import Sending
from contactcenter.notifications.service import Notifications
from contactcenter.plugin import Plugin
from contactcenter.storage.database import Database
from contactcenter.templates.service import Templates


class NoticeParts:
    """`page_url` gives where people sign in; `now` unix seconds."""

    def __init__(
        self,
        database: Database,
        live: Live,
        outbox: Outbox,
        templates: Templates,
        *,
        page_url: Callable[[], str],
        now: Callable[[], float],
    ) -> None:
        self.templates = templates
        self.service = Notifications(database, live, outbox, now=now)
        self.sending = Sending(self.service, templates, page_url)

    def plugin(self) -> Plugin:
        """When every slice has registered its kinds."""
        return plugin.load(self.service)

    def start(self) -> None:
        self.sending.start()

    async def stop(self) -> None:
        await self.sending.stop()

"""Notices and what sends them: built, started and stopped together."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.api.live import Live
from contactcenter.mail.outbox import Outbox
from contactcenter.notifications import plugin
from contactcenter.notifications.pushing import Pushing
from contactcenter.notifications.sending import Sending
from contactcenter.notifications.service import Notifications
from contactcenter.notifications.words import NoticeWords
from contactcenter.plugin import Plugin
from contactcenter.storage.database import Database
from contactcenter.templates.service import Templates
from contactcenter.vault.service import Vault


class NoticeParts:
    """`page_url` gives where people sign in; `now` unix seconds; `anywhere`: see Pushing."""

    def __init__(
        self,
        database: Database,
        live: Live,
        outbox: Outbox,
        templates: Templates,
        vault: Vault,
        *,
        page_url: Callable[[], str],
        now: Callable[[], float],
        anywhere: bool = False,
    ) -> None:
        self.templates = templates
        self.service = Notifications(database, live, outbox, now=now)
        words = NoticeWords(templates, page_url)
        self.pushing = Pushing(self.service, vault, words=words.push, contact=words.contact, anywhere=anywhere)
        self.sending = Sending(self.service, self.pushing, words)

    def plugin(self) -> Plugin:
        """When every slice has registered its kinds."""
        return plugin.load(self.service, self.pushing)

    def start(self) -> None:
        self.sending.start()

    async def stop(self) -> None:
        await self.sending.stop()

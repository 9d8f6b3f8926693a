"""A helpdesk that tells: notices, mail that is caught, links of customers; time is turned by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contactcenter.api.live import Live
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.identity.models import Team, TeamMember
from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.notifications.kinds import DIGEST
from contactcenter.notifications.parts import NoticeParts
from contactcenter.notifications.service import Notifications
from contactcenter.notifications.settings import NoticeGroup, NoticeQuery
from contactcenter.permissions import Principal
from contactcenter.templates.service import Templates
from contactcenter.tickets import notices_mails
from contactcenter.tickets.customer_requests import CustomerRequests
from contactcenter.tickets.customer_side import CustomerSide
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.notices_customer import CustomerMails
from contactcenter.tickets.notices_herald import Herald
from contactcenter.tickets.scanning import Scanner
from contactcenter.tickets.tracking import Tracking
from tests.fakes.keys import open_vault
from tests.tickets.desk import CARA, Desk, desk

URL = "https://cc.example.com"


@dataclass(slots=True)
class Bell:
    """`sent` is what the mail server got."""

    desk: Desk
    live: Live
    parts: NoticeParts
    outbox: Outbox
    side: CustomerSide
    herald: Herald
    sent: list[Mail] = field(default_factory=list)

    @property
    def notices(self) -> Notifications:
        return self.parts.service

    @property
    def tracking(self) -> Tracking:
        return self.side.tracking

    @property
    def requests(self) -> CustomerRequests:
        return self.side.requests

    async def heard(self, user: str, **asked: Any) -> list[NoticeGroup]:
        await self.herald.drain()
        return (await self.notices.page(user, NoticeQuery(**asked))).items

    async def kinds(self, user: str) -> list[str]:
        """What somebody was told, the newest first, without "ticket-"."""
        return [each.kind.removeprefix("ticket-") for group in await self.heard(user) for each in group.items]

    async def mails(self, minutes: float = 0) -> list[Mail]:
        """What has come since this was last asked, after so many minutes."""
        await self.herald.drain()
        self.desk.pass_hours(minutes / 60)
        await self.parts.sending.sweep()
        await self.outbox.deliver_due()
        sent, self.sent[:] = list(self.sent), []
        return sent

    async def another_herald(self) -> Herald:
        """After a kill: nothing in memory."""
        await self.herald.stop()
        self.notices._kinds.clear()
        mails = CustomerMails(self.outbox, self.parts.templates, self.tracking)
        self.herald = Herald(self.desk.tickets, self.desk.bus, self.notices, mails)
        return self.herald


async def _nobody(token: str) -> Principal | None:
    return None


@asynccontextmanager
async def bell(folder: Path, url: str | None = None) -> AsyncIterator[Bell]:
    async with desk(folder, url) as house:
        vault = await open_vault(house.database, folder)
        sent: list[Mail] = []

        async def send(mail: Mail) -> None:
            sent.append(mail)

        outbox = Outbox(house.database, vault, send, now=lambda: house.now)
        live, templates = Live(_nobody), Templates(house.database)
        parts = NoticeParts(
            house.database,
            live,
            outbox,
            templates,
            vault,
            page_url=lambda: URL,
            now=lambda: house.now,
            anywhere=True,
        )
        contents = TicketContents(vault, folder / "files")
        side = CustomerSide(house.helpdesk, contents, Scanner(""), vault, file_mb=1, portal_url=lambda: f"{URL}/portal")
        herald = Herald(house.tickets, house.bus, parts.service, CustomerMails(outbox, templates, side.tracking))
        templates.add(DIGEST, *(kind.template for kind in parts.service.kinds), *notices_mails.ALL)
        await _people(house)
        made = Bell(house, live, parts, outbox, side, herald, sent)
        try:
            yield made
        finally:
            await made.herald.stop()
            await parts.sending.stop()


async def _people(house: Desk) -> None:
    """Bert leads the north, where Anna works; Cara has a mail address."""
    async with house.database.transaction() as session:
        (await session.get_one(Team, "north")).leader_id = "bert"
        session.add(TeamMember(team_id="north", user_id="anna"))
        (await session.get_one(Customer, CARA)).language = "de"
        session.add(
            CustomerIdentity(id="m" * 32, customer_id=CARA, kind="email", value="cara@example.com",
                             shown="cara@example.com")
        )  # fmt: skip

"""How webhooks of tickets plug in, and the task that sends what waits."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import structlog

from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.plugin import Plugin
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.tickets import acts
from contactcenter.tickets.automation import settings
from contactcenter.tickets.automation.delivery import AT_ONCE, Deliveries
from contactcenter.tickets.automation.hooks import Webhooks
from contactcenter.tickets.permissions import TICKETS_SET_UP
from contactcenter.tickets.service import Tickets
from contactcenter.vault.service import Vault

log = structlog.get_logger(__name__)

EVERY_S: Final = 2.0
PATH, ONE = "/api/v1/ticket-webhooks", "/api/v1/ticket-webhooks/{id}"
CHANGED: dict[str, Any] = {"audited": (acts.SET_UP,)}


class TicketHooks:
    def __init__(self, tickets: Tickets, vault: Vault) -> None:
        self.webhooks = Webhooks(tickets, vault)
        self.deliveries = Deliveries(tickets, vault)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._go_on(), name="ticket-webhooks")

    async def stop(self) -> None:
        await ended(self._task)
        self._task = None
        await self.deliveries.close()

    async def _go_on(self) -> None:
        rounds = 0
        while True:
            try:
                while await self.deliveries.sweep() == AT_ONCE:
                    pass
                if rounds % 1000 == 0:
                    await self.deliveries.forget()
            except StorageUnavailable as error:
                log.warning("ticket_webhooks_wait", reason=str(error))
            except Exception:
                log.exception("ticket_webhooks_failed")
            rounds += 1
            await asyncio.sleep(EVERY_S)


def load(hooks: TicketHooks) -> Plugin:
    return Plugin(name="ticket-webhooks", routes=tuple(routes(hooks.webhooks)))


def routes(webhooks: Webhooks) -> list[Route]:
    async def every(call: Call) -> settings.WebhookList:
        return await webhooks.every()

    async def make(call: Call) -> settings.WebhookMade:
        return await webhooks.make(call.body(settings.WebhookBody))

    async def change(call: Call) -> settings.WebhookOut:
        return await webhooks.change(call.path("id"), call.body(settings.WebhookBody))

    async def remove(call: Call) -> None:
        await webhooks.remove(call.path("id"))

    async def renew(call: Call) -> settings.WebhookMade:
        return await webhooks.renew(call.path("id"))

    async def test(call: Call) -> None:
        await webhooks.test(call.path("id"))

    async def deliveries(call: Call) -> settings.DeliveryList:
        return await webhooks.deliveries(call.path("id"))

    may, body, out, made = TICKETS_SET_UP, settings.WebhookBody, settings.WebhookOut, settings.WebhookMade
    sent: dict[str, Any] = {"response": settings.DeliveryList, "errors": (404,)}
    nothing = NotAudited("a message of no content is sent")
    return [
        Route("GET", PATH, every, may, "Where word of tickets is sent", response=settings.WebhookList),
        Route("POST", PATH, make, may, "Add a webhook", body=body, response=made, status=201, errors=(409,), **CHANGED),
        Route("PUT", ONE, change, may, "Change a webhook", body=body, response=out, errors=(404, 409), **CHANGED),
        Route("DELETE", ONE, remove, may, "Remove a webhook", errors=(404, 409), **CHANGED),
        Route("POST", f"{ONE}/secret", renew, may, "Make another secret", response=made, errors=(404,), **CHANGED),
        Route("POST", f"{ONE}/test", test, may, "Send a test", errors=(404,), audited=nothing),
        Route("GET", f"{ONE}/deliveries", deliveries, may, "What was sent and what came of it", **sent),
    ]

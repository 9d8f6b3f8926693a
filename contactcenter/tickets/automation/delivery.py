"""Messages on their way to webhooks: each until it is taken, at least once and always under the same id."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Final

import aiohttp
from sqlalchemy import delete, select
from yarl import URL

from contactcenter.api.outward import NotPublic, PublicOnly, check_public
from contactcenter.tickets.automation import signing
from contactcenter.tickets.automation.models import TicketDelivery, TicketWebhook
from contactcenter.tickets.service import Tickets
from contactcenter.vault.columns import row_context
from contactcenter.vault.errors import VaultError
from contactcenter.vault.service import Vault

TIMEOUT_S: Final = 15.0
AT_ONCE: Final = 20
GONE: Final = 410
KEPT: Final = timedelta(days=30)
NOT_PUBLIC: Final = "It is not on the public internet, and that is not allowed for this webhook."


class Deliveries:
    def __init__(self, tickets: Tickets, vault: Vault) -> None:
        self._tickets = tickets
        self._vault = vault
        self._clients: dict[bool, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()
        self._clients = {}

    async def sweep(self) -> int:
        """Sends what is due; how many tries that were. Raises StorageUnavailable."""
        now = self._tickets.moment()
        due = select(TicketDelivery.id).join(TicketWebhook, TicketWebhook.id == TicketDelivery.webhook_id)
        due = due.where(TicketDelivery.next_at <= now, TicketWebhook.enabled.is_(True))
        async with self._tickets.database.session() as session:
            ids = list(await session.scalars(due.order_by(TicketDelivery.next_at).limit(AT_ONCE)))
        await asyncio.gather(*(self._one(each) for each in ids))
        return len(ids)

    async def forget(self) -> None:
        before = self._tickets.moment() - KEPT
        async with self._tickets.database.writing() as session:
            await session.execute(delete(TicketDelivery).where(TicketDelivery.made_at < before))

    async def _one(self, delivery_id: str) -> None:
        async with self._tickets.database.session() as session:
            delivery = await session.get(TicketDelivery, delivery_id)
            hook = None if delivery is None else await session.get(TicketWebhook, delivery.webhook_id)
        if delivery is None or hook is None:
            return
        status, problem = await self._send(hook, delivery)
        async with self._tickets.database.writing() as session:
            row = await session.get(TicketDelivery, delivery_id)
            if row is None:
                return
            now = self._tickets.moment()
            row.tries, row.status, row.problem = row.tries + 1, status, problem
            if status is not None and 200 <= status < 300:
                row.state, row.next_at = "done", None
                return
            row.next_at = None if status == GONE else signing.next_try(row.tries, now)
            row.state = "waiting" if row.next_at is not None else "failed"
            held = await session.get(TicketWebhook, row.webhook_id)
            if status == GONE and held is not None:
                held.enabled, held.stopped = False, "The receiver has answered that it wants no more (410)."

    async def _send(self, hook: TicketWebhook, delivery: TicketDelivery) -> tuple[int | None, str]:
        """What was answered, or a sentence why nothing was."""
        body, url = delivery.body.encode(), URL(hook.url)
        try:
            if not hook.private:
                check_public(url)
            secret = await self._vault.open_text(hook.secret, row_context(TicketWebhook.secret, hook.id))
            headers = signing.headers(delivery.id, self._tickets.moment(), body, secret)
            async with self._client(hook.private).post(
                url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                good = 200 <= answer.status < 300
                return answer.status, "" if good else f"It answers with status {answer.status}."
        except VaultError:
            return None, "The secret cannot be opened; make another."
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            inside = isinstance(error, NotPublic) or isinstance(error.__cause__, NotPublic)
            return None, NOT_PUBLIC if inside else f"It cannot be reached: {type(error).__name__}."

    def _client(self, private: bool) -> aiohttp.ClientSession:
        if private not in self._clients:
            more: dict[str, Any] = {} if private else {"resolver": PublicOnly()}
            self._clients[private] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=AT_ONCE, **more),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "contactcenter"},
            )
        return self._clients[private]

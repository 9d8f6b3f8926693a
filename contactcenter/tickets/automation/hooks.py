"""Webhooks: where word of tickets is sent, and the box out of which it goes."""

from __future__ import annotations

import os
import uuid
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from yarl import URL

from contactcenter.api.fields import bad, check_name, slug
from contactcenter.api.problems import not_found
from contactcenter.audit.recorder import record
from contactcenter.tickets import acts
from contactcenter.tickets.automation import signing
from contactcenter.tickets.automation.models import TicketDelivery, TicketMacro, TicketRule, TicketWebhook
from contactcenter.tickets.automation.settings import (
    DeliveryList,
    DeliveryOut,
    WebhookBody,
    WebhookList,
    WebhookMade,
    WebhookOut,
)
from contactcenter.tickets.checks import refused
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.settings import plain
from contactcenter.tickets.setup import in_use
from contactcenter.tickets.values import Document
from contactcenter.vault.columns import row_context
from contactcenter.vault.service import Vault

COLUMNS: Final = ("name", "url", "private", "enabled")
TOLD: Final = ("type", "category", "state", "state_class", "priority", "channel", "queue", "team", "assignee")
SHOWN: Final = 200


def about(row: Ticket, document: Document, rule: str, changed: list[str]) -> dict[str, Any]:
    """What is told of a ticket: what it is and what has just been changed of it, no words that anybody wrote."""
    told = {name: document.get(name) for name in TOLD}
    return told | {"id": row.id, "number": row.number, "sequence": row.sequence, "rule": rule, "changed": changed}


async def tell(
    session: AsyncSession, webhook_id: str, data: dict[str, Any], ticket_id: str | None, at: datetime
) -> None:
    """Within the transaction of what it tells of. Raises Problem 422."""
    if await session.get(TicketWebhook, webhook_id) is None:
        raise refused("webhook", f"there is no webhook {webhook_id!r}.", webhook_id)
    kind = "ticket.rule" if ticket_id is not None else "test"
    body = {"type": kind, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data}
    session.add(
        TicketDelivery(
            id=f"msg_{uuid.uuid4().hex}",
            webhook_id=webhook_id,
            ticket_id=ticket_id,
            body=orjson.dumps(body).decode(),
            made_at=at,
            next_at=at,
            tries=0,
            state="waiting",
            problem="",
        )
    )


async def check_hooks(session: AsyncSession, actions: list[Any]) -> None:
    """Raises Problem 422 for a webhook that is not there."""
    for place, action in enumerate(actions):
        if action.do == "webhook" and await session.get(TicketWebhook, action.webhook) is None:
            raise bad(f"actions.{place}.webhook", f"there is no webhook {action.webhook!r}.")


class Webhooks:
    def __init__(self, tickets: Tickets, vault: Vault) -> None:
        self._tickets = tickets
        self._vault = vault

    async def every(self) -> WebhookList:
        async with self._tickets.database.session() as session:
            rows = await session.scalars(select(TicketWebhook).order_by(TicketWebhook.name))
            return WebhookList(items=[_out(row) for row in rows])

    async def make(self, body: WebhookBody) -> WebhookMade:
        """Raises Problem 409, 422."""
        async with self._tickets.database.writing() as session:
            names = {row.id: row.name for row in await session.scalars(select(TicketWebhook))}
            check_name(body.name, names)
            row = TicketWebhook(id=slug(body.name, names), stopped="")
            secret = self._new_secret(row)
            _fill(row, body)
            session.add(row)
            await record(session, acts.set_up_act("webhooks", row.id, row.name, None, plain(_out(row))))
            return WebhookMade(**_out(row).model_dump(), secret=secret)

    async def change(self, key: str, body: WebhookBody) -> WebhookOut:
        """Raises Problem 404, 409, 422."""
        async with self._tickets.database.writing() as session:
            rows = {row.id: row for row in await session.scalars(select(TicketWebhook))}
            if key not in rows:
                raise not_found("webhook")
            check_name(body.name, {each: row.name for each, row in rows.items() if each != key})
            before = plain(_out(rows[key]))
            _fill(rows[key], body)
            after = _out(rows[key])
            await record(session, acts.set_up_act("webhooks", key, after.name, before, plain(after)))
            return after

    async def renew(self, key: str) -> WebhookMade:
        """Another secret; what was signed with the one before is no longer. Raises Problem 404."""
        async with self._tickets.database.writing() as session:
            row = await _one(session, key)
            before = plain(_out(row))
            secret = self._new_secret(row)
            after = before | {"renewed_at": self._tickets.moment().isoformat()}
            await record(session, acts.set_up_act("webhooks", key, row.name, before, after))
            return WebhookMade(**_out(row).model_dump(), secret=secret)

    async def remove(self, key: str) -> None:
        """With what waits for it. Raises Problem 404, and 409 while rules or macros name it."""
        async with self._tickets.database.writing() as session:
            row = await _one(session, key)
            named = [each.document["actions"] for each in await session.scalars(select(TicketRule))]
            named += [each.actions for each in await session.scalars(select(TicketMacro))]
            if any(action.get("webhook") == key for actions in named for action in actions):
                raise in_use("A rule or a macro calls it; change that first.")
            await record(session, acts.set_up_act("webhooks", key, row.name, plain(_out(row)), None))
            await session.delete(row)

    async def test(self, key: str) -> None:
        """Sends something to see whether it arrives. Raises Problem 404."""
        async with self._tickets.database.writing() as session:
            await _one(session, key)
            await tell(session, key, {"text": "A test."}, None, self._tickets.moment())

    async def deliveries(self, key: str) -> DeliveryList:
        """The newest. Raises Problem 404."""
        async with self._tickets.database.session() as session:
            await _one(session, key)
            query = select(TicketDelivery).where(TicketDelivery.webhook_id == key)
            rows = await session.scalars(query.order_by(TicketDelivery.made_at.desc()).limit(SHOWN))
            names = list(DeliveryOut.model_fields)
            return DeliveryList(
                items=[DeliveryOut.model_validate({name: getattr(row, name) for name in names}) for row in rows]
            )

    def _new_secret(self, row: TicketWebhook) -> str:
        secret = signing.written(os.urandom(signing.SECRET_BYTES))
        row.secret = self._vault.seal_text(secret, row_context(TicketWebhook.secret, row.id))
        return secret


async def _one(session: AsyncSession, key: str) -> TicketWebhook:
    row = await session.get(TicketWebhook, key)
    if row is None:
        raise not_found("webhook")
    return row


def _fill(row: TicketWebhook, body: WebhookBody) -> None:
    try:
        url = URL(body.url)
    except ValueError:
        url = URL()
    if not url.host:
        raise bad("url", "is no address of a server.")
    if url.user or url.password:
        raise bad("url", "must hold no password; messages are signed.")
    if url.scheme != "https" and not body.private:
        raise bad("url", "must begin with https://, unless it is inside the house.")
    for name in COLUMNS:
        setattr(row, name, getattr(body, name))
    row.stopped = ""


def _out(row: TicketWebhook) -> WebhookOut:
    return WebhookOut.model_validate({name: getattr(row, name) for name in (*COLUMNS, "id", "stopped")})

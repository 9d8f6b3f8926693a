"""The link by which a customer follows one ticket without signing in, and nothing else.

Its token is the ticket's id and a code over id, epoch and requester under the vault's index key: nobody makes one up,
nothing is kept of it, and it is no more as soon as the epoch is raised or somebody else is the requester.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem
from contactcenter.audit.recorder import record
from contactcenter.customers.models import Customer
from contactcenter.customers.store import group_of
from contactcenter.identity.throttle import Throttle, ThrottleRule
from contactcenter.permissions import Principal
from contactcenter.tickets import acts
from contactcenter.tickets.customer_requests import Asker, CustomerRequests
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.vault.service import Vault

AFTER_CLOSING: Final = timedelta(days=30)
_GUESSED: Final = ThrottleRule(free=20, first_s=5.0, longest_s=900.0)
_ACTED: Final = ThrottleRule(free=30, first_s=30.0, longest_s=3600.0)
_ID_OCTETS: Final = 16
_CODE_OCTETS: Final = 16


class Tracking:
    """`url` gives the portal's address."""

    def __init__(self, requests: CustomerRequests, vault: Vault, url: Callable[[], str]) -> None:
        self.requests = requests
        self._tickets = requests.tickets
        self._vault = vault
        self._url = url
        self._guessed = Throttle(_GUESSED, _GUESSED)
        self._acted = Throttle(_ACTED, _ACTED)

    def link(self, row: Ticket) -> str:
        return f"{self._url()}/t/{self.token(row)}"

    def token(self, row: Ticket) -> str:
        code = self._code(row.id, row.link_epoch, row.requester_id or "")
        return base64.urlsafe_b64encode(bytes.fromhex(row.id) + code).decode().rstrip("=")

    def _code(self, ticket_id: str, epoch: int, requester: str) -> bytes:
        return bytes.fromhex(self._vault.blind_index("ticket link", f"{ticket_id} {epoch} {requester}"))

    async def asker(self, token: str, address: str, *, doing: bool = False) -> Asker:
        """Whoever has the link, with the one ticket it opens: what it has become part of, where he asks there too.
        `doing`: to change something. Raises Problem 404 (one answer for whatever is wrong with it), 429."""
        now = self._tickets.moment().timestamp()
        _admit(self._guessed, address, address, now)
        ticket_id, code = parted(token)
        async with self._tickets.database.session() as session:
            row = await session.get(Ticket, ticket_id)
            known = row.requester_id or "" if row is not None else ""
            right = hmac.compare_digest(code, self._code(ticket_id, row.link_epoch if row is not None else 0, known))
            part = await session.get(Customer, known) if right and known else None
            root = await session.get(Customer, part.root_id) if part is not None else None
            if row is not None and root is not None:
                row = await _followed(session, row, root.id)
            if row is None or root is None or expired(row, self._tickets.moment()):
                self._guessed.failed(address, address, now)
                raise unknown()
        if doing:
            _admit(self._acted, row.id, address, now)
            self._acted.failed(row.id, address, now)
        return Asker(customer_id=root.id, name=root.name, only=row.id)

    async def withdraw(self, ticket_id: str, principal: Principal) -> None:
        """Every link that has been sent ends, also those of what has become part of it; what is sent from now on has
        another. Raises Problem 403, 404, 409."""
        async with self._tickets.database.writing() as session:
            held = await self._tickets.hold(session, ticket_id, principal, TICKETS_WORK)
            before, held.row.link_epoch = held.row.link_epoch, held.row.link_epoch + 1
            parts = update(Ticket).where(Ticket.merged_into == held.row.id)
            await held.session.execute(parts.values(link_epoch=Ticket.link_epoch + 1))
            epochs = {"link_epoch": before}, {"link_epoch": held.row.link_epoch}
            await record(session, acts.ticket_act(acts.TICKET_CHANGED, held.row.id, held.row.number, *epochs))


async def _followed(session: AsyncSession, row: Ticket, customer_id: str) -> Ticket:
    into = None if row.merged_into is None else await session.get(Ticket, row.merged_into)
    theirs = into is not None and into.requester_id in set(await group_of(session, customer_id))
    return into if into is not None and theirs else row


def parted(token: str) -> tuple[str, bytes]:
    """Id and code; of what is no token, those of no ticket."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _ID_OCTETS + _CODE_OCTETS:
        raw = bytes(_ID_OCTETS + _CODE_OCTETS)
    return raw[:_ID_OCTETS].hex(), raw[_ID_OCTETS:]


def expired(row: Ticket, now: datetime) -> bool:
    return row.closed_at is not None and now >= row.closed_at + AFTER_CLOSING


def unknown() -> Problem:
    return Problem(404, "tracking-unknown", "Unknown link", "This link is not valid, or no longer.")


def _admit(throttle: Throttle, name: str, address: str, now: float) -> None:
    if (wait := throttle.wait(name, address, now)) > 0:
        headers = {"Retry-After": str(math.ceil(wait))}
        raise Problem(429, "too-often", "Too often", "That was too often; wait a while.", headers=headers)

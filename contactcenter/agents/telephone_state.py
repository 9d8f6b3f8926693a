"""Where telephones are registered now, on open pages: told by the registrar, forgotten when a registration runs out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pydantic import BaseModel

from contactcenter.agents.permissions import TELEPHONES_VIEW
from contactcenter.api.live import Live
from contactcenter.moments import iso
from contactcenter.telephony import Contact, UserAgent


class ContactOut(BaseModel):
    """`address` is where the telephone calls from, `user_agent` what it says it is."""

    address: str
    transport: str
    user_agent: str
    expires_at: str


class TelephoneBoard:
    """The live topic `telephones`: in `telephones` a row for each one that is registered, in `changes` a number that
    grows with every change of the list. `now` gives unix seconds."""

    def __init__(self, user_agent: UserAgent, live: Live, now: Callable[[], float]) -> None:
        self._registrar = user_agent.registrar
        self._agent_now = user_agent.now
        self._now = now
        self._topic = live.topic("telephones")
        live.allow("telephones", lambda principal, topic: principal.may(TELEPHONES_VIEW))
        self._expiry: dict[str, asyncio.TimerHandle] = {}
        self._registrar.on_change = self._show_one

    def contacts(self, username: str) -> list[ContactOut]:
        return [self._contact(contact) for contact in self._registrar.contacts(username)]

    def forget(self, username: str) -> None:
        """It has to register anew, and prove who it is."""
        self._registrar.forget(username)

    def show(self) -> None:
        """The list has changed: pages ask for it anew."""
        before = self._topic.get("changes", "telephones")
        revision = 1 if before is None else before["revision"] + 1
        self._topic.put("changes", "telephones", {"id": "telephones", "revision": revision})

    def stop(self) -> None:
        for timer in self._expiry.values():
            timer.cancel()
        self._expiry.clear()

    def _show_one(self, username: str) -> None:
        if (timer := self._expiry.pop(username, None)) is not None:
            timer.cancel()
        contacts = self._registrar.contacts(username)
        if not contacts:
            self._topic.remove("telephones", username)
            return
        rows = [self._contact(contact).model_dump() for contact in contacts]
        self._topic.put("telephones", username, {"id": username, "contacts": rows})
        first_out = min(contact.expires_at for contact in contacts)
        self._expiry[username] = asyncio.get_running_loop().call_at(first_out + 0.01, self._show_one, username)

    def _contact(self, contact: Contact) -> ContactOut:
        host = f"[{contact.peer.host}]" if ":" in contact.peer.host else contact.peer.host
        expires_at = self._now() + contact.expires_at - self._agent_now()
        return ContactOut(
            address=f"{host}:{contact.peer.port}",
            transport=contact.peer.transport.upper(),
            user_agent=contact.user_agent,
            expires_at=iso(round(expires_at)),
        )

"""What holds an agent and a contact together beside a conversation: an offer, a refusal, wrap-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from acd.deadline import Timer

if TYPE_CHECKING:
    from acd.state import Agent, Contact, Queue


class Offer(Struct, eq=False):
    """One contact ringing at one agent. `timer` is set at once."""

    agent: Agent
    contact: Contact
    expires_at: float
    timer: Timer | None = None


class Refusal:
    """The agent is not offered the contact again while this holds; `lapse` ends it by itself."""

    __slots__ = ("agent", "contact", "lapse", "since")

    def __init__(self, agent: Agent, contact: Contact, since: float) -> None:
        self.agent = agent
        self.contact = contact
        self.since = since
        self.lapse: Timer | None = None


class WrapUp(Struct, eq=False):
    agent: Agent
    contact_id: str
    queue: Queue
    started_at: float
    work_started_at: float
    deadline: float | None
    forced: bool
    timer: Timer | None = None

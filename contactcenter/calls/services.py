"""What every call works with, built once by the composition root."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from contactcenter.agents.service import Agents
from contactcenter.calls.desks import ConsentBook, Messenger, NobodyToTell, NoConsents, TicketDesk
from contactcenter.calls.rows import Rows
from contactcenter.calls.takes import OpenTakes
from contactcenter.channels.prompts import Prompts
from contactcenter.customers.callers import KnownCallers, NoCallers
from contactcenter.flows.interpreter import Calendars, Dialable, Flows, any_number, no_calendars, no_flows
from contactcenter.interactions.history import History
from contactcenter.interactions.service import Interactions
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.storage.records import Record
from contactcenter.tasks import Tasks
from contactcenter.telephony.user_agent import UserAgent
from contactcenter.trunks.placing import NoTrunks, OutsideLines
from media.plane import MediaPlane


def _leave_plain(path: Path) -> None:
    """Where nothing is sealed."""


async def _delete(path: Path) -> None:
    await asyncio.to_thread(path.unlink, missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallServices:
    plane: MediaPlane
    driver: RoutingDriver
    user_agent: UserAgent
    agents: Agents
    queues: Queues
    interactions: Interactions
    history: History
    prompts: Prompts
    rows: Rows
    tasks: Tasks
    recordings_dir: Path | None
    """None: calls are not recorded."""
    calendars: Calendars = no_calendars
    callers: KnownCallers = field(default_factory=NoCallers)
    outside: OutsideLines = field(default_factory=NoTrunks)
    flows: Flows = no_flows
    dialable: Dialable = any_number
    messages_dir: Path
    """Where what callers leave is recorded."""
    takes: OpenTakes = field(default_factory=OpenTakes)
    seal: Callable[[Path], None] = _leave_plain
    delete: Callable[[Path], Awaitable[None]] = _delete
    journal: Callable[[Record], None]
    """For rows that are written behind."""
    tickets: TicketDesk | None = None
    messenger: Messenger = field(default_factory=NobodyToTell)
    consents: ConsentBook = field(default_factory=NoConsents)

"""What every call works with, built once by the composition root."""

from dataclasses import dataclass, field
from pathlib import Path

from contactcenter.agents.service import Agents
from contactcenter.calls.rows import Rows
from contactcenter.channels.prompts import Prompts
from contactcenter.customers.callers import KnownCallers, NoCallers
from contactcenter.flows.interpreter import Calendars, no_calendars
from contactcenter.interactions.history import History
from contactcenter.interactions.service import Interactions
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.tasks import Tasks
from contactcenter.telephony.user_agent import UserAgent
from contactcenter.trunks.placing import NoTrunks, OutsideLines
from media.plane import MediaPlane


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

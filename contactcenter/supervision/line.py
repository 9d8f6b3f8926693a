"""What a supervisor does with contacts in line, over the live feed: another priority, another queue."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from acd.commands import PrioritizeContact, RequeueContact
from acd.engine import Engine
from acd.model import LASTING, Phase, Refused
from acd.shown import ContactView
from contactcenter.agents.service import Agents
from contactcenter.api import problems
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.calls.service import Calls
from contactcenter.permissions import Principal
from contactcenter.queues.permissions import QUEUES_ACT
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.routing.problems import insist
from contactcenter.supervision.acts import CONTACT_MOVED, CONTACT_PRIORITIZED
from contactcenter.supervision.owed import OwedCommands
from contactcenter.supervision.wallboard import Wallboard

Priority = Annotated[int, Field(ge=-1_000, le=1_000)]
"""As wide as a flow's own; higher goes first."""


class _Args(BaseModel):
    model_config = ConfigDict(extra="forbid")

    interaction_id: str


class Prioritize(_Args):
    priority: Priority


class Move(_Args):
    """`from_queue_id`: where it is believed to be; elsewhere by now, it stays there. `priority` None: unchanged."""

    queue_id: str
    from_queue_id: str | None = None
    priority: Priority | None = None


class LineCommands:
    """`contact.prioritize` and `contact.move`. Both answer `{queue_id, priority}` as they were before: what takes the
    act back. Asked of a contact that has left the line meanwhile, they answer 409 with a sentence.

    A contact that is moved keeps its clock, so that moving it back gives it its old place again. What the engine
    forgets with a move stays forgotten: who refused it, and the agent it was kept for.
    """

    def __init__(
        self,
        driver: RoutingDriver,
        queues: Queues,
        agents: Agents,
        wallboard: Wallboard,
        live: Live,
        note: Callable[[Act], None],
    ) -> None:
        self._driver = driver
        self._queues = queues
        self._agents = agents
        self._wallboard = wallboard
        self._record = note
        live.command("contact.prioritize", QUEUES_ACT, Prioritize, (CONTACT_PRIORITIZED,))(self._prioritize)
        live.command("contact.move", QUEUES_ACT, Move, (CONTACT_MOVED,))(self._move)

    async def _prioritize(self, principal: Principal, args: Prioritize) -> dict[str, Any]:
        before = self._in_line(args.interaction_id)
        _insist_on(principal, before.queue_id)
        insist(self._driver.submit(PrioritizeContact(args.interaction_id, args.priority)))
        self._note(CONTACT_PRIORITIZED, before, before.queue_id, args.priority)
        return _was(before)

    async def _move(self, principal: Principal, args: Move) -> dict[str, Any]:
        before = self._in_line(args.interaction_id)
        _insist_on(principal, before.queue_id)
        if self._queues.get(args.queue_id) is None:
            raise Problem(409, "unknown-queue", "Not possible now", "This queue is no longer there.")
        _insist_on(principal, args.queue_id)
        if before.queue_id == args.queue_id or args.from_queue_id not in (None, before.queue_id):
            there = self._queues.name(before.queue_id)
            raise Problem(409, "elsewhere", "Not moved", f"This contact waits in {there} by now.")
        command = RequeueContact(args.interaction_id, args.queue_id, keep_clock=True, priority=args.priority)
        insist(self._driver.submit(command))
        self._wallboard.moved(args.interaction_id, before.queue_id, args.queue_id)
        priority = before.priority if args.priority is None else args.priority
        self._note(CONTACT_MOVED, before, args.queue_id, priority)
        return _was(before)

    def _note(self, kind: ActKind, before: ContactView, queue_id: str, priority: int) -> None:
        subject = Subject("interaction", before.contact_id)
        act = Act(kind=kind, subject=subject, before=_was(before), after={"queue_id": queue_id, "priority": priority})
        self._record(act)

    def _in_line(self, contact_id: str) -> ContactView:
        """Raises Problem unless it waits or rings."""
        contact = _find(self._driver.engine, contact_id)
        if contact is None:
            raise Problem(
                409, "contact-gone", "No longer waiting", "This contact has left the queue: nobody is waiting any more."
            )
        if contact.phase is Phase.ASSIGNED:
            name = self._agents.name(contact.agent_id) if contact.agent_id else "An agent"
            raise Problem(409, "contact-taken", "No longer waiting", f"{name} has taken this contact meanwhile.")
        if contact.channel in LASTING:
            sentence = "This is a ticket: its queue and its priority are changed in the ticket itself."
            raise Problem(409, "is-ticket", "Not here", sentence)
        return contact


def act_on_lines(
    driver: RoutingDriver,
    queues: Queues,
    agents: Agents,
    calls: Calls,
    wallboard: Wallboard,
    live: Live,
    note: Callable[[Act], None],
) -> None:
    """All that a supervisor may do with who waits."""
    LineCommands(driver, queues, agents, wallboard, live, note)
    OwedCommands(calls, wallboard, live, note, now=lambda: driver.now)


def _find(engine: Engine, contact_id: str) -> ContactView | None:
    try:
        return engine.contact_view(contact_id)
    except Refused:
        return None


def _insist_on(principal: Principal, queue_id: str) -> None:
    """A role may be held for some queues only."""
    if not principal.may(QUEUES_ACT, queue=queue_id):
        raise problems.forbidden(QUEUES_ACT)


def _was(contact: ContactView) -> dict[str, Any]:
    return {"queue_id": contact.queue_id, "priority": contact.priority}

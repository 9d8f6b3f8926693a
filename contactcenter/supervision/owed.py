"""What a supervisor does with a callback or a message that nobody has in hand, over the live feed: cancel it, put it
off, call it up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from contactcenter import actor as actors
from contactcenter.api import problems
from contactcenter.api.fields import bad
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.calls.owed import OwedCall
from contactcenter.calls.service import Calls
from contactcenter.moments import iso
from contactcenter.permissions import Principal
from contactcenter.queues.permissions import QUEUES_ACT
from contactcenter.supervision.acts import OWED_CANCELLED, OWED_RESCHEDULED
from contactcenter.supervision.wallboard import Wallboard

FURTHEST = timedelta(days=60)


class Cancel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    interaction_id: str


class Reschedule(Cancel):
    """`at` None: now."""

    at: AwareDatetime | None = None


class OwedCommands:
    """`owed.cancel` and `owed.reschedule`. Both answer `{due_at}` as it was before: when it was to be called, null
    while it was in line. Who is called up again stands where its clock puts it. Asked of one that an agent has, or that
    is over, they answer 409 with a sentence.
    """

    def __init__(
        self,
        calls: Calls,
        wallboard: Wallboard,
        live: Live,
        note: Callable[[Act], None],
        *,
        now: Callable[[], float],
    ) -> None:
        self._calls = calls
        self._wallboard = wallboard
        self._record = note
        self._now = now
        live.command("owed.cancel", QUEUES_ACT, Cancel, (OWED_CANCELLED,))(self._cancel)
        live.command("owed.reschedule", QUEUES_ACT, Reschedule, (OWED_RESCHEDULED,))(self._reschedule)

    async def _cancel(self, principal: Principal, args: Cancel) -> dict[str, Any]:
        owed = self._owed(principal, args.interaction_id)
        before = _due(owed)
        by = _by()
        await owed.ask(lambda: owed.cancel(by))
        self._done(OWED_CANCELLED, owed, before, {"outcome": "cancelled"})
        return before

    async def _reschedule(self, principal: Principal, args: Reschedule) -> dict[str, Any]:
        owed = self._owed(principal, args.interaction_id)
        now = self._now()
        at = now if args.at is None else args.at.timestamp()
        if args.at is not None and at <= now:
            raise bad("at", "must be in the future.")
        if at > now + FURTHEST.total_seconds():
            raise bad("at", f"must be within {FURTHEST.days} days.")
        before = _due(owed)
        by = _by()
        await owed.ask(lambda: owed.put_off(at, by))
        self._done(OWED_RESCHEDULED, owed, before, {"due_at": iso(at)})
        return before

    def _owed(self, principal: Principal, interaction_id: str) -> OwedCall:
        owed = self._calls.owed(interaction_id)
        if owed is None:
            raise Problem(409, "contact-gone", "No longer waiting", "Nobody is waiting to be called or heard any more.")
        if not principal.may(QUEUES_ACT, queue=owed.terms.queue_id):
            raise problems.forbidden(QUEUES_ACT)
        return owed

    def _done(self, kind: ActKind, owed: OwedCall, before: dict[str, Any], after: dict[str, Any]) -> None:
        self._record(Act(kind=kind, subject=Subject("interaction", owed.id), before=before, after=after))
        self._wallboard.touch(owed.terms.queue_id)


def _due(owed: OwedCall) -> dict[str, Any]:
    return {"due_at": iso(owed.terms.due_at)}


def _by() -> dict[str, str] | None:
    actor = actors.current()
    return {"id": actor.id, "name": actor.name} if actor.kind == "user" else None

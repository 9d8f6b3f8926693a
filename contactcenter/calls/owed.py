"""A customer who is owed a call: who asked to be called back, or left a message. No line is up before it is dialled.

The contact waits in its queue like any other, and outlives the server: the routing engine keeps its place, the table
`owed_contacts` what is to be done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from acd.commands import AbandonContact, AcceptOffer, EndContact, EnqueueContact, LeaveQueue, RequeueContact
from acd.events import ContactLeftQueue, ContactOffered, ContactQueued
from acd.model import Presence
from contactcenter.calls.conversation import Conversation
from contactcenter.calls.models import OwedContact
from contactcenter.calls.offer import Offer
from contactcenter.calls.outgoing import Failure, Outgoing
from contactcenter.calls.phases import Caller, NotPossibleError, Phase
from contactcenter.calls.services import CallServices
from contactcenter.calls.talk import Talk
from contactcenter.channels.browser_line import BrowserLine
from contactcenter.channels.no_line import NoLine
from contactcenter.channels.sip_line import SipLine
from contactcenter.moments import iso
from contactcenter.routing.driver import refusal
from contactcenter.routing.problems import insist
from contactcenter.storage.records import Insert, Update
from media.errors import MediaError

log = structlog.get_logger(__name__)

CALLBACK: Final = "callback"
VOICEMAIL: Final = "voicemail"
PUT_OFF_S = 60.0
"""A queue that would not have the contact is asked again after this."""
WRAPPING_UP_S = 15.0
"""A further call that is due while the agent still writes up the last one waits this long at a time."""
SENTENCES: Final[dict[Failure, str]] = {
    "busy": "The line is busy.",
    "no-answer": "Nobody answered.",
    "failed": "The call could not be placed.",
}


@dataclass(slots=True, kw_only=True)
class Owed:
    """What is owed. Times are unix seconds; see OwedContact."""

    channel: str
    queue_id: str
    since: float
    priority: int = 0
    tried: int = 0
    tries: int = 0
    retry_after_s: float = 600.0
    ring_s: float = 40.0
    due_at: float | None = None
    recorded: bool = True


class OwedCall(Conversation):
    """`terms` say what is owed; `speech_s` how long a message is."""

    def __init__(
        self,
        interaction_id: str,
        caller: Caller,
        owed: Owed,
        services: CallServices,
        on_over: Callable[[Conversation], None],
    ) -> None:
        line = SipLine(services.plane, f"{interaction_id}:caller", services.tasks)
        super().__init__(interaction_id, caller, line, services, on_over)
        self.channel = owed.channel
        self.terms = owed
        self.speech_s: float | None = None
        self.story.queue_id = owed.queue_id
        self.story.queued_at = owed.since
        self._outgoing: Outgoing | None = None
        self._refused: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._once_out: Callable[[], None] | None = None

    def keep(self) -> None:
        """The row, when it is new."""
        owed = self.terms
        values = {
            "id": self.id,
            "channel": owed.channel,
            "priority": owed.priority,
            "since": _moment(owed.since),
            "tries": owed.tries,
            "retry_after_s": owed.retry_after_s,
            "ring_s": owed.ring_s,
            "recorded": owed.recorded,
            **self._changing("queued"),
        }
        self._services.journal(Insert(OwedContact, values))

    def _changed(self, state: str) -> None:
        self._services.journal(Update(OwedContact, self.id, self._changing(state)))

    def _changing(self, state: str) -> dict[str, Any]:
        owed = self.terms
        due_at = None if owed.due_at is None else _moment(owed.due_at)
        return {"state": state, "queue_id": owed.queue_id, "tried": owed.tried, "due_at": due_at}

    @property
    def owed(self) -> dict[str, Any]:
        terms = self.terms
        return {
            "since": iso(terms.since),
            "tried": terms.tried,
            "tries": terms.tries,
            "due_at": iso(terms.due_at),
            "speech_s": self.speech_s,
        }

    @property
    def may_record(self) -> bool:
        return self.terms.recorded

    def enter(self) -> bool:
        """Into its queue, with the clock the customer has. False when the engine refuses it: then it is closed."""
        owed = self.terms
        self.phase = Phase.QUEUED
        self.talk = None
        owed.due_at = None
        command = EnqueueContact(self.id, owed.queue_id, channel=owed.channel, priority=owed.priority, since=owed.since)
        refused = refusal(self._services.driver.submit(command))
        if refused is not None:
            log.error("owed.not_queued", interaction=self.id, code=refused.code)
            self.post(lambda: self._close("failed"))
        return refused is None

    def schedule(self, at: float) -> None:
        """To be entered at this time, or at once when it is past."""
        self.phase = Phase.SCHEDULED
        self.terms.due_at = at
        self._changed("scheduled")
        self._wait(max(0.0, at - self._services.driver.now))

    def _wait(self, seconds: float) -> None:
        self._still()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._due)

    def _due(self) -> None:
        self._timer = None
        if self.phase is not Phase.SCHEDULED:
            return
        if self.wrap_up is not None:
            self._wait(WRAPPING_UP_S)
        elif self.enter():
            self.record("callback.due")
            self._changed("queued")

    def _still(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def left_queue(self, event: ContactLeftQueue) -> None:
        """Nobody holds the line, so nothing is lost by asking again later."""
        if self._once_out is not None:
            self._once_out()
        else:
            self.schedule(self._services.driver.now + PUT_OFF_S)

    def queued(self, event: ContactQueued) -> None:
        super().queued(event)
        if self.terms.queue_id != event.queue_id:
            self.terms.queue_id = event.queue_id
            self._changed("queued")

    def offered(self, event: ContactOffered) -> Offer:
        """A message is listened to on the page, whatever telephone the agent has."""
        if self.channel != VOICEMAIL:
            return super().offered(event)
        offer = self.offers[event.agent_id] = Offer(self, self._services, event, device="browser")
        return offer

    async def put_off(self, at: float, by: dict[str, str] | None) -> None:
        """To be in line at this time, or at once when it is past. Raises NotPossibleError, Problem."""
        if self.phase is Phase.QUEUED and at <= self._services.driver.now:
            raise NotPossibleError("It waits in line already: who is free next gets it.")
        self._leave_line(lambda: self.schedule(at))
        self.record("contact.rescheduled", {"at": iso(at), "by": by})

    async def cancel(self, by: dict[str, str] | None) -> None:
        """Nobody is to call, or to hear the message, any more. Raises NotPossibleError, Problem."""
        self._leave_line(self._still)
        self.phase = Phase.SCHEDULED
        self.record("contact.cancelled", {"by": by})
        await self._finish("supervisor", "cancelled")

    def _leave_line(self, then: Callable[[], None]) -> None:
        """Out of the engine without being counted as abandoned; whoever it rings at sees it go."""
        if self.phase not in (Phase.QUEUED, Phase.SCHEDULED):
            raise NotPossibleError("An agent has it in hand.")
        if self.phase is Phase.SCHEDULED:
            return then()
        self._once_out, self.leaving = then, True
        try:
            insist(self._services.driver.submit(LeaveQueue(self.id)))
        finally:
            self._once_out, self.leaving = None, False

    async def accept_in_browser(self, agent_id: str, sdp: str | None) -> str | None:
        if self.channel == CALLBACK:
            return await super().accept_in_browser(agent_id, sdp)
        offer = self.offers.get(agent_id)
        if offer is None or refusal(self._services.driver.submit(AcceptOffer(self.id, agent_id))):
            raise NotPossibleError("This message is no longer offered to you.")
        self.talk = Talk(self, self._services, agent_id, NoLine())
        self.change_phase(Phase.OPEN, "voicemail.opened", {"agent": self._services.rows.agent(agent_id)})
        return None

    async def _bring_together(self, talk: Talk) -> None:
        """A customer who is on the line already, since the agent before was lost, is joined at once."""
        if self._outgoing is not None and self._outgoing.answered and not self.line.ended:
            await super()._bring_together(talk)
            return
        await self._dial(talk)

    async def dial(self, agent_id: str, sdp: str) -> str:
        """The agent calls who left the message; our SDP answer."""
        talk = self.talk_of(agent_id)
        if self.phase is not Phase.OPEN:
            raise NotPossibleError("There is a call already.")
        line = BrowserLine(self._services.plane, self.next_leg())
        answer = await line.open(sdp)
        talk.line = line
        await self._dial(talk)
        return answer

    async def _dial(self, talk: Talk) -> None:
        """The agent hears it ring."""
        services = self._services
        self.terms.tried += 1
        self._refused = None
        outgoing = self._outgoing = Outgoing(
            services,
            self.next_leg("caller"),
            answered=lambda: self.post(lambda: self._answered(outgoing)),
            over=lambda reason: self.post(lambda: self._line_over(outgoing, reason)),
        )
        self.line = outgoing.line
        self.line.on_digit = lambda digit: None
        self.change_phase(Phase.DIALING, "customer.dialed", {"agent": services.rows.agent(talk.agent_id)})
        await services.plane.play(
            talk.line.leg_id,
            f"{self.id}:ringing:{self.terms.tried}",
            [str(services.prompts.tone("ringing"))],
            loop=True,
        )
        refused = await outgoing.call(self.caller.address, shown="", name="", ring_s=self.terms.ring_s)
        if refused is not None:
            self._refused = refused
            self.record("customer.not_called", {"reason": refused})

    async def _answered(self, outgoing: Outgoing) -> None:
        talk = self.talk
        if self._outgoing is not outgoing or talk is None or self.phase is not Phase.DIALING:
            return await outgoing.close()
        try:
            await super()._bring_together(talk)
        except MediaError as error:
            log.warning("owed.not_connected", interaction=self.id, code=error.code)
            await self.end("system")

    async def _line_over(self, outgoing: Outgoing, reason: Failure) -> None:
        if self._outgoing is not outgoing:
            return
        if outgoing.answered:
            await self.end("caller")
        else:
            await self._not_reached(self._refused or SENTENCES[reason], reason)

    async def _not_reached(self, sentence: str, reason: str) -> None:
        """A message stays with its agent; a callback is tried again later, or given up."""
        talk = self.talk
        self.record("customer.not_reached", {"reason": reason, "tried": self.terms.tried})
        await self._drop_outgoing()
        if self.channel == VOICEMAIL:
            if talk is not None:
                await talk.line.close()
                talk.line = NoLine()
                talk.warning = sentence
            self.change_phase(Phase.OPEN, "voicemail.opened", {"again": True})
            return
        if self.terms.tried >= self.terms.tries:
            await self._finish("system", "unreached", warning=f"{sentence} It was the last attempt.")
            return
        due = self._services.driver.now + self.terms.retry_after_s
        await self._leave_agent(f"{sentence} It will be tried again.")
        self.record("callback.scheduled", {"at": iso(due), "tried": self.terms.tried, "tries": self.terms.tries})
        self.schedule(due)

    async def _leave_agent(self, warning: str) -> None:
        """The agent wraps up; the contact goes on without."""
        talk = self.talk
        self.phase = Phase.SCHEDULED
        if talk is not None:
            talk.warning = warning
            talk.cancel_grace()
            if refused := refusal(self._services.driver.submit(EndContact(self.id))):
                log.error("owed.end_refused", interaction=self.id, code=refused.code)
            await talk.line.close()

    async def _drop_outgoing(self) -> None:
        outgoing, self._outgoing = self._outgoing, None
        if outgoing is not None:
            await outgoing.close()

    async def hand_back(self, talk: Talk, presence: Presence | None = None) -> None:
        if self.phase is Phase.DIALING:
            await self._drop_outgoing()
        await super().hand_back(talk, presence)

    async def done(self, agent_id: str) -> None:
        """The agent has heard the message and needs no call."""
        self.talk_of(agent_id)
        if self.phase is not Phase.OPEN:
            raise NotPossibleError("Hang up first.")
        await self._finish("agent", "handled")

    async def end(self, by: str, outcome: str | None = None) -> None:
        """Hung up while it rang: as if nobody had answered. After a talk it is over."""
        if self.phase is Phase.DIALING and by == "agent":
            await self._not_reached("You hung up.", "cancelled")
        elif self.phase is Phase.OPEN and by == "agent":
            await self._finish(by, "handled")
        else:
            await self._finish(by, outcome)

    async def _finish(self, by: str, outcome: str | None, *, warning: str | None = None) -> None:
        if self.phase is Phase.ENDED:
            return
        if warning is not None and self.talk is not None:
            self.talk.warning = warning
        self._still()
        await self._drop_outgoing()
        self._changed("closed")
        await super().end(by, outcome)

    async def _close(self, outcome: str) -> None:
        await self._finish("system", outcome)

    def _leave_engine(self, was: Phase) -> None:
        if was is not Phase.SCHEDULED:
            super()._leave_engine(was)

    async def shut_down(self) -> None:
        """Place and clock are kept for the next start; who talks is told that it is over."""
        if self.phase in (Phase.TALKING, Phase.HELD, Phase.RECONNECTING):
            await super().shut_down()
            return
        self._still()
        await self._drop_outgoing()
        if self.talk is not None:
            self.talk.cancel_grace()
            await self.talk.line.close()
        self.concluded = True
        self._inbox.close()

    def still_queued(self) -> None:
        """The engine has it in line, ringing or with an agent: whoever had it is offered it anew."""
        self.phase = Phase.QUEUED
        requeue = RequeueContact(self.id, self.terms.queue_id, keep_clock=True)
        if refused := refusal(self._services.driver.submit(requeue)):
            log.error("owed.not_requeued", interaction=self.id, code=refused.code)
            self._services.driver.submit(AbandonContact(self.id))
            self.schedule(self._services.driver.now)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)

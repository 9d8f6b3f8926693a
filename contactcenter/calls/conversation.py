"""One caller's call, from ringing to the last word: flow, queue, offer, talk, end.

Engine and media events change the phase at once, in the order in which they became true; work that has to wait for the
media plane runs as steps of the inbox, one after the other.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from acd.commands import AbandonContact, AcceptOffer, EndContact, RequeueContact
from acd.events import ContactLeftQueue, ContactOffered, ContactQueued, WrapUpStarted
from acd.model import Presence
from contactcenter.calls.dictation import Dictation
from contactcenter.calls.inbox import Inbox, Step
from contactcenter.calls.offer import Offer
from contactcenter.calls.phases import WITH_AGENT, Caller, NotPossibleError, Phase, Story, WrapUp
from contactcenter.calls.services import CallServices
from contactcenter.calls.talk import Talk
from contactcenter.calls.talk_recording import TalkRecording
from contactcenter.calls.transfer import Transferring
from contactcenter.channels.browser_line import BrowserLine
from contactcenter.channels.sip_line import SipLine
from contactcenter.customers.callers import Known
from contactcenter.flows.effects import CallerGone, Input, QueueConnected, QueueLeft, Requeued
from contactcenter.flows.runner import FlowRunner
from contactcenter.routing.driver import refusal
from contactcenter.tasks import ended
from media.errors import MediaError

log = structlog.get_logger(__name__)


class Conversation:
    """Owns the caller's line, the flow, the agent's talk and the recording.

    `channel` is the engine's word for what kind of contact it is.

    `on_over` is told once the caller is gone and nothing is left but a possible wrap-up.
    """

    channel = "voice"
    leaving = False
    """Its way out of the queue is told by who took it out."""

    def __init__(
        self,
        interaction_id: str,
        caller: Caller,
        line: SipLine,
        services: CallServices,
        on_over: Callable[["Conversation"], None],
    ) -> None:
        self.id = interaction_id
        self.caller = caller
        self.line = line
        self.phase = Phase.FLOW
        self.story = Story()
        self.offers: dict[str, Offer] = {}
        self.talk: Talk | None = None
        self.wrap_up: WrapUp | None = None
        self.recording = TalkRecording(self, services)
        self.dictation: Dictation | None = None
        self.transfer: Transferring | None = None
        self.concluded = False
        self._inbox = Inbox(interaction_id)
        self._services = services
        self._on_over = on_over
        self._legs = 0
        self._flow: FlowRunner | None = None
        self._flow_task: asyncio.Task[None] | None = None

    @property
    def owed(self) -> dict[str, Any] | None:
        """What the agent's page shows of a contact that was left for later."""
        return None

    def post(self, step: Step) -> None:
        self._inbox.post(step)

    async def ask(self, step: Step) -> Any:
        """A step's result; raises what the step raises, or `inbox.ClosedError` once the call is over."""
        return await self._inbox.ask(step)

    async def join(self) -> None:
        await self._inbox.join()

    def run_flow(self, flow: FlowRunner) -> None:
        self._flow = flow
        self._flow_task = self._services.tasks.spawn(self._run_flow(flow))

    async def _run_flow(self, flow: FlowRunner) -> None:
        """A flow that ends or breaks ends the call, unless an agent has it."""
        outcome = await flow.run()
        self.post(lambda: self.flow_over(outcome))

    async def flow_over(self, outcome: str) -> None:
        """The flow has hung up or failed; who is with an agent by now stays there."""
        if self.phase in (Phase.FLOW, Phase.QUEUED):
            await self.end("system", outcome)

    def feed(self, event: Input) -> None:
        """Tell the flow what happened; ignored before it runs and after it ended."""
        if self._flow is not None:
            self._flow.feed(event)

    async def _stop_flow(self) -> None:
        self.feed(CallerGone())
        await ended(self._flow_task)

    def record(self, event_type: str, data: Mapping[str, Any] | None = None) -> None:
        self._services.interactions.record(self.id, event_type, data)

    def change_phase(self, phase: Phase, event_type: str, data: Mapping[str, Any] | None = None) -> None:
        self.phase = phase
        self.record(event_type, data)
        self._services.rows.show_work(self)

    def next_leg(self, whose: str = "agent") -> str:
        self._legs += 1
        return f"{self.id}:{whose}:{self._legs}"

    @property
    def may_record(self) -> bool:
        """Whether a talk may be recorded now."""
        return self._flow is None or self._flow.session.may_record

    async def play_hold_music(self) -> None:
        """A caller can wait in silence too: music that cannot be played changes nothing else."""
        music = str(self._services.prompts.hold_music)
        try:
            await self._services.plane.play(self.line.leg_id, f"{self.id}:hold", [music], loop=True)
        except MediaError as error:
            log.warning("call.no_hold_music", interaction=self.id, code=error.code)

    def talk_of(self, agent_id: str) -> Talk:
        """The agent's part of this call; raises `NotPossibleError` for anybody else."""
        if self.talk is None or self.talk.agent_id != agent_id or self.phase not in WITH_AGENT:
            raise NotPossibleError("You are not on this call.")
        return self.talk

    async def learn_history(self) -> None:
        """The caller's earlier contacts, shown as soon as they are known. No step: a slow database delays nobody."""
        if not self.story.customers:
            await self.learn_customer()
        customer = self.story.customer
        ids = customer.ids if customer is not None else ()
        self.story.history = await self._services.history.of_caller(self.caller.address, customers=ids)
        self.show_again()

    async def learn_customer(self) -> None:
        """Whose number it is; who calls is clear when it is only one's."""
        found = await self._services.callers.of_address(self.caller.address)
        if self.story.customer_id is None:
            self.story.customers = found
            if len(found) == 1:
                self.set_customer(found[0])

    def set_customer(self, customer: Known | None) -> None:
        """An agent may choose another, or nobody."""
        self.story.customer_id = None if customer is None else customer.id
        if customer is not None:
            others = (each for each in self.story.customers if each.id != customer.id)
            self.story.customers = (customer, *others)
        self._services.interactions.update(self.id, customer_id=self.story.customer_id)

    def show_again(self) -> None:
        for offer in self.offers.values():
            self._services.rows.show_offer(self, offer)
        if self.phase in WITH_AGENT or self.wrap_up is not None:
            self._services.rows.show_work(self)

    def queued(self, event: ContactQueued) -> None:
        again = self.story.queued_at is not None
        self.phase = Phase.QUEUED
        self.story.queue_id = event.queue_id
        self.story.queued_at = self.story.queued_at or event.at
        if again:
            self.feed(Requeued())

    def offered(self, event: ContactOffered) -> Offer:
        """One more agent it rings at."""
        offer = self.offers[event.agent_id] = Offer(self, self._services, event)
        if offer.device == "sip":
            self.post(offer.ring_phone)
        return offer

    def offer_over(self, agent_id: str) -> Offer | None:
        """Rejected, expired or withdrawn there; elsewhere it may still ring."""
        offer = self.offers.pop(agent_id, None)
        if offer is not None:
            offer.over()
        return offer

    def left_queue(self, event: ContactLeftQueue) -> None:
        self.phase = Phase.FLOW
        self.feed(QueueLeft(event.reason, event.to))

    def wrap_up_started(self, event: WrapUpStarted) -> None:
        device = self.talk.device if self.talk else "browser"
        self.wrap_up = WrapUp(event.agent_id, device, event.at, event.deadline, event.forced)

    def only_wrap_up(self, wrap_up: WrapUp) -> None:
        """The call itself ended before this start."""
        self.phase = Phase.ENDED
        self.concluded = True
        self.wrap_up = wrap_up
        self._inbox.close()

    def extend_wrap_up(self, deadline: float) -> None:
        if self.wrap_up is not None:
            self.wrap_up = replace(self.wrap_up, deadline=deadline)

    async def accept_in_browser(self, agent_id: str, sdp: str | None) -> str | None:
        """Our SDP answer to the browser that accepted; raises `NotPossibleError`, `MediaError`."""
        offer = self.offers.get(agent_id)
        if sdp is None:
            raise NotPossibleError("A call needs your microphone.")
        if offer is None:
            raise NotPossibleError("This call is no longer offered to you.")
        line = BrowserLine(self._services.plane, self.next_leg())
        answer = await line.open(sdp)
        if self.offers.get(agent_id) is not offer or not await self.take_offer(offer, line):
            await line.close()
            raise NotPossibleError("This call is no longer offered to you.")
        return answer

    async def take_offer(self, offer: Offer, line: BrowserLine | SipLine) -> bool:
        """Connect caller and agent; False when the engine says that the offer is gone.

        Raises `MediaError` when they cannot be connected: then the line is closed and the caller waits again.
        """
        services = self._services
        talk = Talk(self, services, offer.agent_id, line)
        self.talk, before = talk, self.talk
        if refusal(services.driver.submit(AcceptOffer(self.id, offer.agent_id))):
            self.talk = before
            return False
        if isinstance(line, SipLine):
            line.on_ended = lambda reason: self.post(lambda: self._hung_up(talk))
        self.phase = Phase.CONNECTING
        self.feed(QueueConnected(offer.agent_id))
        try:
            await self._bring_together(talk)
        except MediaError as error:
            log.warning("call.not_connected", interaction=self.id, code=error.code)
            await self.hand_back(talk)
            raise
        return True

    async def _bring_together(self, talk: Talk) -> None:
        """Raises `MediaError`."""
        await talk.connect()
        self.story.answered_at = self.story.answered_at or talk.answered_at
        self.record("call.connected", {"agent": self._services.rows.agent(talk.agent_id)})
        self._services.rows.show_work(self)

    async def hand_back(self, talk: Talk, presence: Presence | None = None) -> None:
        """The caller keeps the place and goes to the next agent; this one goes to `presence`, if any."""
        services = self._services
        if self.talk is not talk or self.phase not in WITH_AGENT or self.story.queue_id is None:
            return
        self.talk = None
        talk.cancel_grace()
        self.record("agent.lost", {"agent": services.rows.agent(talk.agent_id)})
        if self.story.answered_at is None:
            services.interactions.update(self.id, agent_id=None, answered_at=None, wait_s=None)
        services.rows.hide_work(self, talk.agent_id)
        if presence is not None:
            services.agents.set_presence(talk.agent_id, presence)
        if refused := refusal(services.driver.submit(RequeueContact(self.id, self.story.queue_id))):
            log.error("call.requeue_refused", interaction=self.id, code=refused.code)
            self.post(lambda: self.end("system"))
        await talk.line.close()

    async def hang_up(self, agent_id: str) -> None:
        """The agent ends the call; raises `NotPossibleError` for anybody else."""
        self.talk_of(agent_id)
        await self.end("agent")

    async def _hung_up(self, talk: Talk) -> None:
        """The agent's phone was put down; one that has lost the call meanwhile ends nothing."""
        if self.talk is talk:
            await self.end("agent")

    async def shut_down(self) -> None:
        """The server stops."""
        await self.end("system")

    async def end(self, by: str, outcome: str | None = None) -> None:
        """Leave nothing behind: engine, lines, recording, rows. Safe to call again."""
        if self.phase is Phase.ENDED:
            return
        was, self.phase = self.phase, Phase.ENDED
        self.story.ended_at = ended_at = self._services.driver.now
        self.record("call.ended", {"by": by})
        self._leave_engine(was)
        await self._stop_flow()
        if self.dictation is not None:
            await self.dictation.caller_gone()
        await self._close_lines()
        self._conclude(self._final(outcome, was), ended_at)
        self.concluded = True
        self._on_over(self)
        self._inbox.close()

    def _leave_engine(self, was: Phase) -> None:
        if was is not Phase.QUEUED and was not in WITH_AGENT:
            return
        leaving = AbandonContact(self.id) if was is Phase.QUEUED else EndContact(self.id)
        if refused := refusal(self._services.driver.submit(leaving)):
            log.error("call.end_refused", interaction=self.id, code=refused.code)

    async def _close_lines(self) -> None:
        closing = [self.line.close()]
        closing.append(self.recording.stop())
        if self.transfer is not None:
            closing.append(self.transfer.close())
        if self.talk is not None:
            self.talk.cancel_grace()
            closing.append(self.talk.line.close())
        for result in await asyncio.gather(*closing, return_exceptions=True):
            if isinstance(result, MediaError):
                log.info("call.close_media", interaction=self.id, code=result.code)
            elif isinstance(result, BaseException):
                log.error("call.close_failed", interaction=self.id, exc_info=result)

    def _final(self, outcome: str | None, was: Phase) -> str:
        """What a caller has left, or where he was put through, says more than how the flow ended."""
        left = self.story.left if self.story.answered_at is None and outcome != "failed" else None
        return left or outcome or self._outcome(was)

    def _outcome(self, was: Phase) -> str:
        if self.story.answered_at is not None:
            return "handled"
        if was is Phase.FLOW:
            return "self_served" if self.story.queued_at is None else "overflowed"
        return "abandoned"

    def _conclude(self, outcome: str, ended_at: float) -> None:
        answered_at = self.story.answered_at
        talk_s = None if answered_at is None else round(ended_at - answered_at, 3)
        self._services.interactions.end(self.id, outcome, ended_at, talk_s=talk_s)

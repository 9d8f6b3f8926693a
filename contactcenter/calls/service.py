"""All calls: SIP calls come in, media events find their call, everything is closed at the end."""

import asyncio
import uuid
from collections.abc import Callable, Iterable

import structlog

from contactcenter.calls.conversation import Conversation
from contactcenter.calls.flow_port import FlowPort
from contactcenter.calls.followups import FollowUps
from contactcenter.calls.owed import Owed, OwedCall
from contactcenter.calls.phases import Caller, Phase, WrapUp
from contactcenter.calls.services import CallServices
from contactcenter.channels.sip_line import SipLine
from contactcenter.customers.callers import flow_data
from contactcenter.flows.effects import Digit, PlaybackFinished
from contactcenter.flows.interpreter import Session
from contactcenter.flows.model import Flow
from contactcenter.flows.runner import FlowRunner
from contactcenter.telephony.calls import Call
from media import events as media
from media.errors import MediaError

log = structlog.get_logger(__name__)


class Calls:
    """The registry of conversations by interaction id. `flow_for(number, trunk)` answers a dialled number, or
    None; `trunk` is the id of that by which the call came, if any."""

    def __init__(self, services: CallServices, flow_for: Callable[[str, str | None], Flow | None]) -> None:
        self._services = services
        self._flow_for = flow_for
        self._conversations: dict[str, Conversation] = {}
        self._owed: dict[str, OwedCall] = {}
        self._closing = False
        self._follow_ups = FollowUps(services, self._owe)
        services.plane.subscribe(self._media_event)

    def get(self, interaction_id: str) -> Conversation | None:
        return self._conversations.get(interaction_id)

    def of_agent(self, agent_id: str) -> Iterable[Conversation]:
        return [c for c in self._conversations.values() if c.talk is not None and c.talk.agent_id == agent_id]

    def owed(self, interaction_id: str) -> OwedCall | None:
        return self._owed.get(interaction_id)

    def scheduled(self, queue_id: str) -> list[OwedCall]:
        """Those that are to come into this queue's line later, the next one first."""
        later = [each for each in self._owed.values() if each.phase is Phase.SCHEDULED]
        mine = [each for each in later if each.terms.queue_id == queue_id and each.terms.due_at is not None]
        return sorted(mine, key=lambda each: (each.terms.due_at or 0.0, each.id))

    def __len__(self) -> int:
        """Calls that are on or being wrapped up; who is owed one is not on the line."""
        resting = (Phase.QUEUED, Phase.SCHEDULED)
        return sum(
            not isinstance(each, OwedCall) or each.phase not in resting or each.wrap_up is not None
            for each in self._conversations.values()
        )

    def forget(self, conversation: Conversation) -> None:
        """The caller is gone and nothing is left to wrap up."""
        self._owed.pop(conversation.id, None)
        if self._conversations.pop(conversation.id, None) is not None:
            self._services.interactions.forget(conversation.id)

    def restore(self, interaction_id: str, caller: Caller, wrap_up: WrapUp) -> Conversation:
        """A call of before this start, of which only the wrap-up is left."""
        line = SipLine(self._services.plane, f"{interaction_id}:caller", self._services.tasks)
        conversation = Conversation(interaction_id, caller, line, self._services, self._over)
        conversation.only_wrap_up(wrap_up)
        self._conversations[interaction_id] = conversation
        return conversation

    def restore_owed(self, interaction_id: str, caller: Caller, owed: Owed) -> OwedCall:
        """One of before this start, to be scheduled or found in line."""
        contact = OwedCall(interaction_id, caller, owed, self._services, self._over)
        self._conversations[interaction_id] = self._owed[interaction_id] = contact
        self._services.tasks.spawn(contact.learn_history())
        return contact

    def _owe(self, contact_id: str, owed: Owed, number: str, origin: Conversation) -> OwedCall:
        contact = OwedCall(contact_id, Caller(number, origin.caller.name), owed, self._services, self._over)
        contact.story.facts = list(origin.story.facts)
        contact.story.customers = origin.story.customers
        contact.story.customer_id = origin.story.customer_id
        self._conversations[contact_id] = self._owed[contact_id] = contact
        self._services.tasks.spawn(contact.learn_history())
        return contact

    def incoming(self, call: Call) -> None:
        """A SIP call: answered by the flow of the dialled number, or refused in words a phone understands."""
        if self._closing:
            return call.reject(503)
        flow = self._flow_for(call.called, call.trunk)
        if flow is None:
            return call.reject(404)
        interaction_id = uuid.uuid4().hex
        caller = Caller(call.remote_number, call.remote_name or None)
        line = SipLine(self._services.plane, f"{interaction_id}:caller", self._services.tasks)
        conversation = Conversation(interaction_id, caller, line, self._services, self._over)
        self._conversations[interaction_id] = conversation
        self._services.interactions.begin(
            interaction_id,
            channel="voice",
            direction="in",
            caller_address=caller.address,
            caller_name=caller.name,
        )
        conversation.record("call.received", {"number": call.called} | ({"trunk": call.trunk} if call.trunk else {}))
        line.on_ended = lambda reason: conversation.post(lambda: conversation.end("caller"))
        line.on_digit = lambda digit: conversation.feed(Digit(digit))
        line.attach(call)
        conversation.post(lambda: self._answer(conversation, call, flow))

    async def _answer(self, conversation: Conversation, call: Call, flow: Flow) -> None:
        try:
            host = self._services.user_agent.host_towards(call.peer_host)
            await conversation.line.answer(call, host)
        except MediaError as error:
            log.warning("call.not_answered", interaction=conversation.id, code=error.code)
            return await conversation.end("system", "failed")
        if conversation.line.ended:
            return
        address = conversation.caller.address
        calls_before = await self._services.history.calls_before(address) if flow.asks_history else 0
        data = {
            "caller": address,
            "caller_name": conversation.caller.name or "",
            "called": call.called,
            "calls_before": str(calls_before),
        }
        if flow.asks_customer:
            await conversation.learn_customer()
            data |= flow_data(conversation.story.customers)
        services = self._services
        port = FlowPort(conversation, services, self._follow_ups)
        session = Session(flow, data, calendars=services.calendars, flows=services.flows, dialable=services.dialable)
        runner = FlowRunner(session, port, clock=lambda: self._services.driver.now, interaction_id=conversation.id)
        conversation.run_flow(runner)

    def _over(self, conversation: Conversation) -> None:
        if conversation.wrap_up is None:
            self.forget(conversation)

    def _media_event(self, event: media.MediaEvent) -> None:
        match event:
            case media.DigitReceived(leg_id, digit) if conversation := self._by_leg(leg_id):
                if leg_id == conversation.line.leg_id:
                    conversation.feed(Digit(digit))
            case media.PlaybackFinished(leg_id, play_id, completed) if conversation := self._by_leg(leg_id):
                conversation.feed(PlaybackFinished(play_id, completed))
            case media.LegLost(leg_id, reason) if conversation := self._by_leg(leg_id):
                self._leg_lost(conversation, leg_id, reason)
            case media.RecordingFailed(recording_id, reason):
                self._recording_failed(recording_id, reason)
            case media.RecordingSilent(recording_id):
                self._services.takes.silent(recording_id)
            case media.RecordingFinished():
                if not self._services.takes.finished(event):
                    self._recorded(event)
            case media.WorkerRestarted():
                self._worker_restarted()
            case _:
                pass

    def _by_leg(self, leg_id: str) -> Conversation | None:
        return self._conversations.get(leg_id.partition(":")[0])

    def _leg_lost(self, conversation: Conversation, leg_id: str, reason: str) -> None:
        if leg_id == conversation.line.leg_id:
            conversation.record("media.lost", {"reason": reason})
            conversation.post(lambda: conversation.end("system"))
        elif (talk := conversation.talk) is not None and talk.line.leg_id == leg_id:
            conversation.post(lambda: talk.lost(leg_id, reason))

    def _recording_failed(self, interaction_id: str, reason: str) -> None:
        log.error("call.recording_failed", interaction=interaction_id, reason=reason)
        if conversation := self._conversations.get(interaction_id):
            conversation.record("recording.failed", {"reason": reason})
            if conversation.talk is not None:
                conversation.talk.warn(f"This call is not being recorded any more: {reason}.")

    def _recorded(self, event: media.RecordingFinished) -> None:
        recording = {
            "path": event.path,
            "duration_s": event.duration_s,
            "segments": [list(segment) for segment in event.segments],
        }
        self._services.interactions.update(event.recording_id, recording=recording)

    def _worker_restarted(self) -> None:
        log.warning("media.worker_restarted", calls=len(self._conversations))
        for conversation in self._conversations.values():
            if conversation.phase not in (Phase.ENDED, Phase.SCHEDULED, Phase.OPEN) and conversation.channel == "voice":
                conversation.record("media.restarted")

    async def stop(self) -> None:
        """Refuse new calls and end those that are on, so that nobody is left with a dead line."""
        self._closing = True
        ending = [c for c in self._conversations.values() if not c.concluded]
        for conversation in ending:
            conversation.post(conversation.shut_down)
        await asyncio.gather(*(conversation.join() for conversation in ending))

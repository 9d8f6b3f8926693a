"""What an agent may do with a call, over the live feed. What does not fit the call is answered in words."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, StringConstraints

from acd.commands import CompleteWrapUp, ExtendWrapUp, RejectOffer
from contactcenter.api.live import CommandHandler, Live
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, Document, NotAudited, Subject
from contactcenter.calls.conversation import Conversation
from contactcenter.calls.inbox import ClosedError
from contactcenter.calls.owed import OwedCall
from contactcenter.calls.phases import NotPossibleError
from contactcenter.calls.service import Calls
from contactcenter.calls.services import CallServices
from contactcenter.calls.talk import Talk
from contactcenter.calls.talk_recording import LONGEST_PAUSE_S
from contactcenter.permissions import Principal
from contactcenter.queues.permissions import WORK_TAKE
from contactcenter.recordings.acts import RECORDING_PAUSED
from contactcenter.recordings.permissions import RECORDINGS_PAUSE
from contactcenter.routing.problems import insist
from media.errors import MediaError

A = TypeVar("A", bound=BaseModel)
Sdp = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class OfInteraction(BaseModel):
    interaction_id: str


class WithSdp(OfInteraction):
    sdp: Sdp


class Accept(OfInteraction):
    """`sdp` None: for what is taken without a call."""

    sdp: Sdp | None = None


class PauseRecording(OfInteraction):
    """`seconds` None: until it is resumed."""

    seconds: Annotated[float, Field(gt=0, le=LONGEST_PAUSE_S)] | None = None


class Mute(OfInteraction):
    muted: bool


class Digits(OfInteraction):
    digits: Annotated[str, StringConstraints(pattern=r"^[0-9A-Da-d*#]{1,64}$")]


class Extend(OfInteraction):
    seconds: Annotated[float, Field(gt=0, le=3600)]


class Complete(OfInteraction):
    disposition_id: str
    note: Annotated[str, StringConstraints(max_length=10_000, strip_whitespace=True)] = ""


class OfCustomer(OfInteraction):
    """`customer_id` None: it is not known who calls."""

    customer_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None


class Draft(OfInteraction):
    note: Annotated[str, StringConstraints(max_length=10_000)]


Answer = dict[str, Any] | None


def problem_of(error: Exception) -> Problem | None:
    """What an agent is told of an error of this slice; None for errors of others."""
    match error:
        case NotPossibleError():
            return Problem(409, "not-possible", "Not possible now", str(error))
        case ClosedError():
            return Problem(409, "call-over", "Not possible now", "The call is over.")
        case MediaError():
            return Problem(409, f"media-{error.code}", "No audio connection", error.sentence)
    return None


def _paused(interaction_id: str, after: Document) -> Act:
    return Act(kind=RECORDING_PAUSED, subject=Subject("interaction", interaction_id), after=after)


OWN_WORK = NotAudited("an agent's own work; the interaction's timeline tells it")


class AgentCommands:
    def __init__(
        self, calls: Calls, services: CallServices, live: Live, note: Callable[[Act], None] = lambda act: None
    ) -> None:
        """`note` writes into the audit trail."""
        self._note = note
        self._calls = calls
        self._services = services

        def register(name: str, model: type[A], handler: CommandHandler[A]) -> None:
            live.command(name, WORK_TAKE, model, OWN_WORK)(handler)

        register("offer.accept", Accept, self._accept)
        register("offer.reject", OfInteraction, self._reject)
        register("call.hold", OfInteraction, self._hold)
        register("call.resume", OfInteraction, self._resume)
        register("call.hangup", OfInteraction, self._hang_up)
        register("call.mute", Mute, self._mute)
        register("call.digits", Digits, self._digits)
        register("call.media", WithSdp, self._media)
        register("call.restart_ice", WithSdp, self._restart_ice)
        register("wrapup.extend", Extend, self._extend)
        register("wrapup.complete", Complete, self._complete)
        register("work.dial", WithSdp, self._dial)
        register("work.done", OfInteraction, self._done)
        register("work.draft", Draft, self._draft)
        register("work.customer", OfCustomer, self._customer)
        pauses: tuple[tuple[str, type[Any], CommandHandler[Any]], ...] = (
            ("recording.pause", PauseRecording, self._pause_recording),
            ("recording.resume", OfInteraction, self._resume_recording),
        )
        for name, model, handler in pauses:
            live.command(name, RECORDINGS_PAUSE, model, (RECORDING_PAUSED,))(handler)

    def _conversation(self, interaction_id: str) -> Conversation:
        conversation = self._calls.get(interaction_id)
        if conversation is None:
            raise NotPossibleError("This call is over.")
        return conversation

    async def _accept(self, principal: Principal, args: Accept) -> Answer:
        conversation = self._conversation(args.interaction_id)
        answer = await conversation.ask(lambda: conversation.accept_in_browser(principal.user_id, args.sdp))
        return {"sdp": answer}

    def _owed(self, interaction_id: str) -> OwedCall:
        conversation = self._conversation(interaction_id)
        if not isinstance(conversation, OwedCall):
            raise NotPossibleError("This is a call that came in.")
        return conversation

    async def _dial(self, principal: Principal, args: WithSdp) -> Answer:
        owed = self._owed(args.interaction_id)
        return {"sdp": await owed.ask(lambda: owed.dial(principal.user_id, args.sdp))}

    async def _done(self, principal: Principal, args: OfInteraction) -> Answer:
        owed = self._owed(args.interaction_id)
        await owed.ask(lambda: owed.done(principal.user_id))
        return None

    async def _pause_recording(self, principal: Principal, args: PauseRecording) -> Answer:
        def act(talk: Talk) -> Awaitable[None]:
            return self._conversation(args.interaction_id).recording.pause(talk.agent_id, args.seconds)

        await self._on_talk(principal, args.interaction_id, act)
        self._note(_paused(args.interaction_id, {"paused": True, "seconds": args.seconds}))
        return None

    async def _resume_recording(self, principal: Principal, args: OfInteraction) -> Answer:
        def act(talk: Talk) -> Awaitable[None]:
            return self._conversation(args.interaction_id).recording.resume(talk.agent_id)

        await self._on_talk(principal, args.interaction_id, act)
        self._note(_paused(args.interaction_id, {"paused": False}))
        return None

    async def _reject(self, principal: Principal, args: OfInteraction) -> Answer:
        insist(self._services.driver.submit(RejectOffer(args.interaction_id, principal.user_id)))
        return None

    async def _on_talk(self, principal: Principal, interaction_id: str, act: Callable[[Talk], Awaitable[Any]]) -> Any:
        conversation = self._conversation(interaction_id)
        return await conversation.ask(lambda: act(conversation.talk_of(principal.user_id)))

    async def _hold(self, principal: Principal, args: OfInteraction) -> Answer:
        await self._on_talk(principal, args.interaction_id, lambda talk: talk.hold())
        return None

    async def _resume(self, principal: Principal, args: OfInteraction) -> Answer:
        await self._on_talk(principal, args.interaction_id, lambda talk: talk.resume())
        return None

    async def _hang_up(self, principal: Principal, args: OfInteraction) -> Answer:
        conversation = self._conversation(args.interaction_id)
        await conversation.ask(lambda: conversation.hang_up(principal.user_id))
        return None

    async def _mute(self, principal: Principal, args: Mute) -> Answer:
        await self._on_talk(principal, args.interaction_id, lambda talk: talk.mute(args.muted))
        return None

    async def _digits(self, principal: Principal, args: Digits) -> Answer:
        await self._on_talk(principal, args.interaction_id, lambda talk: talk.send_digits(args.digits.upper()))
        return None

    async def _media(self, principal: Principal, args: WithSdp) -> Answer:
        return {"sdp": await self._on_talk(principal, args.interaction_id, lambda talk: talk.reopen(args.sdp))}

    async def _restart_ice(self, principal: Principal, args: WithSdp) -> Answer:
        return {"sdp": await self._on_talk(principal, args.interaction_id, lambda talk: talk.restart_ice(args.sdp))}

    async def _extend(self, principal: Principal, args: Extend) -> Answer:
        insist(self._services.driver.submit(ExtendWrapUp(principal.user_id, args.interaction_id, args.seconds)))
        return None

    async def _complete(self, principal: Principal, args: Complete) -> Answer:
        """Saved with the interaction; the agent is free for the next call."""
        conversation = self._wrapping_up(principal, args.interaction_id)
        disposition = self._services.queues.disposition(args.disposition_id, conversation.story.queue_id)
        if disposition is None:
            raise Problem(422, "unknown-disposition", "Choose a result", "This result is not one of this queue's.")
        if disposition.note_required and not args.note:
            raise Problem(
                422, "note-missing", "Write a note", f"Write a note: “{disposition.label}” asks for one.", field="note"
            )
        conversation.record(
            "wrapup.completed",
            {
                "agent": self._services.rows.agent(principal.user_id),
                "disposition": {"id": disposition.id, "label": disposition.label},
                "note": args.note,
            },
        )
        self._services.interactions.update(conversation.id, disposition_id=disposition.id, note=args.note)
        insist(self._services.driver.submit(CompleteWrapUp(principal.user_id, conversation.id)))
        return None

    async def _draft(self, principal: Principal, args: Draft) -> Answer:
        """A note begun before wrap-up survives whatever happens to the page."""
        conversation = self._conversation(args.interaction_id)
        self._own(conversation, principal)
        self._services.interactions.update(conversation.id, note=args.note)
        return None

    async def _customer(self, principal: Principal, args: OfCustomer) -> Answer:
        """Who is calling: one of several with the number, a customer just made, or somebody else."""
        conversation = self._conversation(args.interaction_id)
        if principal.user_id not in conversation.offers:
            self._own(conversation, principal)
        known = None
        if args.customer_id is not None:
            known = await self._services.callers.of_id(args.customer_id)
            if known is None:
                raise not_found("customer")
        conversation.set_customer(known)
        conversation.record("customer.set", {"agent": self._services.rows.agent(principal.user_id)})
        await conversation.learn_history()
        return None

    def _own(self, conversation: Conversation, principal: Principal) -> None:
        """Raises NotPossibleError unless the call is this agent's, on or to be wrapped up."""
        if conversation.wrap_up is None or conversation.wrap_up.agent_id != principal.user_id:
            conversation.talk_of(principal.user_id)

    def _wrapping_up(self, principal: Principal, interaction_id: str) -> Conversation:
        conversation = self._conversation(interaction_id)
        if conversation.wrap_up is None or conversation.wrap_up.agent_id != principal.user_id:
            raise NotPossibleError("There is nothing to wrap up for this call.")
        return conversation

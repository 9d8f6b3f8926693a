"""What is done for a caller whom no agent had: a message kept, a call back promised, people told, a ticket opened."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from contactcenter.api.problems import Problem
from contactcenter.calls.desks import Note, Requester
from contactcenter.calls.owed import Owed, OwedCall
from contactcenter.calls.services import CallServices
from contactcenter.calls.takes import Take
from contactcenter.flows.effects import (
    CarriedOut,
    GiveConsent,
    LeaveVoicemail,
    OpenTicket,
    Request,
    RequestCallback,
    SendMessage,
)
from contactcenter.storage.errors import StorageUnavailable

if TYPE_CHECKING:
    from contactcenter.calls.conversation import Conversation

log = structlog.get_logger(__name__)

NOT_DONE = CarriedOut(False)


class FollowUps:
    """`make` registers a new contact: its id, what is owed, the number, and whose call it comes from."""

    def __init__(self, services: CallServices, make: Callable[[str, Owed, str, Conversation], OwedCall]) -> None:
        self._services = services
        self._make = make

    async def carry_out(self, conversation: Conversation, asked: Request, take: Take | None = None) -> CarriedOut:
        """Never raises: a flow goes on another way when something could not be done."""
        try:
            match asked:
                case LeaveVoicemail():
                    assert take is not None
                    done = self._keep_voicemail(conversation, asked, take)
                case RequestCallback():
                    done = self._promise_call(conversation, asked)
                case SendMessage():
                    done = await self._tell(conversation, asked, take)
                case OpenTicket():
                    done = await self._open_ticket(conversation, asked)
        except (StorageUnavailable, Problem, OSError) as error:
            log.error("follow_up.failed", interaction=conversation.id, kind=type(asked).__name__, reason=str(error))
            return NOT_DONE
        return done

    async def keep_consent(self, conversation: Conversation, given: GiveConsent) -> None:
        """In the customer's records; of a stranger only the interaction tells it."""
        if not conversation.story.customers:
            await conversation.learn_customer()
        customer_id = conversation.story.customer_id
        if customer_id is None:
            return
        try:
            await self._services.consents.keep(
                customer_id=customer_id, kind=given.kind, given=given.given, version=given.version
            )
        except (StorageUnavailable, Problem) as error:
            log.error("consent.not_kept", interaction=conversation.id, reason=str(error))

    def _keep_voicemail(self, conversation: Conversation, asked: LeaveVoicemail, take: Take) -> CarriedOut:
        now = self._services.driver.now
        owed = Owed(
            channel="voicemail",
            queue_id=asked.queue,
            priority=asked.priority,
            since=now,
            recorded=conversation.may_record,
        )
        entered = self._begin(conversation, take.recording_id, owed, conversation.caller.address)
        if entered is None:
            return NOT_DONE
        # Before it is in line: an agent may have it at once.
        self._services.interactions.update(entered.id, recording=take.described())
        entered.speech_s = round(take.speech_s, 1)
        if not entered.enter():
            return NOT_DONE
        conversation.record("voicemail.left", self._told(entered) | {"duration_s": entered.speech_s})
        return self._left(conversation, "voicemail")

    def _promise_call(self, conversation: Conversation, asked: RequestCallback) -> CarriedOut:
        owed = Owed(
            channel="callback",
            queue_id=asked.queue,
            priority=asked.priority,
            since=conversation.story.queued_at or self._services.driver.now,
            tries=asked.tries,
            retry_after_s=asked.retry_after_s,
            ring_s=asked.ring_s,
            recorded=conversation.may_record,
        )
        entered = self._begin(conversation, uuid.uuid4().hex, owed, asked.number)
        if entered is None or not entered.enter():
            return NOT_DONE
        conversation.record("callback.promised", self._told(entered))
        return self._left(conversation, "callback")

    def _begin(self, conversation: Conversation, contact_id: str, owed: Owed, number: str) -> OwedCall | None:
        """An interaction of its own, to be put into the queue; None when there is no such queue."""
        services, story = self._services, conversation.story
        if services.queues.get(owed.queue_id) is None:
            log.error("follow_up.no_queue", interaction=conversation.id, queue=owed.queue_id)
            return None
        services.interactions.begin(
            contact_id,
            channel=owed.channel,
            direction="out" if owed.channel == "callback" else "in",
            caller_address=number,
            caller_name=conversation.caller.name,
        )
        values: dict[str, Any] = {"queue_id": owed.queue_id, "queued_at": datetime.fromtimestamp(owed.since, UTC)}
        services.interactions.update(contact_id, customer_id=story.customer_id, data=list(story.facts), **values)
        contact = self._make(contact_id, owed, number, conversation)
        contact.record(f"{owed.channel}.made", {"interaction": conversation.id})
        contact.keep()
        return contact

    def _told(self, contact: OwedCall) -> dict[str, Any]:
        return {"interaction": contact.id, "queue": self._services.rows.queue(contact.terms.queue_id)}

    def _left(self, conversation: Conversation, what: str) -> CarriedOut:
        conversation.story.left = what
        return CarriedOut(True)

    async def _tell(self, conversation: Conversation, asked: SendMessage, take: Take | None) -> CarriedOut:
        spoken_s = round(take.speech_s, 1) if take is not None else None
        told_by = conversation.id
        if take is not None:
            told_by = take.recording_id
            self._spoken(conversation, take)
        sent = await self._services.messenger.send(
            Note(
                kind=asked.kind,
                to=asked.to,
                subject=asked.subject,
                text=asked.text,
                interaction_id=told_by,
                spoken_s=spoken_s,
            )
        )
        if not sent:
            return NOT_DONE
        conversation.record("message.sent", {"kind": asked.kind, "interaction": told_by})
        return self._left(conversation, "message")

    def _spoken(self, conversation: Conversation, take: Take) -> None:
        """An interaction that is nothing but the recording: whoever may see it hears it there."""
        services = self._services
        services.interactions.begin(
            take.recording_id,
            channel="message",
            direction="in",
            caller_address=conversation.caller.address,
            caller_name=conversation.caller.name,
        )
        services.interactions.update(
            take.recording_id,
            queue_id=conversation.story.queue_id,
            customer_id=conversation.story.customer_id,
            recording=take.described(),
        )
        services.interactions.end(take.recording_id, "message", services.driver.now)
        services.interactions.forget(take.recording_id)

    async def _open_ticket(self, conversation: Conversation, asked: OpenTicket) -> CarriedOut:
        desk = self._services.tickets
        if desk is None:
            return NOT_DONE
        if not conversation.story.customers:
            await conversation.learn_customer()
        number = await desk.open(
            subject=asked.subject,
            description=asked.description,
            requester=Requester(
                address=conversation.caller.address,
                name=conversation.caller.name,
                customer_id=conversation.story.customer_id,
            ),
            interaction_id=conversation.id,
        )
        conversation.record("ticket.opened", {"number": number})
        self._left(conversation, "ticket")
        return CarriedOut(True, number)

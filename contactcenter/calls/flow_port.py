"""The flow's hands on a call: speak, play, queue, hang up."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from acd.calendar import is_open
from acd.commands import EnqueueContact, LeaveQueue
from acd.model import Expression
from contactcenter.calls.dictation import Dictation
from contactcenter.calls.followups import FollowUps
from contactcenter.calls.phases import Phase
from contactcenter.calls.services import CallServices
from contactcenter.calls.transfer import Transferring
from contactcenter.flows.effects import (
    CLOSED,
    CarriedOut,
    File,
    GiveConsent,
    Item,
    LeaveVoicemail,
    PlaybackFinished,
    Prompt,
    QueueLeft,
    Record,
    Request,
    SendMessage,
    Take,
    Text,
    Tone,
    Transfer,
)
from contactcenter.routing.driver import refusal
from media.errors import MediaError

if TYPE_CHECKING:
    from contactcenter.calls.conversation import Conversation

log = structlog.get_logger(__name__)

IN_FLOW = frozenset({Phase.FLOW, Phase.QUEUED})
SEED_BITS = 63


class FlowPort:
    """What `contactcenter.flows.runner.FlowRunner` asks of a voice call."""

    def __init__(self, conversation: "Conversation", services: CallServices, follow_ups: FollowUps) -> None:
        self._conversation = conversation
        self._services = services
        self._follow_ups = follow_ups
        self._takes = conversation.dictation = Dictation(
            conversation, services, lambda asked, take: follow_ups.carry_out(conversation, asked, take)
        )

    async def play(self, play_id: str, items: tuple[Item, ...], loop: bool) -> None:
        files = [file for item in items if (file := await self._file(item)) is not None]
        conversation = self._conversation
        if conversation.phase not in IN_FLOW:
            return
        if not files:
            conversation.feed(PlaybackFinished(play_id, completed=False))
            return
        try:
            await self._services.plane.play(conversation.line.leg_id, play_id, [str(file) for file in files], loop=loop)
        except MediaError as error:
            # The flow goes on as after an announcement that was cut off: better than losing the caller.
            log.warning("call.not_played", interaction=conversation.id, code=error.code)
            conversation.feed(PlaybackFinished(play_id, completed=False))

    async def _file(self, item: Item) -> Path | str | None:
        """None for what cannot be heard any more: the rest is played all the same."""
        prompts = self._services.prompts
        match item:
            case Text(text, language):
                return await prompts.say(text, language)
            case File(path):
                return path
            case Take(take):
                return self._takes.file(take)
            case Prompt(prompt_id, language):
                found = prompts.recorded(prompt_id, language)
                if found is None:
                    log.error("call.prompt_missing", interaction=self._conversation.id, prompt=prompt_id)
                return found
            case Tone(name):
                return prompts.tone(name)

    async def stop_playing(self) -> None:
        conversation = self._conversation
        if conversation.phase not in IN_FLOW:
            return
        try:
            await self._services.plane.stop_playing(conversation.line.leg_id)
        except MediaError as error:
            log.warning("call.not_silenced", interaction=conversation.id, code=error.code)

    async def enqueue(
        self,
        queue: str,
        *,
        priority: int,
        skills: tuple[Expression, ...],
        data: Mapping[str, str],
        max_wait_s: float | None,
        preferred: tuple[Expression, ...],
        agent_id: str | None,
        agent_wait_s: float,
    ) -> None:
        """Into the queue; a closed one, or what the engine refuses, sends the caller on: CLOSED or the refusal's
        code."""
        conversation = self._conversation
        if conversation.phase is not Phase.FLOW:
            return
        if self._closed(queue):
            conversation.feed(QueueLeft(CLOSED))
            return
        command = EnqueueContact(
            conversation.id,
            queue,
            priority=priority,
            skills=skills,
            preferred=preferred,
            max_wait_s=max_wait_s,
            agent_id=agent_id,
            agent_wait_s=agent_wait_s,
            since=conversation.story.queued_at,
            seed=secrets.randbits(SEED_BITS),
        )
        if refused := refusal(self._services.driver.submit(command)):
            log.error("call.queue_refused", interaction=conversation.id, queue=queue, code=refused.code)
            conversation.feed(QueueLeft(refused.code))

    def _closed(self, queue_id: str) -> bool:
        """By the queue's own calendar; without one it is always open."""
        services = self._services
        queue = services.queues.get(queue_id)
        calendar = services.calendars(queue.calendar_id) if queue is not None and queue.calendar_id else None
        return calendar is not None and not is_open(calendar, services.driver.now)

    async def leave_queue(self) -> None:
        conversation = self._conversation
        if conversation.phase is Phase.QUEUED and (
            refused := refusal(self._services.driver.submit(LeaveQueue(conversation.id)))
        ):
            log.info("call.not_left", interaction=conversation.id, code=refused.code)

    async def start_recording(self, asked: Record) -> None:
        if self._conversation.phase is Phase.FLOW:
            await self._takes.begin(asked)

    async def stop_recording(self, take: str) -> None:
        await self._takes.stop(take)

    async def drop_recording(self, take: str) -> None:
        await self._takes.drop(take)

    async def carry_out(self, asked: Request) -> CarriedOut:
        if isinstance(asked, LeaveVoicemail) or (isinstance(asked, SendMessage) and asked.take is not None):
            return await self._takes.carry_out(asked)
        return await self._follow_ups.carry_out(self._conversation, asked)

    async def transfer(self, asked: Transfer) -> None:
        conversation = self._conversation
        if conversation.phase is Phase.FLOW:
            conversation.transfer = Transferring(conversation, self._services, asked)
            await conversation.transfer.begin()

    def consent(self, given: GiveConsent) -> None:
        conversation = self._conversation
        conversation.record("consent.asked", {"kind": given.kind, "given": given.given})
        self._services.tasks.spawn(self._follow_ups.keep_consent(conversation, given))

    async def queue_state(self) -> tuple[int | None, float | None]:
        """Position from 1 and expected wait in seconds, None while there is nothing to go by."""
        driver, contact_id = self._services.driver, self._conversation.id
        if self._conversation.phase is not Phase.QUEUED:
            return None, None
        return driver.engine.position(contact_id), driver.engine.expected_wait(contact_id, driver.now)

    async def hangup(self, outcome: str) -> None:
        conversation = self._conversation
        conversation.post(lambda: conversation.flow_over(outcome))

    def record(self, event_type: str, data: Mapping[str, Any]) -> None:
        conversation = self._conversation
        conversation.record(event_type, data)
        if event_type == "flow.input":
            conversation.story.learn(data["label"], data["value"])
            self._services.interactions.update(conversation.id, data=list(conversation.story.facts))

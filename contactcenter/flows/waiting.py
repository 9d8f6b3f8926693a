"""The step that waits in a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from acd.model import CHOSEN, OverflowCause, Target
from contactcenter.flows import overflowed
from contactcenter.flows.activity import Activity
from contactcenter.flows.effects import (
    CLOSED,
    AskQueueState,
    Enqueue,
    File,
    InputTaken,
    Item,
    LeaveQueue,
    Prompt,
    QueueState,
    Text,
)
from contactcenter.flows.model import QUEUE_LEFT, QUEUE_TARGET, QueueStep, WaitingKey
from contactcenter.flows.parts import MusicPrompt

if TYPE_CHECKING:
    from contactcenter.flows.interpreter import Session

# A channel that does not answer how the queue stands must not end the announcements.
QUEUE_STATE_TIMEOUT_S = 5.0
MUSIC_RETRY_S = 2.0


class Waiting(Activity):
    """In a queue: music, and between it where the caller stands."""

    def __init__(self, session: Session, step: QueueStep) -> None:
        super().__init__(session)
        self._step = step
        self._announce = step.queue.announce
        self._announce_at: float | None = None
        self._queue = session.render(step.queue.queue).strip()
        self._phase: Literal["music", "silence", "asking", "announcing"] = "music"
        self._since = session.now
        self._expected_s: float | None = None
        self._chosen: WaitingKey | None = None

    def summary(self) -> str | None:
        return self._queue or None

    def begin(self) -> None:
        self.session.typed.clear()
        if not self._queue:
            self.on_left("no-queue", Target())
            return
        self.session.waited_in(self._queue)
        self.session.emit(self._enqueue())
        if self._announce is not None:
            self._announce_at = self.session.now + self._announce.first_after_s
        self._music()

    def _enqueue(self) -> Enqueue:
        step, agent = self._step.queue, self._step.queue.agent
        agent_id = self.session.render(agent.id).strip() if agent is not None else ""
        return Enqueue(
            self._queue,
            step.priority,
            step.skills.requirements,
            dict(self.session.data),
            step.max_wait_s,
            step.preferred.requirements,
            agent_id or None,
            agent.wait_s if agent is not None and agent_id else 0.0,
        )

    def _music(self) -> None:
        self._phase = "music"
        match self._step.queue.music:
            case None:
                music: tuple[Item, ...] = ()
            case MusicPrompt(prompt=prompt_id):
                music = (Prompt(prompt_id, self.session.language),)
            case path:
                music = (File(path),)
        self.session.play(music, loop=True)
        self._await_announcement()

    def _await_announcement(self) -> None:
        at = self._announce_at
        self.session.set_deadline(max(at, self.session.now) if at is not None else None)

    def _announced(self) -> None:
        if self._announce is not None:
            self._announce_at = self.session.now + self._announce.every_s

    def _silence(self) -> None:
        """What played was cut from outside. Often the caller is being connected, and that is told next; music at
        once would then sound into the conversation, and a broken file would be tried in a busy circle."""
        self._phase = "silence"
        self.session.set_deadline(self.session.now + MUSIC_RETRY_S)

    def on_deadline(self) -> None:
        if self._phase == "music":
            self._phase = "asking"
            self.session.emit(AskQueueState())
            self.session.set_deadline(self.session.now + QUEUE_STATE_TIMEOUT_S)
        elif self._phase == "silence":
            self._music()
        elif self._phase == "asking":
            self._go_on()

    def _go_on(self) -> None:
        """After an announcement that there was none of."""
        self._announced()
        if self.session.playing or self._step.queue.music is None:
            self._phase = "music"
            self._await_announcement()
        else:
            self._music()

    def on_queue_state(self, state: QueueState) -> None:
        if self._phase != "asking" or self.connected:
            return
        self.session.set_deadline(None)
        self._expected_s = state.expected_wait_s
        if self.session.play(self._announcement(state)):
            self._phase = "announcing"
        else:
            self._go_on()

    def _announcement(self, state: QueueState) -> tuple[Item, ...]:
        if self._announce is None:
            return ()
        said: list[str] = []
        if self._announce.position and state.position is not None and state.position >= 1:
            said.append(self.session.words.position(state.position))
        wait = state.expected_wait_s
        if self._announce.expected_wait and wait is not None and 0 <= wait < 86_400:
            said.append(self.session.words.expected_wait(wait))
        texts = (Text(text, self.session.language) for text in said)
        offered = [key for key in self._step.queue.keys.values() if self._counts(key)]
        prompts = (item for key in offered for item in self.session.items(key.prompt))
        return (*texts, *self.session.items(self._announce.prompt), *prompts)

    def _counts(self, key: WaitingKey) -> bool:
        """Whether the caller waits long enough for this key."""
        waited_s = self.session.now - self._since
        return max(waited_s, self._expected_s or 0.0) >= key.wait_s

    def on_played(self, completed: bool = True) -> None:
        if self._phase == "announcing":
            self._announced()
            if completed:
                self._music()
            else:
                self._silence()
        elif self._phase == "music":
            self._silence()

    def on_digit(self) -> None:
        digit = self.session.typed.pop()
        self.session.typed.clear()
        key = self._step.queue.keys.get(digit)
        if key is not None and self._chosen is None and not self.connected and self._counts(key):
            self._chosen = key
            self.session.emit(LeaveQueue())

    def on_connected(self) -> None:
        self.connected = True
        self._chosen = None
        self.session.forget_playing()
        self.session.set_deadline(None)

    def on_requeued(self) -> None:
        if self.connected:
            self.connected = False
            self._announced()
            self._music()

    def on_left(self, reason: str, to: Target) -> None:
        if self.connected:
            return
        self.session.stop_playing()
        if reason == CHOSEN and self._chosen is not None:
            self.session.emit(InputTaken(self.session.step or "", self._chosen.label, self._chosen.label))
            self._tell(reason, to)
            self.session.goto(self._chosen.next)
            return
        if reason == CLOSED:
            way, outcome = self._step.on_closed, "closed"
        elif reason in tuple(OverflowCause):
            way, outcome = self._step.on_max_wait, "overflowed"
        else:
            way, outcome = None, "failed"
        target = self._step.on.get(to.kind) or self._made_for(to, way) or way or self._step.on_failure
        if target is None:
            self.session.end(outcome, reason)
            return
        self._tell(reason, to)
        self.session.goto(target)

    def _made_for(self, to: Target, way: str | None) -> str | None:
        """The step that does what the queue's settings wish, when the flow names none."""
        steps = overflowed.steps_for(to, self._queue, self.session.words, otherwise=way or self._step.on_failure)
        self.session.add_steps(steps)
        return next(iter(steps), None)

    def _tell(self, reason: str, to: Target) -> None:
        self.session.set_value(QUEUE_LEFT, reason)
        self.session.data.pop(QUEUE_TARGET, None)
        if to.value is not None:
            self.session.set_value(QUEUE_TARGET, to.value)

"""The steps in which the caller speaks after a tone: voicemail, and messages for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from contactcenter.flows.activity import Activity, spoken
from contactcenter.flows.effects import (
    DropTake,
    Item,
    Kept,
    LeaveVoicemail,
    Record,
    SendMessage,
    StopRecord,
    Take,
    Text,
    Tone,
)
from contactcenter.flows.followups import MessageStep, Spoken, VoicemailStep

if TYPE_CHECKING:
    from contactcenter.flows.interpreter import Session

ANSWER_TIMEOUT_S = 15.0
"""A channel that does not say what came of something must not hold the caller for ever."""
REVIEW_TIMEOUT_S = 8.0


class Speaking(Activity):
    """Greeting, tone, recording; with `review` the caller keeps it (1), hears it (2) or speaks anew (3)."""

    def __init__(self, session: Session, asked: Spoken, step: VoicemailStep | MessageStep, *, review: bool) -> None:
        super().__init__(session)
        self._asked = asked
        self._next, self._on_failure = step.next, step.on_failure
        self._review = review
        self._take = ""
        self._phase: Literal["greeting", "recording", "closing", "review", "keeping"] = "greeting"

    def kept(self, take: str) -> Kept | None:
        """What becomes of the take; None: nobody would get it."""
        raise NotImplementedError

    def greeting(self) -> tuple[Item, ...]:
        own = self.session.items(self._asked.greeting)
        return own or (Text(self.session.words.greeting, self.session.language),)

    def summary(self) -> str | None:
        return spoken(self.greeting())

    def begin(self) -> None:
        self.session.typed.clear()
        if self.kept("") is None:
            self.session.goto(self._on_failure)
            return
        self._phase = "greeting"
        self.session.play((*self.greeting(), Tone("beep")))

    def on_played(self, completed: bool = True) -> None:
        if self._phase == "greeting":
            self._record()
        elif self._phase == "review":
            self.session.set_deadline(self.session.now + REVIEW_TIMEOUT_S)

    def _record(self) -> None:
        self._take = self.session.new_take()
        then = self.kept(self._take)
        assert then is not None
        self._phase = "recording"
        self.session.typed.clear()
        self.session.emit(Record(self._take, self._asked.silence_s, self._asked.min_s, then))
        self.session.set_deadline(self.session.now + self._asked.max_s)

    def on_digit(self) -> None:
        digit = self.session.typed.popleft()
        if self._phase == "greeting" and digit == self._asked.finish_on:
            # Who knows the greeting goes straight to the tone.
            self.session.play((Tone("beep"),))
        elif self._phase == "recording" and digit == self._asked.finish_on:
            self._stop()
        elif self._phase == "review":
            self._reviewed(digit)

    def on_deadline(self) -> None:
        if self._phase == "recording":
            self._stop()
        elif self._phase == "review":
            self._keep()
        elif self._phase in ("closing", "keeping"):
            self.session.goto(self._on_failure)

    def on_silent(self, take: str) -> None:
        if self._phase == "recording" and take == self._take:
            self._stop()

    def _stop(self) -> None:
        self._phase = "closing"
        self.session.emit(StopRecord(self._take))
        self.session.set_deadline(self.session.now + ANSWER_TIMEOUT_S)

    def on_recorded(self, take: str, speech_s: float | None) -> None:
        if take != self._take or self._phase not in ("recording", "closing"):
            return
        if speech_s is None or speech_s < self._asked.min_s:
            self.session.emit(DropTake(take))
            self.session.goto(self._on_failure)
        elif self._review:
            self._ask((Text(self.session.words.review, self.session.language),))
        else:
            self._keep()

    def _ask(self, items: tuple[Item, ...]) -> None:
        self._phase = "review"
        self.session.set_deadline(None)
        self.session.play(items)

    def _reviewed(self, digit: str) -> None:
        if digit == "1":
            self.session.stop_playing()
            self._keep()
        elif digit == "2":
            self._ask((Take(self._take), Text(self.session.words.review, self.session.language)))
        elif digit == "3":
            self.session.emit(DropTake(self._take))
            self._phase = "greeting"
            self.session.set_deadline(None)
            self.session.play((Tone("beep"),))

    def _keep(self) -> None:
        kept = self.kept(self._take)
        assert kept is not None
        self._phase = "keeping"
        self.session.emit(kept)
        self.session.set_deadline(self.session.now + ANSWER_TIMEOUT_S)

    def on_carried_out(self, done: bool, value: str) -> None:
        if self._phase == "keeping":
            self.session.goto(self._next if done else self._on_failure)


class LeavingVoicemail(Speaking):
    def __init__(self, session: Session, step: VoicemailStep) -> None:
        super().__init__(session, step.voicemail, step, review=step.voicemail.review)
        self._priority = step.voicemail.priority
        self._queue = session.queue_for(step.voicemail.queue)

    def kept(self, take: str) -> Kept | None:
        return LeaveVoicemail(take, self._queue, self._priority) if self._queue else None


class LeavingMessage(Speaking):
    """With a text there is nothing to speak."""

    def __init__(self, session: Session, step: MessageStep) -> None:
        super().__init__(session, step.message, step, review=False)
        self._message = step.message

    def _send(self, take: str | None) -> SendMessage | None:
        to, render = self._message.to, self.session.render
        for kind, value in (("team", to.team), ("agent", to.agent), ("mail", to.mail)):
            receiver = render(value).strip() if value is not None else ""
            if receiver:
                subject, text = render(self._message.subject), render(self._message.text or "")
                return SendMessage(kind, receiver, subject, text, take)  # type: ignore[arg-type]  # of the three above
        return None

    def kept(self, take: str) -> Kept | None:
        return self._send(take)

    def summary(self) -> str | None:
        return self.session.render(self._message.text) if self._message.text is not None else super().summary()

    def begin(self) -> None:
        if self._message.text is None:
            super().begin()
            return
        sent = self._send(None)
        if sent is None:
            self.session.goto(self._on_failure)
            return
        self._phase = "keeping"
        self.session.emit(sent)
        self.session.set_deadline(self.session.now + ANSWER_TIMEOUT_S)

"""The steps that take time: each is a small machine that the session feeds with inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.flows import template
from contactcenter.flows.activity import Activity, spoken
from contactcenter.flows.arranging import AskingConsent, CallingBack, OpeningTicket, Transferring
from contactcenter.flows.effects import InputTaken, Item, Text
from contactcenter.flows.followups import (
    CallbackStep,
    ConsentStep,
    FollowUp,
    MessageStep,
    TicketStep,
    TransferStep,
    VoicemailStep,
)
from contactcenter.flows.model import (
    CollectStep,
    HangupStep,
    MenuStep,
    PromptItems,
    QueueStep,
    SayStep,
)
from contactcenter.flows.speaking import LeavingMessage, LeavingVoicemail
from contactcenter.flows.waiting import Waiting

if TYPE_CHECKING:
    from contactcenter.flows.interpreter import Session

TimedStep = SayStep | MenuStep | CollectStep | QueueStep | HangupStep | FollowUp


def create(session: Session, step: TimedStep) -> Activity:
    match step:
        case SayStep():
            return Saying(session, step)
        case MenuStep():
            return Choosing(session, step)
        case CollectStep():
            return Collecting(session, step)
        case QueueStep():
            return Waiting(session, step)
        case HangupStep():
            return HangingUp(session, step)
        case VoicemailStep():
            return LeavingVoicemail(session, step)
        case CallbackStep():
            return CallingBack(session, step)
        case TransferStep():
            return Transferring(session, step)
        case MessageStep():
            return LeavingMessage(session, step)
        case TicketStep():
            return OpeningTicket(session, step)
        case ConsentStep():
            return AskingConsent(session, step)


class Saying(Activity):
    def __init__(self, session: Session, step: SayStep) -> None:
        super().__init__(session)
        self._step = step
        self._items = session.items(step.say)

    def summary(self) -> str | None:
        return spoken(self._items)

    def begin(self) -> None:
        if (self._step.barge_in and self.session.typed) or not self.session.play(self._items):
            self.on_played()

    def on_digit(self) -> None:
        if self._step.barge_in:
            self.session.stop_playing()
            self.on_played()

    def on_played(self, completed: bool = True) -> None:
        self.session.goto(self._step.next)


class _Asking(Activity):
    """Asks, waits for keys, asks again, gives up after so many attempts. Subclasses say what the keys mean."""

    def __init__(self, session: Session, asked: MenuStep | CollectStep) -> None:
        super().__init__(session)
        self._asked = asked.menu if isinstance(asked, MenuStep) else asked.collect
        self._on_failure = asked.on_failure
        self._attempts = 0
        self._no_input: tuple[Item, ...] = session.items(self._asked.no_input)
        self._invalid: tuple[Item, ...] = session.items(self._asked.invalid)

    def summary(self) -> str | None:
        return spoken(self.session.items(self._asked.prompt))

    def begin(self) -> None:
        self._ask(())

    def _ask(self, before: tuple[Item, ...]) -> None:
        if self.session.typed and self._asked.barge_in:
            self._take()
            return
        if not self.session.play((*before, *self.session.items(self._asked.prompt))):
            self.on_played()

    def on_played(self, completed: bool = True) -> None:
        self.session.set_deadline(self.session.now + self._asked.timeout_s)
        if self.session.typed:
            self._take()

    def on_digit(self) -> None:
        if self.session.playing:
            if not self._asked.barge_in:
                return
            self.session.stop_playing()
        self._take()

    def _take(self) -> None:
        raise NotImplementedError

    def on_deadline(self) -> None:
        self._again(self._no_input)

    def _again(self, before: tuple[Item, ...]) -> None:
        # Keys typed ahead were meant for another course of things.
        self.session.typed.clear()
        self._attempts += 1
        if self._attempts >= self._asked.attempts:
            self.session.goto(self._on_failure)
        else:
            self._ask(before)


class Choosing(_Asking):
    def __init__(self, session: Session, step: MenuStep) -> None:
        super().__init__(session, step)
        self._menu = step.menu

    def _take(self) -> None:
        choice = self._menu.choices.get(self.session.typed.popleft())
        if choice is None:
            self._again(self._invalid)
            return
        self.session.emit(InputTaken(self.session.step or "", self._menu.label, choice.label))
        self.session.set_all(choice.set)
        self.session.goto(choice.next)


class Collecting(_Asking):
    def __init__(self, session: Session, step: CollectStep) -> None:
        super().__init__(session, step)
        self._step = step.collect
        self._next = step.next
        self._entry = ""
        self._confirming = False
        self._unanswered = 0

    def _ask(self, before: tuple[Item, ...]) -> None:
        self._entry = ""
        self._confirming = False
        super()._ask(before)

    def _take(self) -> None:
        typed = self.session.typed
        while typed and not self._confirming:
            digit = typed.popleft()
            if digit == self._step.finish_on:
                self._complete()
                return
            if digit == "*":
                # Starting over costs no attempt.
                self._entry = ""
            elif digit != "#":
                self._entry += digit
                if len(self._entry) >= self._step.max_digits:
                    if self._step.finish_on is not None:
                        self.session.swallow(self._step.finish_on, self.session.now + self._step.digit_timeout_s)
                    self._complete()
                    return
        if self._confirming:
            self._confirm(typed.popleft())
        else:
            self.session.set_deadline(self.session.now + self._step.digit_timeout_s)

    def on_deadline(self) -> None:
        if self._confirming:
            self._unanswered += 1
            if self._unanswered >= self._step.attempts:
                self.session.goto(self._on_failure)
            else:
                self._ask_to_confirm()
        elif self._entry:
            self._complete()
        else:
            super().on_deadline()

    def _complete(self) -> None:
        if len(self._entry) < self._step.min_digits:
            self._again(self._invalid if self._entry else self._no_input)
        elif self._step.confirm is False:
            self._accept()
        else:
            self._confirming = True
            self._unanswered = 0
            self._ask_to_confirm()

    def _ask_to_confirm(self) -> None:
        self.session.set_deadline(None)
        if self.session.typed:
            self._take()
        elif not self.session.play(self._confirmation()):
            self.on_played()

    def _confirmation(self) -> tuple[Item, ...]:
        confirm = self._step.confirm
        if isinstance(confirm, PromptItems):
            return self.session.items(confirm, value=self._entry)
        text = template.render(self.session.words.confirm, {"value": self._entry})
        return (Text(text, self.session.language),)

    def _confirm(self, digit: str) -> None:
        if digit == "1":
            self._accept()
        elif digit == "2":
            self._again(())
        else:
            self.on_deadline()

    def _accept(self) -> None:
        self.session.emit(InputTaken(self.session.step or "", self._step.label, self._entry))
        self.session.set_value(self._step.into, self._entry)
        self.session.goto(self._next)


class HangingUp(Activity):
    def __init__(self, session: Session, step: HangupStep) -> None:
        super().__init__(session)
        self._step = step
        self._items = session.items(step.hangup.say)

    def summary(self) -> str | None:
        return spoken(self._items)

    def begin(self) -> None:
        if not self.session.play(self._items):
            self.on_played()

    def on_played(self, completed: bool = True) -> None:
        self.session.end(self._step.hangup.outcome)

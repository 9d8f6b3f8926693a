"""The steps that arrange something else for the caller: a call back, another telephone, a ticket, a consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from contactcenter.flows.activity import Activity, spoken
from contactcenter.flows.effects import (
    GiveConsent,
    InputTaken,
    Item,
    OpenTicket,
    RequestCallback,
    Text,
    Tone,
    Transfer,
)
from contactcenter.flows.followups import CallbackStep, ConsentStep, TicketStep, TransferStep
from contactcenter.flows.speaking import ANSWER_TIMEOUT_S
from contactcenter.flows.template import render as fill

if TYPE_CHECKING:
    from contactcenter.flows.interpreter import Session
    from contactcenter.flows.parts import PromptItems

DIGIT_TIMEOUT_S = 4.0
MOST_DIGITS = 20
RING_GRACE_S = 10.0
"""The channel ends a call that is not answered in time; it is only waited for this much longer."""


class CallingBack(Activity):
    """Which number: the caller's own, confirmed by 1, or after 2 another one that is keyed in."""

    def __init__(self, session: Session, step: CallbackStep) -> None:
        super().__init__(session)
        self._step, self._asked = step, step.callback
        self._queue = session.queue_for(step.callback.queue)
        self._number = session.dialable(session.render(step.callback.number).strip())
        self._entry = ""
        self._attempts = 0
        self._phase: Literal["confirming", "entering", "keeping"] = "confirming"

    def summary(self) -> str | None:
        return self._number

    def begin(self) -> None:
        if not self._queue:
            self.session.goto(self._step.on_failure)
        elif self._number is None:
            self._ask(())
        else:
            self._confirm()

    def _said(self, own: PromptItems | None, words: str, **extra: str) -> tuple[Item, ...]:
        return self.session.items(own, **extra) or (Text(fill(words, extra), self.session.language),)

    def _confirm(self) -> None:
        self._phase = "confirming"
        self._listen(self._said(self._asked.confirm, self.session.words.callback, value=self._number or ""))

    def _ask(self, before: tuple[Item, ...]) -> None:
        self._phase, self._entry = "entering", ""
        self._listen((*before, *self._said(self._asked.ask, self.session.words.callback_number)))

    def _listen(self, items: tuple[Item, ...]) -> None:
        self.session.set_deadline(None)
        if self.session.typed or not self.session.play(items):
            self.on_played()

    def on_played(self, completed: bool = True) -> None:
        if self._phase == "keeping":
            return
        self.session.set_deadline(self.session.now + self._asked.timeout_s)
        if self.session.typed:
            self.on_digit()

    def on_digit(self) -> None:
        self.session.stop_playing()
        while self.session.typed and self._phase != "keeping":
            digit = self.session.typed.popleft()
            if self._phase == "confirming":
                self._confirmed(digit)
                return
            if digit == "#" or len(self._entry) >= MOST_DIGITS:
                self._entered()
                return
            self._entry = "" if digit == "*" else self._entry + digit
        if self._phase == "entering":
            self.session.set_deadline(self.session.now + DIGIT_TIMEOUT_S)

    def _confirmed(self, digit: str) -> None:
        if digit == "1":
            self._keep()
        elif digit == "2":
            self._ask(())
        else:
            self._again()

    def _entered(self) -> None:
        number = self.session.dialable(self._entry) if self._entry else None
        if number is None:
            self._again()
        else:
            self._number = number
            self._confirm()

    def _again(self) -> None:
        self.session.typed.clear()
        self._attempts += 1
        if self._attempts >= self._asked.attempts:
            self.session.goto(self._step.on_failure)
        elif self._phase == "confirming":
            self._confirm()
        else:
            said = self._said(self._asked.invalid, self.session.words.no_number) if self._entry else ()
            self._ask(said)

    def on_deadline(self) -> None:
        if self._phase == "keeping":
            self.session.goto(self._step.on_failure)
        elif self._phase == "entering" and self._entry:
            self._entered()
        else:
            self._again()

    def _keep(self) -> None:
        asked, number = self._asked, self._number
        assert number is not None
        self._phase = "keeping"
        self.session.emit(InputTaken(self.session.step or "", self.session.words.callback_label, number))
        self.session.emit(
            RequestCallback(self._queue, number, asked.tries, asked.retry_after_min * 60, asked.ring_s, asked.priority)
        )
        self.session.set_deadline(self.session.now + ANSWER_TIMEOUT_S)

    def on_carried_out(self, done: bool, value: str) -> None:
        if self._phase == "keeping":
            self.session.goto(self._step.next if done else self._step.on_failure)


class Transferring(Activity):
    """The caller hears it ring; when nobody answers, the flow goes on."""

    def __init__(self, session: Session, step: TransferStep) -> None:
        super().__init__(session)
        self._step = step
        asked = step.transfer
        self._kind: Literal["number", "telephone"] = "number" if asked.number is not None else "telephone"
        self._to = session.render(asked.number or asked.telephone or "").strip()

    def summary(self) -> str | None:
        return self._step.transfer.flow or self._to or None

    def begin(self) -> None:
        self.session.typed.clear()
        flow = self._step.transfer.flow
        if flow is not None:
            if not self.session.continue_in(flow):
                self._leave(None)
        elif not self._to:
            self._leave(None)
        else:
            self.session.play((Tone("ringing"),), loop=True)
            self.session.emit(Transfer(self._kind, self._to, self._step.transfer.ring_s))
            self.session.set_deadline(self.session.now + self._step.transfer.ring_s + RING_GRACE_S)

    def on_digit(self) -> None:
        self.session.typed.clear()

    def on_deadline(self) -> None:
        self.on_transfer_failed("no-answer")

    def on_transferred(self) -> None:
        self.session.conclude("transferred")

    def on_transfer_failed(self, reason: str) -> None:
        self.session.stop_playing()
        self._leave({"busy": self._step.on_busy, "no-answer": self._step.on_no_answer}.get(reason))

    def _leave(self, way: str | None) -> None:
        target = way or self._step.on_failure
        if target is None:
            self.session.end("failed", f"there is no flow {self._step.transfer.flow}")
        else:
            self.session.goto(target)


class OpeningTicket(Activity):
    def __init__(self, session: Session, step: TicketStep) -> None:
        super().__init__(session)
        self._step = step
        self._subject = " ".join(session.render(step.ticket.subject).split())

    def summary(self) -> str | None:
        return self._subject or None

    def begin(self) -> None:
        if not self._subject:
            self.session.goto(self._step.on_failure)
            return
        self.session.emit(OpenTicket(self._subject[:200], self.session.render(self._step.ticket.description)))
        self.session.set_deadline(self.session.now + ANSWER_TIMEOUT_S)

    def on_deadline(self) -> None:
        self.session.goto(self._step.on_failure)

    def on_carried_out(self, done: bool, value: str) -> None:
        if done:
            self.session.set_value(self._step.ticket.into, value)
        self.session.goto(self._step.next if done else self._step.on_failure)


class AskingConsent(Activity):
    """Whoever presses neither key has not agreed, and has not refused either."""

    def __init__(self, session: Session, step: ConsentStep) -> None:
        super().__init__(session)
        self._step = step
        self._attempts = 0

    def summary(self) -> str | None:
        return spoken(self.session.items(self._step.consent.prompt))

    def begin(self) -> None:
        self._ask()

    def _ask(self) -> None:
        if self.session.typed:
            self.on_digit()
        elif not self.session.play(self.session.items(self._step.consent.prompt)):
            self.on_played()

    def on_played(self, completed: bool = True) -> None:
        self.session.set_deadline(self.session.now + self._step.consent.timeout_s)

    def on_digit(self) -> None:
        self.session.stop_playing()
        digit, asked = self.session.typed.popleft(), self._step.consent
        if digit in (asked.yes, asked.no):
            given = digit == asked.yes
            self.session.emit(GiveConsent(asked.kind, given, asked.version))
            self._answer("yes" if given else "no")
        else:
            self.on_deadline()

    def on_deadline(self) -> None:
        self.session.typed.clear()
        self._attempts += 1
        if self._attempts >= self._step.consent.attempts:
            self._answer("")
        else:
            self.session.set_deadline(None)
            self._ask()

    def _answer(self, value: str) -> None:
        self.session.set_value(f"consent.{self._step.consent.kind}", value)
        self.session.goto(self._step.next)

"""Two synthetic people take turns on the telephone, each knowing only what is heard."""

from collections.abc import Sequence
from dataclasses import dataclass

from contactcenter.demo.actions import CallAction, HangUp, Say
from contactcenter.demo.hearing import Sound

WAIT_FOR_REPLY_S = 6.0
LAST_WORD_S = 1.5
"""After the goodbye, so that the other may hang up first."""
INTERRUPT_S = 5.0
"""Somebody who speaks on after the time is up is interrupted after this."""


@dataclass(frozen=True, slots=True)
class TalkPlan:
    """`talk_s` is when to come to the goodbye, `reply_s` the pause before answering, both in seconds."""

    lines: Sequence[str]
    goodbye: str
    talk_s: float
    reply_s: float


class Talk:
    """One side of a conversation. Says `HangUp` at the latest three times `talk_s` and half a minute after `now`."""

    def __init__(self, plan: TalkPlan, now: float, other: Sound = Sound.QUIET) -> None:
        self._plan = plan
        self._next_line = 0
        self._other = other
        self._speaking = False
        self._leaving = False
        self._speak_at: float | None = now + plan.reply_s if other is Sound.QUIET else None
        self._hang_up_at = now + 3 * plan.talk_s + 30
        self._end_at = now + plan.talk_s

    def heard(self, sound: Sound, now: float) -> None:
        self._other = sound
        if self._speaking or self._leaving:
            return
        self._speak_at = now + self._plan.reply_s if sound is Sound.QUIET else None

    def said(self, now: float) -> None:
        """The sentence is over."""
        self._speaking = False
        if self._leaving:
            self._hang_up_at = min(self._hang_up_at, now + LAST_WORD_S)
        elif self._other is Sound.QUIET:
            self._speak_at = now + WAIT_FOR_REPLY_S

    def tick(self, now: float) -> list[CallAction]:
        if now >= self._hang_up_at:
            self._hang_up_at = float("inf")
            self._leaving = True
            self._speak_at = None
            return [HangUp()]
        if self._speaking or self._leaving:
            return []
        due = self._speak_at is not None and now >= self._speak_at
        if not due and now < self._end_at + INTERRUPT_S:
            return []
        self._speaking, self._speak_at = True, None
        if now >= self._end_at or self._next_line == len(self._plan.lines):
            self._leaving = True
            return [Say(self._plan.goodbye)]
        self._next_line += 1
        return [Say(self._plan.lines[self._next_line - 1])]

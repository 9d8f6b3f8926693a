"""How a trunk stands: decided from what its registrations and OPTIONS came to, with `now` in unix seconds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["off", "starting", "unwatched", "up", "down", "refused"]
MISSES = 2
"""Unanswered OPTIONS in a row that mean "down": one datagram may be lost."""
MIN_RETRY_S, MAX_RETRY_S = 5.0, 60.0
MIN_REFUSED_S, MAX_REFUSED_S = 60.0, 600.0
"""A provider that refuses us is asked rarely: some shut out who keeps asking with a wrong password."""
CREDENTIALS = frozenset({401, 403, 407})
NO_ANSWER = 408
NOT_AVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Shown:
    """`code` is the SIP status behind it, 0 for none; `since` when the state began, unix seconds."""

    state: State
    code: int
    sentence: str
    since: float


class Health:
    """Of one trunk. `registers`: it is up only while registered; `watched`: OPTIONS say whether anybody is there.

    Told of each outcome; `shown` is what it comes to. The methods about registrations give the seconds to the next.
    """

    def __init__(self, *, enabled: bool, registers: bool, watched: bool, now: float) -> None:
        self._enabled = enabled
        self._registers = registers
        self._watched = watched
        self._registered: bool | None = None
        self._refusal: tuple[int, str] = (0, "")
        self._failures = 0
        self._misses = 0
        self._probed: int | None = None
        self._alive: bool | None = None
        self.shown = Shown("off", 0, "", now)
        self._judge(now)

    @property
    def down(self) -> str | None:
        """Why no call can be placed through it, None while one can be tried."""
        return self.shown.sentence if self.shown.state in ("off", "down", "refused") else None

    def registered(self, granted_s: float, now: float) -> float:
        self._registered, self._failures = True, 0
        self._judge(now)
        return max(granted_s / 2, 5.0)

    def not_registered(self, code: int, reason: str, now: float, retry_after_s: float | None = None) -> float:
        """Refused or unanswered (408)."""
        self._registered, self._refusal = False, (code, reason)
        self._failures += 1
        self._judge(now)
        refused = code not in (NO_ANSWER, 500, 502, NOT_AVAILABLE, 504)
        least, most = (MIN_REFUSED_S, MAX_REFUSED_S) if refused else (MIN_RETRY_S, MAX_RETRY_S)
        waited = min(most, least * 2.0 ** min(self._failures - 1, 10))
        return max(waited, min(retry_after_s or 0.0, MAX_REFUSED_S))

    def probed(self, code: int | None, now: float) -> None:
        """The status an OPTIONS was answered with, None for no answer. Any but 503 says that somebody is there."""
        self._probed = code
        if code is None or code == NOT_AVAILABLE:
            self._misses += 1
            if self._misses >= MISSES or self._alive is None:
                self._alive = False
        else:
            self._misses, self._alive = 0, True
        self._judge(now)

    def _judge(self, now: float) -> None:
        state, code, sentence = self._verdict()
        if (state, code, sentence) != (self.shown.state, self.shown.code, self.shown.sentence):
            since = self.shown.since if state == self.shown.state else now
            self.shown = Shown(state, code, sentence, since)

    def _verdict(self) -> tuple[State, int, str]:
        if not self._enabled:
            return "off", 0, "It is switched off."
        if self._registers and self._registered is False:
            code, reason = self._refusal
            state: State = "down" if code in (NO_ANSWER, 500, 502, NOT_AVAILABLE, 504) else "refused"
            return state, code, registration_sentence(code, reason)
        if self._alive is False:
            if self._probed is None:
                return "down", NO_ANSWER, "The other side does not answer."
            return "down", self._probed, f"The other side answers {self._probed}: it takes no calls now."
        if self._registers and self._registered is None:
            return "starting", 0, "Being registered."
        if self._registers:
            return "up", 200, "Registered."
        if not self._watched:
            return "unwatched", 0, "Nobody looks whether the other side is there."
        if self._alive is None:
            return "starting", 0, "Asked whether the other side is there."
        return "up", self._probed or 200, "The other side answers."


def registration_sentence(code: int, reason: str) -> str:
    """What a refused registration means and what to look at."""
    if code == NO_ANSWER:
        return "The registrar does not answer: check host, port and transport, and the firewall."
    said = f"The registrar refused: {code} {reason}".rstrip() + "."
    if code in CREDENTIALS:
        return f"{said} Check user name and password."
    if code == 404:
        return f"{said} It does not know this user at this domain."
    if code == 423:
        return f"{said} It wants a longer registration."
    return said

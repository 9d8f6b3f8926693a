"""Telephone-event payloads (RFC 4733): digits out of a stream and paced into one. Pure: time is an argument."""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass

EVENT = struct.Struct("!BBH")
DIGITS = "0123456789*#ABCD"
VOLUME_DBM0 = 10
# A sender repeats the event every 20 to 50 ms; silence this long means its end packets were lost.
END_LOST_S = 0.2
TONE_FRAMES = 6
END_PACKETS = 3
PAUSE_FRAMES = 4


@dataclass(frozen=True, slots=True)
class Digit:
    """A finished key press; `duration` in timestamp units."""

    digit: str
    duration: int


@dataclass(slots=True)
class _Pressed:
    timestamp: int
    event: int
    duration: int
    heard_at: float


class DigitDecoder:
    """Key presses from telephone-event packets: one per event timestamp, even when its end was lost."""

    def __init__(self) -> None:
        self._pressed: _Pressed | None = None
        self._reported: int | None = None

    @property
    def pressed(self) -> bool:
        return self._pressed is not None

    def feed(self, timestamp: int, payload: bytes, now: float) -> tuple[Digit, ...]:
        """Take one packet; the digits that are finished by it."""
        if len(payload) < EVENT.size:
            return ()
        event, flags, duration = EVENT.unpack_from(payload)
        if event >= len(DIGITS) or self._is_old(timestamp):
            return ()
        finished: tuple[Digit, ...] = ()
        pressed = self._pressed
        if pressed is None or pressed.timestamp != timestamp:
            finished = self._finish()
            pressed = self._pressed = _Pressed(timestamp, event, duration, now)
        pressed.duration = max(pressed.duration, duration)
        pressed.heard_at = now
        return finished + self._finish() if flags & 0x80 else finished

    def expire(self, now: float) -> tuple[Digit, ...]:
        """Finish the pressed key when nothing was heard of it for a while."""
        if self._pressed is None or now - self._pressed.heard_at < END_LOST_S:
            return ()
        return self._finish()

    def _is_old(self, timestamp: int) -> bool:
        known = self._pressed.timestamp if self._pressed else self._reported
        if known is None:
            return False
        behind = (known - timestamp) & 0xFFFFFFFF
        if self._pressed is not None and behind == 0:
            return False
        # Within 5 s at 48 kHz it is a late packet; farther back the sender restarted its clock.
        return behind < 240_000

    def _finish(self) -> tuple[Digit, ...]:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return ()
        self._reported = pressed.timestamp
        return (Digit(DIGITS[pressed.event], pressed.duration),)


@dataclass(frozen=True, slots=True)
class EventFrame:
    """One packet to send in this 20 ms; step 0 begins a new event."""

    payload: bytes
    event: int
    step: int


class DigitSender:
    """Digits as packets, one every 20 ms: growing durations, three end packets, then a pause (RFC 4733 §2.5.1)."""

    def __init__(self, frame_ticks: int) -> None:
        self._ticks = frame_ticks
        self._waiting: deque[int] = deque()
        self._event: int | None = None
        self._step = 0

    def queue(self, digits: str) -> None:
        """Append keys; ValueError for a character that is none."""
        events = [DIGITS.find(digit) for digit in digits.upper()]
        if -1 in events:
            raise ValueError("digits are 0-9, *, # and A-D")
        self._waiting.extend(events)

    @property
    def done(self) -> bool:
        return self._event is None and not self._waiting

    def next_frame(self) -> EventFrame | None:
        """What to send in this 20 ms; None in the pause between digits and when done."""
        if self._event is None:
            if not self._waiting:
                return None
            self._event, self._step = self._waiting.popleft(), 0
        step, event = self._step, self._event
        self._step += 1
        if step >= TONE_FRAMES + END_PACKETS:
            if self._step == TONE_FRAMES + END_PACKETS + PAUSE_FRAMES:
                self._event = None
            return None
        end = step >= TONE_FRAMES
        duration = min(step + 1, TONE_FRAMES) * self._ticks
        return EventFrame(EVENT.pack(event, (0x80 if end else 0) | VOLUME_DBM0, duration), event, step)

"""Playout buffer: packets in as they come, one frame out every 20 ms. Pure: time is an argument, in seconds."""

from __future__ import annotations

FRAME_S = 0.02
MIN_DEPTH = 2
MAX_DEPTH = 12
# More than this far ahead or behind, the sender restarted its clock.
MAX_DISTANCE = 100
# The delay shrinks by a frame when this many frames in a row had more in store than needed: 2 s.
SHRINK_AFTER = 100


class JitterBuffer:
    """Holds frames by RTP timestamp and keeps the delay as small as the observed jitter allows.

    The depth aims at twice the mean deviation of packet spacing (RFC 3550 §A.8 estimator) plus a frame, between
    40 and 240 ms. `put` and `take` never raise; memory is bounded by MAX_DISTANCE frames.
    """

    def __init__(self, frame_ticks: int, clock_rate: int) -> None:
        self._ticks = frame_ticks
        self._rate = clock_rate
        self._frames: dict[int, bytes] = {}
        self._next: int | None = None
        self._played: int | None = None
        self._playing = False
        self._jitter_s = 0.0
        self._transit: float | None = None
        self._surplus = 0
        self._starved = 0
        self.late = 0
        self.missing = 0

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def depth(self) -> int:
        """Frames to hold before playing."""
        return min(MAX_DEPTH, MIN_DEPTH + int(2 * self._jitter_s / FRAME_S))

    def put(self, timestamp: int, payload: bytes, now: float) -> None:
        """Take one frame; late and repeated ones are dropped."""
        self._observe(timestamp, now)
        if self._played is not None and -MAX_DISTANCE <= self._ahead(timestamp, self._played) <= 0:
            self.late += 1
            return
        if self._next is None:
            self._next = timestamp
        distance = self._distance(timestamp)
        if abs(distance) > MAX_DISTANCE:
            self._restart(timestamp)
        elif distance < 0:
            if self._playing:
                self.late += 1
                return
            self._next = timestamp
        self._frames.setdefault(timestamp, payload)
        if len(self._frames) > MAX_DISTANCE:
            self._restart(timestamp)
            self._frames[timestamp] = payload

    def take(self) -> bytes | None:
        """The frame of this 20 ms; None while filling up and for a lost one."""
        if self._next is None:
            return None
        if not self._playing:
            if len(self._frames) < self.depth:
                return None
            self._playing = True
        frame = self._frames.pop(self._next, None)
        if frame is None:
            self._miss()
            return None
        self._played = self._next
        self._advance()
        self._starved = 0
        self._shrink()
        return frame

    def _miss(self) -> None:
        if self._frames:
            nearest = min(self._distance(timestamp) for timestamp in self._frames)
            if nearest > 0:
                self.missing += 1
                self._advance()
                return
            # a sender whose packets are not multiples of our frame: follow it
            self._next = min(self._frames, key=self._distance)
            return
        # Nothing in store: wait at this place and fill up again, so that a silence costs no frames afterwards.
        self._starved += 1
        if self._starved >= MIN_DEPTH:
            self._playing = False
            self._next = None

    def _advance(self) -> None:
        if self._next is not None:
            self._next = (self._next + self._ticks) & 0xFFFFFFFF

    def _shrink(self) -> None:
        """Drop one frame of a delay that has not been needed for a while."""
        self._surplus = self._surplus + 1 if len(self._frames) > self.depth else 0
        if self._surplus >= SHRINK_AFTER and self._next is not None:
            self._frames.pop(self._next, None)
            self._advance()
            self._surplus = 0

    def _distance(self, timestamp: int) -> float:
        return 0 if self._next is None else self._ahead(timestamp, self._next)

    def _ahead(self, timestamp: int, of: int) -> float:
        ahead = (timestamp - of) & 0xFFFFFFFF
        ahead -= (ahead & 0x80000000) << 1
        return ahead / self._ticks

    def _restart(self, timestamp: int) -> None:
        self._frames.clear()
        self._played = None
        self._next = timestamp
        self._playing = False
        self._surplus = self._starved = 0

    def _observe(self, timestamp: int, now: float) -> None:
        transit = now - timestamp / self._rate
        if self._transit is not None:
            change = abs(transit - self._transit)
            if change < MAX_DISTANCE * FRAME_S:
                self._jitter_s += (change - self._jitter_s) / 16
        self._transit = transit

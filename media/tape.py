"""What all recorded legs hear, in the order it comes: one tape in memory that stays warm, read now and then."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from media import rtp
from media.codecs import FRAME_SAMPLES
from media.codecs.g711 import Octets

# Packets of 20 ms G.711 lie on the tape as they are, one after another; all others are kept one by one.
TAPED_OCTETS: Final = rtp.HEADER_SIZE + FRAME_SAMPLES

# How many taped ones came before it, its track, arrival (seconds) and packet.
Single = tuple[int, int, float, bytes]
# Packets (one a row), tracks and arrivals of what is taped, and the single ones; good for the length of the call.
TapeReader = Callable[[Octets, NDArray[np.int64], NDArray[np.float64], list[Single]], None]


class Tape:
    """Takes packets of many tracks. One on the tape is two calls, which Leg.take makes itself: `write(packet)` and
    `note(track)`, after `turn(arrival)` when it did not come at `now` with those before it."""

    __slots__ = ("_packets", "_singles", "_tracks", "_turns", "note", "now", "write")

    def __init__(self) -> None:
        self._packets = BytesIO()
        self._tracks: list[Any] = []
        # Arrivals, each with how many packets had come before it.
        self._turns: list[tuple[int, float]] = []
        self._singles: list[Single] = []
        self.now = -1.0
        self.write: Callable[[bytes | memoryview], object] = self._packets.write
        self.note: Callable[[Any], object] = self._tracks.append

    def turn(self, arrival: float) -> None:
        """What comes next came at `arrival`."""
        self.now = arrival
        self._turns.append((len(self._tracks), arrival))

    def put(self, track: int, arrival: float, packet: bytes | memoryview) -> None:
        """Take a packet of any size, whose buffer may be used again after that."""
        if len(packet) == TAPED_OCTETS:
            if arrival != self.now:
                self.turn(arrival)
            self.write(packet)
            self.note(track)
        else:
            self._singles.append((len(self._tracks), track, arrival, bytes(packet)))

    def read(self, take: TapeReader) -> None:
        """Give all there is to `take`, and begin anew."""
        count = len(self._tracks)
        if not count and not self._singles:
            return
        try:
            with self._packets.getbuffer() as octets:
                take(
                    np.frombuffer(octets, np.uint8, count * TAPED_OCTETS).reshape(count, TAPED_OCTETS),
                    np.array(self._tracks, np.int64),
                    self._arrivals(count),
                    self._singles,
                )
        finally:
            self._packets.seek(0)
            self._tracks.clear()
            self._turns.clear()
            self.now = -1.0
            self._singles.clear()

    def _arrivals(self, count: int) -> NDArray[np.float64]:
        """Of each of `count` packets."""
        turns = np.array(self._turns, np.float64).reshape(-1, 2)
        packets = np.diff(turns[:, 0], append=count).astype(np.int64)
        return np.repeat(turns[:, 1], packets)


class Track:
    """A tap: what a leg hears goes on `tape` as track `number`."""

    __slots__ = ("number", "tape")

    def __init__(self, tape: Tape, number: int) -> None:
        self.tape = tape
        self.number = number

    def __call__(self, arrival: float, packet: bytes | memoryview) -> None:
        self.tape.put(self.number, arrival, packet)

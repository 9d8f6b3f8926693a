"""What all recorded legs hear, in the order it comes: one tape in memory that stays warm, read now and then."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from media import rtp
from media.codecs import FRAME_SAMPLES
from media.codecs.g711 import Octets

# Packets of 20 ms G.711 lie on the tape as they are, one after another; all others are kept one by one.
TAPED_OCTETS = rtp.HEADER_SIZE + FRAME_SAMPLES

# How many taped ones came before it, its track, arrival (seconds) and packet.
Single = tuple[int, int, float, bytes]
# Packets (one a row), tracks and arrivals of what is taped, and the single ones; good for the length of the call.
TapeReader = Callable[[Octets, NDArray[np.int64], NDArray[np.float64], list[Single]], None]


class Tape:
    """Takes packets of many tracks. One on the tape is three calls, which Leg.take makes itself:
    `write(packet)`, `note(track)`, `mark(arrival)`."""

    __slots__ = ("_arrivals", "_packets", "_singles", "_tracks", "mark", "note", "write")

    def __init__(self) -> None:
        self._packets = BytesIO()
        self._tracks: list[int] = []
        self._arrivals: list[float] = []
        self._singles: list[Single] = []
        self.write = self._packets.write
        self.note = self._tracks.append
        self.mark = self._arrivals.append

    def put(self, track: int, arrival: float, packet: bytes | memoryview) -> None:
        """Take a packet of any size, whose buffer may be used again after that."""
        if len(packet) == TAPED_OCTETS:
            self.write(packet)
            self.note(track)
            self.mark(arrival)
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
                    np.array(self._arrivals, np.float64),
                    self._singles,
                )
        finally:
            self._packets.seek(0)
            self._tracks.clear()
            self._arrivals.clear()
            self._singles.clear()


class Track:
    """A tap: what a leg hears goes on `tape` as track `number`."""

    __slots__ = ("number", "tape")

    def __init__(self, tape: Tape, number: int) -> None:
        self.tape = tape
        self.number = number

    def __call__(self, arrival: float, packet: bytes | memoryview) -> None:
        self.tape.put(self.number, arrival, packet)

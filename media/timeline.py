"""One side of a recording: packets laid out on the wall clock by arrival and RTP timestamp."""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from media import rtp
from media.codecs import SAMPLE_RATE, Codec, Decoder, codec_named, g711, new_decoder
from media.codecs.g711 import Pcm

# The time between flushes, what is held back of it, and room for early packets.
WINDOW = 3 * SAMPLE_RATE
# Timestamps place packets exactly; when they disagree with arrival by more than this, the sender's clock jumped.
MAX_SKEW = SAMPLE_RATE // 5
MAX_PENDING = 1000


class Timeline:
    """Collects packets through `tap((arrival, packet))`, gives back PCM in order by `ahead` and `advance`.

    Positions count samples of 8 kHz from `start` (seconds, same clock as the arrivals).
    """

    __slots__ = (
        "_anchor",
        "_arrivals",
        "_arrived",
        "_codec",
        "_decoder",
        "_filled",
        "_first",
        "_joined",
        "_pending",
        "_scale",
        "_size",
        "_ssrc",
        "_start",
        "_window",
        "_write",
        "tap",
    )

    def __init__(self, start: float, first: int) -> None:
        self._start = start
        self._first = first
        self._window = np.zeros(WINDOW, dtype=np.int16)
        self._filled = 0
        self._pending: list[tuple[float, bytes]] = []
        self._ssrc = -1
        self._anchor = (0, 0)
        self._codec = codec_named("PCMU")
        self._decoder: Decoder = new_decoder(self._codec)
        self._scale = 1
        self._size = rtp.HEADER_SIZE
        self._joined = io.BytesIO()
        self._write = self._joined.write
        self._arrivals = array("d")
        self._arrived = self._arrivals.append
        self.tap: Callable[[tuple[float, bytes]], None] = self._tap_equal

    def begin(self, codec: Codec) -> None:
        """Expect packets of `codec` from a new source."""
        self.place()
        self._codec = codec
        self._decoder = new_decoder(codec)
        self._scale = codec.clock_rate // SAMPLE_RATE
        self._ssrc = -1
        self.tap = self._tap_equal if codec.is_g711 else self._tap_one

    def ahead(self, length: int) -> Pcm:
        """The next `length` samples, what has not come by now as silence; a view that `advance` makes void."""
        self.place()
        if length > WINDOW:  # after a long stall
            return np.concatenate((self._window, np.zeros(length - WINDOW, dtype=np.int16)))
        return self._window[:length]

    def advance(self, length: int) -> None:
        """Be done with the next `length` samples."""
        window, filled = self._window, self._filled
        taken = min(length, filled)
        left = filled - taken
        window[:left] = window[taken:filled]
        window[left:filled] = 0
        self._filled = left
        self._first += length

    def place(self) -> None:
        """Decode what is pending into the window."""
        for arrival, packet in self._pending[-MAX_PENDING:]:
            self._place_one(arrival, packet)
        self._pending.clear()
        count = len(self._arrivals)
        if not count:
            return
        self._joined.seek(0)
        octets = np.frombuffer(self._joined.read(count * self._size), dtype=np.uint8).reshape(count, self._size)
        arrivals = np.frombuffer(self._arrivals.tobytes())
        self._joined.seek(0)
        del self._arrivals[:]
        self._place_block(octets[-MAX_PENDING:], arrivals[-MAX_PENDING:])

    def _tap_one(self, heard: tuple[float, bytes]) -> None:
        self._pending.append(heard)

    def _tap_equal(self, heard: tuple[float, bytes]) -> None:
        arrival, packet = heard
        # Copied into one block, so that the packet's memory is free again for the next: holding thousands of
        # packets until they are decoded costs every call more than this.
        if len(packet) != self._size:
            self.place()
            self._size = len(packet)
        self._write(packet)
        self._arrived(arrival)

    def _place_block(self, octets: g711.Octets, arrivals: NDArray[np.float64]) -> None:
        """Decode packets of equal size at once, and put down each run of them without a gap."""
        count, samples = len(octets), self._size - rtp.HEADER_SIZE
        fields = np.ascontiguousarray(octets[:, 4 : rtp.HEADER_SIZE]).view(">u4").astype(np.uint32)
        gaps = (np.diff(fields[:, 0]) != samples) | (np.diff(fields[:, 1]) != 0)
        pcm = g711.decode_table(self._codec.name).take(octets[:, rtp.HEADER_SIZE :]).reshape(-1)
        first = 0
        for end in [*(np.flatnonzero(gaps) + 1).tolist(), count]:
            while first < end:
                position = self._position(int(fields[first, 1]), int(fields[first, 0]), arrivals[first])
                run = self._run(position, arrivals[first:end], samples)
                self._put(position, pcm[first * samples : (first + run) * samples])
                first += run

    def _run(self, position: int, arrivals: NDArray[np.float64], samples: int) -> int:
        """How many of these packets follow each other in arrival too: a sender may pause without its clock."""
        count = len(arrivals)
        arrived = (arrivals[-1] - self._start) * SAMPLE_RATE
        if abs(arrived - position - samples * (count - 1)) <= MAX_SKEW:
            return count
        skews = (arrivals - self._start) * SAMPLE_RATE - position - samples * np.arange(count)
        beyond = np.flatnonzero(np.abs(skews) > MAX_SKEW)
        return max(1, int(beyond[0])) if len(beyond) else count

    def _place_one(self, arrival: float, packet: bytes) -> None:
        _, _, _, timestamp, ssrc = rtp.HEADER.unpack_from(packet)
        position = self._position(ssrc, timestamp, arrival)
        self._put(position, self._decoder.decode(packet[rtp.HEADER_SIZE :]))

    def _position(self, ssrc: int, timestamp: int, arrival: float) -> int:
        arrived = int((arrival - self._start) * SAMPLE_RATE)
        if ssrc == self._ssrc:
            at, stamp = self._anchor
            ahead = (timestamp - stamp) & 0xFFFFFFFF
            ahead -= (ahead & 0x80000000) << 1
            position = at + ahead // self._scale
            if abs(position - arrived) <= MAX_SKEW:
                return position
        self._ssrc = ssrc
        self._anchor = (arrived, timestamp)
        return arrived

    def _put(self, position: int, pcm: Pcm) -> None:
        offset = position - self._first
        if offset < 0:
            pcm, offset = pcm[-offset:], 0
        pcm = pcm[: max(0, WINDOW - offset)]
        end = offset + len(pcm)
        if len(pcm):
            self._window[offset:end] = pcm
            self._filled = max(self._filled, end)

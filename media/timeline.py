"""One side of a recording: packets laid out on the wall clock by arrival and RTP timestamp."""

from __future__ import annotations

import numpy as np

from media import rtp
from media.codecs import FRAME_SAMPLES, SAMPLE_RATE, Codec, Decoder, codec_named, g711, new_decoder
from media.codecs.g711 import Pcm

# A second between flushes, what is held back of it, and room for early packets.
WINDOW = 2 * SAMPLE_RATE
# Timestamps place packets exactly; when they disagree with arrival by more than this, the sender's clock jumped.
MAX_SKEW = SAMPLE_RATE // 5
MAX_PENDING = 1000


class Timeline:
    """Collects (arrival, packet) through `tap`, gives back PCM in order through `cut`. Positions count samples of
    8 kHz from `start` (seconds, same clock as the arrivals)."""

    __slots__ = (
        "_anchor",
        "_codec",
        "_decoder",
        "_filled",
        "_first",
        "_pending",
        "_scale",
        "_ssrc",
        "_start",
        "_window",
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
        self.tap = self._pending.append

    def begin(self, codec: Codec) -> None:
        """Expect packets of `codec` from a new source."""
        self.place()
        self._codec = codec
        self._decoder = new_decoder(codec)
        self._scale = codec.clock_rate // SAMPLE_RATE
        self._ssrc = -1

    def cut(self, length: int) -> Pcm:
        """The next `length` samples; what has not come by now is silence."""
        self.place()
        window, filled = self._window, self._filled
        cut = np.zeros(length, dtype=np.int16)
        taken = min(length, filled)
        cut[:taken] = window[:taken]
        left = filled - taken
        window[:left] = window[taken:filled]
        window[left:filled] = 0
        self._filled = left
        self._first += length
        return cut

    def place(self) -> None:
        """Decode what is pending into the window."""
        pending = self._pending[-MAX_PENDING:]
        if not pending:
            return
        self._pending.clear()
        if not self._codec.is_g711 or not self._place_block(pending):
            for arrival, packet in pending:
                self._place_one(arrival, packet)

    def _place_block(self, pending: list[tuple[float, bytes]]) -> bool:
        """The common case: equal packets without a gap decode as one; False when they are not that."""
        size = rtp.HEADER_SIZE + FRAME_SAMPLES
        took = (pending[-1][0] - pending[0][0]) * SAMPLE_RATE
        if abs(took - FRAME_SAMPLES * (len(pending) - 1)) > MAX_SKEW:
            return False
        joined = b"".join([packet for _, packet in pending])
        if len(joined) != size * len(pending):
            return False
        octets = np.frombuffer(joined, dtype=np.uint8).reshape(-1, size)
        fields = np.ascontiguousarray(octets[:, 4:12]).view(">u4")
        timestamps, sources = fields[:, 0].astype(np.uint32), fields[:, 1]
        expected = timestamps[0] + np.arange(len(pending), dtype=np.uint32) * np.uint32(FRAME_SAMPLES)
        if (timestamps != expected).any() or (sources != sources[0]).any():
            return False
        position = self._position(int(sources[0]), int(timestamps[0]), pending[0][0])
        pcm = g711.decode_table(self._codec.name).take(octets[:, rtp.HEADER_SIZE :]).reshape(-1)
        self._put(position, pcm)
        return True

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

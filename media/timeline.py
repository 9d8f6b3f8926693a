"""One side of a recording: packets laid out on the wall clock by arrival and RTP timestamp."""

from __future__ import annotations

import struct
from io import BytesIO

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

_ARRIVAL = struct.Struct("=d")
_ARRIVAL_SIZE = _ARRIVAL.size
_pack_arrival = _ARRIVAL.pack


class Timeline:
    """Collects packets through `tap(arrival, packet)`, gives back PCM in order by `ahead` and `advance`.

    Positions count samples of 8 kHz from `start` (seconds, same clock as the arrivals).
    """

    __slots__ = (
        "_anchor",
        "_codec",
        "_decoder",
        "_filled",
        "_first",
        "_scale",
        "_size",
        "_ssrc",
        "_start",
        "_tape",
        "_window",
        "_write",
    )

    def __init__(self, start: float, first: int) -> None:
        self._start = start
        self._first = first
        self._window = np.zeros(WINDOW, dtype=np.int16)
        self._filled = 0
        self._ssrc = -1
        self._anchor = (0, 0)
        self._codec = codec_named("PCMU")
        self._decoder: Decoder = new_decoder(self._codec)
        self._scale = 1
        # Packets of one size, each with its arrival before it: copied at once, so that the relay goes on using the
        # same memory for the next one, and read as one array.
        self._size = 0
        self._tape = BytesIO()
        self._write = self._tape.write

    def tap(self, arrival: float, packet: bytes | memoryview) -> None:
        """Take a packet as it comes in; its buffer may be used for the next one after that."""
        if len(packet) != self._size:
            self.place()
            self._size = len(packet)
        write = self._write
        write(_pack_arrival(arrival))
        write(packet)

    def begin(self, codec: Codec) -> None:
        """Expect packets of `codec` from a new source."""
        self.place()
        self._codec = codec
        self._decoder = new_decoder(codec)
        self._scale = codec.clock_rate // SAMPLE_RATE
        self._ssrc = -1

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
        size = _ARRIVAL_SIZE + self._size
        count = self._tape.tell() // size
        if not count:
            return
        with self._tape.getbuffer() as pending:
            self._place_records(np.frombuffer(pending, np.uint8, count * size).reshape(count, size)[-MAX_PENDING:])
        self._tape.seek(0)

    def _place_records(self, records: g711.Octets) -> None:
        arrivals = records[:, :_ARRIVAL_SIZE].copy().view(np.float64)[:, 0]
        packets = records[:, _ARRIVAL_SIZE:]
        if self._codec.is_g711:
            self._place_block(packets, arrivals)
            return
        for arrival, packet in zip(arrivals.tolist(), packets, strict=True):
            self._place_one(arrival, packet.tobytes())

    def _place_block(self, octets: g711.Octets, arrivals: NDArray[np.float64]) -> None:
        """Decode packets of equal size at once, and put down each run of them without a gap."""
        count, samples = len(octets), octets.shape[1] - rtp.HEADER_SIZE
        fields = octets[:, 4 : rtp.HEADER_SIZE].copy().view(">u4").astype(np.uint32)
        regular = fields[1:] - fields[:-1] == np.array((samples, 0), dtype=np.uint32)
        ends = [count]
        if not regular.all():
            ends = [*(np.flatnonzero(~regular.all(axis=1)) + 1).tolist(), count]
        table = g711.decode_table(self._codec.name)
        payloads = octets[:, rtp.HEADER_SIZE :]
        first = 0
        for end in ends:
            while first < end:
                position = self._position(int(fields[first, 1]), int(fields[first, 0]), arrivals[first])
                run = self._run(position, arrivals[first:end], samples)
                self._decode(position, table, payloads[first : first + run])
                first += run

    def _decode(self, position: int, table: Pcm, payloads: g711.Octets) -> None:
        count, samples = payloads.shape
        offset = position - self._first
        end = offset + count * samples
        if offset < 0 or end > WINDOW:
            self._put(position, table.take(payloads).reshape(-1))
            return
        # any mode but "raise" lets numpy write into `out` directly; octets are always within the table
        table.take(payloads, out=self._window[offset:end].reshape(count, samples), mode="wrap")
        self._filled = max(self._filled, end)

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

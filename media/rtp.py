"""RTP packets (RFC 3550 §5.1) and the two ends of a stream: what came in, and what goes out.

Streams keep their counters in plain attributes: the relay touches them for every packet.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Final

VERSION_ONLY: Final = 0x80
HEADER: Final = struct.Struct("!BBHII")
# The same with version, flags and payload type as one number.
WORDS: Final = struct.Struct("!HHII")
MARKER: Final = 0x80
HEADER_SIZE: Final = 12
# RFC 3550 §A.1: beyond these a jump is a restart of the source, not loss or reordering.
MAX_DROPOUT: Final = 3000
MAX_MISORDER: Final = 100
RELAYED_OCTETS: Final = 160

_source_numbers = count(1)


def _drop(packet: bytes | memoryview) -> None:
    """What a stream sends by before a leg has told."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False


def parse(packet: bytes) -> RtpPacket | None:
    """Read a packet with any CSRCs, header extension and padding; None when it is not RTP version 2."""
    plain = strip(packet)
    if plain is None:
        return None
    _, second, sequence, timestamp, ssrc = HEADER.unpack_from(plain)
    return RtpPacket(second & 0x7F, sequence, timestamp, ssrc, plain[HEADER_SIZE:], bool(second & 0x80))


def build(packet: RtpPacket) -> bytes:
    """The packet's octets, without CSRCs, extension or padding."""
    second = packet.payload_type | (0x80 if packet.marker else 0)
    return HEADER.pack(VERSION_ONLY, second, packet.sequence, packet.timestamp, packet.ssrc) + packet.payload


def strip(packet: bytes) -> bytes | None:
    """The packet without CSRCs, extension and padding; None when it is not RTP version 2."""
    if len(packet) < HEADER_SIZE or packet[0] >> 6 != 2:
        return None
    start = HEADER_SIZE + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        if len(packet) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4], "big")
    end = len(packet)
    if packet[0] & 0x20:
        if not 0 < packet[-1] <= end - start:
            return None
        end -= packet[-1]
    if start > end:
        return None
    return bytes((VERSION_ONLY,)) + packet[1:HEADER_SIZE] + packet[start:end]


class InStream:
    """Sequence, loss and jitter of what is received (RFC 3550 §A.1, §A.3, §A.8).

    `source` changes with every new synchronisation source or restart, so that whoever maps the stream knows
    when to map anew. Times are seconds, `jitter` is in timestamp units. Leg.receive moves `next_sequence` on
    itself, calls `resequence` for a packet that is not the awaited one, and then counts it in `received`. It is
    written so that few numbers change with a packet: each is an object, in memory that others have made cold.
    """

    __slots__ = (
        "base",
        "clock_rate",
        "heard_at",
        "jitter",
        "left",
        "lost_before",
        "next_sequence",
        "offset",
        "received",
        "received_before",
        "reported_expected",
        "reported_received",
        "source",
        "ssrc",
        "timestamp",
    )

    def __init__(self, clock_rate: int = 8000) -> None:
        self.clock_rate = clock_rate
        self.ssrc = -1
        self.source = 0
        self.next_sequence = -1
        self.offset = 0
        self.base = 0
        self.received = 0
        self.received_before = 0
        self.reported_expected = 0
        self.reported_received = 0
        self.lost_before = 0
        self.jitter = 0.0
        self.timestamp = 0
        self.heard_at = 0.0
        self.left = self.position

    def resequence(self, ssrc: int, sequence: int, timestamp: int, now: float) -> bool:
        """Account for a packet that is not the next one; True when it came late (or twice)."""
        ahead = (sequence - self.next_sequence) & 0xFFFF
        if ssrc == self.ssrc and ahead < MAX_DROPOUT:
            self.offset += ahead
            self.next_sequence = (sequence + 1) & 0xFFFF
            return False
        if ssrc == self.ssrc and ahead > 0xFFFF - MAX_MISORDER:
            self.offset -= 1
            return True
        self.left = self.position
        self.lost_before = self.lost
        self.received_before = self.received
        self.reported_expected, self.reported_received = 0, self.received
        self.source = next(_source_numbers)
        self.ssrc = ssrc
        self.base = sequence
        self.offset = sequence - self.received - 1
        self.next_sequence = (sequence + 1) & 0xFFFF
        self.timestamp = timestamp
        self.heard_at = now
        return False

    @property
    def position(self) -> tuple[int, int, int, float]:
        """Where the source is: its number, the next sequence number, the latest timestamp and when it came.

        `left` is where the source before it was.
        """
        return self.source, self.next_sequence, self.timestamp, self.heard_at

    def pass_time(self, now: float) -> None:
        """Move the clock on while other packets than audio come."""
        self.timestamp = (self.timestamp + round((now - self.heard_at) * self.clock_rate)) & 0xFFFFFFFF
        self.heard_at = now

    @property
    def extended(self) -> int:
        """The highest sequence number, counted on beyond 16 bits: it moves with every packet that is not late."""
        return self.received + self.offset

    @property
    def lost(self) -> int:
        """Packets expected but not received, over all sources so far; duplicates never make it negative."""
        if not self.source:
            return 0
        expected = self.extended - self.base + 1
        return self.lost_before + max(0, expected - (self.received - self.received_before))


class OutStream:
    """One outgoing stream: one SSRC, sequence numbers without a gap, timestamps that never run back,
    whatever feeds it: playback, a relayed source, the mixer or digits.

    While it follows a relayed source (`adopt`), that source's own figures and the two offsets say where this
    stream is; `settle` takes them over when the source is left. `forward` and `head`, the first 16 bits of its
    packets, are what the relay needs to send on it.
    """

    __slots__ = (
        "_octets",
        "_packets",
        "_received",
        "_rx",
        "clock_rate",
        "forward",
        "frame_ticks",
        "head",
        "sent_at",
        "sequence",
        "sequence_offset",
        "source",
        "ssrc",
        "timestamp",
        "timestamp_offset",
    )

    def __init__(self, clock_rate: int = 8000, frame_ticks: int = 160) -> None:
        self.clock_rate = clock_rate
        self.frame_ticks = frame_ticks
        self.ssrc = random.getrandbits(32)
        self.sequence = random.getrandbits(15)
        self.timestamp = random.getrandbits(31)
        self.sent_at = -1.0
        self.source = 0
        self.sequence_offset = 0
        self.timestamp_offset = 0
        self.head = -1
        self.forward: Callable[[bytes | memoryview], object] = _drop
        self._packets = 0
        self._octets = 0
        self._rx: InStream | None = None
        self._received = 0

    @property
    def packets(self) -> int:
        """Packets sent so far (those of a relayed source that could not be sent included)."""
        return self._packets + (0 if self._rx is None else self._rx.received - self._received)

    @property
    def octets(self) -> int:
        """Payload octets sent so far; a relayed packet counts as a frame of 20 ms G.711."""
        return self._octets + (self.packets - self._packets) * RELAYED_OCTETS

    def _elapsed_ticks(self, now: float) -> int:
        if self.sent_at < 0:
            return self.frame_ticks
        return max(self.frame_ticks, round((now - self.sent_at) * self.clock_rate))

    def adopt(self, rx: InStream, sequence: int, timestamp: int, now: float) -> None:
        """Continue this stream with a relayed source whose next packet is the given one, just counted by `rx`."""
        counted = self._rx is rx
        self.settle()
        self._rx, self._received = rx, rx.received if counted else rx.received - 1
        self.source = rx.source
        self.sequence_offset = (self.sequence + 1 - sequence) & 0xFFFF
        self.timestamp_offset = (self.timestamp + self._elapsed_ticks(now) - timestamp) & 0xFFFFFFFF

    def refresh(self) -> None:
        """Bring `sequence`, `timestamp` and `sent_at` to where the relayed source is."""
        if self._rx is None:
            return
        for source, next_sequence, timestamp, heard_at in (self._rx.position, self._rx.left):
            if source == self.source:
                self.sequence = (next_sequence - 1 + self.sequence_offset) & 0xFFFF
                self.timestamp = (timestamp + self.timestamp_offset) & 0xFFFFFFFF
                self.sent_at = heard_at

    def settle(self) -> None:
        """Take over where the relayed source has brought this stream, and follow it no more."""
        self.refresh()
        self._packets, self._octets = self.packets, self.octets
        self._rx = None
        self.source = 0

    def frame(self, payload_type: int, payload: bytes, now: float, *, start: bool = False) -> bytes:
        """The packet of one generated 20 ms frame; `start` of a talkspurt sets the marker and spans the pause."""
        self.settle()
        step = self._elapsed_ticks(now) if start else self.frame_ticks
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.timestamp = (self.timestamp + step) & 0xFFFFFFFF
        self.sent_at = now
        self._packets += 1
        self._octets += len(payload)
        second = payload_type | 0x80 if start else payload_type
        return HEADER.pack(VERSION_ONLY, second, self.sequence, self.timestamp, self.ssrc) + payload

    def event(self, payload_type: int, payload: bytes, now: float, *, start: bool = False) -> bytes:
        """A packet of a telephone-event, whose timestamp stands still at the event's start (RFC 4733 §2.5.1.2)."""
        self.settle()
        if start:
            self.timestamp = (self.timestamp + self._elapsed_ticks(now)) & 0xFFFFFFFF
        self.sequence = (self.sequence + 1) & 0xFFFF
        # sent_at stays at the event's start: what follows is spaced from there.
        self.sent_at = now if start else self.sent_at
        self._packets += 1
        self._octets += len(payload)
        second = payload_type | 0x80 if start else payload_type
        return HEADER.pack(VERSION_ONLY, second, self.sequence, self.timestamp, self.ssrc) + payload

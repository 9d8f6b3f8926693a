"""Sender and receiver reports (RFC 3550 §6.4): ours every few seconds, the far end's read for its loss figure."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from media.rtp import InStream, OutStream

INTERVAL_S = 5
SENDER_REPORT = 200
RECEIVER_REPORT = 201
SOURCE_DESCRIPTION = 202
_NTP_EPOCH = 2_208_988_800
_HEADER = struct.Struct("!BBH")
_BLOCK = struct.Struct("!IIIIII")
_CNAME = b"media"


@dataclass(frozen=True, slots=True)
class Reception:
    """One report block: how the far end hears `ssrc`. `jitter` in timestamp units."""

    ssrc: int
    fraction_lost: float
    packets_lost: int
    jitter: int


def build(out: OutStream, rx: InStream, unix_now: float, *, sending: bool) -> bytes:
    """A compound packet: SR (when we send) or RR, with a block about what we hear, and the mandatory CNAME."""
    blocks = _block(rx) if rx.source else b""
    count = 1 if blocks else 0
    if sending:
        out.refresh()
        seconds = unix_now + _NTP_EPOCH
        body = struct.pack(
            "!IIIIII",
            out.ssrc,
            int(seconds) & 0xFFFFFFFF,
            int(seconds % 1 * 2**32),
            out.timestamp,
            out.packets & 0xFFFFFFFF,
            out.octets & 0xFFFFFFFF,
        )
        report = _packet(SENDER_REPORT, count, body + blocks)
    else:
        report = _packet(RECEIVER_REPORT, count, struct.pack("!I", out.ssrc) + blocks)
    item = struct.pack("!IBB", out.ssrc, 1, len(_CNAME)) + _CNAME + b"\0"
    return report + _packet(SOURCE_DESCRIPTION, 1, item + b"\0" * (-len(item) % 4))


def parse(packet: bytes) -> tuple[Reception, ...] | None:
    """The report blocks of a compound packet; None when it is no RTCP. Unknown packet types are passed over."""
    found: list[Reception] = []
    at = 0
    while at < len(packet):
        if len(packet) - at < _HEADER.size:
            return None
        first, kind, words = _HEADER.unpack_from(packet, at)
        end = at + 4 * (words + 1)
        if first >> 6 != 2 or end > len(packet):
            return None
        start = at + {SENDER_REPORT: 28, RECEIVER_REPORT: 8}.get(kind, 4)
        if kind in (SENDER_REPORT, RECEIVER_REPORT):
            for number in range(first & 0x1F):
                place = start + number * _BLOCK.size
                if place + _BLOCK.size > end:
                    return None
                ssrc, lost, _, jitter, _, _ = _BLOCK.unpack_from(packet, place)
                total = (lost & 0xFFFFFF) - ((lost & 0x800000) << 1)
                found.append(Reception(ssrc, (lost >> 24) / 256, total, jitter))
        at = end
    return tuple(found) if packet else None


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return _HEADER.pack(0x80 | count, kind, len(body) // 4) + body


def _block(rx: InStream) -> bytes:
    expected = rx.extended - rx.base + 1
    interval_expected = expected - rx.reported_expected
    interval_lost = interval_expected - (rx.received - rx.reported_received)
    rx.reported_expected, rx.reported_received = expected, rx.received
    fraction = min(255, max(0, interval_lost) * 256 // interval_expected) if interval_expected > 0 else 0
    lost = min(rx.lost, 0x7FFFFF)
    return _BLOCK.pack(rx.ssrc, fraction << 24 | lost, rx.extended & 0xFFFFFFFF, int(rx.jitter), 0, 0)

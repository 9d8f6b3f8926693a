"""One leg: what it hears, what it is told, and the relay between two of them.

`Leg.take` runs for every packet of every call, called by SocketHub: it is written flat on purpose, calls no
method of ours on its usual way and sends through the socket's own `send` once that is connected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from media import rtp
from media.codecs import Codec, codec_named, silence
from media.dtmf import Digit, DigitDecoder, DigitSender
from media.events import DigitReceived, LegConnected, LegStats, MediaEvent
from media.plane import LegKind
from media.rtp import MARKER, InStream, OutStream
from media.sdp import Negotiated
from media.tape import TAPED_OCTETS, Tape, Track
from media.tones import dtmf_frame
from media.transport import PacketSender, PacketTransport

Tap = Callable[[float, memoryview], None]
Emit = Callable[[MediaEvent], None]

_unpack: Final = rtp.WORDS.unpack_from
_pack: Final = rtp.HEADER.pack
_pack_into: Final = rtp.WORDS.pack_into


class TimeSource(Protocol):
    """Anything that knows the time of the current batch of work, in monotonic seconds."""

    now: float


class AudioSink(Protocol):
    """Takes audio that cannot be relayed as it is: the mixer's side of a leg."""

    def put(self, sequence: int, timestamp: int, payload: bytes, now: float) -> None: ...


class Leg:
    """Media of one party over any transport. `peer` is the leg packets are relayed to as they are; `sink` takes
    them instead when they must be decoded; `taps` see everything that is heard, after muting. `relay` is the
    peer's outgoing stream while it takes relayed packets."""

    __slots__ = (
        "_connected",
        "_digits",
        "_emit",
        "_head",
        "_tap",
        "_tape",
        "_taps",
        "_time",
        "_track",
        "codec",
        "digit_sender",
        "event_type",
        "event_types",
        "expecting",
        "garbage",
        "held",
        "kind",
        "leg_id",
        "lost",
        "muted",
        "on_digit",
        "out",
        "payload_type",
        "peer",
        "playing",
        "relay",
        "relaying",
        "rx",
        "send_packet",
        "sendable",
        "sink",
        "transport",
        "unsent",
        "waiting_since",
    )

    def __init__(self, leg_id: str, kind: LegKind, transport: PacketTransport, time: TimeSource, emit: Emit) -> None:
        self.leg_id = leg_id
        self.kind: LegKind = kind
        self.transport = transport
        self.send_packet = transport.send
        self.codec: Codec = codec_named("PCMU")
        self.payload_type = -1
        self._head = -1
        self.event_type = -1
        self.event_types: tuple[int | None, ...] = ()
        self.rx = InStream()
        self.out = OutStream()
        self.out.forward = self._send_copy
        self.unsent = 0
        self.garbage = 0
        self.held = False
        self.expecting = False
        self.lost = False
        self.muted = False
        self.sendable = False
        self.playing = False
        self.relaying = False
        self.peer: Leg | None = None
        self.relay: OutStream | None = None
        self.sink: AudioSink | None = None
        self.taps = ()
        self.digit_sender: DigitSender | None = None
        self.on_digit: Callable[[str], None] | None = None
        self.waiting_since: float | None = None
        self._time = time
        self._emit = emit
        self._digits = DigitDecoder()
        self._connected = kind == "webrtc"

    def apply(self, negotiated: Negotiated) -> None:
        """Take what was agreed by offer and answer. A changed codec starts a new outgoing stream."""
        codec = codec_named(negotiated.codec)
        if codec != self.codec:
            self.codec = codec
            forward, self.out = self.out.forward, OutStream(codec.clock_rate, codec.frame_ticks)
            self.out.forward = forward
            self.rx.clock_rate = codec.clock_rate
        self.payload_type = negotiated.payload_type
        self._head = self.out.head = rtp.VERSION_ONLY << 8 | negotiated.payload_type
        self.event_type = -1 if negotiated.telephone_event is None else negotiated.telephone_event
        self.event_types = (negotiated.telephone_event, negotiated.offered_event)
        self.sendable = negotiated.direction in ("sendrecv", "sendonly")
        self.held = negotiated.direction in ("recvonly", "inactive")
        self.expecting = negotiated.direction == "sendrecv"
        self.update_relaying()

    def update_relaying(self) -> None:
        """Recompute whether a peer's packets may go out now; nothing else owns the outgoing stream then."""
        self.relaying = self.sendable and not self.playing and self.digit_sender is None and self.payload_type >= 0
        self.out.settle()
        if self.peer is None:
            self.relay = None
        else:
            self.peer.relay = self.out if self.relaying else None

    @property
    def taps(self) -> tuple[Tap, ...]:
        """Who hears what this leg says; one recording alone, as usual, has its tape written by `take` itself."""
        return self._taps

    @taps.setter
    def taps(self, taps: tuple[Tap, ...]) -> None:
        self._taps = taps
        self._tap: Tap | None = taps[0] if len(taps) == 1 else self._tap_all if taps else None
        self._tape: Tape | None = None
        if isinstance(self._tap, Track):
            self._tape = self._tap.tape
            self._track: Any = self._tap.number  # one object, as machine code would make one for each packet

    def _tap_all(self, now: float, packet: memoryview) -> None:
        for tap in self._taps:
            tap(now, packet)

    def send_by(self, forward: PacketSender) -> None:
        """Relay packets to this leg by `forward`, the quickest way there is, which may raise OSError.

        It must be done with the packet when it returns.
        """
        self.out.forward = forward

    def receive(self, packet: bytes) -> None:
        """Take one packet from a transport that has no buffer for it."""
        self.take(memoryview(bytearray(packet)))

    def take(self, packet: memoryview) -> None:
        """Take one packet in a buffer of the transport's, where its header is rewritten for the relay.

        Never raises for what a stranger may send.
        """
        size = len(packet)
        if size < 12:
            self.garbage += 1
            return
        head, sequence, timestamp, ssrc = _unpack(packet)
        marked = head != self._head
        if marked and head != self._head | MARKER:
            self._receive_other(head, sequence, timestamp, ssrc, packet)
            return
        rx = self.rx
        now = self._time.now
        if sequence != rx.next_sequence or ssrc != rx.ssrc:
            late = self._resequence(ssrc, sequence, timestamp, now)
        else:
            late = False
            rx.next_sequence = (sequence + 1) & 0xFFFF
        rx.received += 1
        if not late:
            change = (now - rx.heard_at) * rx.clock_rate - (timestamp - rx.timestamp)
            rx.heard_at = now
            rx.timestamp = timestamp
            if change < 0.0:
                change = -change
            if change < 96000.0:  # beyond it the source moved its clock: no jitter
                rx.jitter += (change - rx.jitter) * 0.0625
        if self.muted:
            packet = self._mute(packet)
            size = len(packet)
        tap = self._tap
        if tap is not None:
            tape = self._tape
            if tape is not None and size == TAPED_OCTETS:
                # as Tape.put does; called as plain functions, which methods kept in slots are not
                if now != tape.now:
                    tape.turn(now)
                write, note = tape.write, tape.note
                write(packet)
                note(self._track)
            else:
                tap(now, packet)
        out = self.relay
        if out is None:
            if self.sink is not None:
                self.sink.put(sequence, timestamp, bytes(packet[12:]), now)
            return
        if rx.source != out.source:
            out.adopt(rx, sequence, timestamp, now)
            marked = True
        _pack_into(
            packet,
            0,
            out.head | MARKER if marked else out.head,
            (sequence + out.sequence_offset) & 0xFFFF,
            (timestamp + out.timestamp_offset) & 0xFFFFFFFF,
            out.ssrc,
        )
        forward = out.forward
        try:
            forward(packet)
        except OSError:
            self.unsent += 1

    def send_frame(self, payload: bytes, now: float, *, start: bool = False) -> None:
        """Send one generated 20 ms frame, unless the far end is on hold."""
        if self.sendable and self.digit_sender is None:
            self.send_packet(self.out.frame(self.payload_type, payload, now, start=start))

    def queue_digits(self, digits: str) -> None:
        """Send keys from the next tick on; ValueError for a character that is none."""
        sender = self.digit_sender or DigitSender(self.out.frame_ticks)
        sender.queue(digits)
        if self.digit_sender is None and not sender.done:
            self.digit_sender = sender
            self.update_relaying()

    def tick_digits(self, now: float) -> bool:
        """Send the 20 ms share of queued digits; False when they are all sent."""
        sender = self.digit_sender
        if sender is None:
            return False
        frame = sender.next_frame()
        if self.sendable and self.event_type < 0:
            tone = silence(self.codec) if frame is None else dtmf_frame(self.codec, frame.event, frame.step)
            start = frame is not None and frame.step == 0
            self.send_packet(self.out.frame(self.payload_type, tone, now, start=start))
        elif self.sendable and frame is not None:
            self.send_packet(self.out.event(self.event_type, frame.payload, now, start=frame.step == 0))
        if sender.done:
            self.digit_sender = None
            self.update_relaying()
        return not sender.done

    def expire_digit(self, now: float) -> None:
        """Report a pressed key whose end packets were lost."""
        if self._digits.pressed:
            self._report(self._digits.expire(now))

    @property
    def stats(self) -> LegStats:
        garbage = self.garbage + int(getattr(self.transport, "garbage", 0))
        jitter_ms = self.rx.jitter / self.out.clock_rate * 1000
        return LegStats(self.rx.received, self.out.packets, self.rx.lost, round(jitter_ms, 3), garbage)

    def _send_copy(self, packet: bytes | memoryview) -> None:
        self.transport.send(bytes(packet))

    def _mute(self, packet: memoryview) -> memoryview:
        frame = silence(self.codec)
        if not self.codec.is_g711:
            return memoryview(bytearray(bytes(packet[:12]) + frame))
        packet[12:] = frame[:1] * (len(packet) - 12)
        return packet

    def _resequence(self, ssrc: int, sequence: int, timestamp: int, now: float) -> bool:
        source = self.rx.source
        late = self.rx.resequence(ssrc, sequence, timestamp, now)
        if self.rx.source != source:
            self._digits = DigitDecoder()
            self.lost = False
            if not self._connected:
                self._connected = True
                self._emit(LegConnected(self.leg_id))
        return late

    def _receive_unusual(self, packet: memoryview) -> None:
        plain = rtp.strip(bytes(packet))
        if plain is None:
            self.garbage += 1
        else:
            self.receive(plain)

    def _receive_other(self, head: int, sequence: int, timestamp: int, ssrc: int, packet: memoryview) -> None:
        if head >> 8 != rtp.VERSION_ONLY:
            self._receive_unusual(packet)
            return
        second = head & 0xFF
        if second & 0x7F not in self.event_types:
            self.garbage += 1
            return
        rx, now = self.rx, self._time.now
        if not rx.source or ssrc != rx.ssrc or sequence != rx.next_sequence:
            self._resequence(ssrc, sequence, timestamp, now)
        else:
            rx.next_sequence = (sequence + 1) & 0xFFFF
        rx.received += 1
        rx.pass_time(now)
        payload = bytes(packet[12:])
        self._report(self._digits.feed(timestamp, payload, now))
        peer = self.peer
        if peer is not None and peer.relaying and peer.event_type >= 0:
            peer.relay_event(rx, second, sequence, timestamp, payload, now)

    def relay_event(self, rx: InStream, second: int, sequence: int, timestamp: int, payload: bytes, now: float) -> None:
        """Pass a telephone-event packet on under this leg's payload type, within the relayed stream."""
        out = self.out
        if rx.source != out.source:
            out.adopt(rx, sequence, timestamp, now)
        header = _pack(
            0x80,
            second & 0x80 | self.event_type,
            (sequence + out.sequence_offset) & 0xFFFF,
            (timestamp + out.timestamp_offset) & 0xFFFFFFFF,
            out.ssrc,
        )
        self.send_packet(header + payload)

    def _report(self, digits: tuple[Digit, ...]) -> None:
        for digit in digits:
            self._emit(DigitReceived(self.leg_id, digit.digit, round(digit.duration / self.out.clock_rate * 1000)))
            if self.on_digit is not None:
                self.on_digit(digit.digit)

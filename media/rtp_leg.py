"""A leg over a plain RTP socket: offer and answer, and what is needed to reopen it in another process."""

from __future__ import annotations

from dataclasses import dataclass

from media import rtcp, sdp
from media.errors import MediaError
from media.leg import Leg
from media.sdp import Negotiated
from media.transport import RtpTransport

CODECS = ("PCMU", "PCMA")


@dataclass(frozen=True, slots=True)
class RtpLegState:
    """All a new process needs to take the leg over: where it listens, what was said, where it sends."""

    host: str
    port: int
    version: int
    offer: str | None
    negotiated: Negotiated | None


class RtpLeg:
    """Pairs a Leg with its socket and its side of the offer/answer exchange."""

    def __init__(self, leg: Leg, transport: RtpTransport, host: str) -> None:
        self.leg = leg
        self.transport = transport
        self._host = host
        self._version = 0
        self._offer: str | None = None
        self._negotiated: Negotiated | None = None
        self._reported_packets = 0
        self.remote_loss: float | None = None
        transport.on_packet = leg.take
        transport.on_rtcp = self._rtcp
        transport.on_sender = leg.send_by

    @property
    def state(self) -> RtpLegState:
        return RtpLegState(self._host, self.transport.port, self._version, self._offer, self._negotiated)

    def offer(self) -> str:
        """Our offer; the leg hears on its port from now on."""
        self._version += 1
        self._offer = sdp.offer_rtp(host=self._host, port=self.transport.port, codecs=CODECS, version=self._version)
        return self._offer

    def reoffer(self) -> str:
        """An offer for a leg in use, led by what it speaks now. What was agreed holds until the answer."""
        agreed = self._negotiated
        first = agreed.codec if agreed is not None else CODECS[0]
        event = agreed.offered_event or agreed.telephone_event if agreed is not None else None
        self._version += 1
        self._offer = sdp.offer_rtp(
            host=self._host,
            port=self.transport.port,
            codecs=sorted(CODECS, key=lambda name: name != first),
            version=self._version,
            telephone_event=event,
        )
        return self._offer

    def accept(self, answer: str) -> None:
        """Take the answer to our offer. Raises "not-acceptable"."""
        if self._offer is None:
            raise MediaError("not-acceptable", "There is no offer that this could answer.")
        self._apply(sdp.negotiate_answer(self._offer, answer))

    def answer(self, offer: str) -> str:
        """Answer an offer, the first or a later one. Raises "not-acceptable", changing nothing."""
        codecs: tuple[str, ...] = CODECS
        if self._negotiated is not None and self._negotiated.codec in CODECS:
            # stay with the codec in use when the new offer still has it
            codecs = (self._negotiated.codec, *(name for name in CODECS if name != self._negotiated.codec))
        port, version = self.transport.port, self._version + 1
        text, negotiated = sdp.answer_rtp(offer, host=self._host, port=port, codecs=codecs, version=version)
        self._version = version
        self._apply(negotiated)
        return text

    def restore(self, state: RtpLegState) -> None:
        """Continue where another process was."""
        self._version = state.version
        self._offer = state.offer
        if state.negotiated is not None:
            self._apply(state.negotiated)

    def report(self, unix_now: float) -> None:
        """Send an RTCP report, once the far end is known."""
        out = self.leg.out
        sending, self._reported_packets = out.packets > self._reported_packets, out.packets
        self.transport.send_rtcp(rtcp.build(out, self.leg.rx, unix_now, sending=sending))

    def check(self, now: float) -> None:
        """Once a second: let the transport follow who is there."""
        self.transport.check(now, self.leg.rx.heard_at)

    async def close(self) -> None:
        self.transport.close()

    def _rtcp(self, packet: memoryview) -> None:
        reports = rtcp.parse(bytes(packet))
        if reports is None:
            self.leg.garbage += 1
            return
        for reception in reports:
            if reception.ssrc == self.leg.out.ssrc:
                self.remote_loss = reception.fraction_lost

    def _apply(self, negotiated: Negotiated) -> None:
        self._negotiated = negotiated
        self.transport.signal(negotiated.remote_host, negotiated.remote_port)
        self.leg.apply(negotiated)

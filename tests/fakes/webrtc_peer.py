"""A browser's side of a call without the browser: ICE controlling, DTLS client, SRTP."""

from __future__ import annotations

import asyncio

from aioice import Candidate
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport

from media.config import MediaConfig
from media.ice import IceConnection
from media.sdp import parse
from media.webrtc import _Path

LOOPBACK = MediaConfig(ice_hosts=("127.0.0.1",), rtp_port_min=21000, rtp_port_max=22999)


class WebRtcPeer:
    """Makes an offer, connects to the answer, keeps the plain packets it hears in `heard`."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.certificate = RTCCertificate.generateCertificate()
        self.path = _Path()
        self.dtls = RTCDtlsTransport(self.path, [self.certificate])  # type: ignore[arg-type]  # as in media.webrtc
        self.dtls._set_role("client")
        self.dtls.on("statechange", self._changed)
        self.closed = asyncio.Event()
        self.ice: IceConnection | None = None
        self._old: list[IceConnection] = []

    async def offer(self, formats: str = "0 101", direction: str = "sendrecv") -> str:
        """A fresh ICE session and the offer for it; a second call is an ICE restart."""
        if self.ice is not None:
            self._old.append(self.ice)
        self.ice = IceConnection(LOOPBACK, on_srtp=self._srtp, on_dtls=self.path.put)
        self.ice.ice_controlling = True
        await self.ice.gather()
        return self.description(formats, direction)

    def description(self, formats: str = "0 101", direction: str = "sendrecv") -> str:
        """The offer of the present ICE session."""
        assert self.ice is not None
        own = next(f for f in self.certificate.getFingerprints() if f.algorithm == "sha-256")
        lines = [
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            f"m=audio 9 UDP/TLS/RTP/SAVPF {formats}",
            "c=IN IP4 0.0.0.0",
            "a=mid:0",
            f"a={direction}",
            "a=rtcp-mux",
            "a=setup:actpass",
            f"a=ice-ufrag:{self.ice.local_username}",
            f"a=ice-pwd:{self.ice.local_password}",
            f"a=fingerprint:sha-256 {own.value}",
            "a=rtpmap:101 telephone-event/8000",
            "a=rtpmap:111 opus/48000/2",
        ]
        return "\r\n".join([*lines, ""])

    async def connect(self, answer: str) -> None:
        """Check, nominate and, the first time, shake hands."""
        await self.connect_ice(answer)
        if self.dtls.state == "new":
            algorithm, value = (parse(answer).media[0].attribute("fingerprint") or " ").split()
            await self.dtls.start(RTCDtlsParameters(fingerprints=[RTCDtlsFingerprint(algorithm, value)]))
            assert self.dtls.state == "connected"

    async def connect_ice(self, answer: str) -> None:
        """Only the ICE part."""
        audio = parse(answer).media[0]
        assert self.ice is not None
        self.ice.remote_username = audio.attribute("ice-ufrag")
        self.ice.remote_password = audio.attribute("ice-pwd")
        for text in audio.values("candidate"):
            await self.ice.add_remote_candidate(Candidate.from_sdp(text))
        await self.ice.connect()
        self.path.connection = self.ice

    def send(self, packet: bytes) -> None:
        """Protect a plain packet and send it."""
        assert self.ice is not None
        assert self.ice.send_now(self.dtls._tx_srtp.protect(packet))

    async def close(self, *, goodbye: bool = True) -> None:
        """Leave; without `goodbye` like a pulled plug."""
        pump = self.dtls._task
        if goodbye:
            await self.dtls.stop()
        elif pump is not None:
            pump.cancel()
        if pump is not None:
            await asyncio.gather(pump, return_exceptions=True)
        for ice in [*self._old, self.ice]:
            if ice is not None:
                await ice.close()

    def _srtp(self, data: bytes) -> None:
        self.heard.append(self.dtls._rx_srtp.unprotect(data))

    def _changed(self) -> None:
        if self.dtls.state == "closed":
            self.closed.set()

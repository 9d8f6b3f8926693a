"""A leg over a browser's peer connection."""

from __future__ import annotations

import time
from collections.abc import Callable

from media.config import MediaConfig
from media.errors import MediaError
from media.events import LegConnected, LegLost, LostReason
from media.leg import Emit, Leg
from media.transport import SocketHub


def load() -> None:
    """Import and compute what browser legs need, a quarter of a second of work that no call should wait for."""
    from media.codecs import codec_named, new_encoder, silence
    from media.ice import check_libraries
    from media.webrtc import CODECS

    check_libraries()
    for name in CODECS:
        new_encoder(codec_named(name))
        silence(codec_named(name))


class WebRtcLeg:
    """Pairs a Leg with its WebRTC transport."""

    def __init__(self, config: MediaConfig, leg_id: str, hub: SocketHub, emit: Emit) -> None:
        # imported by `load` in a thread; here it would stop all running calls
        from media.webrtc import WebRtcTransport

        self._hub = hub
        self._emit = emit
        self._closed = False
        self.transport = WebRtcTransport(
            config, on_packet=self._receive, on_connected=self._connected, on_lost=self._lost
        )
        self.leg = Leg(leg_id, "webrtc", self.transport, hub, emit)
        self._deliver: Callable[[bytes], None] = self.leg.receive

    async def answer(self, offer: str) -> str:
        """Answer the first offer or one that restarts ICE. Raises "not-acceptable"."""
        text = await self.transport.answer(offer)
        if self._closed:
            raise MediaError("unknown-leg", "The leg was closed while it was being set up.")
        if self.transport.negotiated is not None:
            self.leg.apply(self.transport.negotiated)
        return text

    async def close(self) -> None:
        self._closed = True
        await self.transport.close()

    def _receive(self, packet: bytes) -> None:
        self._hub.now = time.monotonic()
        self._deliver(packet)

    def _connected(self) -> None:
        self.leg.lost = False
        self.leg.waiting_since = time.monotonic()
        self._emit(LegConnected(self.leg.leg_id))

    def _lost(self, reason: LostReason = "ice") -> None:
        if not self._closed and not self.leg.lost:
            self.leg.lost = True
            self._emit(LegLost(self.leg.leg_id, reason))

"""An agent's browser: one WebRTC leg, its signalling carried by the live feed."""

from media.plane import MediaPlane


class BrowserLine:
    """Opened with the browser's SDP offer; the browser opens a new one after a reload."""

    def __init__(self, plane: MediaPlane, leg_id: str) -> None:
        self.leg_id = leg_id
        self._plane = plane

    async def open(self, offer: str) -> str:
        """Our SDP answer; raises `MediaError`."""
        return await self._plane.open_leg(self.leg_id, kind="webrtc", offer=offer)

    async def restart_ice(self, offer: str) -> str:
        return await self._plane.renegotiate(self.leg_id, offer)

    async def close(self) -> None:
        await self._plane.close_leg(self.leg_id)

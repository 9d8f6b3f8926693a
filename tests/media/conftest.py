"""A media plane with telephones around it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from media.config import MediaConfig
from media.events import (
    MediaEvent,
)
from media.local_plane import LocalPlane
from media.plane import MediaPlane
from media.tones import tone, write_wav
from media.worker_plane import WorkerPlane
from tests.fakes.rtp_peer import RtpPeer


class Desk:
    """A started plane, its events, and telephones that are hung up at the end."""

    def __init__(self, plane: MediaPlane) -> None:
        self.plane = plane
        self.events: list[MediaEvent] = []
        self.peers: list[RtpPeer] = []
        plane.subscribe(self.events.append)

    async def call(self, leg_id: str, **settings: Any) -> RtpPeer:
        peer = await RtpPeer(**settings).open()
        self.peers.append(peer)
        peer.accept(await self.plane.open_leg(leg_id, kind="rtp", offer=peer.offer()))
        return peer

    def of(self, kind: type[MediaEvent]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def close(self) -> None:
        for peer in self.peers:
            await peer.close()
        await self.plane.stop()


@pytest.fixture(params=[LocalPlane, WorkerPlane])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    make: Callable[[MediaConfig], MediaPlane] = request.param
    config = MediaConfig(bind_host="127.0.0.1", rtp_port_min=33000, rtp_port_max=33998, rtp_timeout_s=1.5)
    desk = Desk(make(config))
    await desk.plane.start()
    yield desk
    await desk.close()


@pytest.fixture
def tone_file(tmp_path: Path) -> str:
    path = str(tmp_path / "tone.wav")
    write_wav(path, tone((700,), 0.5))
    return path

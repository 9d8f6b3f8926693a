"""The door to the media plane: what can be asked of it, whichever process it runs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

from media.config import MediaConfig
from media.errors import MediaError
from media.events import (
    DigitReceived,
    LegClosed,
    LegConnected,
    LegLost,
    LegStats,
    MediaEvent,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    RecordingSilent,
    RemoteHeld,
    WorkerRestarted,
)

__all__ = [
    "DigitReceived",
    "LegClosed",
    "LegConnected",
    "LegKind",
    "LegLost",
    "LegStats",
    "Listener",
    "MediaConfig",
    "MediaError",
    "MediaEvent",
    "MediaPlane",
    "PlaybackFinished",
    "RecordingFailed",
    "RecordingFinished",
    "RecordingSilent",
    "RemoteHeld",
    "WorkerRestarted",
]

LegKind = Literal["rtp", "webrtc"]
Listener = Callable[[MediaEvent], None]


class MediaPlane(Protocol):
    """Legs, bridges, playback, digits and recordings; SDP text in and out, nothing else of RTP shows.

    Every request may raise MediaError: "unknown-leg" for an id that is not open, "worker-lost" when the media
    process died before it answered. Further codes are named where they arise.
    """

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` for every event, on the event loop, in order."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None:
        """Close everything: recordings are finished, sockets closed."""
        ...

    async def open_leg(self, leg_id: str, *, kind: LegKind, offer: str | None = None, host: str | None = None) -> str:
        """Open a leg. With `offer`, return the answer; without (rtp only), return our offer.

        `host` is the address written into the SDP of an rtp leg. Raises "not-acceptable" and "no-ports".
        """
        ...

    async def accept_answer(self, leg_id: str, answer: str) -> None:
        """Take the answer to our offer. Raises "not-acceptable"."""
        ...

    async def renegotiate(self, leg_id: str, offer: str) -> str:
        """Answer a later offer: hold, a new address (rtp) or an ICE restart (webrtc). Raises "not-acceptable"."""
        ...

    async def reoffer(self, leg_id: str) -> str:
        """Our offer for a leg in use (rtp only), as a re-INVITE without one asks for; `accept_answer` takes the rest.

        Until then, and when the answer is refused, everything stays as it was. Raises "not-acceptable".
        """
        ...

    async def connect(self, leg_a: str, leg_b: str) -> None:
        """Bridge two legs both ways; whatever is played to them stops and earlier bridges are left."""
        ...

    async def disconnect(self, leg_id: str) -> None:
        """Leave the bridge, if any; both legs are silent afterwards."""
        ...

    async def play(self, leg_id: str, play_id: str, files: Sequence[str], *, loop: bool = False) -> None:
        """Play WAV files one after another; replaces what is playing. Raises "bad-file".

        On a bridged leg the files are heard instead of the other leg until they end.
        """
        ...

    async def stop_playing(self, leg_id: str) -> None: ...

    async def send_digits(self, leg_id: str, digits: str) -> None:
        """Queue keys 0-9 * # A-D for paced sending: telephone-event, or tones when it was not negotiated."""
        ...

    async def set_muted(self, leg_id: str, muted: bool) -> None:
        """Replace what is received from this leg by silence, for the bridge and for recordings."""
        ...

    async def start_recording(
        self, recording_id: str, path: str, left: str, right: str | None, *, silence_s: float | None = None
    ) -> None:
        """Record two legs into a WAV file (PCM16, 8 kHz, 2 channels), continuing an existing one.

        Channel 0 is what is received from `left`, channel 1 from `right`, silent without. Raises "bad-file"; a disk
        that fails later is told by RecordingFailed. RecordingSilent tells of a pause of `silence_s` on channel 0.
        """
        ...

    async def pause_recording(self, recording_id: str, paused: bool) -> None:
        """Record silence instead of both legs, or the legs again; unknown ids are ignored."""
        ...

    async def stop_recording(self, recording_id: str) -> None:
        """Finish the file; RecordingFinished follows. Unknown ids are ignored."""
        ...

    async def replace_recorded_leg(self, recording_id: str, old: str, new: str) -> None:
        """Record `new` on the channel of `old`, from now on."""
        ...

    async def close_leg(self, leg_id: str) -> None:
        """Close the leg and free its port; unknown ids are ignored."""
        ...

    async def stats(self) -> Mapping[str, float]:
        """Counters and gauges for monitoring: legs, packets, garbage, clock and loop lag in seconds."""
        ...

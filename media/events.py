"""What the media plane reports. Plain data: every event survives the trip from the worker process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LostReason = Literal["rtp-timeout", "ice", "dtls", "worker"]


@dataclass(frozen=True, slots=True)
class LegStats:
    """Totals of one leg; `packets_lost` and `jitter_ms` by RFC 3550 (§A.3, §A.8), on received packets.

    `garbage` counts datagrams that were no RTP of this call: runts, unknown payload types, strangers.
    """

    packets_received: int = 0
    packets_sent: int = 0
    packets_lost: int = 0
    jitter_ms: float = 0.0
    garbage: int = 0


@dataclass(frozen=True, slots=True)
class LegConnected:
    """Media flows: ICE and DTLS are done (webrtc), or the first packet came (rtp)."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class LegLost:
    """Nothing is heard from the far end any more; the leg stays open until it is closed or heard again."""

    leg_id: str
    reason: LostReason


@dataclass(frozen=True, slots=True)
class RemoteHeld:
    """The far end put the call on hold (True) or took it back (False), by its SDP direction (RFC 6337 §5.3)."""

    leg_id: str
    held: bool


@dataclass(frozen=True, slots=True)
class DigitReceived:
    """One key of 0-9 * # A-D was pressed and released (telephone-event, RFC 4733)."""

    leg_id: str
    digit: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """Said exactly once for each accepted play; `completed` is False when it was cut short."""

    leg_id: str
    play_id: str
    completed: bool


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    """The file is closed. `segments` tell who spoke when: (channel 0 left or 1 right, start, end), in seconds."""

    recording_id: str
    path: str
    duration_s: float
    segments: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, slots=True)
class RecordingSilent:
    """Nobody has spoken on the left channel for as long as `start_recording` was asked to tell of. Said once, up to 2 s
    late."""

    recording_id: str


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """The file cannot be written; `reason` is the system's word for it ("No space left on device").

    Said once for each recording. Writing is tried again all the same, what could not be written remains silence,
    and RecordingFinished still comes at the end.
    """

    recording_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class LegClosed:
    """The last event of a leg."""

    leg_id: str
    stats: LegStats


@dataclass(frozen=True, slots=True)
class WorkerRestarted:
    """The media process died and a new one took over; `lost_legs` could not be revived."""

    lost_legs: tuple[str, ...]


MediaEvent = (
    LegConnected
    | LegLost
    | RemoteHeld
    | DigitReceived
    | PlaybackFinished
    | RecordingFailed
    | RecordingSilent
    | RecordingFinished
    | LegClosed
    | WorkerRestarted
)

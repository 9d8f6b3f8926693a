"""What should be going on in the media process, remembered outside of it so that a new one can take over. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from media.events import (
    LegClosed,
    LegStats,
    MediaEvent,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    RecordingSilent,
)
from media.plane import LegKind
from media.rtp_leg import RtpLegState

Request = tuple[str, dict[str, Any]]


@dataclass(slots=True)
class _Play:
    play_id: str
    files: tuple[str, ...]
    loop: bool


@dataclass(slots=True)
class _WantedLeg:
    kind: LegKind
    state: RtpLegState | None
    muted: bool = False
    play: _Play | None = None
    partner: str | None = None


@dataclass(slots=True)
class _WantedRecording:
    path: str
    left: str
    right: str | None
    started_at: float
    silence_s: float | None
    paused: bool = False
    failed: bool = False


class Wanted:
    """Told what succeeded, it can say which requests bring a fresh process to the same point."""

    def __init__(self) -> None:
        self._legs: dict[str, _WantedLeg] = {}
        self._recordings: dict[str, _WantedRecording] = {}
        self._lost: set[str] = set()
        self._asked: dict[tuple[str, str], _Play] = {}

    def opened(self, leg_id: str, kind: LegKind, state: RtpLegState | None) -> None:
        self._legs[leg_id] = _WantedLeg(kind, state)

    def negotiated(self, leg_id: str, state: RtpLegState | None) -> None:
        if leg_id in self._legs:
            self._legs[leg_id].state = state

    def connected(self, leg_a: str, leg_b: str) -> None:
        for leg_id, other in ((leg_a, leg_b), (leg_b, leg_a)):
            self.disconnected(leg_id)
            if leg_id in self._legs:
                self._legs[leg_id].partner = other

    def disconnected(self, leg_id: str) -> None:
        leg = self._legs.get(leg_id)
        if leg is None or leg.partner is None:
            return
        partner = self._legs.get(leg.partner)
        if partner is not None and partner.partner == leg_id:
            partner.partner = None
        leg.partner = None

    def muted(self, leg_id: str, muted: bool) -> None:
        if leg_id in self._legs:
            self._legs[leg_id].muted = muted

    def asked_to_play(self, leg_id: str, play_id: str, files: tuple[str, ...], loop: bool) -> None:
        """A play was requested; its end may be heard before the request's own answer."""
        self._asked[leg_id, play_id] = _Play(play_id, files, loop)

    def playing(self, leg_id: str, play_id: str) -> None:
        play = self._asked.pop((leg_id, play_id), None)
        if play is not None and leg_id in self._legs:
            self._legs[leg_id].play = play

    def not_playing(self, leg_id: str, play_id: str) -> None:
        self._asked.pop((leg_id, play_id), None)
        leg = self._legs.get(leg_id)
        if leg is not None and leg.play is not None and leg.play.play_id == play_id:
            leg.play = None

    def recording(
        self,
        recording_id: str,
        path: str,
        left: str,
        right: str | None,
        started_at: float,
        silence_s: float | None = None,
    ) -> None:
        self._recordings[recording_id] = _WantedRecording(path, left, right, started_at, silence_s)

    def recording_paused(self, recording_id: str, paused: bool) -> None:
        if recording_id in self._recordings:
            self._recordings[recording_id].paused = paused

    def recorded_leg_replaced(self, recording_id: str, old: str, new: str) -> None:
        recording = self._recordings.get(recording_id)
        if recording is not None and recording.left == old:
            recording.left = new
        elif recording is not None and recording.right == old:
            recording.right = new

    def is_lost(self, leg_id: str) -> bool:
        """Whether the leg died with a process and waits to be closed."""
        return leg_id in self._lost

    def seen(self, event: MediaEvent) -> bool:
        """Take note of what ended by itself; False for what a process before said already."""
        match event:
            case PlaybackFinished(leg_id, play_id):
                self.not_playing(leg_id, play_id)
            case RecordingFailed(recording_id) if (recording := self._recordings.get(recording_id)) is not None:
                known, recording.failed = recording.failed, True
                return not known
            case RecordingSilent(recording_id) if (recording := self._recordings.get(recording_id)) is not None:
                recording.silence_s = None
            case RecordingFinished(recording_id):
                self._recordings.pop(recording_id, None)
            case LegClosed(leg_id):
                self.disconnected(leg_id)
                self._legs.pop(leg_id, None)
                self._lost.discard(leg_id)
            case _:
                pass
        return True

    def lose(self, leg_id: str) -> list[MediaEvent]:
        """Give a leg up; the events that settle what was promised for it."""
        leg = self._legs.pop(leg_id, None)
        if leg is None:
            return []
        self._lost.add(leg_id)
        return [] if leg.play is None else [PlaybackFinished(leg_id, leg.play.play_id, completed=False)]

    def close_lost(self, leg_id: str) -> LegClosed:
        """The end of a leg whose process took its figures with it."""
        self._lost.discard(leg_id)
        return LegClosed(leg_id, LegStats())

    def unrevivable(self) -> tuple[str, ...]:
        """Legs that end with their process: the keys of a browser's connection are gone."""
        return tuple(leg_id for leg_id, leg in self._legs.items() if leg.state is None)

    def reopening(self) -> Iterator[Request]:
        """The requests that reopen each leg."""
        for leg_id, leg in list(self._legs.items()):
            if leg.state is not None:
                yield "restore_leg", {"leg_id": leg_id, "state": leg.state}

    def resuming(self) -> Iterator[Request]:
        """The requests that bring everything else back, once the legs are open."""
        for leg_id, leg in list(self._legs.items()):
            if leg.muted:
                yield "set_muted", {"leg_id": leg_id, "muted": True}
            if leg.partner in self._legs and leg_id < str(leg.partner):
                yield "connect", {"leg_a": leg_id, "leg_b": leg.partner}
        for leg_id, leg in list(self._legs.items()):
            if leg.play is not None:
                play = leg.play
                yield "play", {"leg_id": leg_id, "play_id": play.play_id, "files": play.files, "loop": play.loop}
        for recording_id, recording in list(self._recordings.items()):
            yield (
                "start_recording",
                {
                    "recording_id": recording_id,
                    "path": recording.path,
                    "left": recording.left,
                    "right": recording.right,
                    "silence_s": recording.silence_s,
                    "started_at": recording.started_at,
                },
            )
            if recording.paused:
                yield "pause_recording", {"recording_id": recording_id, "paused": True}

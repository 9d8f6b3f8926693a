"""A media plane without media: it keeps the books of legs, bridges, plays and recordings, and can be slow and fail."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence

from media.errors import MediaError, MediaErrorCode
from media.events import (
    LegClosed,
    LegLost,
    LegStats,
    LostReason,
    MediaEvent,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    RecordingSilent,
    WorkerRestarted,
)
from media.plane import LegKind, Listener

PROMPT_S = 1.0
"""How long any file lasts."""


class FakePlane:
    """Fulfils `media.plane.MediaPlane`, strictly: legs must be open, ids are used once, every play finishes once.

    `latency_s` passes within each request; `failures` are raised by the next requests, one each (None: none).
    """

    def __init__(self) -> None:
        self.latency_s = 0.0
        self.failures: deque[MediaErrorCode | None] = deque()
        self.in_flight = 0
        self.legs: dict[str, LegKind] = {}
        self.bridges: dict[str, str] = {}
        self.playing: dict[str, tuple[str, asyncio.TimerHandle | None]] = {}
        self.recordings: dict[str, list[str]] = {}
        self.recorded_since: dict[str, float] = {}
        self.paused: set[str] = set()
        self.muted: set[str] = set()
        self.used: set[str] = set()
        self._lives = 0
        self.answers: dict[str, str] = {}
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def open_leg(self, leg_id: str, *, kind: LegKind, offer: str | None = None, host: str | None = None) -> str:
        await self._begin()
        assert leg_id not in self.used, f"the id {leg_id} is used twice"
        self.used.add(leg_id)
        self.legs[leg_id] = kind
        return f"answer to {offer}" if offer is not None else "offer"

    async def accept_answer(self, leg_id: str, answer: str) -> None:
        await self._begin(leg_id)
        self.answers[leg_id] = answer

    async def renegotiate(self, leg_id: str, offer: str) -> str:
        await self._begin(leg_id)
        return f"answer to {offer}"

    async def reoffer(self, leg_id: str) -> str:
        await self._begin(leg_id)
        return f"offer of {leg_id}"

    async def connect(self, leg_a: str, leg_b: str) -> None:
        await self._begin(leg_a, leg_b)
        for leg_id in (leg_a, leg_b):
            self._cut_play(leg_id)
            self._unbridge(leg_id)
        self.bridges[leg_a] = leg_b
        self.bridges[leg_b] = leg_a

    async def disconnect(self, leg_id: str) -> None:
        await self._begin(leg_id)
        self._unbridge(leg_id)

    async def play(self, leg_id: str, play_id: str, files: Sequence[str], *, loop: bool = False) -> None:
        await self._begin(leg_id)
        self._cut_play(leg_id)
        timer = None
        if not loop:
            timer = asyncio.get_running_loop().call_later(PROMPT_S, self._played, leg_id, play_id)
        self.playing[leg_id] = (play_id, timer)

    async def stop_playing(self, leg_id: str) -> None:
        await self._begin(leg_id)
        self._cut_play(leg_id)

    async def send_digits(self, leg_id: str, digits: str) -> None:
        await self._begin(leg_id)

    async def set_muted(self, leg_id: str, muted: bool) -> None:
        await self._begin(leg_id)
        (self.muted.add if muted else self.muted.discard)(leg_id)

    async def start_recording(
        self, recording_id: str, path: str, left: str, right: str | None, *, silence_s: float | None = None
    ) -> None:
        await self._begin(left, *([] if right is None else [right]))
        assert recording_id not in self.recordings, "a recording is started twice"
        self.recordings[recording_id] = [left, right or ""]
        self.recorded_since[recording_id] = asyncio.get_running_loop().time()

    async def stop_recording(self, recording_id: str) -> None:
        """Somebody spoke all the time."""
        await self._begin(fail=False)
        if self.recordings.pop(recording_id, None) is not None:
            self.paused.discard(recording_id)
            spoken_s = asyncio.get_running_loop().time() - self.recorded_since.pop(recording_id)
            speech = ((0, 0.0, spoken_s),) if spoken_s else ()
            self._tell(RecordingFinished(recording_id, f"{recording_id}.wav", spoken_s, speech))

    async def pause_recording(self, recording_id: str, paused: bool) -> None:
        await self._begin()
        if recording_id in self.recordings:
            (self.paused.add if paused else self.paused.discard)(recording_id)

    async def replace_recorded_leg(self, recording_id: str, old: str, new: str) -> None:
        await self._begin(new)
        legs = self.recordings.get(recording_id, [])
        self.recordings[recording_id] = [new if leg == old else leg for leg in legs]

    async def close_leg(self, leg_id: str) -> None:
        await self._begin(fail=False)
        if self.legs.pop(leg_id, None) is not None:
            self._cut_play(leg_id)
            self._unbridge(leg_id)
            self._tell(LegClosed(leg_id, LegStats()))

    async def stats(self) -> Mapping[str, float]:
        return {"legs": len(self.legs)}

    def lose(self, leg_id: str, reason: LostReason) -> None:
        """The far end falls silent; the leg stays open."""
        self._tell(LegLost(leg_id, reason))

    def fall_silent(self, recording_id: str) -> None:
        """The caller says nothing more."""
        self._tell(RecordingSilent(recording_id))

    def fail_recording(self, recording_id: str, reason: str) -> None:
        """The disk takes no more."""
        self._tell(RecordingFailed(recording_id, reason))

    def restart_worker(self) -> None:
        """The worker dies and is back: requests in flight fail, browser legs are gone, the others go on."""
        self._lives += 1
        lost = [leg_id for leg_id, kind in self.legs.items() if kind == "webrtc"]
        for leg_id in lost:
            del self.legs[leg_id]
            self._unbridge(leg_id)
            self._cut_play(leg_id)
            self._tell(LegLost(leg_id, "worker"))
        self._tell(WorkerRestarted(tuple(lost)))

    async def _begin(self, *legs: str, fail: bool = True) -> None:
        """Close and stop never fail: they are asked again after a restart, and unknown ids are ignored."""
        life = self._lives
        self.in_flight += 1
        try:
            await asyncio.sleep(self.latency_s)
        finally:
            self.in_flight -= 1
        if not fail:
            return
        if life != self._lives:
            raise MediaError("worker-lost", "The media process died.")
        if self.failures and (code := self.failures.popleft()) is not None:
            raise MediaError(code, "As the test wants it.")
        for leg_id in legs:
            if leg_id not in self.legs:
                raise MediaError("unknown-leg", f"There is no open leg {leg_id}.")

    def _unbridge(self, leg_id: str) -> None:
        other = self.bridges.pop(leg_id, None)
        if other is not None:
            self.bridges.pop(other, None)

    def _cut_play(self, leg_id: str) -> None:
        playing = self.playing.pop(leg_id, None)
        if playing is not None:
            play_id, timer = playing
            if timer is not None:
                timer.cancel()
            self._tell(PlaybackFinished(leg_id, play_id, completed=False))

    def _played(self, leg_id: str, play_id: str) -> None:
        del self.playing[leg_id]
        self._tell(PlaybackFinished(leg_id, play_id, completed=True))

    def _tell(self, event: MediaEvent) -> None:
        for listener in self._listeners:
            listener(event)

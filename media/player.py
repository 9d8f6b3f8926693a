"""Playback of encoded frames to many legs, one frame each at every tick of the shared clock."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from media.audio_files import FrameCache, Frames
from media.errors import MediaError
from media.events import PlaybackFinished
from media.leg import Emit, Leg


@dataclass(slots=True)
class _Playback:
    leg: Leg
    play_id: str
    frames: Frames
    loop: bool
    position: int = 0


class Player:
    """What is played to which leg; every accepted play ends in exactly one PlaybackFinished."""

    def __init__(self, emit: Emit, cache: FrameCache | None = None) -> None:
        self._emit = emit
        self._cache = cache or FrameCache()
        self._playing: dict[str, _Playback] = {}
        self._requests: dict[str, int] = {}
        self._request = 0

    def __len__(self) -> int:
        return len(self._playing)

    async def play(self, leg: Leg, play_id: str, files: Sequence[str], *, loop: bool) -> None:
        """Load what is not cached, then replace what the leg hears. Raises "bad-file", changing nothing."""
        if not files:
            raise MediaError("bad-file", "There is no file to play.")
        self._request += 1
        request = self._requests[leg.leg_id] = self._request
        codec = leg.codec
        frames = self._cache.get(files, codec)
        if frames is None:
            loaded = await asyncio.to_thread(self._cache.load, tuple(files), codec)
            frames = self._cache.store(codec, loaded)
        if self._requests.get(leg.leg_id) != request:
            # stopped, closed or replaced while the file was being read
            self._emit(PlaybackFinished(leg.leg_id, play_id, completed=False))
            return
        self._finish(leg.leg_id, completed=False)
        if not frames:
            self._emit(PlaybackFinished(leg.leg_id, play_id, completed=True))
            return
        self._playing[leg.leg_id] = _Playback(leg, play_id, frames, loop)
        leg.playing = True
        leg.update_relaying()

    def stop(self, leg_id: str) -> None:
        """Stop what is playing or about to play."""
        self._requests.pop(leg_id, None)
        self._finish(leg_id, completed=False)

    def tick(self, now: float) -> None:
        """Send the next frame of everything that plays; digits being sent hold it up."""
        finished = []
        for playback in self._playing.values():
            leg, position = playback.leg, playback.position
            if leg.digit_sender is not None:
                continue
            if position == len(playback.frames):
                if not playback.loop:
                    finished.append(leg.leg_id)
                    continue
                position = 0
            leg.send_frame(playback.frames[position], now, start=playback.position == 0)
            playback.position = position + 1
        for leg_id in finished:
            self._finish(leg_id, completed=True)

    def _finish(self, leg_id: str, *, completed: bool) -> None:
        playback = self._playing.pop(leg_id, None)
        if playback is None:
            return
        playback.leg.playing = False
        playback.leg.update_relaying()
        self._emit(PlaybackFinished(leg_id, playback.play_id, completed))

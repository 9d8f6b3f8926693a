"""Who speaks when: voice activity by energy over an adaptive noise floor, with hangover."""

from __future__ import annotations

import numpy as np

from media.codecs import FRAME_SAMPLES
from media.codecs.g711 import Pcm

FRAME_S = 0.02
# dB relative to full scale: below it nothing counts as speech, whatever the floor.
MIN_SPEECH_DB = -45.0
OVER_FLOOR_DB = 9.0
# The floor follows quiet frames at once and louder ones slowly, 3 dB a second.
FLOOR_RISE_DB = 0.06
MAX_FLOOR_DB = -35.0
HANGOVER_FRAMES = 15
MIN_SPEECH_FRAMES = 3


class VoiceActivity:
    """Feed whole 20 ms frames of 8 kHz PCM16 in order; read `segments` in seconds from the first frame."""

    def __init__(self) -> None:
        self._frame = 0
        self._floor = -60.0
        self._start = -1
        self._last = -1
        self._segments: list[tuple[int, int]] = []

    def feed(self, pcm: Pcm) -> None:
        """Take a multiple of 160 samples."""
        if not len(pcm):
            return
        if not pcm.any():  # silence filled in, the common case of a held or muted side
            self.skip(len(pcm) // FRAME_SAMPLES)
            return
        frames = pcm.reshape(-1, FRAME_SAMPLES).astype(np.float32)
        power = np.einsum("ij,ij->i", frames, frames) / FRAME_SAMPLES
        levels = 10 * np.log10(power / 2**30 + 1e-10)
        if self._start < 0 and float(levels.max()) < MIN_SPEECH_DB:
            self._frame += len(levels)
            return
        if self._start >= 0 and float(levels.min()) > max(MIN_SPEECH_DB, self._floor + OVER_FLOOR_DB):
            self._frame += len(levels)
            self._last = self._frame - 1
            return
        for level in levels.tolist():
            self._step(level)

    def skip(self, frames: int) -> None:
        """Pass over frames of digital silence."""
        self._frame += frames
        self._close_if_over(self._frame)

    def segments(self) -> tuple[tuple[float, float], ...]:
        """Speech found so far, the running segment included."""
        found = list(self._segments)
        if self._start >= 0 and self._last - self._start + 1 >= MIN_SPEECH_FRAMES:
            found.append((self._start, self._last + 1))
        return tuple((round(start * FRAME_S, 2), round(end * FRAME_S, 2)) for start, end in found)

    def _step(self, level: float) -> None:
        speech = level > MIN_SPEECH_DB and level > self._floor + OVER_FLOOR_DB
        self._floor = min(level, self._floor + FLOOR_RISE_DB, MAX_FLOOR_DB) if not speech else self._floor
        self._floor = max(self._floor, -70.0)
        if speech:
            if self._start < 0:
                self._start = self._frame
            self._last = self._frame
        self._frame += 1
        self._close_if_over(self._frame)

    def _close_if_over(self, frame: int) -> None:
        if self._start < 0 or frame - self._last <= HANGOVER_FRAMES:
            return
        if self._last - self._start + 1 >= MIN_SPEECH_FRAMES:
            self._segments.append((self._start, self._last + 1))
        self._start = -1

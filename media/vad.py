"""Who speaks when: voice activity by energy over an adaptive noise floor, with hangover."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from media.codecs import FRAME_SAMPLES
from media.codecs.g711 import Pcm

Powers = NDArray[np.float32]

FRAME_S = 0.02
# dB relative to full scale: below it nothing counts as speech, whatever the floor.
MIN_SPEECH_DB = -45.0
OVER_FLOOR_DB = 9.0
# The floor follows quiet frames at once and louder ones slowly, 3 dB a second.
FLOOR_RISE_DB = 0.06
MAX_FLOOR_DB = -35.0
HANGOVER_FRAMES = 15
MIN_SPEECH_FRAMES = 3
_FULL_SCALE = 2.0**30


def frame_powers(pcm: Pcm) -> Powers:
    """Mean square of each 20 ms frame, shape (channels, frames), of PCM16 of shape (channels, samples)."""
    frames = pcm.reshape(len(pcm), -1, FRAME_SAMPLES).astype(np.float32)
    powers: Powers = np.einsum("ijk,ijk->ij", frames, frames)
    return powers / np.float32(FRAME_SAMPLES)


class VoiceActivity:
    """Feed the powers of 20 ms frames in order; read `segments` in seconds from the first frame."""

    def __init__(self) -> None:
        self._frame = 0
        self._floor = -60.0
        self._start = -1
        self._last = -1
        self._segments: list[tuple[int, int]] = []

    def feed(self, powers: Powers) -> None:
        """Take frames by their mean squares, see `frame_powers`."""
        if not len(powers):
            return
        loudest = float(powers.max())
        if not loudest:  # silence filled in, the common case of a held or muted side
            self.skip(len(powers))
        elif self._start < 0 and loudest < _power(MIN_SPEECH_DB):
            self._frame += len(powers)
        elif self._start >= 0 and float(powers.min()) > _power(max(MIN_SPEECH_DB, self._floor + OVER_FLOOR_DB)):
            self._frame += len(powers)
            self._last = self._frame - 1
        else:
            for level in (10 * np.log10(powers / _FULL_SCALE + 1e-10)).tolist():
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

    @property
    def silent_s(self) -> float:
        """For how long nobody has spoken, from the beginning if nobody ever did."""
        if self._start >= 0:
            return (self._frame - self._last - 1) * FRAME_S
        last = self._segments[-1][1] if self._segments else 0
        return (self._frame - last) * FRAME_S

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


def _power(level_db: float) -> float:
    return _FULL_SCALE * math.pow(10.0, level_db / 10.0)

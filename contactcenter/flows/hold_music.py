"""Hold music of our own: a quiet chord progression, made from sines, so that no rights stand in the way.

`write(path)` makes the file that ships beside the flows. 8 kHz, 16 bit, mono; the end fits the beginning.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 8_000
_BEAT_S = 0.6
_BARS = ((48, 55, 64, 71), (45, 52, 60, 67), (41, 53, 57, 64), (43, 50, 59, 65))  # Cmaj7 Am7 Fmaj7 G7, MIDI notes
_ARPEGGIO = (0, 2, 1, 3, 2, 1, 3, 2)


def render(repeats: int = 1) -> npt.NDArray[np.int16]:
    """Samples of the whole piece; its tails ring into its beginning, so that it loops without a seam."""
    beats = len(_BARS) * len(_ARPEGGIO) * repeats
    length = int(beats * _BEAT_S * RATE)
    mix = np.zeros(length)
    for bar in range(len(_BARS) * repeats):
        chord = _BARS[bar % len(_BARS)]
        begin = bar * len(_ARPEGGIO) * _BEAT_S
        for note in chord:
            _add(mix, begin, _note(note, seconds=len(_ARPEGGIO) * _BEAT_S, attack=0.8, level=0.10))
        for step, index in enumerate(_ARPEGGIO):
            _add(mix, begin + step * _BEAT_S, _note(chord[index] + 12, seconds=1.8, attack=0.01, level=0.18))
    # −12 dBFS at most: pleasant beside speech on a telephone.
    return np.asarray(mix / np.max(np.abs(mix)) * 8_000, dtype=np.int16)


def _note(midi: int, *, seconds: float, attack: float, level: float) -> npt.NDArray[np.float64]:
    time = np.arange(int(seconds * RATE)) / RATE
    frequency = 440.0 * 2 ** ((midi - 69) / 12)
    tone = np.sin(2 * np.pi * frequency * time) + 0.25 * np.sin(4 * np.pi * frequency * time)
    envelope = np.minimum(time / attack, 1.0) * np.exp(-2.2 * time / seconds) * np.minimum((seconds - time) / 0.05, 1.0)
    return np.asarray(level * tone * envelope, dtype=np.float64)


def _add(mix: npt.NDArray[np.float64], at_s: float, note: npt.NDArray[np.float64]) -> None:
    places = (int(at_s * RATE) + np.arange(len(note))) % len(mix)
    np.add.at(mix, places, note)


def write(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(render().astype("<i2").tobytes())

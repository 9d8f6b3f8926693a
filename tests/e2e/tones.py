"""Tones to recognise who is heard: made as WAV files, found again by Goertzel's algorithm."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.codecs import SAMPLE_RATE
from media.tones import tone, write_wav

Pcm = NDArray[np.int16]

CALLER_HZ = 620.0
AGENT_HZ = 1330.0
SHARE = 0.5
"""Part of a window's power at one frequency that makes it that tone."""
LOUD = 300.0


def write_tone(path: Path, frequency: float, seconds: float) -> Path:
    """Half a second on, a quarter off: a steady tone is noise to a browser's noise suppression."""
    one = np.concatenate((tone((frequency,), 0.5, 0.3), np.zeros(SAMPLE_RATE // 4, dtype=np.int16)))
    write_wav(str(path), np.tile(one, round(seconds / 0.75)))
    return path


def seconds_of(pcm: Pcm, frequency: float) -> float:
    """How long the tone is heard, in windows of 100 ms: Goertzel's single bin holds most of the window's power."""
    length = SAMPLE_RATE // 10
    windows = pcm[: len(pcm) // length * length].astype(np.float64).reshape(-1, length)
    power = (windows**2).mean(axis=1)
    turn = np.exp(-2j * np.pi * frequency / SAMPLE_RATE * np.arange(length))
    at_frequency = 2 * np.abs(windows @ turn) ** 2 / length**2
    return 0.1 * int(np.count_nonzero((power > LOUD**2) & (at_frequency > SHARE * power)))


def channels(data: bytes | Path) -> list[Pcm]:
    """The channels of a WAV file at 8 kHz; of one still being written whatever is there."""
    raw = data.read_bytes() if isinstance(data, Path) else data
    with wave.open(io.BytesIO(raw)) as file:
        assert (file.getframerate(), file.getsampwidth()) == (SAMPLE_RATE, 2)
        count = file.getnchannels()
    samples = np.frombuffer(raw[44 : len(raw) - (len(raw) - 44) % (2 * count)], dtype="<i2")
    return [samples[number::count] for number in range(count)]

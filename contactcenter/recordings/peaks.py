"""The waveform of a recording: the loudest sample of each slice, per channel."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FULL_SCALE = 32768.0


@dataclass(frozen=True, slots=True)
class Peaks:
    """`channels` holds, per channel, `buckets` values from 0 (silence) to 1 (full scale)."""

    duration_s: float
    channels: list[list[float]]


def read_peaks(path: Path, buckets: int) -> Peaks:
    """Blocking: reads the file in slices, so that a long call needs little memory. Raises OSError, wave.Error."""
    with wave.open(str(path), "rb") as file:
        frames, channels, rate = file.getnframes(), file.getnchannels(), file.getframerate()
        edges = np.linspace(0, frames, buckets + 1).astype(int)
        peaks = np.zeros((channels, buckets))
        for index in range(buckets):
            count = int(edges[index + 1] - edges[index])
            if count == 0:
                continue
            samples = np.frombuffer(file.readframes(count), dtype="<i2").reshape(-1, channels)
            if samples.size:
                peaks[:, index] = np.abs(samples.astype(np.int32)).max(axis=0) / FULL_SCALE
    return Peaks(frames / rate, [[round(float(value), 4) for value in channel] for channel in peaks])

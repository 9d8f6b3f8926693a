"""The waveform of a recording: the loudest sample of each slice, per channel."""

import wave
from dataclasses import dataclass
from io import BufferedIOBase, BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, cast

import numpy as np

FULL_SCALE = 32768.0
_BUFFER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Peaks:
    """`channels` holds, per channel, `buckets` values from 0 (silence) to 1 (full scale)."""

    duration_s: float
    channels: list[list[float]]


def read_peaks(source: Path | RawIOBase | BufferedIOBase, buckets: int) -> Peaks:
    """Blocking: reads the file in slices, so that a long call needs little memory.

    Raises OSError, EOFError or wave.Error, and whatever reading `source` raises.
    """
    given = BufferedReader(source, _BUFFER_BYTES) if isinstance(source, RawIOBase) else source
    with wave.open(str(given) if isinstance(given, Path) else cast(IO[bytes], given), "rb") as file:
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

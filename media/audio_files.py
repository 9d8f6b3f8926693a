"""WAV files as 8 kHz speech, and the bounded cache of their encoded frames."""

from __future__ import annotations

import os
import wave
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from media.codecs import SAMPLE_RATE, Codec, encode_frames
from media.codecs.g711 import Pcm
from media.errors import MediaError

Frames = tuple[bytes, ...]

MAX_FILE_S = 3600.0
CACHE_BYTES = 64 * 1024 * 1024


def read_wav(path: str) -> Pcm:
    """A WAV file of any rate, 8 to 32 bits, mixed to mono and resampled to 8 kHz. Raises "bad-file"."""
    try:
        with wave.open(path, "rb") as file:
            width, channels, rate, length = (
                file.getsampwidth(),
                file.getnchannels(),
                file.getframerate(),
                file.getnframes(),
            )
            if length > MAX_FILE_S * rate:
                raise MediaError("bad-file", f"{os.path.basename(path)} is longer than an hour.")
            raw = file.readframes(length)
    except FileNotFoundError:
        raise MediaError("bad-file", f"{os.path.basename(path)} does not exist.") from None
    except (OSError, EOFError, wave.Error, ValueError, ZeroDivisionError) as error:
        name = os.path.basename(path)
        raise MediaError("bad-file", f"{name} cannot be read as a PCM WAV file: {error}.") from error
    raw = raw[: len(raw) // (width * channels) * width * channels]
    samples = _to_float(raw, width).reshape(-1, channels).mean(axis=1)
    resampled = resample(samples, rate, SAMPLE_RATE)
    return np.clip(np.rint(resampled * 32768), -32768, 32767).astype(np.int16)


def _to_float(raw: bytes, width: int) -> NDArray[np.float64]:
    if width == 1:
        return (np.frombuffer(raw, dtype=np.uint8).astype(np.float64) - 128) / 128
    if width == 3:
        octets = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 3)
        widened = np.zeros((len(octets), 4), dtype=np.uint8)
        widened[:, 1:] = octets
        return widened.view("<i4")[:, 0].astype(np.float64) / 2**31
    return np.frombuffer(raw, dtype=f"<i{width}").astype(np.float64) / float(2 ** (8 * width - 1))


def resample(samples: NDArray[np.float64], rate: int, to_rate: int) -> NDArray[np.float64]:
    """Band-limited rate change by cutting or extending the spectrum; the ends are padded against wrap-around."""
    if rate == to_rate or len(samples) == 0:
        return samples
    pad = rate // 20
    padded = np.pad(samples, pad)
    length = round(len(padded) * to_rate / rate)
    spectrum = np.fft.rfft(padded)
    kept = np.zeros(length // 2 + 1, dtype=np.complex128)
    shared = min(len(kept), len(spectrum))
    kept[:shared] = spectrum[:shared]
    changed = np.fft.irfft(kept, length) * (length / len(padded))
    start = round(pad * to_rate / rate)
    return changed[start : start + round(len(samples) * to_rate / rate)]


class FrameCache:
    """Encoded frames of files by codec, least recently used out first when `limit` octets are passed.

    `load` blocks and may run in several threads; `get` is for the event loop. A file that changed on disk is
    read anew.
    """

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit = limit
        self._entries: OrderedDict[tuple[str, str], tuple[tuple[int, int], Frames]] = OrderedDict()
        self.octets = 0

    def get(self, files: Sequence[str], codec: Codec) -> Frames | None:
        """The frames of all files one after another, when every one is cached and unchanged."""
        parts = []
        for path in files:
            entry = self._entries.get((path, codec.name))
            if entry is None or entry[0] != _version(path):
                return None
            self._entries.move_to_end((path, codec.name))
            parts.append(entry[1])
        return parts[0] if len(parts) == 1 else tuple(frame for part in parts for frame in part)

    def load(self, files: Sequence[str], codec: Codec) -> list[tuple[str, tuple[int, int], Frames]]:
        """Read and encode; pure of the cache, so that a thread may do it. Raises "bad-file"."""
        loaded = []
        for path in files:
            version = _version(path)
            loaded.append((path, version, encode_frames(codec, read_wav(path))))
        return loaded

    def store(self, codec: Codec, loaded: list[tuple[str, tuple[int, int], Frames]]) -> Frames:
        """Keep what `load` brought; returns the frames of all files one after another."""
        for path, version, frames in loaded:
            old = self._entries.pop((path, codec.name), None)
            self.octets += _size(frames) - (_size(old[1]) if old else 0)
            self._entries[path, codec.name] = (version, frames)
        while self.octets > self._limit and self._entries:
            _, (_, frames) = self._entries.popitem(last=False)
            self.octets -= _size(frames)
        return tuple(frame for _, _, frames in loaded for frame in frames)


def _version(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def _size(frames: Frames) -> int:
    return sum(len(frame) + 33 for frame in frames)

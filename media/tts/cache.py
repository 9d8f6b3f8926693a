"""Spoken prompts kept as files, the least recently used removed when they grow too many."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.tts.base import SpeechError

_SPARE = 0.9
"""What is left after removing: below the limit, so that not every new prompt removes another."""


class PromptCache:
    """WAV files by the hash of what they say. Safe for threads; other processes may share the directory.

    Texts may hold names and numbers of customers: only the owner can list the directory, and file names are hashes.
    """

    def __init__(self, directory: Path, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._bytes: int | None = None

    def path(self, *parts: str) -> Path:
        """Where the prompt described by `parts` is or would be."""
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
        return self._directory / f"{digest}.wav"

    def find(self, path: Path) -> bool:
        """Whether the prompt is there; marks it as used."""
        try:
            os.utime(path)
        except OSError:
            return False
        return True

    def store(self, path: Path, pcm: NDArray[np.int16], sample_rate: int) -> None:
        """Write a prompt so that nobody ever sees half of it; raises SpeechError when the disk refuses."""
        with self._lock:
            try:
                self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                size = self._write(path, pcm, sample_rate)
            except OSError as error:
                raise SpeechError(
                    f"The spoken prompt cannot be saved: {error.strerror}. Check the prompt directory."
                ) from error
            self._bytes = self._measure() if self._bytes is None else self._bytes + size
            if self._bytes > self._max_bytes:
                self._bytes = self._shrink(keep=path)

    def _write(self, path: Path, pcm: NDArray[np.int16], sample_rate: int) -> int:
        handle, temporary = tempfile.mkstemp(dir=self._directory, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file, wave.open(file, "wb") as wav:
                wav.setnchannels(1)
                wav.setsampwidth(2)
                wav.setframerate(sample_rate)
                wav.writeframes(pcm.astype("<i2").tobytes())
            size = os.path.getsize(temporary)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return size

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._directory.glob("*.wav"):
            try:
                status = path.stat()
            except FileNotFoundError:  # another process removed it meanwhile
                continue
            found.append((status.st_mtime, status.st_size, path))
        return sorted(found)

    def _measure(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _shrink(self, keep: Path) -> int:
        files = self._files()
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._max_bytes * _SPARE:
                break
            if path != keep:
                path.unlink(missing_ok=True)
                total -= size
        return total

"""Where the words of synthetic people come from: files that a speech engine writes once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

import numpy as np

from media.codecs import SAMPLE_RATE
from media.tones import write_wav
from media.tts.base import Speech

AGENT_VOICES = ("en-us+f3", "en-gb", "en-us+m3", "en-gb+f2")


class Voice(Protocol):
    async def file(self, text: str, voice: str) -> str:
        """Path of a WAV file with these words; raises SpeechError."""
        ...


class SpeechVoice:
    def __init__(self, speech: Speech) -> None:
        self._speech = speech

    async def file(self, text: str, voice: str) -> str:
        return str(await asyncio.to_thread(self._speech.synthesize, text, language="en", voice=voice))


def write_silence(folder: Path) -> str:
    """A second of silence: a telephone sends all the time, or it counts as dead."""
    path = str(folder / "silence.wav")
    write_wav(path, np.zeros(SAMPLE_RATE, dtype=np.int16))
    return path

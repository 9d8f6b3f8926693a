"""What a caller hears that is not a person: speech from text, and music on hold."""

import asyncio
from pathlib import Path

from media.tones import write_hold_music
from media.tts.base import Speech

HOLD_MUSIC = "hold-music.wav"


class Prompts:
    """Files that the media plane plays; `cache` is the folder of those made here."""

    def __init__(self, speech: Speech, cache: Path) -> None:
        self._speech = speech
        self._cache = cache

    async def prepare(self) -> None:
        """Make the hold music once; later starts find it."""
        if not self.hold_music.exists():
            self._cache.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(write_hold_music, str(self.hold_music))

    @property
    def hold_music(self) -> Path:
        return self._cache / HOLD_MUSIC

    async def say(self, text: str, language: str) -> Path:
        """A WAV file of the words; raises `media.tts.base.SpeechError`."""
        return await asyncio.to_thread(self._speech.synthesize, text, language=language)

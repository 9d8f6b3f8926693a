"""What a caller hears that is not a person: speech from text, and music on hold."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from media.tones import ringback, tone, write_hold_music, write_wav
from media.tts.base import Speech

HOLD_MUSIC = "hold-music"
"""Also the id of the prompt that is heard in its place."""
BEEP_HZ, BEEP_S = 1000, 0.4
"""As answering machines do."""


class Prompts:
    """Files that the media plane plays; `cache` is the folder of those made here. `recorded` gives the file of a prompt
    in a language, None when there is none."""

    def __init__(
        self, speech: Speech, cache: Path, recorded: Callable[[str, str], Path | None] = lambda prompt, language: None
    ) -> None:
        self._speech = speech
        self._cache = cache
        self._recorded = recorded

    async def prepare(self) -> None:
        """Make the hold music and the tones once; later starts find them."""
        made: tuple[tuple[Path, Callable[[str], None]], ...] = (
            (self._made_music, write_hold_music),
            (self.tone("beep"), lambda path: write_wav(path, tone((BEEP_HZ,), BEEP_S))),
            (self.tone("ringing"), lambda path: write_wav(path, ringback())),
        )
        for path, make in made:
            if not path.exists():
                self._cache.mkdir(parents=True, exist_ok=True)
                await asyncio.to_thread(make, str(path))

    @property
    def hold_music(self) -> Path:
        return self._recorded(HOLD_MUSIC, "") or self._made_music

    def recorded(self, prompt: str, language: str) -> Path | None:
        """None when it is gone. Music on hold is always there."""
        return self.hold_music if prompt == HOLD_MUSIC else self._recorded(prompt, language)

    @property
    def _made_music(self) -> Path:
        return self._cache / f"{HOLD_MUSIC}.wav"

    def tone(self, name: str) -> Path:
        """ "beep" or "ringing"."""
        return self._cache / f"tone-{name}.wav"

    async def say(self, text: str, language: str) -> Path:
        """A WAV file of the words; raises `media.tts.base.SpeechError`."""
        return await asyncio.to_thread(self._speech.synthesize, text, language=language)

"""Speech by espeak-ng inside the process, from the library in the `espeakng-loader` wheel."""

from __future__ import annotations

import ctypes
import re
import threading
from pathlib import Path

import espeakng_loader
import numpy as np
import structlog

from media.tts.base import MAX_CHARACTERS, Capabilities, SpeechError, Voice
from media.tts.cache import PromptCache
from media.tts.shaping import Samples, prompt

WORDS_PER_MINUTE = 160
MAX_CACHE_BYTES = 256 * 1024 * 1024

# espeak-ng's speak_lib.h
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_RATE = 1
_WORD_GAP = 7
_POSITION_CHARACTER = 1
_UTF8 = 1
_OK = 0
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

# Changes with anything that makes the same text sound otherwise, so that old files are not used.
_MAKE = "espeak-ng/1"
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,12})*", re.ASCII)
_VOICE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,12})*(\+[a-z][a-z0-9]{1,15})?", re.ASCII | re.IGNORECASE)

log = structlog.get_logger(__name__)


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        # one octet of priority before each NUL-terminated tag; the first is enough here
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


class _Library:
    """The one instance that a process can have: voice, rate and callback are global in the library."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rate = 0
        self.voices: tuple[Voice, ...] = ()
        self._identifiers: dict[str, str] = {}
        self._chunks: list[bytes] = []
        self._library: ctypes.CDLL | None = None
        self._callback = _CALLBACK(self._take)

    def open(self) -> ctypes.CDLL:
        """Load and start the library once; the lock must be held."""
        if self._library is None:
            try:
                library = ctypes.CDLL(espeakng_loader.get_library_path())
                data = espeakng_loader.get_data_path()
            except (OSError, RuntimeError) as error:
                raise SpeechError("The espeak-ng library cannot be loaded; reinstall espeakng-loader.") from error
            _declare(library)
            rate = library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT)
            if rate <= 0:
                raise SpeechError("espeak-ng did not find its voices; install it in a directory with a shorter path.")
            library.espeak_SetSynthCallback(self._callback)
            self.rate = rate
            self._identifiers = _identifiers(library)
            self.voices = tuple(Voice(tag, tag) for tag in self._identifiers)
            self._library = library
        return self._library

    def speak(self, text: str, voice: str, words_per_minute: int) -> Samples:
        """The samples of `text`, full scale ±1, at `rate`. Raises SpeechError."""
        with self.lock:
            library = self.open()
            # By identifier: the name "en-gb" is known to nobody, the voice of that tag is "gmw/en".
            tag, plus, variant = voice.partition("+")
            if library.espeak_SetVoiceByName(f"{self._identifiers.get(tag, tag)}{plus}{variant}".encode()) != _OK:
                raise SpeechError(f"There is no voice {voice}; choose a language that espeak-ng speaks.")
            library.espeak_SetParameter(_RATE, words_per_minute, 0)
            library.espeak_SetParameter(_WORD_GAP, 0, 0)
            self._chunks.clear()
            octets = text.encode()
            status = library.espeak_Synth(octets, len(octets) + 1, 0, _POSITION_CHARACTER, 0, _UTF8, None, None)
            pcm = b"".join(self._chunks)
            self._chunks.clear()
            if status != _OK:
                raise SpeechError("espeak-ng could not speak the text.")
            return np.frombuffer(pcm, dtype=np.int16).astype(np.float64) / 32768

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: int | None) -> int:
        if samples and count > 0:
            self._chunks.append(ctypes.string_at(samples, 2 * count))
        return 0


_library = _Library()


class EspeakSpeech:
    """Speaks about a hundred languages without any set-up, a second of speech in under 2 ms.

    Every text is spoken once and kept in `cache_dir` as a WAV file of `sample_rate` Hz; espeak-ng's output is not
    the same twice, the file is. Several instances share the one library of the process.
    """

    def __init__(
        self,
        cache_dir: Path,
        sample_rate: int = 8000,
        *,
        words_per_minute: int = WORDS_PER_MINUTE,
        max_cache_bytes: int = MAX_CACHE_BYTES,
    ) -> None:
        self._cache = PromptCache(cache_dir, max_cache_bytes)
        self._sample_rate = sample_rate
        self._words_per_minute = words_per_minute

    @property
    def capabilities(self) -> Capabilities:
        """The voices of the library; a variant may be added to each name ("en-us+f3"). Raises SpeechError."""
        if not _library.voices:
            with _library.lock:
                _library.open()
        return Capabilities("espeak-ng", _library.voices)

    def synthesize(self, text: str, *, language: str = "en", voice: str | None = None) -> Path:
        """The cached WAV file of `text`; `voice` overrides the voice that `language` implies.

        Blocks for some milliseconds at the first time. Raises SpeechError.
        """
        words = _speakable(text)
        name = self._voice(language, voice)
        path = self._cache.path(_MAKE, name, str(self._words_per_minute), str(self._sample_rate), words)
        if not self._cache.find(path):
            pcm = prompt(_library.speak(words, name, self._words_per_minute), _library.rate, self._sample_rate)
            if not len(pcm):  # only punctuation: a pause
                pcm = np.zeros(self._sample_rate // 5, dtype=np.int16)
            self._cache.store(path, pcm, self._sample_rate)
        return path

    def _voice(self, language: str, voice: str | None) -> str:
        if voice is not None:
            if not _VOICE.fullmatch(voice):
                raise SpeechError(f"There is no voice {voice!r}; write a language with a variant, as in en-us+f3.")
            return voice.lower()
        tag = language.lower().replace("_", "-")
        if not _LANGUAGE.fullmatch(tag):
            raise SpeechError(f"{language!r} is not a language; write a tag as in en or de.")
        spoken = self.capabilities
        # de-DE is spoken as de: the closest tag that exists
        while not spoken.speaks(tag):
            tag, dash, _ = tag.rpartition("-")
            if not dash:
                raise SpeechError(f"espeak-ng does not speak {language}; choose another language.")
        return tag


def _speakable(text: str) -> str:
    """The text without control characters, on one line; raises SpeechError when nothing or too much is left."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not words:
        raise SpeechError("There is no text to speak.")
    if len(words) > MAX_CHARACTERS:
        raise SpeechError(f"The text has {len(words)} characters; at most {MAX_CHARACTERS} can be spoken at once.")
    return words


def _declare(library: ctypes.CDLL) -> None:
    unsigned, pointer = ctypes.c_uint, ctypes.c_void_p
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    library.espeak_SetSynthCallback.argtypes = [_CALLBACK]
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    library.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
    library.espeak_Synth.argtypes = [
        *(ctypes.c_char_p, ctypes.c_size_t),
        *(unsigned, ctypes.c_int, unsigned, unsigned),
        *(pointer, pointer),
    ]
    library.espeak_ListVoices.argtypes = [pointer]
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))


def _identifiers(library: ctypes.CDLL) -> dict[str, str]:
    """The library's own name of the first voice for each BCP 47 tag, in lower case."""
    listed = library.espeak_ListVoices(None)
    found: dict[str, str] = {}
    index = 0
    while listed[index]:
        voice = listed[index].contents
        tag = voice.languages[1:].decode(errors="replace").lower()
        found.setdefault(tag, voice.identifier.decode(errors="replace"))
        index += 1
    return found

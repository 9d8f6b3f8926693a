"""Speech as files a telephone can play."""

from __future__ import annotations

import os
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from media.tts.base import Speech, SpeechError, spell_digits
from media.tts.cache import PromptCache
from media.tts.espeak import EspeakSpeech
from media.tts.shaping import prompt, resample, trim

WELCOME = "Welcome to the contact center. For sales, press 1. For support, press 2."


def read(path: Path) -> NDArray[np.float64]:
    with wave.open(str(path), "rb") as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, 8000)
        return np.frombuffer(wav.readframes(wav.getnframes()), dtype="<i2").astype(np.float64) / 32768


@pytest.fixture
def speech(tmp_path: Path) -> EspeakSpeech:
    return EspeakSpeech(tmp_path / "prompts")


def test_a_prompt_is_speech_at_telephone_level(speech: EspeakSpeech) -> None:
    samples = read(speech.synthesize(WELCOME))
    assert 3 < len(samples) / 8000 < 8
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    loudness = np.sqrt((frames**2).mean(axis=1))
    spoken = frames[loudness > loudness.max() / 30]
    assert -17.5 < 20 * np.log10(np.sqrt((spoken**2).mean())) < -15
    assert np.abs(samples).max() < 0.9
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    assert spectrum[: len(spectrum) // 8].sum() > 0.3 * spectrum.sum(), "speech has its power below 500 Hz"
    assert spectrum[int(len(spectrum) * 0.99) :].sum() < 0.001 * spectrum.sum()
    assert loudness[:3].max() > 0.01, "it begins within 60 ms"
    assert loudness[-5:].max() > 0.005, "it ends without a pause"


def test_the_same_words_are_the_same_file(speech: EspeakSpeech, tmp_path: Path) -> None:
    path = speech.synthesize("Good morning")
    written = path.stat().st_ino, path.read_bytes()
    assert speech.synthesize(" Good \n morning") == path
    assert (path.stat().st_ino, path.read_bytes()) == written
    others = {
        speech.synthesize("Good evening"),
        speech.synthesize("Good morning", language="de"),
        speech.synthesize("Good morning", voice="en-us+f3"),
        EspeakSpeech(tmp_path / "prompts", words_per_minute=120).synthesize("Good morning"),
    }
    assert len({path, *others}) == 5
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".wav"] * 5


@pytest.mark.parametrize("tag", ["en-gb", "fr-fr", "piqd", "en-gb-x-rp", "en-us-nyc"])
def test_declared_voices_speak_with_and_without_variant(speech: EspeakSpeech, tag: str) -> None:
    assert tag in {voice.name for voice in speech.capabilities.voices}
    assert speech.synthesize("One two three", voice=tag) != speech.synthesize("One two three", voice=f"{tag}+f2")
    assert speech.synthesize("One two three", language=tag).exists()


def test_languages_and_voices_are_declared(speech: EspeakSpeech) -> None:
    engine: Speech = speech
    assert {"de", "fr-fr", "en-us"} <= engine.capabilities.languages
    assert engine.capabilities.speaks("en")
    assert not engine.capabilities.speaks("xx")
    assert speech.synthesize("Guten Tag", language="de_DE") == speech.synthesize("Guten Tag", language="de")


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("", {}, "no text"),
        ("\0\n ", {}, "no text"),
        ("x" * 6000, {}, "6000 characters"),
        ("Hello", {"language": "xx"}, "does not speak xx"),
        ("Hello", {"language": "../en"}, "not a language"),
        ("Hello", {"voice": "../../etc/passwd"}, "no voice"),
        ("Hello", {"voice": "xx"}, "no voice xx"),
    ],
)
def test_what_cannot_be_spoken_is_said(speech: EspeakSpeech, text: str, options: dict[str, str], says: str) -> None:
    with pytest.raises(SpeechError) as caught:
        speech.synthesize(text, **options)
    assert says in caught.value.sentence


def test_only_punctuation_is_a_pause(speech: EspeakSpeech) -> None:
    samples = read(speech.synthesize("..."))
    assert len(samples) == 1600
    assert not samples.any()


def test_threads_do_not_mix_their_words(speech: EspeakSpeech, tmp_path: Path) -> None:
    texts = [f"Your number is {spell_digits(str(n * 1234))}" for n in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        lengths = [len(read(path)) for path in pool.map(speech.synthesize, texts)]
    alone = EspeakSpeech(tmp_path / "alone")
    assert lengths == pytest.approx([len(read(alone.synthesize(text))) for text in texts], rel=0.02)


def test_the_least_recently_used_prompts_go(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, max_bytes=5000)
    second = np.zeros(1000, dtype=np.int16)  # 2044 octets each
    first, used, new = cache.path("first"), cache.path("used"), cache.path("new")
    cache.store(first, second, 8000)
    os.utime(first, (1, 1))
    cache.store(used, second, 8000)
    os.utime(used, (2, 2))
    cache.store(new, second, 8000)
    assert (cache.find(first), cache.find(used), cache.find(new)) == (False, True, True)


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SpeechError, match="cannot be saved"):
        EspeakSpeech(tmp_path / "file" / "prompts").synthesize("Hello")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_is_spoken_or_refused(speech: EspeakSpeech, text: str) -> None:
    try:
        assert len(read(speech.synthesize(text))) > 0
    except SpeechError as error:
        assert "no text" in error.sentence  # noqa: PT017 - either outcome is right, depending on the text


class TestShaping:
    @pytest.mark.parametrize("frequency", [300, 1000, 3300])
    def test_tones_in_the_band_keep_pitch_and_strength(self, frequency: int) -> None:
        tone = 0.5 * np.sin(2 * np.pi * frequency * np.arange(22050) / 22050)
        result = resample(tone, 22050, 8000)
        assert len(result) == 8000
        inner = result[800:-800]
        expected = 0.5 * np.sin(2 * np.pi * frequency * np.arange(8000) / 8000)[800:-800]
        assert np.abs(inner - expected).max() < 0.01

    @pytest.mark.parametrize("frequency", [4200, 6000, 10000])
    def test_tones_above_the_band_do_not_come_back_as_others(self, frequency: int) -> None:
        tone = 0.5 * np.sin(2 * np.pi * frequency * np.arange(22050) / 22050)
        assert np.abs(resample(tone, 22050, 8000)[800:-800]).max() < 0.001

    def test_silence_at_the_ends_is_cut(self) -> None:
        tone = np.sin(2 * np.pi * 440 * np.arange(4000) / 8000)
        padded = np.concatenate([np.zeros(8000), tone, np.zeros(8000)])
        assert len(trim(padded, 8000)) == pytest.approx(4000, abs=800)

    def test_nothing_stays_nothing(self) -> None:
        assert len(prompt(np.zeros(0), 22050, 8000)) == 0
        assert len(prompt(np.zeros(500), 22050, 8000)) == 0


@pytest.mark.parametrize(
    ("text", "spelt"), [("4711", "4, 7, 1, 1"), ("AB-12 3", "A, B, 1, 2, 3"), ("", ""), ("7", "7"), ("_ü", "ü")]
)
def test_spelling(text: str, spelt: str) -> None:
    assert spell_digits(text) == spelt

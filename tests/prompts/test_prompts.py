"""Prompts: any sound file becomes telephone audio, the newest is heard, what flows play stays."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import aiohttp
import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from contactcenter.api.problems import Problem
from contactcenter.channels.prompts import HOLD_MUSIC, Prompts
from contactcenter.flows import permissions as flow_permissions
from contactcenter.flows.parse import examine
from contactcenter.prompts import permissions
from contactcenter.prompts.audio import LONGEST_S, in_wav, telephone_audio
from contactcenter.prompts.library import PromptLibrary
from contactcenter.prompts.plugin import load
from contactcenter.prompts.set_up import PromptSetUp
from contactcenter.prompts.settings import NewPrompt, PromptBody
from contactcenter.prompts.uses import prompts_named
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from media.audio_files import read_wav
from media.tts.base import Capabilities, SpeechError, Voice
from tests.fakes.api import served


def sound(codec: str, container: str, rate: int = 44_100, seconds: float = 1.0) -> bytes:
    """A tone of 440 Hz."""
    file = io.BytesIO()
    samples = np.sin(np.arange(int(rate * seconds)) * 2 * np.pi * 440 / rate) * 12_000
    with av.open(file, "w", format=container) as out:
        stream = cast(av.AudioStream, out.add_stream(codec, rate=rate, layout="mono"))
        frame = av.AudioFrame.from_ndarray(samples.astype(np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=rate, frame_size=stream.frame_size or None
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            for packet in stream.encode(part):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return file.getvalue()


@pytest.mark.parametrize(
    ("codec", "container", "rate"),
    [("pcm_s16le", "wav", 44_100), ("libmp3lame", "mp3", 44_100), ("libopus", "ogg", 48_000), ("flac", "flac", 22_050)],
)
def test_any_sound_becomes_telephone_audio(tmp_path: Path, codec: str, container: str, rate: int) -> None:
    audio = telephone_audio(sound(codec, container, rate))
    assert audio.length_s == pytest.approx(1.0, abs=0.12)
    with wave.open(io.BytesIO(audio.wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
    path = tmp_path / "x.wav"
    path.write_bytes(audio.wav)
    spectrum = np.abs(np.fft.rfft(read_wav(str(path)).astype(float)))
    assert np.argmax(spectrum) * 8000 / (2 * (len(spectrum) - 1)) == pytest.approx(440, abs=12)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no WAV"),
        (b"<html>", "no WAV"),
        (b"RIFF\0\0\0\0WAVE", "damaged"),
        (b"ID3" + b"\0" * 400, "damaged"),
        (in_wav(b""), "no sound"),
        (in_wav(b"\0\0" * int(8000 * (LONGEST_S + 1))), "longer than 10 minutes"),
    ],
)
def test_what_is_no_sound_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Problem) as refused:
        telephone_audio(data)
    assert refused.value.status == 422
    assert words in refused.value.detail


@given(
    st.sampled_from([b"RIFF\x24\0\0\0WAVEfmt ", b"ID3\x03", b"OggS\0\x02", b"fLaC\0\0\0\x22"]), st.binary(max_size=200)
)
@effort(max_examples=60, deadline=None)
def test_no_broken_sound_is_an_error_of_ours(start: bytes, rest: bytes) -> None:
    try:
        assert telephone_audio(start + rest).length_s > 0
    except Problem as refused:
        assert refused.status == 422  # noqa: PT017 - either is right


class Voiced:
    """Says everything with the same short tone, and nothing in Klingon."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities("fake", (Voice("en", "en"),))

    def __init__(self, folder: Path) -> None:
        self._path = folder / "said.wav"
        self._path.write_bytes(in_wav(b"\x10\x10" * 4000))

    def synthesize(self, text: str, *, language: str = "en", voice: str | None = None) -> Path:
        if language == "tlh":
            raise SpeechError("Nobody here speaks tlh; choose another language.")
        return self._path


@dataclass
class Studio:
    library: PromptLibrary
    set_up: PromptSetUp
    heard: Prompts
    folder: Path
    used: list[str]


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await upgrade(url)
    database = Database(url)
    library = PromptLibrary(database, tmp_path / "prompts")
    heard = Prompts(Voiced(tmp_path), tmp_path / "speech", library.path)
    used: list[str] = []
    set_up = PromptSetUp(database, library, lambda prompt: used, heard.say, now=lambda: 1_777_777_777.0)
    yield Studio(library, set_up, heard, tmp_path / "prompts", used)
    await database.stop()


WAV = in_wav(b"\x01\x02" * 8000)
OTHER = in_wav(b"\x03\x04" * 16000)


async def test_the_newest_recording_is_heard_in_the_nearest_language(studio: Studio) -> None:
    made = await studio.set_up.make(NewPrompt(name="Welcome to us"))
    assert made.id == "welcome-to-us"
    assert "welcome-to-us" not in studio.library.ids()
    await studio.set_up.upload(made.id, "en", WAV)
    shown = await studio.set_up.upload(made.id, "de", OTHER)
    assert [(each.language, each.length_s) for each in shown.recordings] == [("de", 2.0), ("en", 1.0)]
    assert studio.heard.recorded(made.id, "de-AT") == studio.library.path(made.id, "de")
    assert studio.heard.recorded(made.id, "fr") == studio.library.path(made.id, "en")
    before = studio.heard.recorded(made.id, "en")
    await studio.set_up.upload(made.id, "en", OTHER)
    after = studio.heard.recorded(made.id, "en")
    assert after is not None
    assert before != after
    assert before is not None
    assert before.exists()
    await studio.library.tidy()
    assert not before.exists()
    assert after.exists()


async def test_files_come_back_from_the_database(studio: Studio) -> None:
    await studio.set_up.make(NewPrompt(name="A"))
    await studio.set_up.speak("a", "en", "Good day.")
    path = studio.library.path("a", "en")
    assert path is not None
    data = path.read_bytes()
    path.unlink()
    await studio.library.reload()
    assert path.read_bytes() == data
    assert studio.set_up.get("a").recordings[0].text == "Good day."


async def test_what_flows_play_stays(studio: Studio) -> None:
    await studio.set_up.make(NewPrompt(name="A"))
    await studio.set_up.upload("a", "en", WAV)
    await studio.set_up.upload("a", "de", WAV)
    studio.used.append("main")
    with pytest.raises(Problem, match="played by the flow main"):
        await studio.set_up.remove("a")
    await studio.set_up.remove_recording("a", "de")
    with pytest.raises(Problem, match="no other recording"):
        await studio.set_up.remove_recording("a", "en")
    studio.used.clear()
    await studio.set_up.remove("a")
    assert studio.library.get("a") is None


async def test_names_and_ids_are_taken_once(studio: Studio) -> None:
    await studio.set_up.make(NewPrompt(id="a", name="A"))
    for body, field in ((NewPrompt(id="a", name="B"), "id"), (NewPrompt(name="a"), "name")):
        with pytest.raises(Problem) as refused:
            await studio.set_up.make(body)
        assert (refused.value.status, refused.value.extra["field"]) == (409, field)
    changed = await studio.set_up.change("a", PromptBody(name="A2", note="Spoken by Ann"))
    assert (changed.name, changed.note) == ("A2", "Spoken by Ann")
    with pytest.raises(Problem) as cannot:
        await studio.set_up.speak("a", "tlh", "qapla")
    assert cannot.value.extra["field"] == "language"


async def test_music_on_hold_is_the_products_until_there_is_another(studio: Studio) -> None:
    own = studio.heard.recorded(HOLD_MUSIC, "de")
    assert own is not None
    assert own.name == "hold-music.wav"
    await studio.set_up.make(NewPrompt(id=HOLD_MUSIC, name="Music"))
    await studio.set_up.upload(HOLD_MUSIC, "en", WAV)
    assert studio.heard.hold_music == studio.library.path(HOLD_MUSIC, "en")
    studio.used.append("main")
    await studio.set_up.remove(HOLD_MUSIC)
    assert studio.heard.hold_music == own


FLOW = """flow: main
start: a
steps:
  a:
    say: [Hello., {prompt: welcome, language: de}]
    next: b
  b:
    queue: {queue: sales, music: {prompt: waltz}}
    on_failure: c
    on_max_wait: c
  c: {hangup: closed}
"""


def test_a_flow_names_prompts_and_a_wrong_one_has_its_line() -> None:
    flow, problems = examine(FLOW.encode(), "x.yaml", directory=None, known_prompts={"welcome", "waltz"})
    assert problems == []
    assert flow is not None
    assert prompts_named(flow) == {"welcome", "waltz"}
    _, wrong = examine(FLOW.encode(), "x.yaml", directory=None, known_prompts={"welcom"})
    assert [(each.line, each.hint) for each in wrong] == [
        (5, "did you mean `welcom`?"),
        (8, "record it under Prompts first"),
    ]
    both = FLOW.replace("{prompt: welcome", "{prompt: welcome, text: x")
    _, two = examine(both.encode(), "x.yaml", directory=None)
    assert "one of `text`, `file` and `prompt`" in two[0].message


async def test_over_http_files_are_told_by_content_and_languages_by_their_tags(studio: Studio) -> None:
    may = (*permissions.ALL, *flow_permissions.ALL)
    async with served(load(studio.set_up, studio.library).routes, may) as client:
        async with client.post("/api/v1/prompts", json={"name": "Welcome"}) as answer:
            assert (answer.status, (await answer.json())["id"]) == (201, "welcome")
        one = "/api/v1/prompts/welcome/recordings"
        for path, data, status, field in (
            (f"{one}/en", WAV, 200, None),
            (f"{one}/en", b"<svg/>", 422, "file"),
            (f"{one}/english!", WAV, 422, "language"),
            ("/api/v1/prompts/other/recordings/en", WAV, 404, None),
        ):
            form = aiohttp.FormData(default_to_multipart=True)
            form.add_field("file", data, filename="../x.wav")
            async with client.put(path, data=form) as answer:
                assert (answer.status, (await answer.json()).get("field")) == (status, field)
        async with client.get(f"{one}/en") as answer:
            assert (answer.content_type, await answer.read()) == ("audio/wav", WAV)
        async with client.get(f"{one}/de") as answer:
            assert answer.status == 404
        async with client.post("/api/v1/speech", json={"text": "Hello", "language": "en"}) as answer:
            assert (await answer.read()).startswith(b"RIFF")
        async with client.post("/api/v1/speech", json={"text": "Hello", "language": "tlh"}) as answer:
            assert (answer.status, (await answer.json())["field"]) == (422, "language")
        async with client.get("/api/v1/prompts") as answer:
            (row,) = (await answer.json())["items"]
    assert row["recordings"][0]["length_s"] == 1.0
    assert row["used_by"] == []

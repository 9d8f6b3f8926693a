"""What is played: WAV files of any kind, tones, hold music, and the clock that paces them."""

from __future__ import annotations

import contextlib
import os
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.audio_files import FrameCache, read_wav, resample
from media.clock import FRAME_S, MAX_BURST, Pacer
from media.codecs import codec_named, encode_frames
from media.errors import MediaError
from media.tones import DTMF_FREQUENCIES, dtmf, hold_music, level_of, ringback, tone, write_hold_music, write_wav

PCMU = codec_named("PCMU")


@pytest.mark.parametrize(("rate", "width", "channels"), [(8000, 2, 1), (22050, 2, 1), (48000, 3, 2), (16000, 1, 1)])
def test_files_of_any_rate_and_width_sound_the_same(tmp_path: Path, rate: int, width: int, channels: int) -> None:
    moments = np.arange(rate) / rate
    signal = np.repeat(0.5 * np.sin(2 * np.pi * 440 * moments), channels)
    path = str(tmp_path / "a.wav")
    scaled = np.rint(signal * (2 ** (8 * width - 1) - 1)).astype("<i4")
    octets = scaled.view(np.uint8).reshape(-1, 4)[:, :width]
    data = (scaled + 128).astype(np.uint8).tobytes() if width == 1 else octets.tobytes()
    with wave.open(path, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(data)
    pcm = read_wav(path)
    assert len(pcm) == pytest.approx(8000, abs=2)
    assert level_of(pcm, 440) > 0.99
    assert np.abs(pcm).max() == pytest.approx(16384, rel=0.05)


@given(st.binary(max_size=120))
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.wav"
    path.write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + data)
    with contextlib.suppress(MediaError):
        read_wav(str(path))


def test_resampling_removes_what_would_alias() -> None:
    moments = np.arange(22050) / 22050
    assert np.abs(resample(np.sin(2 * np.pi * 6000 * moments), 22050, 8000)[400:-400]).max() < 0.01


def test_the_cache_is_bounded_and_notices_changed_files(tmp_path: Path) -> None:
    cache = FrameCache(limit=30_000)
    paths = [str(tmp_path / f"{number}.wav") for number in range(5)]
    for path in paths:
        write_wav(path, tone((440,), 1.0))
        cache.store(PCMU, cache.load([path], PCMU))
        assert cache.octets <= 30_000
    assert cache.get(paths[:1], PCMU) is None
    assert len(cache.get(paths[4:], PCMU) or ()) == 50
    write_wav(paths[4], tone((440,), 0.5))
    assert cache.get(paths[4:], PCMU) is None


def test_the_last_frame_is_filled_with_silence() -> None:
    frames = encode_frames(PCMU, np.full(170, 1000, dtype=np.int16))
    assert [len(frame) for frame in frames] == [160, 160]
    assert frames[1][10:] == b"\xff" * 150


@pytest.mark.parametrize("digit", DTMF_FREQUENCIES)
def test_keys_sound_as_they_should(digit: str) -> None:
    low, high = DTMF_FREQUENCIES[digit]
    pcm = dtmf(digit)
    assert level_of(pcm, low) > 0.45
    assert level_of(pcm, high) > 0.45


def test_hold_music_loops_without_a_seam_and_fits_a_telephone(tmp_path: Path) -> None:
    path = str(tmp_path / "hold.wav")
    write_hold_music(path)
    assert os.listdir(tmp_path) == ["hold.wav"]
    with wave.open(path) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
    music = read_wav(path)
    assert np.array_equal(music, hold_music())
    assert len(music) / 8000 == pytest.approx(30, abs=2)
    steps = np.abs(np.diff(np.append(music, music[0]).astype(int)))
    assert steps[-1] <= steps.max() / 2
    spectrum = np.abs(np.fft.rfft(music.astype(float))) ** 2
    hertz = np.fft.rfftfreq(len(music), 1 / 8000)
    inside = spectrum[(hertz > 200) & (hertz < 3400)].sum() / spectrum.sum()
    assert inside > 0.99
    assert 500 < np.abs(music).max() < 10_000
    assert level_of(ringback()[:8000], 425) > 0.95


@given(st.lists(st.floats(0.0, 0.5), max_size=50))
def test_the_clock_keeps_pace_and_never_bursts_beyond_its_bound(waits: list[float]) -> None:
    pacer = Pacer(100.0)
    now = 100.0
    total = 0
    for wait in waits:
        now += wait
        due = pacer.due(now)
        total += due
        assert 0 <= due <= MAX_BURST
        assert pacer.next_at() > now - 1e-6
        assert pacer.next_at() <= now + FRAME_S + 1e-6
    assert total + pacer.skipped == pytest.approx((now - 100.0) / FRAME_S, abs=1.001)

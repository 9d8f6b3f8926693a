"""Synthesised sound: plain tones, DTMF, ringback and a quiet loop of hold music. 8 kHz PCM16 throughout."""

from __future__ import annotations

import os
import tempfile
import wave
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from media.codecs import FRAME_SAMPLES, SAMPLE_RATE, Codec, encode_frames
from media.codecs.g711 import Pcm

Signal = NDArray[np.float64]

# ITU-T Q.23: row and column frequency of each key, in the order of RFC 4733's event codes.
_ROWS = (697, 770, 852, 941)
_COLUMNS = (1209, 1336, 1477, 1633)
_KEYS = ("123A", "456B", "789C", "*0#D")
DTMF_FREQUENCIES = {
    key: (_ROWS[row], _COLUMNS[column]) for row, keys in enumerate(_KEYS) for column, key in enumerate(keys)
}
_EVENT_ORDER = "0123456789*#ABCD"


def tone(frequencies: Sequence[float], seconds: float, level: float = 0.25) -> Pcm:
    """Sines added up, each with peak `level` of full scale, with 2 ms ramps against clicks."""
    moments = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    signal: Signal = np.zeros(len(moments))
    for frequency in frequencies:
        signal += level * np.sin(2 * np.pi * frequency * moments)
    ramp = min(16, len(signal) // 2)
    if ramp:
        edge = np.linspace(0, 1, ramp)
        signal[:ramp] *= edge
        signal[-ramp:] *= edge[::-1]
    return _to_pcm(signal)


def dtmf(digit: str, seconds: float = 0.1) -> Pcm:
    """The tone pair of a key; KeyError for what is none."""
    return tone(DTMF_FREQUENCIES[digit], seconds, 0.2)


def ringback(seconds_on: float = 1.0, seconds_off: float = 4.0) -> Pcm:
    """One period of the 425 Hz ringing tone of ETSI TR 101 041."""
    return np.concatenate((tone((425,), seconds_on, 0.15), np.zeros(round(seconds_off * SAMPLE_RATE), dtype=np.int16)))


@cache
def dtmf_frame(codec: Codec, event: int, step: int) -> bytes:
    """The payload of the 20 ms numbered `step` of a key's tone; `event` is the code of RFC 4733 §3.2."""
    frequencies = DTMF_FREQUENCIES[_EVENT_ORDER[event]]
    moments = (np.arange(FRAME_SAMPLES) + step * FRAME_SAMPLES) / SAMPLE_RATE
    signal: Signal = np.zeros(FRAME_SAMPLES)
    for frequency in frequencies:
        signal += 0.2 * np.sin(2 * np.pi * frequency * moments)
    return encode_frames(codec, _to_pcm(signal))[0]


def level_of(pcm: Pcm, frequency: float) -> float:
    """How much of a signal's power is at `frequency`, 0 to 1 (Goertzel's single-bin transform)."""
    samples = pcm.astype(np.float64)
    total = float(np.dot(samples, samples))
    if not total:
        return 0.0
    turn = np.exp(-2j * np.pi * frequency / SAMPLE_RATE * np.arange(len(samples)))
    return min(1.0, 2 * abs(complex(np.dot(samples, turn))) ** 2 / (len(samples) * total))


# Four bars of an easy progression (Fmaj7, Em7, Dm7, Cmaj7), as MIDI notes from bass to top.
_CHORDS = ((53, 57, 60, 64), (52, 55, 59, 62), (50, 53, 57, 60), (48, 52, 55, 59))
_BAR_S = 3.75
_ARPEGGIO = (0, 2, 1, 3, 2, 1)


def hold_music() -> Pcm:
    """Thirty seconds of soft chords and arpeggio that loop without a seam: every note's tail wraps round to the
    beginning. Partials stay between 250 and 3,000 Hz, what a telephone carries."""
    length = round(2 * len(_CHORDS) * _BAR_S * SAMPLE_RATE)
    music: Signal = np.zeros(length)
    step_s = _BAR_S / len(_ARPEGGIO)
    for bar in range(2 * len(_CHORDS)):
        chord = _CHORDS[bar % len(_CHORDS)]
        start = bar * _BAR_S
        for note in chord:
            _add(music, start, _note(note + 12, 0.055, attack_s=0.7, decay_s=2.4))
        for position, index in enumerate(_ARPEGGIO):
            lift = 24 if (bar >= len(_CHORDS) and position % 2) else 12
            _add(music, start + position * step_s, _note(chord[index] + lift, 0.11, attack_s=0.012, decay_s=0.7))
    _note.cache_clear()
    return _to_pcm(music * (0.22 / float(np.abs(music).max())))


def write_hold_music(path: str) -> None:
    """Write the hold music as a mono WAV file, complete or not at all."""
    write_wav(path, hold_music())


def write_wav(path: str, pcm: Pcm) -> None:
    """Write 8 kHz mono PCM16, complete or not at all."""
    folder = os.path.dirname(os.path.abspath(path))
    descriptor, temporary = tempfile.mkstemp(suffix=".wav", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(pcm.astype("<i2").tobytes())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


@cache
def _note(note: int, level: float, *, attack_s: float, decay_s: float) -> Signal:
    frequency = 440.0 * 2 ** ((note - 69) / 12)
    moments = np.arange(round(5 * decay_s * SAMPLE_RATE)) / SAMPLE_RATE
    sound: Signal = np.zeros(len(moments))
    for partial, share in ((1, 1.0), (2, 0.35), (3, 0.12)):
        if 250 <= frequency * partial <= 3000:
            sound += share * np.sin(2 * np.pi * frequency * partial * moments) * np.exp(-moments * (partial - 1))
    sound *= np.exp(-moments / decay_s)
    rising = round(attack_s * SAMPLE_RATE)
    sound[:rising] *= moments[:rising] / attack_s
    return level * sound


def _add(music: Signal, start_s: float, sound: Signal) -> None:
    """From there on, and what is longer than the music from its beginning."""
    first = round(start_s * SAMPLE_RATE)
    fits = min(len(sound), len(music) - first)
    music[first : first + fits] += sound[:fits]
    music[: len(sound) - fits] += sound[fits:]


def _to_pcm(signal: Signal) -> Pcm:
    return np.clip(np.rint(signal * 32767), -32768, 32767).astype(np.int16)

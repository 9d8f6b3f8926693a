"""From an engine's samples to a telephone prompt: rate, trimmed ends, an even level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
"""Mono samples, full scale ±1."""

TARGET_RMS = 10 ** (-16 / 20)
"""-16 dBFS over the spoken parts: loud beside callers' speech, as announcements should be."""

_CEILING = 10 ** (-1 / 20)
_KNEE = 0.5
_EDGE_S = 0.03
_QUIET = 10 ** (-40 / 20)
_SPOKEN = 10 ** (-30 / 20)


def prompt(samples: Samples, rate: int, wanted_rate: int) -> NDArray[np.int16]:
    """Resample to `wanted_rate` (Hz), trim the silence at both ends, level and round to PCM16."""
    shaped = level(trim(resample(samples, rate, wanted_rate), wanted_rate), wanted_rate)
    return np.round(np.clip(shaped, -1.0, 1.0) * 32767).astype(np.int16)


def resample(samples: Samples, rate: int, wanted_rate: int) -> Samples:
    """Change the sampling rate in the frequency domain, so that nothing above half of either rate remains.

    The band ends in a raised cosine over its last eighth instead of a cliff: no ringing before consonants.
    """
    if rate == wanted_rate or not len(samples):
        return samples
    step = rate // int(np.gcd(rate, wanted_rate))
    # whole steps of the ratio, and silence behind so that the circular transform cannot wrap the end to the start
    length = (len(samples) // step + 1 + rate // (20 * step)) * step
    new_length = length * wanted_rate // rate
    spectrum = np.fft.rfft(samples, length)[: min(length, new_length) // 2 + 1]
    top = min(rate, wanted_rate) / 2
    frequency = np.arange(len(spectrum)) * rate / length
    fade = np.clip((frequency / top - 0.875) / 0.125, 0.0, 1.0)
    spectrum = spectrum * (0.5 + 0.5 * np.cos(np.pi * fade))
    result: Samples = np.fft.irfft(spectrum, new_length) * (new_length / length)
    return result[: -(-len(samples) * wanted_rate // rate)]


def trim(samples: Samples, rate: int) -> Samples:
    """Cut what is 40 dB below the loudest moment off both ends, leaving 30 ms of it."""
    if not samples.any():
        return samples[:0]
    envelope = _envelope(samples, rate)
    loud = np.flatnonzero(envelope > envelope.max() * _QUIET)
    edge = int(rate * _EDGE_S)
    return samples[max(0, loud[0] - edge) : loud[-1] + 1 + edge]


def level(samples: Samples, rate: int) -> Samples:
    """Bring the spoken parts to the target level, peaks bent below -1 dBFS instead of cut."""
    if not samples.any():
        return samples
    envelope = _envelope(samples, rate)
    spoken = envelope > envelope.max() * _SPOKEN
    shaped = samples
    # bending takes some level away again; three rounds end within 0.2 dB
    gain = 1.0
    for _ in range(3):
        gain *= TARGET_RMS / float(np.sqrt(np.mean(shaped[spoken] ** 2)))
        shaped = _bend(samples * gain)
    return shaped


def _bend(samples: Samples) -> Samples:
    size = np.abs(samples)
    room = _CEILING - _KNEE
    bent = _KNEE + room * np.tanh((size - _KNEE) / room)
    return np.sign(samples) * np.where(size > _KNEE, bent, size)


def _envelope(samples: Samples, rate: int) -> Samples:
    """Root mean square over 20 ms around each sample."""
    width = max(1, rate // 50)
    power = np.convolve(samples**2, np.full(width, 1.0 / width), mode="same")[: len(samples)]
    envelope: Samples = np.sqrt(np.maximum(power, 0.0))
    return envelope

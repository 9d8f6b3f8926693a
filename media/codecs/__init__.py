"""Speech codecs: 8 kHz PCM16 frames of 20 ms on one side, RTP payloads on the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np

from media.codecs import g711
from media.codecs.g711 import Pcm

FRAME_SAMPLES = 160
SAMPLE_RATE = 8000


class Encoder(Protocol):
    def encode(self, pcm: Pcm) -> bytes: ...


class Decoder(Protocol):
    def decode(self, packet: bytes) -> Pcm: ...


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec by its SDP name; `frame_ticks` is how far the RTP timestamp moves in 20 ms."""

    name: str
    clock_rate: int
    frame_ticks: int

    @property
    def is_g711(self) -> bool:
        return self.name in (g711.MU_LAW, g711.A_LAW)


class _G711:
    def __init__(self, law: str) -> None:
        self._law = law

    def encode(self, pcm: Pcm) -> bytes:
        return g711.encode(self._law, pcm)

    def decode(self, packet: bytes) -> Pcm:
        return g711.decode(self._law, packet)


_CODECS = {
    "PCMU": Codec("PCMU", 8000, 160),
    "PCMA": Codec("PCMA", 8000, 160),
    "OPUS": Codec("opus", 48000, 960),
}


def codec_named(name: str) -> Codec:
    """The codec of an SDP encoding name, which is case-insensitive (RFC 4855 §3); KeyError when unknown."""
    return _CODECS[name.upper()]


def new_encoder(codec: Codec) -> Encoder:
    """A fresh encoder; one for each stream, since Opus keeps state."""
    if codec.is_g711:
        return _G711(codec.name)
    from media.codecs.opus import OpusEncoder  # PyAV takes 100 ms to import: only when Opus is spoken

    return OpusEncoder()


def new_decoder(codec: Codec) -> Decoder:
    """A fresh decoder; one for each stream, since Opus keeps state."""
    if codec.is_g711:
        return _G711(codec.name)
    from media.codecs.opus import OpusDecoder

    return OpusDecoder()


def encode_frames(codec: Codec, pcm: Pcm) -> tuple[bytes, ...]:
    """Cut samples into 20 ms payloads, the last one padded with silence."""
    padded = np.zeros(-(-len(pcm) // FRAME_SAMPLES) * FRAME_SAMPLES, dtype=np.int16)
    padded[: len(pcm)] = pcm
    if codec.is_g711:
        octets = g711.encode(codec.name, padded)
        return tuple(octets[i : i + FRAME_SAMPLES] for i in range(0, len(octets), FRAME_SAMPLES))
    encoder = new_encoder(codec)
    return tuple(encoder.encode(frame) for frame in padded.reshape(-1, FRAME_SAMPLES))


@cache
def silence(codec: Codec) -> bytes:
    """One payload of 20 ms silence."""
    return encode_frames(codec, np.zeros(FRAME_SAMPLES, dtype=np.int16))[0]

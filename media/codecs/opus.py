"""Opus (RFC 6716) for browsers that offer nothing else, by PyAV's libopus.

Our side is 8 kHz like all audio here. On the wire the RTP clock of Opus is always 48 kHz (RFC 7587 §4.1): a 20 ms
packet moves the timestamp by 960, which is the caller's business.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.packet import Packet
from numpy.typing import NDArray

from media.codecs.g711 import Pcm

FRAME_SAMPLES = 160
SAMPLE_RATE = 8000
BIT_RATE = 24_000
"""Bits a second: transparent for telephone bandwidth."""

_DECODED_RATE = 48_000
_DECIMATION = _DECODED_RATE // SAMPLE_RATE
_TAPS = 97
_MAX_WAITING = 6 * FRAME_SAMPLES
_MAX_PACKET = 1275 * 6 + 12
_CONCEALED_FRAMES = 3


class OpusEncoder:
    """One outgoing stream: 160 samples in, one 20 ms packet out."""

    def __init__(self, bit_rate: int = BIT_RATE) -> None:
        codec = av.CodecContext.create("libopus", "w")
        assert isinstance(codec, AudioCodecContext)
        codec.bit_rate = bit_rate
        codec.format = "s16"
        codec.layout = "mono"
        codec.sample_rate = SAMPLE_RATE
        codec.time_base = Fraction(1, SAMPLE_RATE)
        # complexity 5 halves the CPU of the default 10 without audible loss at 8 kHz
        codec.options = {"application": "voip", "frame_duration": "20", "compression_level": "5"}
        self._codec = codec
        self._samples = 0

    def encode(self, pcm: Pcm) -> bytes:
        """The packet for 160 samples of PCM16 at 8 kHz; ValueError for another number of samples."""
        if pcm.shape != (FRAME_SAMPLES,):
            raise ValueError(f"an Opus frame has {FRAME_SAMPLES} samples here, not {pcm.shape}")
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(pcm, dtype=np.int16)[np.newaxis], "s16", "mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._samples
        self._samples += FRAME_SAMPLES
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))


class OpusDecoder:
    """One incoming stream: a packet, or None for a lost one, in; always 160 samples out.

    Of packets longer than 20 ms the rest comes with the following calls (with None, when the jitter buffer has
    nothing for those moments). Damaged packets count as lost. Lost ones are concealed for 60 ms by libopus, then
    silence.
    """

    def __init__(self) -> None:
        codec = av.CodecContext.create("libopus", "r")
        assert isinstance(codec, AudioCodecContext)
        codec.format = "s16"
        codec.layout = "mono"
        codec.sample_rate = _DECODED_RATE
        self._codec = codec
        self._decimator = _Decimator()
        self._waiting = np.zeros(0, dtype=np.int16)
        self._toc: int | None = None
        self._concealed = 0

    def decode(self, packet: bytes | None) -> Pcm:
        """160 samples of PCM16 at 8 kHz. Never raises for what arrives."""
        decoded = self._decoded(packet) if packet else None
        if packet and decoded is not None:
            self._toc = packet[0]
            self._concealed = 0
            self._waiting = np.concatenate([self._waiting, decoded])[-_MAX_WAITING:]
        elif len(self._waiting) < FRAME_SAMPLES:
            self._waiting = np.concatenate([self._waiting, self._conceal()])
        missing = FRAME_SAMPLES - len(self._waiting)
        if missing > 0:
            self._waiting = np.concatenate([self._waiting, np.zeros(missing, dtype=np.int16)])
        frame, self._waiting = self._waiting[:FRAME_SAMPLES], self._waiting[FRAME_SAMPLES:]
        return frame

    def _decoded(self, packet: bytes) -> Pcm | None:
        if len(packet) > _MAX_PACKET:
            return None
        try:
            frames = self._codec.decode(Packet(packet))
        except (av.error.FFmpegError, ValueError):
            return None
        parts = [self._decimator.process(_mono(frame)) for frame in frames]
        return np.concatenate(parts) if parts else None

    def _conceal(self) -> Pcm:
        self._concealed += 1
        if self._toc is None or self._concealed > _CONCEALED_FRAMES:
            return np.zeros(FRAME_SAMPLES, dtype=np.int16)
        # RFC 6716 §3.2.1: a frame of no octets is a lost one; code 0 says there is one frame
        concealed = self._decoded(bytes([self._toc & 0xFC]))
        return np.zeros(FRAME_SAMPLES, dtype=np.int16) if concealed is None else concealed


class _Decimator:
    """48 kHz to 8 kHz with a windowed-sinc filter that remembers the end of the frame before."""

    def __init__(self) -> None:
        self._history = np.zeros(_TAPS - 1, dtype=np.float32)

    def process(self, samples: NDArray[np.float32]) -> Pcm:
        whole = np.concatenate([self._history, samples])
        self._history = whole[-(_TAPS - 1) :]
        windows = np.lib.stride_tricks.sliding_window_view(whole, _TAPS)[::_DECIMATION]
        return np.clip(np.round(windows @ _FILTER), -32768, 32767).astype(np.int16)


def _low_pass() -> NDArray[np.float32]:
    # 3.5 kHz at -6 dB, 50 dB down from 4.3 kHz on
    position = np.arange(_TAPS) - (_TAPS - 1) / 2
    cutoff = 3500 / _DECODED_RATE
    taps = 2 * cutoff * np.sinc(2 * cutoff * position) * np.hamming(_TAPS)
    normal: NDArray[np.float32] = (taps / taps.sum()).astype(np.float32)
    return normal


_FILTER = _low_pass()


def _mono(frame: AudioFrame) -> NDArray[np.float32]:
    samples = frame.to_ndarray().astype(np.float32)
    if frame.format.is_planar:
        mixed: NDArray[np.float32] = samples.mean(axis=0)
    else:
        mixed = samples.reshape(-1, frame.layout.nb_channels).mean(axis=1)
    return mixed if frame.format.name.startswith("s16") else mixed * 32767

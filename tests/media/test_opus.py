"""Opus between 8 kHz samples and packets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.codecs.g711 import Pcm
from media.codecs.opus import FRAME_SAMPLES, OpusDecoder, OpusEncoder


def tone(frames: int, frequency: float = 440.0, amplitude: float = 8000.0) -> Pcm:
    samples = np.arange(frames * FRAME_SAMPLES)
    return (amplitude * np.sin(2 * np.pi * frequency * samples / 8000)).astype(np.int16)


def packets(pcm: Pcm) -> list[bytes]:
    encoder = OpusEncoder()
    return [encoder.encode(frame) for frame in pcm.reshape(-1, FRAME_SAMPLES)]


def strength(pcm: Pcm) -> float:
    return float(np.sqrt((pcm.astype(float) ** 2).mean()))


@pytest.mark.parametrize("frequency", [300, 440, 1000, 3000])
def test_a_tone_survives(frequency: float) -> None:
    decoder = OpusDecoder()
    heard = np.concatenate([decoder.decode(packet) for packet in packets(tone(50, frequency))])
    assert len(heard) == 50 * FRAME_SAMPLES
    settled = heard[10 * FRAME_SAMPLES :]
    assert strength(settled) == pytest.approx(8000 / np.sqrt(2), rel=0.15)
    assert np.argmax(np.abs(np.fft.rfft(settled))) / len(settled) * 8000 == pytest.approx(frequency, abs=2)


def test_every_packet_is_one_frame_of_20_ms() -> None:
    for packet in packets(tone(20)):
        # RFC 6716 §3.1: code 0 is one frame; of SILK and hybrid configurations the second in a group has 20 ms,
        # of CELT ones the fourth
        assert packet[0] & 3 == 0
        config = packet[0] >> 3
        assert config % 4 == (1 if config < 12 else 3 if config >= 16 else config % 2)
        assert len(packet) < 200


def test_lost_packets_are_concealed_then_silent() -> None:
    decoder = OpusDecoder()
    for packet in packets(tone(30)):
        decoder.decode(packet)
    after = [decoder.decode(None) for _ in range(10)]
    assert strength(after[0]) > 1000
    assert not np.concatenate(after[5:]).any()
    assert all(len(frame) == FRAME_SAMPLES for frame in after)


def test_nothing_heard_yet_is_silence() -> None:
    assert not OpusDecoder().decode(None).any()


def test_damaged_packets_leave_the_stream_alone() -> None:
    decoder = OpusDecoder()
    stream = packets(tone(30))
    for packet in [*stream[:10], b"\xff" * 7, b"", b"\x00" * 9000, *stream[13:]]:
        heard = decoder.decode(packet)
    assert strength(heard) > 4000


def test_longer_packets_come_in_pieces() -> None:
    encoder = OpusEncoder()
    first, second, third = (encoder.encode(frame) for frame in tone(3).reshape(-1, FRAME_SAMPLES))
    assert first[0] == second[0] == third[0]
    # RFC 6716 §3.2.5: code 3 with three frames of variable length makes one packet of 60 ms
    lengths = b"".join(bytes([len(part) - 1]) for part in (first, second) if len(part) <= 252)
    assert len(lengths) == 2
    long = bytes([first[0] | 3, 0x80 | 3]) + lengths + first[1:] + second[1:] + third[1:]
    decoder, plain = OpusDecoder(), OpusDecoder()
    pieces = [decoder.decode(long), decoder.decode(None), decoder.decode(None)]
    for piece, packet in zip(pieces, (first, second, third), strict=True):
        assert np.array_equal(piece, plain.decode(packet))


def test_another_frame_size_is_refused() -> None:
    with pytest.raises(ValueError, match="160 samples"):
        OpusEncoder().encode(np.zeros(80, dtype=np.int16))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.binary(max_size=80), max_size=8))
def test_anything_may_arrive(arrivals: list[bytes | None]) -> None:
    decoder = OpusDecoder()
    for arrival in arrivals:
        assert decoder.decode(arrival).shape == (FRAME_SAMPLES,)

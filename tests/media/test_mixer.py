from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from media.codecs import Codec, codec_named, encode_frames, g711
from media.codecs.g711 import Pcm
from media.leg import Leg
from media.mixer import Mixer
from media.rtp import parse
from media.sdp import Negotiated
from media.tones import level_of, tone


class Wire:
    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, packet: bytes) -> None:
        self.sent.append(packet)


class Party:
    """A leg with a codec that says one tone; `heard` is what the mixer sent it."""

    def __init__(self, name: str, frequency: float) -> None:
        self.codec: Codec = codec_named(name)
        self.wire = Wire()
        self.leg = Leg(name + str(frequency), "rtp", self.wire, SimpleNamespace(now=0.0), lambda event: None)
        payload_type = {"PCMU": 0, "PCMA": 8, "opus": 111}[self.codec.name]
        self.leg.apply(Negotiated(name, payload_type, None, "h", 1, "sendrecv", self.codec.clock_rate, 20))
        self.frames = encode_frames(self.codec, tone((frequency,), 1.0, 0.2))

    def heard(self) -> Pcm:
        packets = [parse(packet) for packet in self.wire.sent]
        return np.concatenate([g711.decode(self.codec.name, packet.payload) for packet in packets if packet])


def run(mixer: Mixer, parties: list[Party], frames: int = 50) -> None:
    for number in range(frames):
        for party in parties:
            assert party.leg.sink is not None
            party.leg.sink.put(number, number * party.codec.frame_ticks, party.frames[number], number * 0.02)
        mixer.tick(number * 0.02)


@pytest.mark.parametrize("third", ["PCMA", "opus"])
def test_everybody_hears_all_others_and_not_himself(third: str) -> None:
    parties = [Party("PCMU", 500), Party("PCMA", 900), Party(third, 1700)]
    mixer = Mixer()
    mixer.add([party.leg for party in parties])
    run(mixer, parties)
    for party, own, others in ((parties[0], 500, (900, 1700)), (parties[1], 900, (500, 1700))):
        pcm = party.heard()[1600:]
        assert level_of(pcm, own) < 0.01
        assert all(level_of(pcm, other) > 0.3 for other in others)


def test_groups_do_not_hear_each_other() -> None:
    first, second = [Party("PCMU", 500), Party("PCMA", 900)], [Party("PCMU", 1300), Party("PCMA", 1700)]
    mixer = Mixer()
    mixer.add([party.leg for party in first])
    mixer.add([party.leg for party in second])
    run(mixer, first + second)
    assert level_of(first[0].heard()[1600:], 900) > 0.95
    assert level_of(second[1].heard()[1600:], 1300) > 0.95
    mixer.remove(first[1].leg)
    assert len(mixer) == 2


def test_loud_voices_saturate_instead_of_wrapping() -> None:
    parties = [Party("PCMU", 500), Party("PCMU", 500), Party("PCMU", 500)]
    for party in parties:
        party.frames = encode_frames(party.codec, np.full(8000, 30000, dtype=np.int16))
    mixer = Mixer()
    mixer.add([party.leg for party in parties])
    run(mixer, parties)
    assert parties[0].heard()[1600:].min() > 30000


def test_a_longer_packet_is_cut_into_frames() -> None:
    first, second = Party("PCMU", 500), Party("PCMA", 900)
    mixer = Mixer()
    mixer.add([first.leg, second.leg])
    for number in range(0, 40, 2):
        assert first.leg.sink is not None
        joined = first.frames[number] + first.frames[number + 1]
        first.leg.sink.put(number // 2, number * 160, joined, number * 0.02)
        mixer.tick(number * 0.02)
        mixer.tick(number * 0.02 + 0.02)
    assert level_of(second.heard()[1600:], 500) > 0.95


@pytest.mark.parametrize("law", ["PCMU", "PCMA"])
def test_g711_codes_survive_the_way_there_and_back(law: str) -> None:
    codes = bytes(range(256))
    back = g711.encode(law, g711.decode(law, codes))
    assert [a for a, b in zip(codes, back, strict=True) if a != b] == ([0x7F] if law == "PCMU" else [])
    assert g711.decode(law, b"\xff" if law == "PCMU" else b"\xd5")[0] == (0 if law == "PCMU" else 8)
    ramp = np.arange(-32768, 32768, dtype=np.int32).astype(np.int16)
    error = np.abs(g711.decode(law, g711.encode(law, ramp)).astype(int) - ramp)
    assert (error <= np.maximum(16, np.abs(ramp.astype(int)) // 16)).all()

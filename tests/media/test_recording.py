"""What is recorded: timelines, voice activity, the file, and the tape that all recordings share."""

from __future__ import annotations

import os
import wave
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media import rtp, wav
from media.codecs import Codec, codec_named, g711
from media.codecs.g711 import Pcm
from media.errors import MediaError
from media.leg import Leg
from media.rtp import RtpPacket
from media.sdp import Negotiated
from media.tape import TAPED_OCTETS, Tape, Track
from media.timeline import WINDOW, Timelines
from media.tones import tone, write_wav
from media.vad import Powers, VoiceActivity, frame_powers

PCMU = codec_named("PCMU")


class Wire:
    def send(self, packet: bytes) -> None:
        """Nobody listens."""


def packet(number: int, payload: bytes, ssrc: int = 1) -> bytes:
    return rtp.build(RtpPacket(0, number & 0xFFFF, (number * 160) & 0xFFFFFFFF, ssrc, payload))


class Side:
    """The left side of a recording that began at 0.0."""

    def __init__(self, first: int = 0, codec: Codec = PCMU) -> None:
        self.timelines = Timelines(windows=1)
        self.window, (self.tap, _) = self.timelines.open(0.0, first)
        self.timelines.begin(self.tap, codec)

    def ahead(self, length: int) -> Pcm:
        pcm: Pcm = self.timelines.ahead(self.window, length)[0].copy()
        return pcm

    def advance(self, length: int) -> None:
        self.timelines.advance(self.window, length)


def record(arrivals: list[tuple[float, bytes]], seconds: float) -> Pcm:
    side = Side()
    cuts = []
    second = 1.0
    while second <= seconds:
        for arrival, data in arrivals:
            if second - 1.0 <= max(0.0, arrival - 0.3) < second:
                side.tap(arrival, data)
        cuts.append(side.ahead(8000))
        side.advance(8000)
        second += 1.0
    return np.concatenate(cuts)


def powers(pcm: Pcm) -> Powers:
    levels: Powers = frame_powers(pcm[np.newaxis])[0]
    return levels


@given(st.lists(st.floats(0, 0.1), min_size=100, max_size=100), st.sets(st.integers(1, 99), max_size=10))
def test_jitter_moves_nothing_and_loss_leaves_silence(delays: list[float], lost: set[int]) -> None:
    payload = g711.encode("PCMU", np.full(160, 1000, dtype=np.int16))
    delays[0] = 0.0
    arrivals = [(0.5 + n * 0.02 + delays[n], packet(n, payload)) for n in range(100) if n not in lost]
    pcm = record(sorted(arrivals), 4.0)
    for number in range(100):
        frame = pcm[4000 + number * 160 : 4160 + number * 160]
        assert (frame == 0).all() if number in lost else (frame > 900).all()
    assert not pcm[:4000].any()
    assert not pcm[4000 + 16000 :].any()


@pytest.mark.parametrize("resumed", [0.9, 1.5])
def test_a_sender_that_pauses_without_its_clock_is_placed_by_arrival(resumed: float) -> None:
    payload = g711.encode("PCMU", np.full(160, 1000, dtype=np.int16))
    arrivals = [(number * 0.02, packet(number, payload)) for number in range(25)]
    arrivals += [(resumed + number * 0.02, packet(25 + number, payload)) for number in range(25)]
    pcm = record(arrivals, 3.0)
    assert (pcm[:4000] > 900).all()
    start = round(resumed * 8000)
    assert not pcm[4000:start].any()
    assert (pcm[start : start + 4000] > 900).all()


def test_voice_is_found_with_its_hangover_and_noise_is_not() -> None:
    rng = np.random.default_rng(7)
    noise = (rng.normal(0, 30, 8000)).astype(np.int16)
    voice = VoiceActivity()
    for pcm in (noise, tone((300, 700), 1.0) + noise, noise, np.zeros(8000, dtype=np.int16)):
        voice.feed(powers(pcm))
    assert voice.segments() == ((1.0, 2.0),)


def test_a_short_pause_does_not_split_a_sentence_and_a_click_is_no_voice() -> None:
    speech, pause = tone((400,), 0.4), np.zeros(1600, dtype=np.int16)
    click = np.zeros(8000, dtype=np.int16)
    click[4000:4160] = 8000
    voice = VoiceActivity()
    for pcm in (speech, pause, speech, np.zeros(8000, dtype=np.int16), click):
        voice.feed(powers(pcm))
    assert voice.segments() == ((0.0, 1.0),)


def test_a_file_is_playable_after_every_write_and_is_continued(tmp_path: Path) -> None:
    path = str(tmp_path / "r.wav")
    opened = wav.open_for_append(path)
    assert opened.samples == 0
    block = np.full((800, 2), 5, dtype="<i2").tobytes()
    for number in range(3):
        wav.write(opened.descriptor, number * 800, block)
        with wave.open(path) as file:
            assert file.getnframes() == (number + 1) * 800
    os.pwrite(opened.descriptor, block, 44 + 3 * len(block))  # a crash before the header was told
    os.close(opened.descriptor)
    again = wav.open_for_append(path)
    assert again.samples == 3200
    wav.write(again.descriptor, 4000, block)
    os.close(again.descriptor)
    with wave.open(path) as file:
        pcm = np.frombuffer(file.readframes(5000), dtype="<i2").reshape(-1, 2)
    assert len(pcm) == 4800
    assert (pcm[:3200] == 5).all()
    assert not pcm[3200:4000].any()


def test_a_foreign_file_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "r.wav"
    write_wav(str(path), tone((440,), 0.1))
    before = path.read_bytes()
    for target in (str(path), str(tmp_path / "no" / "folder.wav")):
        with pytest.raises(MediaError) as caught:
            wav.open_for_append(target)
        assert caught.value.code == "bad-file"
    assert path.read_bytes() == before


@given(st.lists(st.tuples(st.sampled_from((80, 160, 240)), st.integers(1, 12), st.integers(0, 3)), max_size=12))
def test_packets_of_any_length_and_gaps_keep_their_place(runs: list[tuple[int, int, int]]) -> None:
    side = Side()
    expected = np.zeros(3 * 8000, dtype=np.int16)
    at, level = 0, 0
    for size, packets, gap in runs:
        for _ in range(packets):
            if at + size > len(expected):
                break
            level = level % 30 + 1
            pcm = np.full(size, level * 1000, dtype=np.int16)
            octets = g711.encode("PCMU", pcm)
            side.tap(at / 8000, rtp.build(RtpPacket(0, 0, at, 1, octets)))
            expected[at : at + size] = g711.decode("PCMU", octets)
            at += size
        at += gap * 160
    assert (side.ahead(len(expected)) == expected).all()


@given(
    st.lists(
        st.tuples(
            st.sampled_from((160, 160, 160, 160, 80, 0)),
            st.sampled_from((1, 1, 1, 1, 1, 2, -1, 5000)),
            st.sampled_from((1, 1, 1, 1, 1, 2)),
            st.floats(0, 0.09),
        ),
        max_size=60,
    ),
    st.integers(0, 0xFFFFFFFF),
    st.integers(0, 8000),
    st.sampled_from(("PCMU", "PCMA")),
)
def test_a_block_is_laid_out_as_its_packets_one_by_one(
    stream: list[tuple[int, int, int, float]], timestamp: int, first: int, codec: str
) -> None:
    together, one_by_one = Side(first, codec_named(codec)), Side(first, codec_named(codec))
    for number, (size, step, ssrc, delay) in enumerate(stream):
        timestamp = (timestamp + step * 160) & 0xFFFFFFFF
        data = rtp.build(RtpPacket(0, number, timestamp, ssrc, bytes([number + 1]) * size))
        for side in (together, one_by_one):
            side.tap(number * 0.02 + delay, data)
        one_by_one.timelines.place()
    assert (together.ahead(24_000) == one_by_one.ahead(24_000)).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from((160, 160, 160, 80)), st.integers(0, 20), st.integers(0, 255)),
        max_size=80,
    ),
    st.lists(st.sampled_from(("PCMU", "PCMA")), min_size=6, max_size=6),
)
def test_recordings_share_a_tape_and_hear_their_own(stream: list[tuple[int, int, int, int]], codecs: list[str]) -> None:
    """What each side of three recordings holds is what it would hold alone."""
    timelines = Timelines(windows=1)
    opened = [timelines.open(0.0, 0) for _ in range(3)]
    tracks = [track for _, pair in opened for track in pair]
    alone = [Side(0, codec_named(codec)) for codec in codecs]
    for track, codec in zip(tracks, codecs, strict=True):
        timelines.begin(track, codec_named(codec))
    for order, (number, size, frame, code) in enumerate(stream):
        data = rtp.build(RtpPacket(0, order, frame * 160, number, bytes([code]) * size))
        for tap in (tracks[number], alone[number].tap):
            tap(frame * 0.02, data)
    for window, pair in opened:
        pcm = timelines.ahead(window, 8000)
        for column, track in enumerate(pair):
            assert (pcm[column] == alone[tracks.index(track)].ahead(8000)).all()


@pytest.mark.parametrize("recordings", [1, 2])
@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_what_a_leg_hears_is_recorded_before_it_is_relayed_under_another_header(codec: str, recordings: int) -> None:
    clock = SimpleNamespace(now=0.0)
    leg, peer = (Leg(name, "rtp", Wire(), clock, lambda event: None) for name in ("a", "b"))
    for each in (leg, peer):
        each.apply(Negotiated(codec, 8, None, "127.0.0.1", 1, "sendrecv", 8000, 20))
    leg.peer, peer.peer = peer, leg
    peer.update_relaying()
    timelines = Timelines()
    opened = [timelines.open(0.0, 0) for _ in range(recordings)]
    for _, (left, _) in opened:
        timelines.begin(left, codec_named(codec))
        leg.taps = (*leg.taps, left)
    sizes = (160, 160, 80, 160)
    said = np.repeat(np.array([1000, -2000, 3000, 4000], dtype=np.int16), sizes)
    octets = g711.encode(codec, said)
    for number, size in enumerate(sizes):
        at = sum(sizes[:number])
        clock.now = at / 8000
        leg.receive(rtp.build(RtpPacket(8, number, at, 7, octets[at : at + size])))
    leg.taps = ()
    leg.receive(rtp.build(RtpPacket(8, 4, 560, 7, octets[:160])))
    assert leg.relay is peer.out
    assert peer.out.packets == 5
    for window, _ in opened:
        pcm = timelines.ahead(window, 800)
        assert (pcm[0, :560] == g711.decode(codec, octets)).all()
        assert not pcm[0, 560:].any()
        assert not pcm[1].any()


def test_a_window_is_silent_for_its_next_recording() -> None:
    timelines = Timelines(windows=1)
    window, (left, _) = timelines.open(0.0, 0)
    loud = g711.encode("PCMU", np.full(160, 1000, dtype=np.int16))
    left(0.0, packet(0, loud))
    timelines.close(window)
    again, (_, right) = timelines.open(5.0, 2000)
    assert again == window
    right(5.25, packet(7, loud))
    pcm = timelines.ahead(again, 800)
    assert not pcm[0].any()
    assert (pcm[1, :160] > 900).all()
    assert not pcm[1, 160:].any()


def test_packets_that_a_standstill_held_up_keep_their_place() -> None:
    side = Side()
    levels = [(number % 30 + 1) * 1000 for number in range(60)]
    frames = [g711.encode("PCMU", np.full(160, level, dtype=np.int16)) for level in levels]
    for number, frame in enumerate(frames):
        if number in (5, 40):
            side.timelines.place()
        late = 20 <= number < 40
        side.tap(0.8 if late else number * 0.02, packet(number, frame))
    expected = np.concatenate([g711.decode("PCMU", frame) for frame in frames])
    assert (side.ahead(len(expected)) == expected).all()


def test_a_leg_that_leaves_is_heard_to_its_end_and_the_next_by_its_own_codec() -> None:
    side = Side()
    levels = {codec: g711.encode(codec, np.full(160, 1000, dtype=np.int16)) for codec in ("PCMU", "PCMA")}
    for number in range(10):
        if number == 5:
            side.timelines.begin(side.tap, codec_named("PCMA"))
        side.tap(number * 0.02, packet(number, levels["PCMU" if number < 5 else "PCMA"]))
    pcm = side.ahead(1600)
    assert (abs(pcm - 1000) < 50).all()


def test_what_a_muted_leg_is_given_to_say_lies_on_the_tape_as_it_is() -> None:
    """Its packet may be shorter than the one that came, and the next packet is another leg's."""
    clock = SimpleNamespace(now=0.0)
    timelines = Timelines(windows=1)
    window, tracks = timelines.open(0.0, 0)
    legs = [Leg(name, "rtp", Wire(), clock, lambda event: None) for name in ("opus", "PCMU")]
    for leg, track in zip(legs, tracks, strict=True):
        clock_rate = 48_000 if leg.leg_id == "opus" else 8000
        leg.apply(Negotiated(leg.leg_id, 0, None, "127.0.0.1", 1, "sendrecv", clock_rate, 20))
        timelines.begin(track, leg.codec)
        leg.taps = (track,)
    legs[0].muted = True
    loud = g711.encode("PCMU", np.full(160, 1000, dtype=np.int16))
    for number in range(10):
        clock.now = number * 0.02
        for leg, ticks in zip(legs, (960, 160), strict=True):
            leg.receive(rtp.build(RtpPacket(0, number, number * ticks, 1, loud)))
    pcm = timelines.ahead(window, 1600)
    assert (abs(pcm[0]) < 50).all()
    assert (pcm[1] > 900).all()


@pytest.mark.parametrize("size", [0, 1, 161, 1500, 60_000])
def test_a_payload_of_any_size_stays_within_its_side(size: int) -> None:
    timelines = Timelines(windows=3)
    opened = [timelines.open(0.0, 0) for _ in range(3)]
    middle, (_, right) = opened[1]
    right(0.02, rtp.build(RtpPacket(0, 1, 160, 1, bytes(size))))
    for window, _ in opened:
        pcm = timelines.ahead(window, WINDOW)
        assert not pcm[0].any()
        assert pcm[1].any() == (window == middle and size > 0)
        assert np.count_nonzero(pcm) <= size
        timelines.advance(window, WINDOW)
        assert not timelines.ahead(window, WINDOW).any()


def test_a_tape_begins_anew_even_when_its_reader_fails() -> None:
    tape = Tape()
    tap = Track(tape, 3)
    read: list[tuple[int, list[int]]] = []

    def fail(packets: g711.Octets, *_: object) -> None:
        raise ZeroDivisionError

    for size in (TAPED_OCTETS, 20):
        tap(0.0, bytes(size))
    with pytest.raises(ZeroDivisionError):
        tape.read(fail)
    tap(1.0, bytes(TAPED_OCTETS))
    tape.read(lambda packets, tracks, arrivals, singles: read.append((len(packets) + len(singles), tracks.tolist())))
    tape.read(lambda *_: read.append((0, [])))
    assert read == [(1, [3])]


def test_a_recorded_packet_is_kept_when_its_buffer_is_used_again() -> None:
    side = Side()
    buffer = bytearray(172)
    for number in range(10):
        buffer[:] = packet(number, g711.encode("PCMU", np.full(160, 1000 * (number + 1), dtype=np.int16)))
        side.tap(number * 0.02, memoryview(buffer))
    buffer[:] = bytes(172)
    frames = side.ahead(1600).reshape(10, 160)
    assert [round(int(frame.mean()) / 1000) for frame in frames] == list(range(1, 11))


def test_a_long_stall_is_silence() -> None:
    side = Side()
    side.tap(0.0, packet(0, g711.encode("PCMU", np.full(160, 1000, dtype=np.int16))))
    pcm = side.ahead(80_000)
    assert len(pcm) == 80_000
    assert (pcm[:160] > 900).all()
    assert not pcm[160:].any()
    side.advance(80_000)
    assert not side.ahead(8000).any()


def test_silence_is_counted_from_the_last_word() -> None:
    voice = VoiceActivity()
    quiet, loud = np.zeros(160, np.int16), np.full(160, 8000, np.int16)
    assert voice.silent_s == 0.0
    voice.feed(powers(np.tile(quiet, 50)))
    assert voice.silent_s == pytest.approx(1.0)
    voice.feed(powers(np.tile(loud, 25)))
    assert voice.silent_s == pytest.approx(0.0)
    voice.feed(powers(np.tile(quiet, 10)))
    assert voice.silent_s == pytest.approx(0.2)
    voice.feed(powers(np.tile(quiet, 100)))
    assert voice.silent_s == pytest.approx(2.2)

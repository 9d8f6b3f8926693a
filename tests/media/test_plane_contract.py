"""What every media plane must do, against real loopback RTP: in this process and in a worker's."""

from __future__ import annotations

import asyncio
import os
import resource
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from media import sdp
from media.codecs.g711 import Pcm
from media.errors import MediaError
from media.events import (
    LegClosed,
    LegConnected,
    LegLost,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    RemoteHeld,
)
from media.tones import level_of, tone, write_wav
from tests.fakes.rtp_peer import RtpPeer, power
from tests.fakes.waiting import until
from tests.media.conftest import Desk


def read_channels(path: str) -> Pcm:
    with wave.open(path) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)


def tones(pcm: Pcm) -> list[int]:
    """Which of the telephones' tones is heard, tenth of a second by tenth, where one alone is."""
    parts = [pcm[start : start + 800] for start in range(0, len(pcm) - 799, 800)]
    return [pitch for part in parts for pitch in (440, 1000, 2000) if level_of(part, pitch) > 0.9]


async def test_two_bridged_telephones_hear_each_other(desk: Desk) -> None:
    first, second = await desk.call("a"), await desk.call("b")
    await desk.plane.connect("a", "b")
    first.talk(440)
    second.talk(1000)
    await until(lambda: second.hears(440) and first.hears(1000))
    assert {event.leg_id for event in desk.of(LegConnected)} == {"a", "b"}


async def test_bridge_between_mu_law_and_a_law_is_transcoded(desk: Desk) -> None:
    first, second = await desk.call("a", codec="PCMU"), await desk.call("b", codec="PCMA")
    await desk.plane.connect("a", "b")
    first.talk(440)
    second.talk(1000)
    await until(lambda: second.hears(440) and first.hears(1000))
    await first.press("5")
    await until(lambda: second.digits == ["5"])


async def test_disconnect_silences_both_and_keeps_the_legs(desk: Desk) -> None:
    first, second = await desk.call("a"), await desk.call("b")
    await desk.plane.connect("a", "b")
    first.talk(440)
    await until(lambda: second.hears(440))
    await desk.plane.disconnect("b")
    await asyncio.sleep(0.05)
    count = len(second.packets)
    await asyncio.sleep(0.15)
    assert len(second.packets) == count
    await desk.plane.connect("b", "a")
    await until(lambda: len(second.packets) > count + 10)


async def test_one_stream_across_play_bridge_and_play(desk: Desk, tone_file: str) -> None:
    first, second = await desk.call("a"), await desk.call("b")
    await desk.plane.play("a", "greeting", [tone_file])
    await until(lambda: first.hears(700))
    await until(lambda: desk.of(PlaybackFinished) == [PlaybackFinished("a", "greeting", True)])
    second.talk(440)
    await desk.plane.connect("a", "b")
    await until(lambda: first.hears(440))
    await desk.plane.disconnect("a")
    await desk.plane.play("a", "bye", [tone_file])
    await until(lambda: len(desk.of(PlaybackFinished)) == 2)
    packets = first.packets
    assert len({packet.ssrc for packet in packets}) == 1
    steps = [(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(packets)]
    assert set(steps) == {1}
    ticks = [(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in pairwise(packets)]
    assert min(ticks) >= 160
    assert max(ticks) < 8000
    assert packets[0].marker


async def test_files_play_one_after_another_and_loop_until_stopped(desk: Desk, tmp_path: Path, tone_file: str) -> None:
    other = str(tmp_path / "other.wav")
    write_wav(other, tone((1500,), 0.3))
    peer = await desk.call("a")
    await desk.plane.play("a", "hold", [tone_file, other], loop=True)
    await until(lambda: peer.hears(1500))
    await until(lambda: peer.hears(700))
    await until(lambda: peer.hears(1500))
    await desk.plane.stop_playing("a")
    await until(lambda: desk.of(PlaybackFinished) == [PlaybackFinished("a", "hold", False)])
    await desk.plane.stop_playing("a")
    assert len(desk.of(PlaybackFinished)) == 1


async def test_a_new_play_replaces_the_old_one(desk: Desk, tmp_path: Path, tone_file: str) -> None:
    other = str(tmp_path / "other.wav")
    write_wav(other, tone((1500,), 0.4))
    peer = await desk.call("a")
    await desk.plane.play("a", "first", [tone_file], loop=True)
    await until(lambda: peer.hears(700))
    await desk.plane.play("a", "second", [other])
    await until(lambda: peer.hears(1500))
    await until(lambda: len(desk.of(PlaybackFinished)) == 2)
    assert desk.of(PlaybackFinished) == [PlaybackFinished("a", "first", False), PlaybackFinished("a", "second", True)]


async def test_connecting_stops_the_music(desk: Desk, tone_file: str) -> None:
    first, second = await desk.call("a"), await desk.call("b")
    second.talk(440)
    await desk.plane.play("a", "hold", [tone_file], loop=True)
    await until(lambda: first.hears(700))
    await desk.plane.connect("a", "b")
    await until(lambda: first.hears(440))
    assert desk.of(PlaybackFinished) == [PlaybackFinished("a", "hold", False)]


async def test_unreadable_files_are_refused_and_change_nothing(desk: Desk, tmp_path: Path, tone_file: str) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF nothing")
    peer = await desk.call("a")
    await desk.plane.play("a", "hold", [tone_file], loop=True)
    for path in (str(broken), str(tmp_path / "missing.wav")):
        with pytest.raises(MediaError) as caught:
            await desk.plane.play("a", "bad", [path])
        assert caught.value.code == "bad-file"
    await until(lambda: peer.hears(700))
    assert not desk.of(PlaybackFinished)


async def test_a_muted_leg_sends_silence_on_an_unbroken_stream(desk: Desk) -> None:
    first, second = await desk.call("a"), await desk.call("b")
    await desk.plane.connect("a", "b")
    first.talk(440)
    await until(lambda: second.hears(440))
    await desk.plane.set_muted("a", True)
    await asyncio.sleep(0.1)
    count = len(second.packets)
    await until(lambda: len(second.packets) > count + 10)
    assert power(second.heard(count)) < 100
    await desk.plane.set_muted("a", False)
    await until(lambda: second.hears(440))


async def test_recording_holds_both_sides_apart(desk: Desk, tmp_path: Path) -> None:
    path = str(tmp_path / "call.wav")
    first, second = await desk.call("a"), await desk.call("b")
    await desk.plane.connect("a", "b")
    await desk.plane.start_recording("r", path, "a", "b")
    first.talk(440)
    second.talk(1000)
    await asyncio.sleep(1.2)
    await first.hush()
    await asyncio.sleep(0.5)
    await desk.plane.stop_recording("r")
    (finished,) = desk.of(RecordingFinished)
    pcm = read_channels(path)
    assert finished.path == path
    assert finished.duration_s == pytest.approx(len(pcm) / 8000, abs=0.001)
    assert 1.6 < finished.duration_s < 2.2
    assert level_of(pcm[2400:8000, 0], 440) > 0.9
    assert level_of(pcm[2400:8000, 1], 1000) > 0.9
    assert power(pcm[-2400:, 0]) == 0
    left = [segment for segment in finished.segments if segment[0] == 0]
    assert len(left) == 1
    assert left[0][2] == pytest.approx(1.2, abs=0.3)


async def test_a_replaced_leg_is_recorded_on_the_same_channel(desk: Desk, tmp_path: Path) -> None:
    path = str(tmp_path / "call.wav")
    first, second, third = await desk.call("a"), await desk.call("b"), await desk.call("c")
    await desk.plane.start_recording("r", path, "a", "b")
    first.talk(440)
    second.talk(1000)
    third.talk(2000)
    await asyncio.sleep(0.5)
    await desk.plane.replace_recorded_leg("r", "b", "c")
    await desk.plane.close_leg("b")
    # What is being recorded can be read; late packets come later.
    await until(lambda: tones(read_channels(path)[:, 1]).count(2000) >= 4)
    await desk.plane.stop_recording("r")
    pcm = read_channels(path)
    heard = tones(pcm[:, 1])
    assert level_of(pcm[1600:3200, 1], 1000) > 0.9
    assert heard == sorted(heard)
    assert set(heard) == {1000, 2000}
    assert level_of(pcm[1600:-400, 0], 440) > 0.9


async def test_hold_is_reported_and_nothing_is_sent_to_who_holds(desk: Desk) -> None:
    first, second = await desk.call("a"), await desk.call("b")
    await desk.plane.connect("a", "b")
    first.talk(440)
    second.talk(1000)
    await until(lambda: first.hears(1000))
    assert "a=recvonly" in await desk.plane.renegotiate("a", first.offer("sendonly"))
    await until(lambda: desk.of(RemoteHeld) == [RemoteHeld("a", True)])
    await asyncio.sleep(0.05)
    count = len(first.packets)
    await asyncio.sleep(0.15)
    assert len(first.packets) == count
    await desk.plane.renegotiate("a", first.offer())
    await until(lambda: desk.of(RemoteHeld) == [RemoteHeld("a", True), RemoteHeld("a", False)])
    await until(lambda: len(first.packets) > count + 5)


async def test_a_reinvite_moves_the_stream_to_the_new_address(desk: Desk, tone_file: str) -> None:
    old = await desk.call("a")
    new = await RtpPeer().open()
    desk.peers.append(new)
    old.talk(440)
    await desk.plane.play("a", "hold", [tone_file], loop=True)
    await until(lambda: old.hears(700))
    await old.hush()
    await desk.plane.renegotiate("a", old.offer(port=new.port))
    await until(lambda: new.hears(700))


async def test_our_own_offer_is_answered(desk: Desk, tone_file: str) -> None:
    peer = await RtpPeer(codec="PCMA").open()
    desk.peers.append(peer)
    offer = await desk.plane.open_leg("out", kind="rtp", host="127.0.0.1")
    await desk.plane.accept_answer("out", peer.answer(offer))
    await desk.plane.play("out", "hello", [tone_file])
    await until(lambda: peer.hears(700))
    peer.talk(440)
    await until(lambda: desk.of(LegConnected) == [LegConnected("out")])


async def test_silence_of_the_far_end_is_reported_once(desk: Desk) -> None:
    peer = await desk.call("a")
    peer.talk(440)
    await until(lambda: bool(desk.of(LegConnected)))
    await peer.hush()
    await until(lambda: desk.of(LegLost) == [LegLost("a", "rtp-timeout")])
    await asyncio.sleep(1.1)
    assert len(desk.of(LegLost)) == 1


async def test_garbage_and_strangers_are_dropped_and_counted(desk: Desk) -> None:
    first, second = await desk.call("a"), await desk.call("b")
    await desk.plane.connect("a", "b")
    first.talk(440)
    await until(lambda: second.hears(440))
    stranger = await RtpPeer().open()
    desk.peers.append(stranger)
    stranger.remote = first.remote
    for data in (b"", b"x", b"\x80" * 11, b"\x00" * 200, b"\x80\x7f" + b"y" * 200, b"\xbf" + b"\xff" * 40):
        first.send_raw(data)
    stranger.talk(2000)
    await asyncio.sleep(0.4)
    assert not stranger.packets
    assert second.hears(440)
    await stranger.hush()
    await desk.plane.close_leg("a")
    stats = next(event.stats for event in desk.of(LegClosed))
    assert stats.garbage >= 5  # a stranger on a settled stream is dropped by the kernel, uncounted
    assert stats.packets_lost == 0
    assert stats.packets_received >= 20


async def test_requests_for_unknown_legs_are_refused(desk: Desk) -> None:
    for request in (
        desk.plane.play("ghost", "p", ["x.wav"]),
        desk.plane.connect("ghost", "other"),
        desk.plane.set_muted("ghost", True),
        desk.plane.accept_answer("ghost", ""),
    ):
        with pytest.raises(MediaError) as caught:
            await request
        assert caught.value.code == "unknown-leg"
    await desk.plane.close_leg("ghost")
    await desk.plane.stop_recording("ghost")


async def test_an_unusable_offer_is_refused(desk: Desk) -> None:
    peer = RtpPeer()
    peer.port = 40000
    for offer in ("nonsense", peer.offer().replace("PCMU", "GSM").replace(" 0 101", " 3 101").replace(":0 ", ":3 ")):
        with pytest.raises(MediaError) as caught:
            await desk.plane.open_leg("a", kind="rtp", offer=offer)
        assert caught.value.code == "not-acceptable"
    assert (await desk.plane.stats())["legs"] == 0


async def test_closing_ends_what_runs_and_frees_the_port(desk: Desk, tone_file: str) -> None:
    peer = await desk.call("a")
    await desk.plane.play("a", "hold", [tone_file], loop=True)
    await until(lambda: peer.hears(700))
    await desk.plane.close_leg("a")
    await desk.plane.close_leg("a")
    await until(lambda: bool(desk.of(LegClosed)))
    assert [type(event) for event in desk.events] == [PlaybackFinished, LegClosed]
    assert desk.of(LegClosed)[0].stats.packets_sent > 5
    stats = await desk.plane.stats()
    assert stats["legs"] == stats["playing"] == 0
    assert stats["packets_sent"] > 5


async def test_stop_finishes_recordings(desk: Desk, tmp_path: Path) -> None:
    path = str(tmp_path / "call.wav")
    peer = await desk.call("a")
    await desk.call("b")
    await desk.plane.start_recording("r", path, "a", "b")
    peer.talk(440)
    await asyncio.sleep(0.4)
    await desk.plane.stop()
    assert [event.recording_id for event in desk.of(RecordingFinished)] == ["r"]
    assert os.path.getsize(path) == 44 + 4 * len(read_channels(path))


async def test_a_leg_in_use_makes_an_offer_when_asked(desk: Desk, tone_file: str) -> None:
    peer = await desk.call("a", codec="PCMA", event_type=96)
    before = sdp.parse(await desk.plane.renegotiate("a", peer.offer()))
    offer = await desk.plane.reoffer("a")
    described = sdp.parse(offer)
    assert described.origin.session_id == before.origin.session_id
    assert described.origin.version == before.origin.version + 1
    assert described.media[0].port == before.media[0].port
    assert [codec.name for codec in described.media[0].codecs] == ["PCMA", "PCMU", "telephone-event"]
    assert described.media[0].codecs[2].payload_type == 96
    with pytest.raises(MediaError) as caught:
        await desk.plane.accept_answer("a", "nonsense")
    assert caught.value.code == "not-acceptable"
    await desk.plane.play("a", "hold", [tone_file], loop=True)
    await until(lambda: peer.hears(700))
    moved = await RtpPeer(codec="PCMU", event_type=96).open()
    desk.peers.append(moved)
    await desk.plane.accept_answer("a", moved.answer(offer))
    await desk.plane.play("a", "again", [tone_file], loop=True)
    await until(lambda: moved.hears(700))
    with pytest.raises(MediaError):
        await desk.plane.reoffer("ghost")


async def test_a_failing_disk_is_told_once(desk: Desk, tmp_path: Path) -> None:
    path = str(tmp_path / "call.wav")
    first, second = await desk.call("a"), await desk.call("b")
    await desk.plane.start_recording("r", path, "a", "b")
    first.talk(440)
    second.talk(440)
    process = getattr(desk.plane, "pid", 0)
    soft, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (8000, hard))
    try:
        await until(lambda: bool(desk.of(RecordingFailed)))
        await asyncio.sleep(0.5)
        await desk.plane.stop_recording("r")
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (soft, hard))
    assert desk.of(RecordingFailed) == [RecordingFailed("r", "File too large")]
    assert len(desk.of(RecordingFinished)) == 1
    assert len(read_channels(path)) <= 2000

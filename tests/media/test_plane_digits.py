"""Keys on every media plane, against real loopback RTP: in this process and in a worker's."""

from __future__ import annotations

import pytest

from media.errors import MediaError
from media.events import (
    DigitReceived,
)
from media.tones import dtmf, level_of
from tests.fakes.rtp_peer import RtpPeer
from tests.fakes.waiting import until
from tests.media.conftest import Desk


async def test_digits_are_received_once_each(desk: Desk) -> None:
    peer = await desk.call("a", event_type=97)
    await peer.press("12#")
    await until(lambda: len(desk.of(DigitReceived)) == 3)
    assert [event.digit for event in desk.of(DigitReceived)] == ["1", "2", "#"]
    assert all(event.duration_ms == 120 for event in desk.of(DigitReceived))


async def test_digits_are_relayed_under_the_other_legs_payload_type(desk: Desk) -> None:
    first, second = await desk.call("a", event_type=96), await desk.call("b", event_type=110)
    await desk.plane.connect("a", "b")
    first.talk(440)
    await until(lambda: second.hears(440))
    await first.press("42")
    await until(lambda: second.digits == ["4", "2"])
    assert len({packet.ssrc for packet in second.packets}) == 1


async def test_digits_are_sent_at_a_telephones_pace(desk: Desk) -> None:
    peer = await desk.call("a")
    await desk.plane.send_digits("a", "90*")
    await until(lambda: len(peer.packets) == 3 * 9)
    assert peer.digits == ["9", "0", "*"]
    assert [packet.marker for packet in peer.packets].count(True) == 3
    with pytest.raises(MediaError):
        await desk.plane.send_digits("a", "x")


async def test_digits_become_tones_where_events_were_not_agreed(desk: Desk) -> None:
    peer = await desk.call("a", event_type=None)
    await desk.plane.send_digits("a", "5")
    await until(lambda: len(peer.heard()) >= 1440)
    pcm = peer.heard()[:1440]
    assert level_of(pcm, 770) + level_of(pcm, 1336) > 0.9
    assert len(dtmf("5")) == 800


async def test_an_answer_may_renumber_the_keys(desk: Desk) -> None:
    peer = await RtpPeer().open()
    desk.peers.append(peer)
    answer = peer.answer(await desk.plane.open_leg("out", kind="rtp", host="127.0.0.1"))
    await desk.plane.accept_answer("out", answer.replace(" 101\r\n", " 97\r\n").replace(":101 ", ":97 "))
    await peer.press("1")
    peer.event_type = 97
    await peer.press("2")
    await until(lambda: [event.digit for event in desk.of(DigitReceived)] == ["1", "2"])
    await desk.plane.send_digits("out", "3")
    await until(lambda: peer.digits == ["3"])

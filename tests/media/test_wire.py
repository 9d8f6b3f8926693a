from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media import events, wire
from media.config import MediaConfig
from media.events import MediaEvent
from media.rtp_leg import RtpLegState
from media.sdp import Negotiated
from media.wanted import Wanted

EVENTS: list[MediaEvent] = [
    events.LegConnected("a"),
    events.LegLost("a", "rtp-timeout"),
    events.RemoteHeld("a", True),
    events.DigitReceived("a", "#", 120),
    events.PlaybackFinished("a", "p", False),
    events.RecordingFinished("r", "/r.wav", 1.5, ((0, 0.1, 0.9), (1, 1.0, 1.5))),
    events.LegClosed("a", events.LegStats(1, 2, 3, 4.5, 6)),
    events.WorkerRestarted(("a", "b")),
]
NEGOTIATED = Negotiated("PCMU", 0, 101, "127.0.0.1", 4000, "sendrecv", 8000, 20)


def body(packed: bytes) -> wire.Message:
    message = json.loads(packed[4:])
    assert isinstance(message, dict)
    return message


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_survive_the_way(event: MediaEvent) -> None:
    assert wire.read_event(body(wire.pack(wire.event_message(event)))) == event


@pytest.mark.parametrize("negotiated", [None, NEGOTIATED])
def test_a_legs_state_and_the_settings_survive_the_way(negotiated: Negotiated | None) -> None:
    state = RtpLegState("10.0.0.1", 20002, 3, "v=0", negotiated)
    config = MediaConfig(ice_hosts=("127.0.0.1",), rtp_port_min=2000)
    message = body(wire.pack({"leg": state, "config": config}))
    assert wire.read_state(message["leg"]) == state
    assert wire.read_config(message["config"]) == config
    assert wire.read_state(None) is None


@given(st.binary(max_size=60))
def test_any_octets_are_a_message_an_end_or_an_error(data: bytes) -> None:
    async def read() -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        try:
            message = await wire.read(reader)
        except ValueError:
            return
        assert message is None or isinstance(message, dict)

    asyncio.run(read())


def wanted_call() -> Wanted:
    wanted = Wanted()
    state = RtpLegState("h", 20000, 1, None, NEGOTIATED)
    wanted.opened("a", "rtp", state)
    wanted.opened("b", "rtp", state)
    wanted.opened("web", "webrtc", None)
    return wanted


def test_what_is_wanted_is_asked_for_again_in_order() -> None:
    wanted = wanted_call()
    wanted.connected("a", "b")
    wanted.muted("b", True)
    wanted.asked_to_play("web", "p", ("x.wav",), True)
    wanted.playing("web", "p")
    wanted.recording("r", "/r.wav", "a", "b", 5.0)
    assert wanted.unrevivable() == ("web",)
    assert [operation for operation, _ in wanted.reopening()] == ["restore_leg", "restore_leg"]
    assert wanted.lose("web") == [events.PlaybackFinished("web", "p", completed=False)]
    assert [operation for operation, _ in wanted.resuming()] == ["connect", "set_muted", "start_recording"]
    assert wanted.is_lost("web")
    assert wanted.close_lost("web") == events.LegClosed("web", events.LegStats())


def test_what_ended_is_not_asked_for() -> None:
    wanted = wanted_call()
    wanted.asked_to_play("a", "short", ("x.wav",), False)
    wanted.seen(events.PlaybackFinished("a", "short", True))
    wanted.playing("a", "short")
    wanted.connected("a", "b")
    wanted.connected("b", "web")
    wanted.recording("r", "/r.wav", "a", "b", 5.0)
    wanted.seen(events.RecordingFinished("r", "/r.wav", 1.0, ()))
    wanted.seen(events.LegClosed("web", events.LegStats()))
    assert list(wanted.resuming()) == []
    assert len(list(wanted.reopening())) == 2

"""Messages cut out of byte streams."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.telephony.sip.framing import FramingError, StreamFramer
from contactcenter.telephony.sip.message import MAX_HEAD, MAX_MESSAGE


def frame(body: bytes, name: bytes = b"Content-Length") -> bytes:
    return b"OPTIONS sip:x SIP/2.0\r\n" + name + b": %d\r\n\r\n" % len(body) + body


@given(
    bodies=st.lists(st.binary(max_size=60), max_size=5),
    pings=st.lists(st.sampled_from([b"", b"\r\n\r\n", b"\r\n"]), min_size=6, max_size=6),
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=50),
)
def test_any_cutting_of_the_stream_gives_the_same_messages(
    bodies: list[bytes], pings: list[bytes], cuts: list[int]
) -> None:
    names = [b"Content-Length", b"l", b"CONTENT-LENGTH "]
    frames = [frame(body, names[index % 3]) for index, body in enumerate(bodies)]
    stream = b"".join(ping + data for ping, data in zip(pings, frames, strict=False))
    framer = StreamFramer()
    found: list[bytes] = []
    position = index = 0
    while position < len(stream):
        step = cuts[index % len(cuts)]
        found += framer.feed(stream[position : position + step])
        position += step
        index += 1
    assert found == frames


@given(st.binary(max_size=300))
def test_any_bytes_are_cut_or_refused(data: bytes) -> None:
    framer = StreamFramer()
    with contextlib.suppress(FramingError):
        for message in framer.feed(data):
            assert b"\r\n\r\n" in message


def test_pings_are_counted() -> None:
    framer = StreamFramer()
    assert framer.feed(b"\r\n") == []
    assert framer.feed(b"\r\n") == []
    assert framer.feed(b"\r\n\r\n" + frame(b"")) == [frame(b"")]
    assert framer.pings == 2


@pytest.mark.parametrize(
    "data",
    [
        b"OPTIONS sip:x SIP/2.0\r\nTo: x\r\n\r\n",
        b"OPTIONS sip:x SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\n",
        b"OPTIONS sip:x SIP/2.0\r\nl: -1\r\n\r\n",
        b"OPTIONS sip:x SIP/2.0\r\nl: %d\r\n\r\n" % MAX_MESSAGE,
        b"x" * (MAX_HEAD + 1),
    ],
)
def test_streams_that_cannot_be_cut(data: bytes) -> None:
    with pytest.raises(FramingError):
        StreamFramer().feed(data)

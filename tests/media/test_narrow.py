from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.errors import MediaError
from media.sdp import parse, with_codecs

OFFER = (
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 0 8 18 96 101\r\na=rtpmap:18 G729/8000\r\na=fmtp:18 annexb=no\r\n"
    "a=rtpmap:96 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
)


def formats(text: str) -> tuple[str, ...]:
    return parse(text).media[0].formats


def test_the_codecs_in_the_order_wished_for_and_keys_after_them() -> None:
    text = with_codecs(OFFER, ("PCMA", "PCMU"))
    assert formats(text) == ("8", "0", "101")
    line = parse(text).media[0]
    assert line.values("rtpmap") == ["101 telephone-event/8000"]
    assert line.values("fmtp") == ["101 0-15"]
    assert line.attribute("sendrecv") == ""
    assert formats(with_codecs(OFFER, ("PCMA", "PCMU"), best_only=True)) == ("8", "101")
    assert formats(with_codecs(OFFER, ("pcmu",))) == ("0", "101")


def test_none_of_them_is_no_offer() -> None:
    with pytest.raises(MediaError):
        with_codecs(OFFER, ("G722",))


@given(st.permutations(("PCMU", "PCMA", "G729", "opus")), st.integers(1, 4))
def test_nothing_but_what_was_wished_for(codecs: list[str], count: int) -> None:
    wanted = [name.upper() for name in codecs[:count]]
    named = [codec.name.upper() for codec in parse(with_codecs(OFFER, wanted)).media[0].codecs]
    assert named == [*wanted, "TELEPHONE-EVENT"]

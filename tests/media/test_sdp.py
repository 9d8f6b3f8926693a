"""Offer and answer by codec name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.errors import MediaError
from media.sdp import (
    Candidate,
    Fingerprint,
    Media,
    Negotiated,
    Origin,
    RemoteIce,
    Session,
    answer_rtp,
    answer_webrtc,
    negotiate_answer,
    offer_rtp,
    parse,
)

PHONE = """v=0
o=alice 53655765 2353687637 IN IP4 192.0.2.7
s=call
c=IN IP4 192.0.2.7
t=0 0
m=audio 40376 RTP/AVP 18 96 8 97
a=rtpmap:96 pcmu/8000
a=rtpmap:97 telephone-event/8000
a=fmtp:97 0-15
a=ptime:30
"""

FINGERPRINT = Fingerprint("sha-256", ":".join(["AB"] * 32))
BROWSER = "\r\n".join(
    [
        "v=0",
        "o=- 6218417193 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "a=extmap-allow-mixed",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        "a=ice-options:trickle",
        f"a=fingerprint:sha-256 {FINGERPRINT.value}",
        "a=setup:actpass",
        "a=mid:0",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "a=sendrecv",
        "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=rtpmap:63 red/48000/2",
        "a=rtpmap:110 telephone-event/48000",
        "a=rtpmap:126 telephone-event/8000",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "c=IN IP4 0.0.0.0",
        "a=mid:1",
        "a=rtpmap:96 VP8/90000",
        "",
    ]
)
CANDIDATES = [Candidate("1", 2130706431, "192.0.2.1", 20010), Candidate("2", 2130706175, "127.0.0.1", 20012)]


def answer_browser(offer: str = BROWSER, **options: object) -> tuple[Session, Negotiated, RemoteIce]:
    text, negotiated, ice = answer_webrtc(
        offer,
        ufrag="srvr",
        pwd="s" * 22,
        fingerprint=FINGERPRINT,
        candidates=CANDIDATES,
        version=1,
        **options,  # type: ignore[arg-type]  # the tests pass whatever the case is about
    )
    return parse(text), negotiated, ice


def refusal(offer: str, **options: object) -> str:
    with pytest.raises(MediaError) as caught:
        answer_rtp(offer, host="192.0.2.1", port=20000, version=1, **options)  # type: ignore[arg-type]  # as above
    assert caught.value.code == "not-acceptable"
    return caught.value.sentence


class TestAnswerRtp:
    def test_a_codec_is_found_by_name_whatever_its_number(self) -> None:
        text, negotiated = answer_rtp(PHONE, host="192.0.2.1", port=20000, version=1)
        assert (negotiated.codec, negotiated.payload_type, negotiated.telephone_event) == ("PCMU", 96, 97)
        assert (negotiated.remote_host, negotiated.remote_port) == ("192.0.2.7", 40376)
        assert (negotiated.direction, negotiated.clock_rate, negotiated.ptime) == ("sendrecv", 8000, 30)
        assert text == (
            "v=0\r\no=- 20000 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
            "m=audio 20000 RTP/AVP 96 97\r\na=rtpmap:96 PCMU/8000\r\na=rtpmap:97 telephone-event/8000\r\n"
            "a=fmtp:97 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
        )

    def test_static_numbers_need_no_rtpmap(self) -> None:
        _, negotiated = answer_rtp(PHONE, host="192.0.2.1", port=20000, codecs=("PCMA",), version=1)
        assert (negotiated.codec, negotiated.payload_type) == ("PCMA", 8)

    def test_a_static_number_can_be_given_another_meaning(self) -> None:
        offer = PHONE.replace("a=rtpmap:96 pcmu/8000\n", "a=rtpmap:8 L16/8000\n")
        assert "none of the codecs" in refusal(offer)

    def test_our_order_decides(self) -> None:
        _, negotiated = answer_rtp(PHONE, host="192.0.2.1", port=20000, codecs=("PCMA", "PCMU"), version=1)
        assert negotiated.codec == "PCMA"

    def test_telephone_event_of_another_clock_rate_is_not_taken(self) -> None:
        offer = PHONE.replace("telephone-event/8000", "telephone-event/16000")
        _, negotiated = answer_rtp(offer, host="192.0.2.1", port=20000, version=1)
        assert negotiated.telephone_event is None

    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive"), ("sendrecv", "sendrecv")],
    )
    @pytest.mark.parametrize("level", ["session", "media"])
    def test_direction_is_mirrored(self, theirs: str, ours: str, level: str) -> None:
        offer = PHONE + f"a={theirs}\n" if level == "media" else PHONE.replace("t=0 0\n", f"t=0 0\na={theirs}\n")
        text, negotiated = answer_rtp(offer, host="192.0.2.1", port=20000, version=2)
        assert negotiated.direction == ours
        assert parse(text).media[0].attribute(ours) == ""

    def test_media_direction_wins_over_the_session_s(self) -> None:
        offer = PHONE.replace("t=0 0\n", "t=0 0\na=inactive\n") + "a=sendrecv\n"
        _, negotiated = answer_rtp(offer, host="192.0.2.1", port=20000, version=1)
        assert negotiated.direction == "sendrecv"

    @pytest.mark.parametrize(
        ("line", "ours"), [("", "recvonly"), ("a=sendonly\n", "recvonly"), ("a=recvonly\n", "inactive")]
    )
    def test_an_unspecified_address_is_hold(self, line: str, ours: str) -> None:
        offer = PHONE.replace("c=IN IP4 192.0.2.7", "c=IN IP4 0.0.0.0") + line
        _, negotiated = answer_rtp(offer, host="192.0.2.1", port=20000, version=2)
        assert negotiated.direction == ours

    def test_media_connection_wins_over_the_session_s(self) -> None:
        offer = PHONE.replace("a=ptime:30\n", "c=IN IP4 198.51.100.4\n")
        _, negotiated = answer_rtp(offer, host="192.0.2.1", port=20000, version=1)
        assert (negotiated.remote_host, negotiated.ptime) == ("198.51.100.4", 20)

    def test_other_lines_are_refused_in_their_place(self) -> None:
        offer = PHONE.replace("m=audio", "m=video 5000 RTP/AVP 31\nm=audio") + "m=audio 5002 RTP/AVP 0\n"
        text, negotiated = answer_rtp(offer, host="192.0.2.1", port=20000, version=1)
        assert [(m.kind, m.port, m.formats) for m in parse(text).media] == [
            ("video", 0, ("31",)),
            ("audio", 20000, ("96", "97")),
            ("audio", 0, ("0",)),
        ]
        assert negotiated.remote_port == 40376

    def test_a_plain_line_beside_a_secure_one_is_taken(self) -> None:
        offer = PHONE.replace("m=audio", "m=audio 5000 RTP/SAVP 0\nm=audio")
        text, _ = answer_rtp(offer, host="192.0.2.1", port=20000, version=1)
        assert [m.port for m in parse(text).media] == [0, 20000]

    def test_ipv6(self) -> None:
        offer = PHONE.replace("c=IN IP4 192.0.2.7", "c=IN IP6 2001:db8::7")
        text, negotiated = answer_rtp(offer, host="2001:db8::1", port=20000, version=1)
        assert negotiated.remote_host == "2001:db8::7"
        assert "c=IN IP6 2001:db8::1\r\n" in text

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("RTP/AVP", "RTP/SAVP", "RTP/SAVP"),
            ("m=audio 40376", "m=audio 0", "no audio"),
            ("m=audio", "m=video", "no audio"),
            ("c=IN IP4 192.0.2.7\n", "", "c= line"),
            ("c=IN IP4 192.0.2.7", "c=IN IP4 phone.example.net", "not an IP address"),
            ("c=IN IP4 192.0.2.7", "c=IN IP4 224.2.1.1/127", "group address"),
            ("v=0\n", "", "v=0"),
            ("o=alice 53655765 2353687637 IN IP4 192.0.2.7\n", "", "o= line"),
            ("40376", "99999", "port"),
            ("t=0 0", "nonsense", "Line 5"),
        ],
    )
    def test_refusals_say_why(self, old: str, new: str, says: str) -> None:
        assert says in refusal(PHONE.replace(old, new))

    def test_a_very_long_description_is_refused(self) -> None:
        assert "too long" in refusal(PHONE + "a=x\n" * 20000)


class TestOfferRtp:
    def test_offer_and_answer_agree(self) -> None:
        offer = offer_rtp(host="192.0.2.1", port=20000, version=1)
        answer, theirs = answer_rtp(offer, host="192.0.2.9", port=30000, codecs=("PCMA", "PCMU"), version=1)
        ours = negotiate_answer(offer, answer)
        assert (ours.codec, ours.payload_type, ours.telephone_event) == ("PCMA", 8, 101)
        assert (ours.remote_host, ours.remote_port, ours.direction) == ("192.0.2.9", 30000, "sendrecv")
        assert (theirs.codec, theirs.remote_port) == ("PCMA", 20000)

    def test_the_answerer_s_first_codec_is_taken(self) -> None:
        offer = offer_rtp(host="192.0.2.1", port=20000, version=1)
        answer = PHONE.replace("18 96 8 97", "8 0")
        assert negotiate_answer(offer, answer).codec == "PCMA"

    def test_an_answer_may_hold(self) -> None:
        offer = offer_rtp(host="192.0.2.1", port=20000, version=1)
        assert negotiate_answer(offer, PHONE + "a=sendonly\n").direction == "recvonly"

    @pytest.mark.parametrize(
        ("old", "new"),
        [("m=audio 40376", "m=audio 0"), ("18 96 8 97", "18"), ("RTP/AVP", "RTP/SAVP"), ("m=audio", "m=video")],
    )
    def test_an_answer_that_settles_nothing_is_refused(self, old: str, new: str) -> None:
        offer = offer_rtp(host="192.0.2.1", port=20000, version=1)
        with pytest.raises(MediaError):
            negotiate_answer(offer, PHONE.replace(old, new))


class TestAnswerWebrtc:
    def test_the_answer_to_a_browser(self) -> None:
        answer, negotiated, ice = answer_browser(ssrc=7, session_id="42")
        audio, video = answer.media
        assert (negotiated.codec, negotiated.telephone_event) == ("PCMU", 126)
        assert (ice.ufrag, ice.pwd) == ("abcd", "abcdefghijklmnopqrstuvwx")
        assert ice.fingerprints == (FINGERPRINT,)
        assert answer.attribute("group") == "BUNDLE 0"
        assert (audio.port, audio.connection, audio.formats) == (20010, "192.0.2.1", ("0", "126"))
        assert (video.port, video.attribute("mid")) == (0, "1")
        assert audio.attribute("mid") == "0"
        assert audio.attribute("setup") == "passive"
        assert audio.attribute("rtcp-mux") == ""
        assert audio.attribute("extmap") is None
        assert audio.attribute("ssrc") == "7 cname:contactcenter"
        assert audio.values("candidate") == [
            "1 1 udp 2130706431 192.0.2.1 20010 typ host",
            "2 1 udp 2130706175 127.0.0.1 20012 typ host",
        ]

    def test_an_opus_only_offer_gets_opus_with_its_own_event_clock(self) -> None:
        _, negotiated, _ = answer_browser(BROWSER.replace("111 63 9 0 8 13 110 126", "111 110 126"))
        assert (negotiated.codec, negotiated.payload_type) == ("opus", 111)
        assert (negotiated.clock_rate, negotiated.telephone_event) == (48000, 110)

    def test_what_firefox_says_once_for_the_session_holds_for_the_line(self) -> None:
        said = [f"a=fingerprint:sha-256 {FINGERPRINT.value}", "a=setup:actpass", "a=ice-pwd:" + "p" * 32]
        offer = BROWSER.replace("\r\na=ice-pwd:abcdefghijklmnopqrstuvwx", "")
        for line in said[:2]:
            offer = offer.replace(f"\r\n{line}", "")
        offer = offer.replace("t=0 0", "\r\n".join(["t=0 0", *said, "a=inactive"]))
        _, negotiated, ice = answer_browser(offer)
        assert (ice.pwd, ice.fingerprints) == ("p" * 32, (FINGERPRINT,))
        assert negotiated.direction == "sendrecv"

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("a=ice-ufrag:abcd\r\n", ""),
            ("a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=ice-pwd:short"),
            ("a=fingerprint:sha-256", "a=fingerprint:sha-1"),
            ("a=rtcp-mux\r\n", ""),
            ("a=setup:actpass", "a=setup:passive"),
            ("m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 RTP/AVP"),
            ("111 63 9 0 8 13 110 126", "63 9"),
            ("m=audio 9", "m=audio 0"),
        ],
    )
    def test_offers_that_cannot_be_met_are_refused(self, old: str, new: str) -> None:
        assert old in BROWSER
        with pytest.raises(MediaError) as caught:
            answer_browser(BROWSER.replace(old, new))
        assert caught.value.code == "not-acceptable"


tokens = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
values = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20).map(str.strip)
attributes = st.lists(st.tuples(tokens, values), max_size=5).map(tuple)
hosts = st.ip_addresses().map(str)
medias = st.builds(
    Media,
    kind=tokens,
    port=st.integers(0, 65535),
    protocol=st.sampled_from(["RTP/AVP", "UDP/TLS/RTP/SAVPF", "udptl"]),
    formats=st.lists(tokens, min_size=1, max_size=4).map(tuple),
    connection=st.none() | hosts,
    attributes=attributes,
)
sessions = st.builds(
    Session,
    origin=st.builds(Origin, tokens, tokens, st.integers(0, 2**63), hosts),
    connection=st.none() | hosts,
    attributes=attributes,
    media=st.lists(medias, max_size=3).map(tuple),
    name=tokens,
)


@given(sessions)
def test_what_is_written_is_read_back(session: Session) -> None:
    assert parse(session.serialise()) == session


lines = st.lists(st.sampled_from((PHONE + BROWSER.replace("\r", "")).split("\n")) | st.text(max_size=30), max_size=40)


def as_rtp(text: str) -> str:
    return answer_rtp(text, host="192.0.2.1", port=20000, version=1)[0]


def as_webrtc(text: str) -> str:
    return answer_browser(text)[0].serialise()


def as_answer(text: str) -> str:
    negotiate_answer(offer_rtp(host="192.0.2.1", port=20000, version=1), text)
    return text


@pytest.mark.parametrize("read", [as_rtp, as_webrtc, as_answer])
@given(st.text() | lines.map("\n".join) | lines.map(lambda tail: "\n".join([*PHONE.split("\n")[:5], *tail])))
def test_arbitrary_text_is_answered_or_refused(read: Callable[[str], str], text: str) -> None:
    try:
        answer = read(text)
    except MediaError:
        return
    assert len(parse(answer).media) == len(parse(text).media)


@given(st.integers(0, len(BROWSER)), st.integers(0, 30), st.text(max_size=5))
def test_a_damaged_browser_offer_is_answered_or_refused(at: int, gone: int, put: str) -> None:
    damaged = BROWSER[:at] + put + BROWSER[at + gone :]
    try:
        answer, _, _ = answer_browser(damaged)
    except MediaError:
        return
    assert sum(media.port > 0 for media in answer.media) == 1


def test_a_profile_with_feedback_is_answered_without_any() -> None:
    offer = offer_rtp(host="192.0.2.1", port=4000, version=1).replace("RTP/AVP", "RTP/AVPF")
    answer, negotiated = answer_rtp(offer + "a=rtcp-fb:* nack\r\n", host="192.0.2.9", port=5000, version=1)
    assert parse(answer).media[0].protocol == "RTP/AVPF"
    assert "rtcp-fb" not in answer
    assert negotiated.codec == "PCMU"

"""Parsing and serialising: properties over any input."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.telephony.sip.endpoint import Endpoint
from contactcenter.telephony.sip.headers import HeaderError, parse_name_addr, parse_params, quote_string, split_list
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import COMPACT, MAX_MESSAGE, ParseError, Request, Response, parse
from contactcenter.telephony.sip.uri import SipUri, UriError, escape_user, parse_uri

SAMPLE = (
    b"INVITE sip:1000@192.0.2.2:5070;transport=udp SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;rport\r\n"
    b"Max-Forwards: 70\r\n"
    b'From: "Bob, the \\"builder\\"" <sip:bob@192.0.2.1>;tag=1\r\n'
    b"To: <sip:1000@192.0.2.2>\r\n"
    b"Call-ID: 1@192.0.2.1\r\n"
    b"CSeq: 1 INVITE\r\n"
    b"Contact: <sip:bob@192.0.2.1>\r\n"
    b"Content-Type: application/sdp\r\n"
    b"Content-Length: 5\r\n\r\nv=0\r\n"
)
PEER = Peer("udp", "192.0.2.1", 5060)


def test_a_request_comes_back_as_it_was() -> None:
    message = parse(SAMPLE)
    assert isinstance(message, Request)
    assert message.to_bytes() == SAMPLE


def test_compact_names_mean_the_long_ones() -> None:
    text = SAMPLE
    for short, long in COMPACT.items():
        name = "-".join(part.capitalize() for part in long.split("-")).replace("Call-Id", "Call-ID")
        text = text.replace(f"\r\n{name}:".encode(), f"\r\n{short}:".encode())
    assert b"\r\nv: " in text
    assert parse(text) == parse(SAMPLE)


tokens = st.text("abcXYZ019-.!%*_+`'~", min_size=1, max_size=12)
values = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40).map(str.strip)


@given(
    user=st.text(max_size=20),
    display=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20),
    tag=tokens,
    extra=st.dictionaries(tokens.map(lambda name: "x-" + name.lower()), values, max_size=5),
    body=st.binary(max_size=200),
)
def test_what_is_serialised_is_parsed_alike(
    user: str, display: str, tag: str, extra: dict[str, str], body: bytes
) -> None:
    try:
        uri = f"sip:{escape_user(user)}@example.com" if user else "sip:example.com"
    except UnicodeEncodeError:
        return
    request = Request(
        headers={
            "via": [f"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{tag}"],
            "from": [f"{quote_string(display)} <{uri}>;tag={tag}"],
            "to": [f"<{uri}>"],
            "call-id": ["x@y"],
            "cseq": ["7 MESSAGE"],
            **{name: [value] for name, value in extra.items()},
        },
        body=body,
        method="MESSAGE",
        uri=uri,
    )
    again = parse(request.to_bytes())
    assert isinstance(again, Request)
    assert again.to_bytes() == request.to_bytes()
    assert again.from_.tag == tag
    assert again.from_.display_name == "".join(char for char in display if char >= " " and char != "\x7f")
    parsed = parse_uri(uri)
    assert parsed.user_text == user.split(";", 1)[0]


@given(st.binary(max_size=400))
def test_any_bytes_parse_or_raise_parse_error(data: bytes) -> None:
    for candidate in (data, SAMPLE[:60] + data, data + b"\r\n\r\n"):
        with contextlib.suppress(ParseError):
            parse(candidate)


@settings(max_examples=400)
@given(st.data())
def test_a_damaged_message_never_breaks_the_endpoint(data: st.DataObject) -> None:
    damaged = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        piece = data.draw(st.binary(max_size=6))
        damaged[at : at + data.draw(st.integers(0, 12))] = piece
    endpoint = Endpoint(lambda peer: ("192.0.2.9", 5060))
    endpoint.receive(bytes(damaged), PEER, 1.0)
    for output, peer in endpoint.take_output():
        assert output.startswith(b"SIP/2.0 ")
        assert peer.host == PEER.host


def test_limits() -> None:
    with pytest.raises(ParseError, match="too large"):
        parse(b"x" * (MAX_MESSAGE + 1))
    with pytest.raises(ParseError, match="too many"):
        parse(SAMPLE.replace(b"Max-Forwards: 70\r\n", b"X: 1\r\n" * 300))
    with pytest.raises(ParseError):
        parse(SAMPLE.replace(b"70", b"9" * 10_000))


@pytest.mark.parametrize(
    "hostile",
    [
        b"From: " + b" " * 15_000 + b"x" + b" " * 15_000 + b"\r\n",
        b"From: " + b"a " * 15_000 + b"\r\n",
        b'From: "' + b'\\"' * 15_000 + b"\r\n",
        b"From: <sip:a@b>" + b" ;a" * 8_000 + b"!\r\n",
        b"From: <sip:" + b"a" * 30_000 + b">\r\n",
        b"From: <sip:" + b"a:" * 15_000 + b">\r\n",
        b"Via: SIP/2.0/UDP " + b"a." * 15_000 + b"\r\n",
        b"Via: " + b"," * 30_000 + b"\r\n",
    ],
)
def test_hostile_values_cost_linear_time(hostile: bytes) -> None:
    """Quadratic matching would take minutes here; the bound is for a loaded machine."""
    field = hostile[:5]
    line = next(line for line in SAMPLE.split(b"\r\n") if line.startswith(field))
    data = SAMPLE.replace(line + b"\r\n", hostile)
    began = time.process_time()
    with contextlib.suppress(ParseError):
        parse(data)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\n\r"])
def test_only_crlf_ends_a_line(end: bytes) -> None:
    with pytest.raises(ParseError, match="CRLF"):
        parse(SAMPLE.replace(b"70\r\n", b"70" + end))


def test_response_copies_what_it_must() -> None:
    message = parse(SAMPLE)
    assert isinstance(message, Request)
    response = message.response(180, to_tag="ours", headers=[("contact", "<sip:x@y>")])
    parsed = parse(response.to_bytes())
    assert isinstance(parsed, Response)
    assert (parsed.status, parsed.reason, parsed.to.tag) == (180, "Ringing", "ours")
    assert parsed.headers["via"] == message.headers["via"]
    assert parsed.headers["from"] == message.headers["from"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a, b", ["a", "b"]),
        ('"x, y" <sip:a@b>, <sip:c,d@e>', ['"x, y" <sip:a@b>', "<sip:c,d@e>"]),
        (r'"\", " <sip:a@b>', [r'"\", " <sip:a@b>']),
    ],
)
def test_split_list(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts


def test_name_addr_forms() -> None:
    assert parse_name_addr("sip:a@b;tag=1", "From").tag == "1"
    assert parse_name_addr("<sip:a@b;x=y>;tag=1", "From").sip_uri == SipUri("sip", "a", "b", None, (("x", "y"),))
    assert parse_name_addr("tel:+1234;tag=9", "From").uri.user_text == "+1234"
    for broken in ("sip:a@b?x=y", "<sip:a@b", "sip:a@b;tag=1;tag=2", '"x <sip:a@b>', "<sip:a@b>;", ""):
        with pytest.raises(HeaderError):
            parse_name_addr(broken, "From")


def test_params_unquote() -> None:
    assert parse_params(';a="x \\"y\\"" ; b', "Test") == {"a": 'x "y"', "b": None}


@pytest.mark.parametrize(
    "text",
    ["sip:a@[2001:db8::1]:5060;transport=tcp", "sips:example.com", "sip:a:secret@b?h=v", "sip:a%40b@c;lr", "tel:+12-3"],
)
def test_uris_come_back_as_they_were(text: str) -> None:
    assert str(parse_uri(text)) == text


@pytest.mark.parametrize(
    "text", ["sip:", "sip:a@", "sip:a b@c", "sip:a@b:0", "sip:a@b:70000", "sip:a@[::zz]", "sip:a@b;x=1;X=2", "a@b", ""]
)
def test_broken_uris(text: str) -> None:
    with pytest.raises(UriError):
        parse_uri(text)

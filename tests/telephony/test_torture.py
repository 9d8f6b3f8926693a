"""The messages of RFC 4475 that concern a user agent: valid ones must pass, invalid ones must be refused."""

from __future__ import annotations

import pytest

from contactcenter.telephony.sip.endpoint import Endpoint
from contactcenter.telephony.sip.headers import parse_name_addr
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import ParseError, Request, Response, parse
from contactcenter.telephony.sip.uri import SipUri

SDP = (
    "v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.1\r\ns=-\r\n"
    "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 49217 RTP/AVP 0 12\r\n"
)


def wire(text: str, body: str = "") -> bytes:
    """Lines to CRLF; ``LENGTH`` stands for the body's length."""
    head = text.strip("\n").replace("\n", "\r\n").replace("LENGTH", str(len(body.encode())))
    return (head + "\r\n\r\n" + body).encode()


def request(data: bytes) -> Request:
    message = parse(data)
    assert isinstance(message, Request)
    return message


def answer(data: bytes) -> bytes:
    """What a user agent answers at once, b"" for nothing."""
    endpoint = Endpoint(lambda peer: ("192.0.2.9", 5060))
    endpoint.receive(data, Peer("udp", "192.0.2.1", 5060), 1000.0)
    output = endpoint.take_output()
    return output[0][0] if output else b""


WSINV = wire(
    r"""
INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : LENGTH
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33
""",
    SDP,
)
INTMETH = wire(
    "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
    ":&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0\n"
    "Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~\n"
    'To: "BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>\n'
    "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"работающий\""
    ";tag=_token~1'+`*%!-.\n"
    "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{\n"
    "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~\n"
    "Max-Forwards: 255\n"
    "extensionHeader-!.%*+_`'~:\ufeff大停電\n"
    "Content-Length: 0\n"
)


def options(**changes: str) -> bytes:
    """A plain OPTIONS with some lines replaced; an empty replacement removes the line."""
    lines = {
        "start": "OPTIONS sip:user@example.com SIP/2.0",
        "to": "To: sip:user@example.com",
        "from": "From: <sip:caller@example.net>;tag=323",
        "forwards": "Max-Forwards: 70",
        "call_id": "Call-ID: torture.1234abcd@funky.example.com",
        "cseq": "CSeq: 60 OPTIONS",
        "via": "Via: SIP/2.0/UDP funky.example.com;branch=z9hG4bKkdjuw",
        "length": "l: 0",
    }
    lines.update(changes)
    return wire("\n".join(line for line in lines.values() if line))


def test_wsinv_line_folding_and_white_space_everywhere() -> None:
    message = request(WSINV)
    assert message.to.tag == "1918181833n"
    assert message.from_.display_name == 'J Rosenberg \\"'
    assert message.from_.tag == "98asjd8"
    assert message.cseq == 9
    assert [value.split("=")[-1].strip() for value in message.values("via")] == [
        "390skdjuw",
        "z9hG4bK9ikj8",
        "z9hG4bK30239",
    ]
    contact = parse_name_addr(message.values("contact")[0], "Contact")
    assert contact.display_name == 'Quoted string ""'
    assert contact.params == {"newparam": "newvalue", "secondparam": None, "q": "0.33"}
    assert message.first("newfangledheader") == "newfangled value continued newfangled value"
    assert message.first("subject") == ""
    assert message.body == SDP.encode()


def test_intmeth_wide_range_of_characters() -> None:
    message = request(INTMETH)
    assert message.method == "!interesting-Method0123456789_*+`.%indeed'~"
    assert message.from_.tag == "_token~1'+`*%!-."
    assert message.from_.params["fromparam''~+*_!.-%"] == "работающий"
    assert message.to.display_name == "BEL:\x07 NUL:\x00 DEL:\x7f"
    assert answer(INTMETH).startswith(b"SIP/2.0 501 ")


def test_esc01_escapes_in_uris() -> None:
    data = options(
        start="OPTIONS sip:sips%3Auser%40example.com@example.net SIP/2.0",
        to="To: sip:%75se%72@example.com",
        **{"from": "From: <sip:I%20have%20spaces@example.net>;tag=938"},
    )
    message = request(data)
    uri = message.parsed_uri()
    assert isinstance(uri, SipUri)
    assert uri.host == "example.net"
    assert uri.user_text == "sips:user@example.com"
    assert message.to.uri.user_text == "user"
    assert message.from_.uri.user_text == "I have spaces"


def test_escnull_escaped_nulls() -> None:
    message = request(options(to="To: sip:null-%00-null@example.com"))
    assert message.to.uri.user_text == "null-\x00-null"


def test_esc02_a_percent_that_is_no_escape_in_the_method() -> None:
    data = options(start="RE%47IST%45R sip:registrar.example.com SIP/2.0", cseq="CSeq: 29344 RE%47IST%45R")
    assert request(data).method == "RE%47IST%45R"
    assert answer(data).startswith(b"SIP/2.0 501 ")


def test_lwsdisp_no_space_before_the_angle_bracket() -> None:
    message = request(options(**{"from": "From: caller<sip:caller@example.com>;tag=323"}))
    assert message.from_.display_name == "caller"


def test_longreq_long_values() -> None:
    long = "long" * 60
    data = options(
        to=f'To: "I have a user name of {long}" <sip:{long}@example.com:5060;unknownparam1={long}>',
        call_id=f"Call-ID: {long}@example.com",
        via=", ".join([f"Via: SIP/2.0/UDP sip1.{'x' * 60}.com;branch={long}"] * 2).replace(", Via:", ", ")
        + "".join(f"\nVia: SIP/2.0/TCP sip{n}.example.com;branch=z9hG4bK{n}" for n in range(30)),
    )
    assert len(request(data).values("via")) == 32


def test_dblreq_what_follows_the_body_in_a_datagram_is_ignored() -> None:
    assert request(options() + options()).body == b""


def test_semiuri_a_semicolon_in_the_user_part() -> None:
    uri = request(options(start="OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0")).parsed_uri()
    assert isinstance(uri, SipUri)
    assert uri.user == "user;par=u%40example.net"
    assert uri.params == ()


def test_transports_unknown_ones_are_legal() -> None:
    vias = "\n".join(
        f"Via: SIP/2.0/{kind} t{kind}.example.com;branch=z9hG4bK{kind}" for kind in ("UDP", "SCTP", "TLS", "UNKNOWN")
    )
    assert len(request(options(via=vias)).values("via")) == 4


@pytest.mark.parametrize("reason", ["= 2**3 * 5**2 но сто девяносто девять - простое", ""])
def test_unreason_and_noreason(reason: str) -> None:
    data = options(start=f"SIP/2.0 200 {reason}", cseq="CSeq: 35 INVITE")
    message = parse(data)
    assert isinstance(message, Response)
    assert message.reason == reason


def test_zeromf_is_for_a_user_agent_no_reason_to_refuse() -> None:
    assert answer(options(forwards="Max-Forwards: 0")).startswith(b"SIP/2.0 200 ")


REFUSED = {
    "badinv01": options(via="Via: SIP/2.0/UDP 192.0.2.15;;,;,,"),
    "clerr": options(length="Content-Length: 9999"),
    "ncl": options(length="Content-Length: -999"),
    "scalar02 cseq": options(cseq="CSeq: 36893488147419103232 OPTIONS"),
    "scalar02 max-forwards": options(forwards="Max-Forwards: 300"),
    "scalar02 content-length": options(length="Content-Length: 18446744073709551616"),
    "quotbal": options(to='To: "Mr. J. User <sip:j.user@example.com>'),
    "ltgtruri": options(start="OPTIONS <sip:user@example.com> SIP/2.0"),
    "lwsruri": options(start="OPTIONS sip:user@example.com; lr SIP/2.0"),
    "lwsstart": options(start="OPTIONS  sip:user@example.com  SIP/2.0"),
    "trws": options(start="OPTIONS sip:user@example.com SIP/2.0  "),
    "escruri": options(start="OPTIONS sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0"),
    "mismatch01": options(cseq="CSeq: 8 INVITE"),
    "baddn": options(**{"from": "From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43"}),
    "badaspec": options(to='To: "Watson, Thomas" < sip:t.watson@example.org >'),
    "multi01": options(to="To: sip:user@example.com\nTo: sip:other@example.net"),
    "mcl01": options(length="Content-Length: 0\nContent-Length: 5"),
    "call-id with a space": options(call_id="Call-ID: a b"),
    "port out of range": options(via="Via: SIP/2.0/UDP host:99999;branch=z9hG4bKx"),
    "control character": options(forwards="Max-Forwards: 70\nSubject: bell \x07"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(REFUSED[name])
    assert caught.value.status == 400


@pytest.mark.parametrize("name", ["clerr", "scalar02 cseq", "quotbal", "mismatch01", "lwsstart", "escruri"])
def test_refused_with_400_when_the_request_can_be_answered(name: str) -> None:
    reply = answer(REFUSED[name])
    assert reply.startswith(b"SIP/2.0 400 ")
    parsed = parse(reply) if name not in ("scalar02 cseq", "quotbal") else None
    assert parsed is None or parsed.call_id == "torture.1234abcd@funky.example.com"


@pytest.mark.parametrize("missing", ["to", "from", "call_id", "cseq", "via"])
def test_insuf_missing_fields_cannot_be_answered(missing: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(options(**{missing: ""}))
    assert caught.value.reply is None


def test_badvers_gets_505() -> None:
    assert answer(options(start="OPTIONS sip:t.watson@example.org SIP/7.0")).startswith(b"SIP/2.0 505 ")


def test_mismatch02_unknown_method() -> None:
    data = options(start="NEWMETHOD sip:user@example.com SIP/2.0", cseq="CSeq: 8 INVITE")
    assert answer(data).startswith(b"SIP/2.0 400 ")
    right = options(start="NEWMETHOD sip:user@example.com SIP/2.0", cseq="CSeq: 8 NEWMETHOD")
    assert answer(right).startswith(b"SIP/2.0 501 ")


@pytest.mark.parametrize("uri", ["nobodyKnowsThisScheme:totallyopaquecontent", "soap.beep://192.0.2.103:3002"])
def test_unkscm_and_novelsc_get_416(uri: str) -> None:
    assert answer(options(start=f"OPTIONS {uri} SIP/2.0")).startswith(b"SIP/2.0 416 ")


def test_bext01_required_extensions_get_420() -> None:
    data = options(forwards="Max-Forwards: 70\nRequire: nothingSupportsThis, nothingSupportsThisEither")
    reply = answer(data)
    assert reply.startswith(b"SIP/2.0 420 ")
    assert b"Unsupported: nothingSupportsThis, nothingSupportsThisEither\r\n" in reply


def invite(extra: str = "", body: str = SDP) -> bytes:
    return wire(
        "INVITE sip:user@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdj\nMax-Forwards: 70\n"
        "To: sip:user@example.com\nFrom: sip:caller@example.net;tag=8\nCall-ID: inv.1@example.net\nCSeq: 8 INVITE\n"
        f"Contact: <sip:caller@192.0.2.1>\nContent-Length: LENGTH\n{extra}",
        body,
    )


def test_invut_unknown_content_gets_415() -> None:
    reply = answer(invite("Content-Type: application/unknownformat"))
    assert reply.startswith(b"SIP/2.0 415 ")
    assert b"Accept: application/sdp\r\n" in reply


def test_sdp01_gets_406() -> None:
    assert answer(invite("Content-Type: application/sdp\nAccept: text/nobodyKnowsThis")).startswith(b"SIP/2.0 406 ")


def test_an_invite_without_contact_gets_400() -> None:
    data = invite("Content-Type: application/sdp").replace(b"Contact: <sip:caller@192.0.2.1>\r\n", b"")
    assert answer(data).startswith(b"SIP/2.0 400 ")


@pytest.mark.parametrize("status", ["4294967301", "099", "700", "20", "abc"])
def test_bigcode_responses_with_impossible_status_are_dropped(status: str) -> None:
    data = options(start=f"SIP/2.0 {status} better not break the receiver")
    assert answer(data) == b""
    with pytest.raises(ParseError):
        parse(data)


def test_bcast_a_response_nobody_asked_for_is_dropped() -> None:
    endpoint = Endpoint(lambda peer: ("192.0.2.9", 5060))
    endpoint.receive(options(start="SIP/2.0 200 OK"), Peer("udp", "192.0.2.1", 5060), 1000.0)
    assert endpoint.take_output() == []
    assert endpoint.counters["dropped"] == 1


def test_an_ack_is_never_answered() -> None:
    data = options(start="ACK sip:user@example.com SIP/2.0", cseq="CSeq: 8 INVITE")
    assert answer(data) == b""


def test_inv2543_without_branch_and_content_length() -> None:
    data = wire(
        "INVITE sip:UserB@example.com SIP/2.0\nVia: SIP/2.0/UDP iftgw.example.com\n"
        "From: <sip:+13035551111@ift.client.example.net;user=phone>\n"
        "Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>\n"
        "To: sip:+16505552222@ss1.example.net;user=phone\nCall-ID: inv2543.1717@ift.client.example.com\n"
        "CSeq: 56 INVITE\nContact: <sip:+13035551111@192.0.2.1>\nContent-Type: application/sdp",
        SDP,
    )
    endpoint = Endpoint(lambda peer: ("192.0.2.9", 5060))
    peer = Peer("udp", "192.0.2.1", 5060)
    endpoint.receive(data, peer, 1000.0)
    endpoint.receive(data, peer, 1000.1)
    assert len(endpoint.take_events()) == 1

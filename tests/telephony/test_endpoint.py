"""One endpoint against hand-written messages: the rules that two of our own would never put to the test."""

from __future__ import annotations

import gc
import random

import pytest

from contactcenter.telephony.sip.endpoint import Endpoint, IncomingCall, Limits
from contactcenter.telephony.sip.events import (
    CallAcked,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallOffered,
    CallRejected,
    CallRinging,
)
from contactcenter.telephony.sip.headers import HeaderError
from contactcenter.telephony.sip.incoming import IncomingSession
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import Request, Response, parse
from contactcenter.telephony.sip.outgoing import OutgoingSession
from contactcenter.telephony.sip.session import Session
from contactcenter.telephony.sip.uri import UriError
from tests.fakes.sip_network import ANSWER, OFFER

PEER = Peer("udp", "192.0.2.1", 5060)


class Bench:
    """An endpoint, a clock, and what it said and reported last."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.now = 1_000.0
        self.endpoint = Endpoint(lambda peer: ("192.0.2.9", 5060), limits=limits)

    def feed(self, text: str, body: str = "", peer: Peer = PEER) -> list[Request | Response]:
        head = text.strip("\n").replace("\n", "\r\n")
        self.endpoint.receive(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode(), peer, self.now)
        return self.said()

    def said(self) -> list[Request | Response]:
        self.sent = self.endpoint.take_output()
        return [parse(data) for data, _ in self.sent]

    def wait(self, seconds: float) -> list[Request | Response]:
        end = self.now + seconds
        while (deadline := self.endpoint.next_deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            self.endpoint.tick(self.now)
        self.now = end
        return self.said()

    def events(self) -> list[CallEvent | IncomingCall]:
        return [event for _, event in self.endpoint.take_events()]

    def session(self) -> Session:
        return self.endpoint.take_events()[0][0]

    def status(self, text: str, body: str = "", peer: Peer = PEER) -> int:
        [response] = self.feed(text, body, peer)
        assert isinstance(response, Response)
        return response.status


def request(
    method: str = "INVITE", *, branch: str = "one", cseq: int = 1, to_tag: str = "", extra: str = "", call: str = "c1"
) -> str:
    sequence = "INVITE" if method == "ACK" else method
    number = f"{cseq} {method if method == 'ACK' else sequence}"
    lines = [
        f"{method} sip:1000@192.0.2.9 SIP/2.0",
        f"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{branch};rport",
        "Max-Forwards: 70",
        "From: <sip:bob@example.com>;tag=theirs",
        f"To: <sip:1000@192.0.2.9>{';tag=' + to_tag if to_tag else ''}",
        f"Call-ID: {call}",
        f"CSeq: {number}",
        "Contact: <sip:bob@192.0.2.1:5066>",
    ]
    if method == "INVITE":
        lines.append("Content-Type: application/sdp")
    return "\n".join(lines) + (f"\n{extra}" if extra else "")


def talking(bench: Bench, extra: str = "") -> tuple[IncomingSession, str]:
    """An answered call and our tag."""
    bench.feed(request(extra=extra), OFFER)
    session = bench.session()
    assert isinstance(session, IncomingSession)
    session.answer(ANSWER, bench.now)
    [response] = bench.said()
    bench.feed(request("ACK", branch="ack", to_tag=response.to.tag))
    assert bench.events() == [CallAcked(None)]
    return session, response.to.tag


def test_requests_in_the_dialog_follow_the_record_route() -> None:
    bench = Bench()
    session, _ = talking(bench, "Record-Route: <sip:192.0.2.50;lr>, <sip:192.0.2.51:5070;lr>")
    session.hangup(bench.now)
    [bye] = bench.said()
    assert isinstance(bye, Request)
    assert bye.uri == "sip:bob@192.0.2.1:5066"
    assert bye.headers["route"] == ["<sip:192.0.2.50;lr>", "<sip:192.0.2.51:5070;lr>"]
    assert bench.sent[0][1] == Peer("udp", "192.0.2.50", 5060)


def test_a_strict_router_gets_itself_in_the_request_uri() -> None:
    bench = Bench()
    session, _ = talking(bench, "Record-Route: <sip:192.0.2.50>, <sip:192.0.2.51;lr>")
    session.hangup(bench.now)
    [bye] = bench.said()
    assert isinstance(bye, Request)
    assert bye.uri == "sip:192.0.2.50"
    assert bye.headers["route"] == ["<sip:192.0.2.51;lr>", "<sip:bob@192.0.2.1:5066>"]


def test_without_a_route_the_contact_is_the_target_unless_addresses_are_translated() -> None:
    bench = Bench()
    session, _ = talking(bench)
    session.hangup(bench.now)
    bench.said()
    assert bench.sent[0][1] == Peer("udp", "192.0.2.1", 5066)
    natted, outside = Bench(), Peer("udp", "203.0.113.7", 41_000)
    natted.feed(request(), OFFER, outside)
    behind = natted.session()
    assert isinstance(behind, IncomingSession)
    behind.answer(ANSWER, natted.now)
    [response] = natted.said()
    assert natted.sent[0][1] == outside
    assert "received=203.0.113.7" in response.headers["via"][0]
    assert "rport=41000" in response.headers["via"][0]
    natted.feed(request("ACK", branch="ack", to_tag=response.to.tag), peer=outside)
    behind.hangup(natted.now)
    natted.said()
    assert natted.sent[0][1] == outside


def test_without_rport_the_answer_goes_to_the_port_in_the_via() -> None:
    bench = Bench()
    text = request("OPTIONS").replace(";rport", "").replace("192.0.2.1:5060", "192.0.2.1:5099")
    bench.feed(text, peer=Peer("udp", "192.0.2.1", 33_000))
    assert bench.sent[0][1] == Peer("udp", "192.0.2.1", 5099)


def test_the_same_request_by_another_path_is_merged() -> None:
    bench = Bench()
    bench.feed(request(), OFFER)
    assert bench.status(request(branch="two"), OFFER) == 482
    assert bench.events() == [IncomingCall()]


def test_requests_for_unknown_dialogs_get_481_and_acks_silence() -> None:
    bench = Bench()
    for method in ("BYE", "INFO", "INVITE"):
        assert bench.status(request(method, branch=method, to_tag="nobody"), OFFER) == 481
    assert bench.status(request("BYE", branch="early")) == 481
    assert bench.status(request("CANCEL", branch="none")) == 481
    assert bench.feed(request("ACK", branch="ack", to_tag="nobody")) == []


@pytest.mark.parametrize(("method", "status"), [("SUBSCRIBE", 405), ("UPDATE", 405), ("FROBNICATE", 501)])
def test_methods_that_are_not_ours(method: str, status: int) -> None:
    bench = Bench()
    [response] = bench.feed(request(method))
    assert isinstance(response, Response)
    assert response.status == status
    assert "BYE" in response.headers["allow"][0]


def test_an_old_sequence_number_in_the_dialog_gets_500() -> None:
    bench = Bench()
    _, tag = talking(bench)
    assert bench.status(request("INFO", branch="i1", cseq=9, to_tag=tag)) == 200
    assert bench.status(request("INFO", branch="i2", cseq=8, to_tag=tag)) == 500


def test_a_required_extension_in_the_dialog_gets_420() -> None:
    bench = Bench()
    _, tag = talking(bench)
    assert bench.status(request(branch="r", cseq=2, to_tag=tag, extra="Require: timer"), OFFER) == 420


def test_bye_before_the_answer_ends_the_invite_too() -> None:
    bench = Bench()
    bench.feed(request(), OFFER)
    session = bench.session()
    assert isinstance(session, IncomingSession)
    session.ringing(bench.now)
    [ringing] = bench.said()
    replies = bench.feed(request("BYE", branch="bye", cseq=2, to_tag=ringing.to.tag))
    assert [reply.status for reply in replies if isinstance(reply, Response)] == [200, 487]
    assert bench.events() == [CallEnded("bye")]


def test_a_bye_answers_an_open_reinvite_with_487() -> None:
    bench = Bench()
    _, tag = talking(bench)
    bench.feed(request(branch="re", cseq=2, to_tag=tag), OFFER)
    assert bench.events() == [CallOffered(OFFER)]
    replies = bench.feed(request("BYE", branch="bye", cseq=3, to_tag=tag))
    assert [reply.status for reply in replies if isinstance(reply, Response)] == [200, 487]


def test_a_reinvite_without_offer_asks_for_ours_and_the_ack_answers() -> None:
    bench = Bench()
    session, tag = talking(bench)
    bench.feed(request(branch="re", cseq=2, to_tag=tag).replace("Content-Type: application/sdp", "X: y"))
    assert bench.events() == [CallOffered(None)]
    session.answer_offer(OFFER, bench.now)
    bench.said()
    ack = request("ACK", branch="ack2", cseq=2, to_tag=tag, extra="Content-Type: application/sdp")
    bench.feed(ack, ANSWER)
    assert bench.events() == [CallAcked(ANSWER)]


def test_a_multipart_body_may_hold_the_offer() -> None:
    bench = Bench()
    other = "--b1\r\nContent-Type: application/isup\r\n\r\nxx\r\n"
    body = f"{other}--b1\r\nContent-Type: application/sdp\r\n\r\n{OFFER}\r\n--b1--"
    bench.feed(request().replace("application/sdp", "multipart/mixed;boundary=b1"), body)
    session = bench.session()
    assert isinstance(session, IncomingSession)
    assert session.offer == OFFER


def test_cancel_of_a_refused_call_is_still_acknowledged() -> None:
    bench = Bench()
    bench.feed(request(), OFFER)
    session = bench.session()
    assert isinstance(session, IncomingSession)
    session.reject(486, bench.now)
    bench.said()
    assert bench.status(request("CANCEL")) == 200


def test_an_unacknowledged_refusal_is_given_up() -> None:
    bench = Bench()
    bench.feed(request(), OFFER)
    session = bench.session()
    assert isinstance(session, IncomingSession)
    session.reject(486, bench.now)
    bench.wait(100)
    assert bench.endpoint.counters["unacknowledged_refusals"] == 1
    assert set(bench.endpoint.footprint().values()) == {0}


def outgoing(bench: Bench) -> tuple[OutgoingSession, Request]:
    session = bench.endpoint.invite("sip:1@192.0.2.1", PEER, bench.now, from_uri="sip:2@192.0.2.9", offer=OFFER)
    [invite] = bench.said()
    assert isinstance(invite, Request)
    return session, invite


def reply(invite: Request, status: int, tag: str, body: str = "") -> str:
    lines = [f"SIP/2.0 {status} Whatever", f"Via: {invite.headers['via'][0]}", f"From: {invite.headers['from'][0]}"]
    lines += [f"To: {invite.headers['to'][0]}{';tag=' + tag if tag else ''}", f"Call-ID: {invite.call_id}"]
    lines += [f"CSeq: {invite.cseq} {invite.method}", f"Contact: <sip:{tag or 'x'}@192.0.2.1:5080>"]
    if body:
        lines.append("Content-Type: application/sdp")
    return "\n".join(lines)


def test_of_two_answering_phones_the_first_wins_and_the_second_is_hung_up() -> None:
    bench = Bench()
    _, invite = outgoing(bench)
    bench.feed(reply(invite, 180, "a"))
    bench.feed(reply(invite, 180, "b"))
    [ack] = bench.feed(reply(invite, 200, "a", ANSWER), ANSWER)
    assert (ack.cseq_method, ack.to.tag) == ("ACK", "a")
    second = bench.feed(reply(invite, 200, "b", ANSWER), ANSWER)
    assert [(item.cseq_method, item.to.tag) for item in second] == [("ACK", "b"), ("BYE", "b")]
    assert bench.events() == [CallRinging(180), CallRinging(180), CallAnswered(ANSWER)]
    [again] = bench.feed(reply(invite, 200, "a", ANSWER), ANSWER)
    assert (again.cseq_method, again.to.tag) == ("ACK", "a")


def test_an_answer_without_session_description_is_hung_up() -> None:
    bench = Bench()
    _, invite = outgoing(bench)
    said = bench.feed(reply(invite, 200, "a"))
    assert [item.cseq_method for item in said] == ["ACK", "BYE"]
    assert bench.events() == [CallEnded("error", 488)]


def test_a_cancelled_call_that_is_never_answered_is_given_up() -> None:
    bench = Bench()
    session, invite = outgoing(bench)
    bench.feed(reply(invite, 180, "a"))
    session.hangup(bench.now)
    [cancel] = bench.said()
    assert cancel.headers["via"] == invite.headers["via"]
    assert (cancel.cseq, cancel.cseq_method) == (invite.cseq, "CANCEL")
    bench.wait(100)
    assert set(bench.endpoint.footprint().values()) == {0}
    assert bench.endpoint.active_calls == 0


def test_a_challenge_without_credentials_is_a_refusal() -> None:
    bench = Bench()
    _, invite = outgoing(bench)
    bench.feed(reply(invite, 407, "a"))
    assert bench.events() == [CallRejected(407, "Whatever")]


def test_a_lost_transport_ends_the_call() -> None:
    bench = Bench()
    peer = Peer("tcp", "192.0.2.1", 5060)
    bench.endpoint.invite("sip:1@192.0.2.1", peer, bench.now, from_uri="sip:2@192.0.2.9", offer=OFFER)
    bench.endpoint.transport_failed(peer, bench.now)
    assert bench.events() == [CallEnded("error", 503)]
    assert bench.endpoint.active_calls == 0


def test_wishes_that_would_break_a_message_are_refused_and_leave_nothing() -> None:
    bench = Bench()
    for options in ({"headers": [("X", "a\r\nBye: b")]}, {"from_uri": "sip:a\r\n@b"}):
        wish = {"from_uri": "sip:2@192.0.2.9", "offer": OFFER, **options}
        with pytest.raises((HeaderError, UriError)):
            bench.endpoint.invite("sip:1@192.0.2.1", PEER, bench.now, **wish)  # type: ignore[arg-type]
    bench.feed(request(), OFFER)
    session = bench.session()
    assert isinstance(session, IncomingSession)
    with pytest.raises(ValueError, match="one line"):
        session.reject(486, bench.now, "no\r\nContact: x")
    assert bench.endpoint.active_calls == 1


def test_too_many_calls_and_transactions_get_503() -> None:
    bench = Bench(Limits(calls=1, transactions=3))
    bench.feed(request(call="c1", branch="1"), OFFER)
    assert bench.status(request(call="c2", branch="2"), OFFER) == 503
    assert bench.status(request("OPTIONS", branch="3")) == 200
    assert bench.status(request("OPTIONS", branch="4")) == 503
    assert len(bench.endpoint.layer.server) == 3
    bench.wait(40)
    assert bench.status(request("OPTIONS", branch="5")) == 200


def test_a_frame_that_breaks_its_stream_is_answered() -> None:
    bench = Bench()
    head = request("OPTIONS").replace("\n", "\r\n").encode() + b"\r\n"
    bench.endpoint.refuse_frame(head, 513, PEER._replace(transport="tcp"))
    [response] = bench.said()
    assert isinstance(response, Response)
    assert response.status == 513
    bench.endpoint.refuse_frame(b"GET / HTTP/1.1\r\n", 400, PEER)
    assert bench.said() == []


def test_a_flood_of_garbage_leaves_no_memory_behind() -> None:
    bench = Bench()
    chance = random.Random(7)
    valid = request("OPTIONS").encode()
    for _ in range(3_000):
        cut = chance.randrange(len(valid))
        bench.endpoint.receive(valid[:cut] + chance.randbytes(20), PEER, bench.now)
        bench.endpoint.take_output()
    assert set(bench.endpoint.footprint().values()) == {0}
    assert len(bench.endpoint.counters) < 10


def test_ended_calls_are_not_kept_alive() -> None:
    bench = Bench()
    for number in range(50):
        bench.feed(request(call=f"c{number}", branch=f"b{number}"), OFFER)
        session = bench.session()
        assert isinstance(session, IncomingSession)
        session.reject(486, bench.now)
        bench.feed(request("ACK", call=f"c{number}", branch=f"b{number}"))
        bench.events()
    del session
    bench.wait(100)
    bench.events()
    gc.collect()
    assert not [
        item for item in gc.get_objects() if isinstance(item, IncomingSession) and item.endpoint is bench.endpoint
    ]


def test_a_repeated_request_gets_the_same_answer_and_nothing_else_happens() -> None:
    bench = Bench()
    [first] = bench.feed(request("OPTIONS"))
    assert bench.feed(request("OPTIONS")) == [first]
    bench.feed(request(branch="call", call="c2"), OFFER)
    session = bench.session()
    assert isinstance(session, IncomingSession)
    session.ringing(bench.now)
    [ringing] = bench.said()
    assert bench.feed(request(branch="call", call="c2"), OFFER) == [ringing]
    session.reject(486, bench.now)
    [refusal] = bench.said()
    assert bench.feed(request(branch="call", call="c2"), OFFER) == [refusal]
    assert bench.events() == [CallEnded("local", 486)]
    assert bench.endpoint.counters["retransmissions_received"] == 3

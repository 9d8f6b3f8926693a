"""Two endpoints talk over a bad network: every call ends the same on both sides and leaves nothing behind."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.telephony.sip.endpoint import IncomingCall
from contactcenter.telephony.sip.events import (
    CallAcked,
    CallAnswered,
    CallDigit,
    CallEnded,
    CallEvent,
    CallOffered,
    CallRejected,
    CallRinging,
    ReofferAnswered,
    ReofferRejected,
)
from contactcenter.telephony.sip.incoming import IncomingSession
from contactcenter.telephony.sip.outgoing import OutgoingSession
from contactcenter.telephony.sip.session import Session, WrongStateError
from tests.fakes.sip_network import ANSWER, OFFER, Link, Network, Node

EMPTY = {
    "dialogs": 0,
    "sessions": 0,
    "invites": 0,
    "origins": 0,
    "server_transactions": 0,
    "client_transactions": 0,
    "timers": 0,
}


def pair(seed: int = 0, link: Link | None = None) -> tuple[Network, Node, Node]:
    network = Network(seed, link)
    return network, network.add("192.0.2.1"), network.add("192.0.2.2")


def place(network: Network, caller: Node, callee: Node, offer: str = OFFER) -> OutgoingSession:
    return caller.endpoint.invite(
        f"sip:1000@{callee.peer.host}", callee.peer, network.now, from_uri=f"sip:bob@{caller.peer.host}", offer=offer
    )


def answering(network: Network, callee: Node, after: float = 0.0) -> None:
    """Let the callee ring and answer."""

    def on_event(session: Session, event: CallEvent | IncomingCall) -> None:
        if isinstance(event, IncomingCall):
            assert isinstance(session, IncomingSession)
            session.ringing(network.now)
            network.at(after, lambda: None if session.ended else session.answer(ANSWER, network.now))
        elif isinstance(event, CallOffered) and event.sdp is not None:
            session.answer_offer(ANSWER, network.now)

    callee.on_event = on_event


def assert_clean(network: Network, *nodes: Node) -> None:
    network.run(200)
    for node in nodes:
        assert node.endpoint.footprint() == EMPTY
        assert node.endpoint.active_calls == 0


def methods(node: Node) -> list[bytes]:
    return [data.split(b" ", 1)[0] for _, data, _ in node.sent]


def test_a_call_is_answered_and_ended_by_the_caller() -> None:
    network, caller, callee = pair()
    answering(network, callee)
    call = place(network, caller, callee)
    network.run(1)
    assert caller.heard(call) == [CallRinging(180), CallAnswered(ANSWER)]
    [incoming] = callee.calls()
    assert callee.heard(incoming) == [IncomingCall(), CallAcked(None)]
    call.hangup(network.now)
    network.run(1)
    assert caller.endings(call) == [CallEnded("local")]
    assert callee.endings(incoming) == [CallEnded("bye")]
    assert_clean(network, caller, callee)


def test_a_call_is_ended_by_the_callee() -> None:
    network, caller, callee = pair()
    answering(network, callee)
    call = place(network, caller, callee)
    network.run(1)
    callee.calls()[0].hangup(network.now)
    network.run(1)
    assert caller.endings(call) == [CallEnded("bye")]
    assert_clean(network, caller, callee)


def test_hanging_up_while_it_rings_cancels() -> None:
    network, caller, callee = pair()
    answering(network, callee, after=20)
    call = place(network, caller, callee)
    network.run(1)
    call.hangup(network.now)
    network.run(1)
    assert caller.endings(call) == [CallEnded("local")]
    assert callee.endings(callee.calls()[0]) == [CallEnded("cancel", 487)]
    assert_clean(network, caller, callee)


def test_cancel_waits_for_a_provisional_response() -> None:
    network, caller, callee = pair()
    answering(network, callee, after=20)
    network.link.loss = 1.0
    call = place(network, caller, callee)
    call.hangup(network.now)
    network.run(0.4)
    assert methods(caller) == [b"INVITE"]
    network.link.loss = 0.0
    network.run(1)
    assert b"CANCEL" in methods(caller)
    assert callee.endings(callee.calls()[0]) == [CallEnded("cancel", 487)]
    assert_clean(network, caller, callee)


def test_a_2xx_that_crosses_the_cancel_is_acknowledged_and_hung_up() -> None:
    network, caller, callee = pair(link=Link(delay=0.2))
    answering(network, callee, after=0.25)
    call = place(network, caller, callee)
    network.run(0.44)
    call.hangup(network.now)
    network.run(3)
    assert callee.endings(callee.calls()[0]) == [CallEnded("bye")]
    assert caller.heard(call)[-1] == CallEnded("local")
    assert_clean(network, caller, callee)


def test_a_lost_ack_ends_the_call_with_bye_after_64_t1() -> None:
    network, caller, callee = pair()
    answering(network, callee)
    call = place(network, caller, callee)
    network.run(0.015)
    network.link.loss = 1.0
    network.run(31.5)
    [incoming] = callee.calls()
    assert not callee.endings(incoming)
    finals = [at for at, data, _ in callee.sent if data.startswith(b"SIP/2.0 200")]
    gaps = [round(later - earlier, 3) for earlier, later in itertools.pairwise(finals)]
    assert gaps[:4] == [0.5, 1.0, 2.0, 4.0]
    assert set(gaps[4:]) == {4.0}
    network.link.loss = 0.0
    network.run(1)
    assert callee.endings(incoming) == [CallEnded("timeout", 408)]
    assert caller.endings(call) == [CallEnded("bye")]
    assert_clean(network, caller, callee)


def test_a_retransmitted_2xx_is_acknowledged_again() -> None:
    network, caller, callee = pair()
    answering(network, callee)
    place(network, caller, callee)
    network.run(0.015)
    network.link.loss = 1.0
    network.run(0.3)
    network.link.loss = 0.0
    network.run(2)
    assert methods(caller).count(b"ACK") == 2
    assert callee.heard(callee.calls()[0]) == [IncomingCall(), CallAcked(None)]


def test_nobody_answers_the_phone_number() -> None:
    network = Network()
    caller, silent = network.add("192.0.2.1"), network.add("192.0.2.9")
    del network.nodes[("192.0.2.9", 5060)]
    call = place(network, caller, silent)
    network.run(31)
    assert not caller.endings(call)
    network.run(2)
    assert caller.endings(call) == [CallEnded("timeout", 408)]
    sent = [at - 1000.0 for at, _, _ in caller.sent]
    assert sent == [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert_clean(network, caller)


def test_a_refusal_reaches_the_caller() -> None:
    network, caller, callee = pair()

    def refuse(session: Session, event: CallEvent | IncomingCall) -> None:
        if isinstance(event, IncomingCall):
            assert isinstance(session, IncomingSession)
            session.reject(486, network.now)
            with pytest.raises(WrongStateError):
                session.answer(ANSWER, network.now)

    callee.on_event = refuse
    call = place(network, caller, callee)
    network.run(1)
    assert caller.heard(call) == [CallRejected(486, "Busy Here")]
    assert_clean(network, caller, callee)


def test_100_trying_is_sent_only_when_the_application_is_slow() -> None:
    network, caller, callee = pair()
    place(network, caller, callee)
    network.run(0.15)
    assert callee.sent == []
    network.run(0.2)
    assert [data[:11] for _, data, _ in callee.sent] == [b"SIP/2.0 100"]


def test_ringing_is_repeated_each_minute() -> None:
    network, caller, callee = pair()
    answering(network, callee, after=150)
    place(network, caller, callee)
    network.run(149)
    assert [round(at - 1000) for at, data, _ in callee.sent if b" 180 " in data[:12]] == [0, 60, 120]


def test_an_invite_without_offer_is_answered_with_ours() -> None:
    network, caller, callee = pair()
    answering(network, callee)
    call = place(network, caller, callee, offer="")
    network.run(1)
    [incoming] = callee.calls()
    assert isinstance(incoming, IncomingSession)
    assert incoming.offer is None
    assert CallAnswered(ANSWER) in caller.heard(call)


def test_hold_by_reinvite_and_info_digits() -> None:
    network, caller, callee = pair()
    answering(network, callee)
    call = place(network, caller, callee)
    network.run(1)
    call.reoffer(OFFER + "a=sendonly\r\n", network.now)
    with pytest.raises(WrongStateError):
        call.reoffer(OFFER, network.now)
    network.run(1)
    [incoming] = callee.calls()
    assert CallOffered(OFFER + "a=sendonly\r\n") in callee.heard(incoming)
    assert ReofferAnswered(ANSWER) in caller.heard(call)
    incoming.info_digit("#", network.now)
    network.run(1)
    assert CallDigit("#") in caller.heard(call)
    incoming.hangup(network.now)
    assert_clean(network, caller, callee)


def test_glare_is_answered_491_on_both_sides() -> None:
    network, caller, callee = pair()
    answering(network, callee)
    call = place(network, caller, callee)
    network.run(1)
    [incoming] = callee.calls()
    call.reoffer(OFFER, network.now)
    incoming.reoffer(OFFER, network.now)
    network.run(1)
    assert ReofferRejected(491) in caller.heard(call)
    assert ReofferRejected(491) in callee.heard(incoming)
    assert not caller.endings(call)
    call.hangup(network.now)
    assert_clean(network, caller, callee)


def test_a_second_offer_before_the_first_is_answered_gets_500() -> None:
    network, caller, callee = pair()
    answering(network, callee)
    call = place(network, caller, callee)
    network.run(1)
    callee.on_event = lambda session, event: None
    call.reoffer(OFFER, network.now)
    network.run(0.1)
    assert call.dialog is not None
    again = call.dialog.request("INVITE", body=OFFER.encode(), content_type="application/sdp")
    caller.endpoint.request(again, callee.peer, lambda response, now: None, network.now)
    network.run(0.1)
    assert any(data.startswith(b"SIP/2.0 500") and b"Retry-After" in data for _, data, _ in callee.sent)
    callee.calls()[0].reject_offer(488, network.now)
    network.run(0.1)
    assert ReofferRejected(488) in caller.heard(call)


def test_hanging_up_before_the_ack_waits_for_it() -> None:
    network, caller, callee = pair()

    def answer_and_hang_up(session: Session, event: CallEvent | IncomingCall) -> None:
        if isinstance(event, IncomingCall):
            assert isinstance(session, IncomingSession)
            session.answer(ANSWER, network.now)
            session.hangup(network.now)

    callee.on_event = answer_and_hang_up
    call = place(network, caller, callee)
    network.run(0.025)
    assert b"BYE" not in methods(callee)
    network.run(1)
    assert caller.endings(call) == [CallEnded("bye")]
    assert_clean(network, caller, callee)


def test_both_hang_up_at_once() -> None:
    network, caller, callee = pair()
    answering(network, callee)
    call = place(network, caller, callee)
    network.run(1)
    [incoming] = callee.calls()
    call.hangup(network.now)
    incoming.hangup(network.now)
    network.run(1)
    assert caller.endings(call) == callee.endings(incoming) == [CallEnded("local")]
    assert all(b" 481 " not in data for _, data, _ in callee.sent + caller.sent)
    assert_clean(network, caller, callee)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    loss=st.floats(0, 0.3),
    duplication=st.floats(0, 0.3),
    jitter=st.sampled_from([0.0, 0.05, 0.7]),
    answer_after=st.sampled_from([0.0, 0.1, 0.5, 3.0, 100.0]),
    caller_leaves=st.one_of(st.none(), st.floats(0, 10)),
    callee_leaves=st.one_of(st.none(), st.floats(0, 10)),
    hold_at=st.one_of(st.none(), st.floats(0, 10)),
)
def test_calls_over_a_bad_network_end_alike_on_both_sides(
    seed: int,
    loss: float,
    duplication: float,
    jitter: float,
    answer_after: float,
    caller_leaves: float | None,
    callee_leaves: float | None,
    hold_at: float | None,
) -> None:
    network, caller, callee = pair(seed, Link(loss, duplication, 0.02, jitter))
    answering(network, callee, answer_after)
    call = place(network, caller, callee)

    def leave() -> None:
        for item in callee.calls():
            item.hangup(network.now)

    def hold() -> None:
        if call.dialog is not None and not call.ended:
            try:
                call.reoffer(OFFER, network.now)
            except WrongStateError:
                assert callee.calls()

    if caller_leaves is not None:
        network.at(caller_leaves, lambda: call.hangup(network.now))
    if callee_leaves is not None:
        network.at(callee_leaves, leave)
    if hold_at is not None:
        network.at(hold_at, hold)
    network.run(160)

    incoming = callee.calls()
    assert len(incoming) <= 1, "a retransmitted INVITE must not ring twice"
    if incoming:
        assert bool(callee.endings(incoming[0])) == bool(caller.endings(call))
        answered = any(isinstance(event, CallAnswered) for event in caller.heard(call))
        acked = any(isinstance(event, CallAcked) for event in callee.heard(incoming[0]))
        if not caller.endings(call):
            assert answered
            assert acked
    call.hangup(network.now)
    for item in incoming:
        item.hangup(network.now)
    network.run(100)
    assert len(caller.endings(call)) == 1
    for item in incoming:
        assert len(callee.endings(item)) == 1
    assert_clean(network, caller, callee)

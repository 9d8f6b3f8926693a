"""The transaction machines, alone and against each other over a channel that drops, doubles and reorders."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contactcenter.telephony.sip.transaction import (
    Action,
    Actions,
    InviteClient,
    InviteServer,
    Machine,
    NonInviteClient,
    NonInviteServer,
    State,
    Timers,
)

TIMERS = Timers()


def run_until(machine: Machine, end: float) -> list[tuple[float, Action]]:
    """Fire every timer up to ``end`` and list what it made the machine do."""
    done: list[tuple[float, Action]] = []
    while (deadline := machine.next_deadline()) is not None and deadline <= end:
        done += [(deadline, action) for action in machine.tick(deadline)]
    return done


def test_invite_client_doubles_its_retransmissions_and_gives_up_after_64_t1() -> None:
    machine = InviteClient(False, TIMERS)
    assert machine.start(0.0) == (Action.SEND_REQUEST,)
    done = run_until(machine, 1000)
    assert [at for at, action in done if action is Action.SEND_REQUEST] == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert done[-2:] == [(32.0, Action.TIMED_OUT), (32.0, Action.TERMINATED)]


def test_invite_client_waits_without_limit_once_it_is_proceeding() -> None:
    machine = InviteClient(False, TIMERS)
    machine.start(0.0)
    assert machine.receive(180, 0.1) == (Action.DELIVER,)
    assert machine.next_deadline() is None


def test_invite_client_keeps_delivering_2xx_for_timer_m() -> None:
    machine = InviteClient(True, TIMERS)
    machine.start(0.0)
    assert machine.receive(200, 1.0) == (Action.DELIVER,)
    assert machine.receive(200, 2.0) == (Action.DELIVER,)
    assert machine.receive(486, 3.0) == ()
    assert run_until(machine, 100) == [(33.0, Action.TERMINATED)]


def test_invite_client_acknowledges_each_copy_of_a_refusal() -> None:
    machine = InviteClient(False, TIMERS)
    machine.start(0.0)
    assert machine.receive(486, 1.0) == (Action.SEND_ACK, Action.DELIVER)
    assert machine.receive(486, 2.0) == (Action.SEND_ACK,)
    assert machine.receive(180, 2.0) == ()
    assert run_until(machine, 100) == [(33.0, Action.TERMINATED)]


@pytest.mark.parametrize("status", [200, 404])
def test_reliable_non_invite_client_ends_with_the_response(status: int) -> None:
    machine = NonInviteClient(True, TIMERS)
    machine.start(0.0)
    assert machine.next_deadline() == 32.0
    assert machine.receive(status, 1.0) == (Action.DELIVER, Action.TERMINATED)


def test_non_invite_client_caps_its_interval_at_t2_and_slows_when_proceeding() -> None:
    machine = NonInviteClient(False, TIMERS)
    machine.start(0.0)
    sent = [at for at, action in run_until(machine, 12) if action is Action.SEND_REQUEST]
    assert sent == [0.5, 1.5, 3.5, 7.5, 11.5]
    early = NonInviteClient(False, TIMERS)
    early.start(0.0)
    early.receive(100, 0.1)
    assert [at for at, _ in run_until(early, 9)] == [0.5, 4.5, 8.5]


def test_invite_server_says_trying_after_200_ms_unless_the_user_was_faster() -> None:
    machine = InviteServer(False, TIMERS)
    machine.start(0.0)
    assert machine.tick(0.19) == ()
    assert machine.tick(0.2) == (Action.SEND_TRYING,)
    assert machine.receive(0.5) == (Action.SEND_RESPONSE,)
    quick = InviteServer(False, TIMERS)
    quick.start(0.0)
    assert quick.respond(180, 0.1) == (Action.SEND_RESPONSE,)
    assert quick.next_deadline() is None


def test_invite_server_repeats_a_refusal_until_its_ack() -> None:
    machine = InviteServer(False, TIMERS)
    machine.start(0.0)
    machine.respond(486, 0.0)
    assert [at for at, _ in run_until(machine, 10)] == [0.5, 1.5, 3.5, 7.5]
    assert machine.acknowledge(10.5) == ()
    assert machine.state is State.CONFIRMED
    assert run_until(machine, 100) == [(15.5, Action.TERMINATED)]


def test_invite_server_reports_a_missing_ack() -> None:
    machine = InviteServer(True, TIMERS)
    machine.start(0.0)
    machine.respond(486, 0.0)
    assert run_until(machine, 100) == [(32.0, Action.TIMED_OUT), (32.0, Action.TERMINATED)]


def test_invite_server_leaves_2xx_retransmission_to_its_user() -> None:
    machine = InviteServer(False, TIMERS)
    machine.start(0.0)
    assert machine.respond(200, 0.0) == (Action.SEND_RESPONSE,)
    assert machine.receive(0.5) == ()
    assert machine.respond(200, 0.5) == (Action.SEND_RESPONSE,)
    assert machine.respond(486, 0.6) == ()
    assert machine.acknowledge(0.7) == (Action.DELIVER,)
    assert run_until(machine, 100) == [(32.0, Action.TERMINATED)]


def test_non_invite_server_answers_retransmissions_for_timer_j() -> None:
    machine = NonInviteServer(False, TIMERS)
    machine.start(0.0)
    assert machine.receive(0.1) == ()
    assert machine.respond(200, 0.2) == (Action.SEND_RESPONSE,)
    assert machine.respond(500, 0.3) == ()
    assert machine.receive(0.4) == (Action.SEND_RESPONSE,)
    assert run_until(machine, 100) == [(32.2, Action.TERMINATED)]


@pytest.mark.parametrize("kind", [InviteClient, NonInviteClient, InviteServer, NonInviteServer])
def test_a_transport_error_ends_every_machine(kind: type[Machine]) -> None:
    machine = kind(False, TIMERS)  # type: ignore[call-arg]  # the subclasses take no state
    assert machine.transport_error() == (Action.FAILED, Action.TERMINATED)
    assert machine.transport_error() == ()
    assert machine.next_deadline() is None


LEGAL = {
    State.CALLING: {State.PROCEEDING, State.ACCEPTED, State.COMPLETED, State.TERMINATED},
    State.TRYING: {State.PROCEEDING, State.COMPLETED, State.TERMINATED},
    State.PROCEEDING: {State.ACCEPTED, State.COMPLETED, State.TERMINATED},
    State.ACCEPTED: {State.TERMINATED},
    State.COMPLETED: {State.CONFIRMED, State.TERMINATED},
    State.CONFIRMED: {State.TERMINATED},
    State.TERMINATED: set(),
}


class Pair(RuleBasedStateMachine):
    """A client and a server transaction of the same request; the channel is a bag of messages in flight."""

    invite = True

    @initialize(reliable=st.booleans())
    def begin(self, reliable: bool) -> None:
        self.now = 0.0
        self.reliable = reliable
        self.client: InviteClient | NonInviteClient
        self.server: InviteServer | NonInviteServer | None = None
        self.client = (InviteClient if self.invite else NonInviteClient)(reliable, TIMERS)
        self.flight: list[tuple[str, int]] = []
        self.last_response = 0
        self.delivered: list[int] = []
        self.requests_seen = 0
        self.failures = 0
        self.states = {"client": self.client.state}
        self.client_does(self.client.start(self.now), 0)

    def client_does(self, actions: Actions, status: int) -> None:
        for action in actions:
            if action is Action.SEND_REQUEST:
                self.flight.append(("request", 0))
            elif action is Action.SEND_ACK:
                self.flight.append(("ack", 0))
            elif action is Action.DELIVER:
                self.delivered.append(status)
            elif action is Action.TIMED_OUT:
                self.failures += 1
        self.moved("client", self.client)

    def server_does(self, actions: Actions) -> None:
        assert self.server is not None
        for action in actions:
            if action is Action.SEND_RESPONSE:
                self.flight.append(("response", self.last_response))
            elif action is Action.SEND_TRYING:
                self.last_response = 100
                self.flight.append(("response", 100))
        self.moved("server", self.server)

    def moved(self, name: str, machine: Machine) -> None:
        before = self.states.get(name, machine.state)
        assert machine.state in (before, State.TERMINATED) or machine.state in LEGAL[before]
        self.states[name] = machine.state

    @precondition(lambda self: self.flight)
    @rule(data=st.data(), keep=st.booleans())
    def deliver(self, data: st.DataObject, keep: bool) -> None:
        """Any message in flight arrives, in any order; ``keep`` leaves a copy behind."""
        index = data.draw(st.integers(0, len(self.flight) - 1))
        kind, status = self.flight[index] if keep and not self.reliable else self.flight.pop(index)
        if kind == "response":
            self.client_does(self.client.receive(status, self.now), status)
        elif kind == "ack":
            assert isinstance(self.server, InviteServer)
            self.server_does(self.server.acknowledge(self.now))
        elif self.server is None:
            self.server = (InviteServer if self.invite else NonInviteServer)(self.reliable, TIMERS)
            self.requests_seen += 1
            self.server_does(self.server.start(self.now))
        elif self.server.state is not State.TERMINATED:
            self.server_does(self.server.receive(self.now))

    @precondition(lambda self: self.flight and not self.reliable)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        self.flight.pop(data.draw(st.integers(0, len(self.flight) - 1)))

    @precondition(lambda self: self.server is not None)
    @rule(status=st.sampled_from([100, 180, 200, 302, 486, 503]))
    def respond(self, status: int) -> None:
        assert self.server is not None
        before = self.server.state
        actions = self.server.respond(status, self.now)
        if Action.SEND_RESPONSE in actions:
            self.last_response = status
        elif before in (State.PROCEEDING, State.TRYING):
            raise AssertionError("an open transaction must take a response")
        self.server_does(actions)

    @rule()
    def turn_the_clock(self) -> None:
        """On to the next timer of either side."""
        machines: list[Machine] = [self.client, *([self.server] if self.server else [])]
        deadlines = [deadline for machine in machines if (deadline := machine.next_deadline()) is not None]
        if deadlines:
            self.now = max(self.now, min(deadlines))
        self.client_does(self.client.tick(self.now), 0)
        if self.server is not None:
            self.server_does(self.server.tick(self.now))

    @invariant()
    def one_outcome(self) -> None:
        if not hasattr(self, "client"):
            return
        finals = [status for status in self.delivered if status >= 200]
        refusals = [status for status in finals if status >= 300]
        assert len(refusals) <= 1
        assert not refusals or len(finals) == 1, "after a refusal nothing else is delivered"
        assert self.failures <= 1
        assert not (self.failures and finals)
        if not self.invite:
            assert len(finals) <= 1

    @invariant()
    def timers_are_ahead_and_silent_when_over(self) -> None:
        if not hasattr(self, "client"):
            return
        for machine in (self.client, self.server):
            if machine is None:
                continue
            deadline = machine.next_deadline()
            assert deadline is None or deadline >= self.now
            if machine.state is State.TERMINATED:
                assert deadline is None
                assert machine.tick(self.now + 1000) == ()

    def teardown(self) -> None:
        """Nothing lives for ever: with the user's final response both sides end."""
        if not hasattr(self, "client"):
            return
        if self.server is not None:
            self.server.respond(486, self.now)
            run_until(self.server, self.now + 200)
            assert self.server.state is State.TERMINATED
        self.client.receive(486, self.now)
        run_until(self.client, self.now + 200)
        assert self.client.state is State.TERMINATED


class NonInvitePair(Pair):
    invite = False


TestInvitePair = Pair.TestCase
TestInvitePair.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestNonInvitePair = NonInvitePair.TestCase
TestNonInvitePair.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)

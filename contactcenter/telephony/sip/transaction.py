"""The four transaction machines of RFC 3261 §17, with the Accepted states of RFC 6026.

A machine holds no message and knows no socket: it is told what arrived and answers with the actions to take, in
order. Times are seconds on the caller's clock. Timer letters are those of RFC 3261 table 4 and RFC 6026.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

TRYING_AFTER_S = 0.2


@dataclass(frozen=True, slots=True)
class Timers:
    """Base timers in seconds (RFC 3261 §17.1.1.1)."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0

    @property
    def timeout(self) -> float:
        """64*T1: timers B, D, F, H, J, L and M."""
        return 64 * self.t1


class State(Enum):
    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


class Action(Enum):
    SEND_REQUEST = auto()  # client: (re)transmit the request
    SEND_ACK = auto()  # client: acknowledge the non-2xx final response
    SEND_RESPONSE = auto()  # server: (re)transmit the last response
    SEND_TRYING = auto()  # server: send 100, the user has said nothing yet
    DELIVER = auto()  # hand the message just received to the transaction user
    TIMED_OUT = auto()  # tell the user: no final response, or no ACK for a non-2xx
    FAILED = auto()  # tell the user: the transport could not send
    TERMINATED = auto()  # forget the transaction


Actions = tuple[Action, ...]
_NONE: Actions = ()
_DELIVER = (Action.DELIVER,)
_SEND_REQUEST = (Action.SEND_REQUEST,)
_SEND_RESPONSE = (Action.SEND_RESPONSE,)


class Machine:
    """State, one retransmission timer and one lifetime timer: no machine ever runs more than two."""

    __slots__ = ("interval", "lifetime_at", "reliable", "retransmit_at", "state", "timers")

    def __init__(self, state: State, reliable: bool, timers: Timers) -> None:
        self.state = state
        self.reliable = reliable
        self.timers = timers
        self.retransmit_at: float | None = None
        self.lifetime_at: float | None = None
        self.interval = timers.t1

    def next_deadline(self) -> float | None:
        """When ``tick`` must be called next, None when no timer runs."""
        if self.retransmit_at is None:
            return self.lifetime_at
        if self.lifetime_at is None:
            return self.retransmit_at
        return min(self.retransmit_at, self.lifetime_at)

    def tick(self, now: float) -> Actions:
        """Fire the timers that are due."""
        if self.lifetime_at is not None and self.lifetime_at <= now:
            return self._expire()
        if self.retransmit_at is not None and self.retransmit_at <= now:
            return self._retransmit(now)
        return _NONE

    def transport_error(self) -> Actions:
        """The transport could not deliver (RFC 3261 §17.1.4, §17.2.4)."""
        if self.state is State.TERMINATED:
            return _NONE
        waiting = self.state in (State.CALLING, State.TRYING, State.PROCEEDING, State.COMPLETED)
        return ((Action.FAILED,) if waiting else _NONE) + self._terminate()

    def _terminate(self) -> Actions:
        self.state = State.TERMINATED
        self.retransmit_at = self.lifetime_at = None
        return (Action.TERMINATED,)

    def _linger(self, state: State, seconds: float, now: float) -> Actions:
        """Enter a state that only absorbs retransmissions; over reliable transports it may take no time."""
        self.state = state
        self.retransmit_at = None
        if seconds <= 0:
            return self._terminate()
        self.lifetime_at = now + seconds
        return _NONE

    def _expire(self) -> Actions:
        raise NotImplementedError

    def _retransmit(self, now: float) -> Actions:
        raise NotImplementedError


class InviteClient(Machine):
    """RFC 3261 figure 5, RFC 6026 §7.2."""

    __slots__ = ()

    def __init__(self, reliable: bool, timers: Timers) -> None:
        super().__init__(State.CALLING, reliable, timers)

    def start(self, now: float) -> Actions:
        self.lifetime_at = now + self.timers.timeout
        if not self.reliable:
            self.retransmit_at = now + self.interval
        return _SEND_REQUEST

    def receive(self, status: int, now: float) -> Actions:
        """A response with a matching branch arrived."""
        if self.state in (State.CALLING, State.PROCEEDING):
            if status < 200:
                self.state = State.PROCEEDING
                self.retransmit_at = self.lifetime_at = None
                return _DELIVER
            if status < 300:
                return _DELIVER + self._linger(State.ACCEPTED, self.timers.timeout, now)
            linger = 0.0 if self.reliable else self.timers.timeout
            return (Action.SEND_ACK, Action.DELIVER, *self._linger(State.COMPLETED, linger, now))
        if self.state is State.ACCEPTED and 200 <= status < 300:
            return _DELIVER
        if self.state is State.COMPLETED and status >= 300:
            return (Action.SEND_ACK,)
        return _NONE

    def _retransmit(self, now: float) -> Actions:
        self.interval *= 2
        self.retransmit_at = now + self.interval
        return _SEND_REQUEST

    def _expire(self) -> Actions:
        if self.state is State.CALLING:
            return (Action.TIMED_OUT, *self._terminate())
        return self._terminate()


class NonInviteClient(Machine):
    """RFC 3261 figure 6."""

    __slots__ = ()

    def __init__(self, reliable: bool, timers: Timers) -> None:
        super().__init__(State.TRYING, reliable, timers)

    def start(self, now: float) -> Actions:
        self.lifetime_at = now + self.timers.timeout
        if not self.reliable:
            self.retransmit_at = now + self.interval
        return _SEND_REQUEST

    def receive(self, status: int, now: float) -> Actions:
        """A response with a matching branch arrived."""
        if self.state not in (State.TRYING, State.PROCEEDING):
            return _NONE
        if status < 200:
            self.state = State.PROCEEDING
            return _DELIVER
        return _DELIVER + self._linger(State.COMPLETED, 0.0 if self.reliable else self.timers.t4, now)

    def _retransmit(self, now: float) -> Actions:
        proceeding = self.state is State.PROCEEDING
        self.interval = self.timers.t2 if proceeding else min(2 * self.interval, self.timers.t2)
        self.retransmit_at = now + self.interval
        return _SEND_REQUEST

    def _expire(self) -> Actions:
        if self.state is State.COMPLETED:
            return self._terminate()
        return (Action.TIMED_OUT, *self._terminate())


class InviteServer(Machine):
    """RFC 3261 figure 7, RFC 6026 §7.1. ``responded`` says whether the user has sent a provisional yet."""

    __slots__ = ("responded",)

    def __init__(self, reliable: bool, timers: Timers) -> None:
        super().__init__(State.PROCEEDING, reliable, timers)
        self.responded = False

    def start(self, now: float) -> Actions:
        self.retransmit_at = now + TRYING_AFTER_S
        return _DELIVER

    def receive(self, now: float) -> Actions:
        """The INVITE arrived again."""
        if self.state is State.PROCEEDING:
            if self.responded:
                return _SEND_RESPONSE
            return self._retransmit(now)
        return _SEND_RESPONSE if self.state is State.COMPLETED else _NONE

    def acknowledge(self, now: float) -> Actions:
        """An ACK with the INVITE's branch arrived."""
        if self.state is State.COMPLETED:
            return self._linger(State.CONFIRMED, 0.0 if self.reliable else self.timers.t4, now)
        return _DELIVER if self.state is State.ACCEPTED else _NONE

    def respond(self, status: int, now: float) -> Actions:
        """The user sends a response; what the state does not allow is not sent."""
        if self.state is State.ACCEPTED:
            return _SEND_RESPONSE if 200 <= status < 300 else _NONE
        if self.state is not State.PROCEEDING:
            return _NONE
        self.retransmit_at = None
        self.responded = True
        if status < 200:
            return _SEND_RESPONSE
        self.lifetime_at = now + self.timers.timeout
        if status < 300:
            self.state = State.ACCEPTED
            return _SEND_RESPONSE
        self.state = State.COMPLETED
        if not self.reliable:
            self.retransmit_at = now + self.interval
        return _SEND_RESPONSE

    def _retransmit(self, now: float) -> Actions:
        if self.state is State.PROCEEDING:
            self.retransmit_at = None
            self.responded = True
            return (Action.SEND_TRYING,)
        self.interval = min(2 * self.interval, self.timers.t2)
        self.retransmit_at = now + self.interval
        return _SEND_RESPONSE

    def _expire(self) -> Actions:
        if self.state is State.COMPLETED:
            return (Action.TIMED_OUT, *self._terminate())
        return self._terminate()


class NonInviteServer(Machine):
    """RFC 3261 figure 8."""

    __slots__ = ()

    def __init__(self, reliable: bool, timers: Timers) -> None:
        super().__init__(State.TRYING, reliable, timers)

    def start(self, now: float) -> Actions:
        return _DELIVER

    def receive(self, now: float) -> Actions:
        """The request arrived again."""
        return _SEND_RESPONSE if self.state in (State.PROCEEDING, State.COMPLETED) else _NONE

    def respond(self, status: int, now: float) -> Actions:
        """The user sends a response; after a final one nothing more is sent."""
        if self.state not in (State.TRYING, State.PROCEEDING):
            return _NONE
        if status < 200:
            self.state = State.PROCEEDING
            return _SEND_RESPONSE
        linger = 0.0 if self.reliable else self.timers.timeout
        return _SEND_RESPONSE + self._linger(State.COMPLETED, linger, now)

    def _expire(self) -> Actions:
        return self._terminate()

    def _retransmit(self, now: float) -> Actions:
        return _NONE

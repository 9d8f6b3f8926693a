"""A network between SIP endpoints in virtual time, with loss, duplication and reordering."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from contactcenter.telephony.sip.endpoint import Endpoint, IncomingCall, SessionEvent
from contactcenter.telephony.sip.events import CallEnded, CallEvent, CallRejected
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.session import Session
from contactcenter.telephony.sip.transaction import Timers

OFFER = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
ANSWER = OFFER.replace("4000", "4002")


@dataclass
class Link:
    """How the network treats datagrams; rates from 0 to 1, delays in seconds."""

    loss: float = 0.0
    duplication: float = 0.0
    delay: float = 0.01
    jitter: float = 0.0


@dataclass(eq=False)
class Node:
    """One endpoint, what it reported, and what it sent."""

    endpoint: Endpoint
    peer: Peer
    events: list[SessionEvent] = field(default_factory=list)
    sent: list[tuple[float, bytes, Peer]] = field(default_factory=list)
    on_event: Callable[[Session, CallEvent | IncomingCall], None] = lambda session, event: None

    def heard(self, session: Session) -> list[CallEvent | IncomingCall]:
        return [event for owner, event in self.events if owner is session]

    def endings(self, session: Session) -> list[CallEvent | IncomingCall]:
        return [event for event in self.heard(session) if isinstance(event, CallEnded | CallRejected)]

    def calls(self) -> list[Session]:
        return [session for session, event in self.events if isinstance(event, IncomingCall)]


class Network:
    """``run`` turns the clock; nothing waits for a wall clock."""

    def __init__(self, seed: int = 0, link: Link | None = None, timers: Timers | None = None) -> None:
        self.now = 1000.0
        self.link = link or Link()
        self.random = random.Random(seed)
        self.nodes: dict[tuple[str, int], Node] = {}
        self._timers = timers or Timers()
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = 0

    def add(self, host: str, port: int = 5060, **options: object) -> Node:
        endpoint = Endpoint(lambda peer: (host, port), timers=self._timers, **options)  # type: ignore[arg-type]
        node = Node(endpoint, Peer("udp", host, port))
        self.nodes[(host, port)] = node
        return node

    def at(self, delay: float, action: Callable[[], None]) -> None:
        """Do something ``delay`` seconds from now."""
        self._serial += 1
        heapq.heappush(self._queue, (self.now + delay, self._serial, action))

    def pump(self) -> None:
        """Carry everything the endpoints want to say, until they are silent."""
        busy = True
        while busy:
            busy = False
            for node in self.nodes.values():
                for data, peer in node.endpoint.take_output():
                    busy = True
                    node.sent.append((self.now, data, peer))
                    self._carry(node, data, peer)
                for session, event in node.endpoint.take_events():
                    busy = True
                    node.events.append((session, event))
                    node.on_event(session, event)

    def run(self, seconds: float) -> None:
        """Turn the clock by this much."""
        end = self.now + seconds
        self.pump()
        while (moment := self._next()) <= end:
            self.now = max(self.now, moment)
            while self._queue and self._queue[0][0] <= self.now:
                heapq.heappop(self._queue)[2]()
                self.pump()
            for node in self.nodes.values():
                node.endpoint.tick(self.now)
            self.pump()
        self.now = end

    def _next(self) -> float:
        moments = [node.endpoint.next_deadline() for node in self.nodes.values()]
        moments.append(self._queue[0][0] if self._queue else None)
        return min((moment for moment in moments if moment is not None), default=float("inf"))

    def _carry(self, source: Node, data: bytes, peer: Peer) -> None:
        target = self.nodes.get((peer.host, peer.port))
        if target is None or self.random.random() < self.link.loss:
            return
        copies = 2 if self.random.random() < self.link.duplication else 1
        for _ in range(copies):
            delay = self.link.delay + self.random.random() * self.link.jitter

            def arrive(target: Node = target) -> None:
                target.endpoint.receive(data, source.peer, self.now)

            self.at(delay, arrive)

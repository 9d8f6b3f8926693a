"""One connection for SIP, by TCP or by TLS, accepted or made (RFC 3261 §18)."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from contactcenter.telephony.sip.framing import PONG, FramingError, StreamFramer
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.tls import identities

log = structlog.get_logger(__name__)
MAX_UNSENT = 262_144


class Owner(Protocol):
    """What a connection tells whom it belongs to."""

    def opened(self, stream: Stream, peer: Peer) -> bool:
        """A connection stands; False: it is not wanted."""

    def closed(self, stream: Stream) -> None: ...

    def take(self, message: bytes, peer: Peer) -> None: ...

    def broke(self, error: FramingError, peer: Peer) -> None: ...


class Stream(asyncio.Protocol):
    """`expected` are the names one of which the other side's certificate must have; None: it is asked for none, as we
    were called. `names` are those it has."""

    def __init__(
        self, owner: Owner, number: int, *, transport: str = "tcp", expected: frozenset[str] | None = None
    ) -> None:
        self._owner = owner
        self._framer = StreamFramer()
        self._kind = transport
        self._expected = expected
        self.number = number
        self.names: frozenset[str] = frozenset()
        self.peer = Peer(transport, "", 0, number)
        self.transport: asyncio.Transport | None = None
        self.last_used = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        address = transport.get_extra_info("peername")
        self.transport = transport
        if self._expected is not None:
            self.names = identities(transport.get_extra_info("peercert"))
            if not self.names & self._expected:
                log.warning("sip.certificate_refused", expected=sorted(self._expected), names=sorted(self.names)[:5])
                transport.abort()
                return
        if not address or not self._owner.opened(self, Peer(self._kind, address[0], address[1], self.number)):
            transport.abort()

    def data_received(self, data: bytes) -> None:
        self.last_used = asyncio.get_running_loop().time()
        pings = self._framer.pings
        try:
            for message in self._framer.feed(data):
                self._owner.take(message, self.peer)
        except FramingError as error:
            # Where the next message starts nobody can say.
            self._owner.broke(error, self.peer)
            self.close()
            return
        for _ in range(self._framer.pings - pings):
            self.send(PONG)

    def send(self, data: bytes) -> bool:
        """Queue bytes; a peer that does not read is cut off rather than buffered for."""
        transport = self.transport
        if transport is None or transport.is_closing():
            return False
        self.last_used = asyncio.get_running_loop().time()
        transport.write(data)
        if transport.get_write_buffer_size() > MAX_UNSENT:
            transport.abort()
            return False
        return True

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._owner.closed(self)

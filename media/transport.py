"""RTP sockets: one readiness loop for all of them, ports, and symmetric RTP (RFC 4961) that cannot be hijacked."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import random
import select
import socket
import time
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from media import rtp
from media.errors import MediaError

Address = tuple[str, int]
# Takes a packet in a buffer of the caller's, good for the length of the call and free to be written to.
PacketHandler = Callable[[memoryview], None]
PacketSender = Callable[[bytes | memoryview], object]

MAX_DATAGRAM: Final = 2048
# Sockets served in one wake-up, one datagram each, before other work of the loop gets its turn.
MAX_READY: Final = 256
# A stream silent for this long may be taken over by another source (a re-INVITE that we did not see, a NAT rebinding).
RELATCH_AFTER_S = 1.0
# A stream from elsewhere than SDP says has to itself by then; until then the signalled host may still speak up.
SETTLED_AFTER_S = 5.0
RECEIVE_BUFFER = 256 * 1024

_libc = ctypes.CDLL(None, use_errno=True)
_NOWHERE = bytes(16)  # a sockaddr of AF_UNSPEC, which socket.connect cannot express

log = structlog.get_logger(__name__)


class PacketTransport(Protocol):
    """Carries plain RTP packets of one leg, whatever is below: a UDP socket or a browser's peer connection."""

    def send(self, packet: bytes) -> None: ...


class SocketHub:
    """Watches all RTP sockets through one epoll object that the event loop sees as a single reader.

    An epoll inside the loop's own costs 2 µs a packet less than one `add_reader` a socket. `now` is the time of
    the last wake-up, so that packets of one batch share one clock reading. All are read into one buffer, which so
    stays in the processor's cache.
    """

    def __init__(self) -> None:
        self.now = time.monotonic()
        self._epoll = select.epoll()
        self._poll = self._epoll.poll
        self._readers: dict[int, tuple[Callable[[bytearray], int], PacketHandler]] = {}
        self._buffer = bytearray(MAX_DATAGRAM)
        whole = memoryview(self._buffer)
        self._packets = [whole[:size] for size in range(MAX_DATAGRAM + 1)]
        # What it returns differs by loop, and machine code insists on what is declared.
        self._remove_reader: Callable[[int], object] | None = None

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._epoll.fileno(), self._wake)
        self._remove_reader = loop.remove_reader

    def stop(self) -> None:
        if self._remove_reader is not None:
            self._remove_reader(self._epoll.fileno())
            self._remove_reader = None
        self._epoll.close()
        self._readers.clear()

    def read(self, sock: socket.socket, receive: Callable[[bytearray], int], take: PacketHandler) -> None:
        """Whenever `sock` is readable give what its `receive` puts into the buffer to `take`; again to change them."""
        if sock.fileno() not in self._readers:
            self._epoll.register(sock.fileno(), select.EPOLLIN)
        self._readers[sock.fileno()] = (receive, take)

    def remove(self, sock: socket.socket) -> None:
        if self._readers.pop(sock.fileno(), None) is not None:
            self._epoll.unregister(sock.fileno())

    def _wake(self) -> None:
        """The hot path of every call begins here and goes on in Leg.receive; nothing else runs for each packet."""
        self.now = time.monotonic()
        readers, buffer, packets = self._readers, self._buffer, self._packets
        for descriptor, _ in self._poll(0, MAX_READY):
            try:
                receive, take = readers[descriptor]
                packet = packets[receive(buffer)]
            except (KeyError, OSError):
                # closed by an earlier one of this batch; or an ICMP error, which reading has cleared
                continue
            try:
                take(packet)
            except Exception:
                # every call shares this loop: one leg's fault must stay its own
                log.exception("media.packet_failed")


class PortPool:
    """Even RTP ports with the odd RTCP port above; used ones come round last, so that stragglers find nobody."""

    def __init__(self, host: str, lowest: int, highest: int) -> None:
        self._host = host
        self._ports = range(lowest + lowest % 2, highest, 2)
        self._next = random.randrange(len(self._ports)) if self._ports else 0

    def bind(self, port: int | None = None) -> tuple[socket.socket, socket.socket]:
        """Bind the RTP and RTCP sockets of the next free pair, or of `port`. Raises "no-ports"."""
        tries = range(len(self._ports)) if port is None else range(1)
        for _ in tries:
            if port is None:
                candidate = self._ports[self._next]
                self._next = (self._next + 1) % len(self._ports)
            else:
                candidate = port
            pair = self._try(candidate)
            if pair is not None:
                return pair
        raise MediaError("no-ports", "No free RTP port is left in the configured range; widen it or end calls.")

    def _try(self, port: int) -> tuple[socket.socket, socket.socket] | None:
        sockets: list[socket.socket] = []
        try:
            for number in (port, port + 1):
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sockets.append(sock)
                sock.setblocking(False)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
                sock.bind((self._host, number))
        except OSError as error:
            for sock in sockets:
                sock.close()
            if error.errno == errno.EADDRINUSE:
                return None
            raise MediaError("no-ports", f"An RTP socket cannot be opened: {error.strerror}.") from error
        return sockets[0], sockets[1]


def _ignore(packet: memoryview) -> None:
    """Before a leg takes the transport, packets have nowhere to go."""


def _no_sender(send: PacketSender) -> None:
    """Before a leg takes the transport, nobody sends."""


class RtpTransport:
    """One RTP socket pair. Sends where packets come from, once they do; until then to the signalled address.

    A source is accepted at first hearing, when it is the signalled address, when it is the signalled host and the
    stream came from elsewhere, or when the accepted one has been silent; anything else is a stranger, counted in
    `garbage`.

    The socket is connected to a source that is beyond doubt: the signalled address at once, another one when it
    has been heard undisputed for a while. Sending then needs no route, reading no address, and the kernel drops
    strangers, uncounted. `check` dissolves the connection when the source falls silent. `on_sender` learns the
    quickest way to send, which may raise OSError.
    """

    __slots__ = (
        "_connected",
        "_hub",
        "_latched",
        "_latched_at",
        "_on_packet",
        "_rtcp",
        "_rtp",
        "_signalled",
        "_source",
        "dropped",
        "garbage",
        "heard_at",
        "on_rtcp",
        "on_sender",
        "port",
        "remote",
    )

    def __init__(self, hub: SocketHub, rtp_socket: socket.socket, rtcp_socket: socket.socket) -> None:
        self._hub = hub
        self._rtp = rtp_socket
        self._rtcp = rtcp_socket
        self.port: int = rtp_socket.getsockname()[1]
        self._signalled: Address | None = None
        self._source: Address | None = None
        self._latched = False
        self._latched_at = 0.0
        self._connected = False
        self.remote: Address | None = None
        self.heard_at = 0.0
        self.garbage = 0
        self.dropped = 0
        self._on_packet: PacketHandler = _ignore
        self.on_rtcp: PacketHandler = _ignore
        self.on_sender: Callable[[PacketSender], None] = _no_sender
        hub.read(rtp_socket, self._receive_rtp, self._from_anyone)
        hub.read(rtcp_socket, self._receive_rtcp, self._take_rtcp)

    @property
    def on_packet(self) -> PacketHandler:
        return self._on_packet

    @on_packet.setter
    def on_packet(self, handler: PacketHandler) -> None:
        self._on_packet = handler
        if self._connected:
            self._hub.read(self._rtp, self._rtp.recv_into, handler)

    @property
    def connected(self) -> bool:
        """Whether the kernel lets only the accepted source through."""
        return self._connected

    def signal(self, host: str, port: int) -> None:
        """The address from SDP. A new one takes over at once; the same one again leaves the latch alone."""
        address = (host, port)
        if address == self._signalled:
            return
        self._disconnect()
        self._signalled = address
        self._latched = False
        # 0.0.0.0 was the way to say hold before RFC 3264
        self.remote = None if host == "0.0.0.0" or port == 0 else address  # noqa: S104

    def send(self, packet: bytes | memoryview) -> None:
        if self.remote is None:
            return
        try:
            if self._connected:
                self._rtp.send(packet)
            else:
                self._rtp.sendto(packet, self.remote)
        except OSError:
            # a full buffer, or an ICMP error of an earlier packet: RTP goes on with the next one
            self.dropped += 1

    def send_rtcp(self, packet: bytes) -> None:
        if self.remote is None:
            return
        try:
            self._rtcp.sendto(packet, (self.remote[0], self.remote[1] + 1))
        except (OSError, OverflowError):
            self.dropped += 1

    def check(self, now: float, heard_at: float) -> None:
        """Once a second: connect to a source that has settled, let go of one that is silent.

        `heard_at` is when the stream was last heard, which nobody notes here while connected.
        """
        if self._connected:
            if now - heard_at >= RELATCH_AFTER_S:
                self.heard_at = heard_at
                self._disconnect()
        elif self._latched and now - self._latched_at >= SETTLED_AFTER_S and now - self.heard_at < RELATCH_AFTER_S:
            self._connect()

    def close(self) -> None:
        for sock in (self._rtp, self._rtcp):
            if sock.fileno() != -1:
                self._hub.remove(sock)
                sock.close()
        self._connected = False
        self._on_packet = self.on_rtcp = _ignore
        self.on_sender(self.send)
        self.remote = None

    def _receive_rtp(self, buffer: bytearray) -> int:
        size, self._source = self._rtp.recvfrom_into(buffer)
        return size

    def _receive_rtcp(self, buffer: bytearray) -> int:
        size, self._source = self._rtcp.recvfrom_into(buffer)
        return size

    def _from_anyone(self, packet: memoryview) -> None:
        source = self._source
        if (source != self.remote or not self._latched) and not self._accept(packet, source):
            self.garbage += 1
            return
        self.heard_at = self._hub.now
        self._on_packet(packet)
        if source == self._signalled and not self._connected:
            self._connect()

    def _take_rtcp(self, packet: memoryview) -> None:
        source = self._source
        if self.remote is not None and source is not None and source[0] == self.remote[0]:
            self.on_rtcp(packet)
        else:
            self.garbage += 1

    def _accept(self, packet: memoryview, source: Address | None) -> bool:
        if source is None or len(packet) < rtp.HEADER_SIZE or packet[0] >> 6 != 2:
            return False
        signalled = self._signalled
        if self._latched and signalled is not None and self.remote is not None and source != signalled:
            from_signalled_host = source[0] == signalled[0] != self.remote[0]
            if not from_signalled_host and self._hub.now - self.heard_at < RELATCH_AFTER_S:
                return False
        self._latched = True
        self._latched_at = self._hub.now
        self.remote = source
        return True

    def _connect(self) -> None:
        address = self.remote
        if address is None or self._rtp.fileno() == -1:
            return
        try:
            self._rtp.connect(address)
        except OSError as error:
            log.warning("media.not_connected", error=error.strerror)
            self._latched_at = self._hub.now  # not again for a while
            return
        self._connected = True
        # what came before the connection may be a stranger's still
        buffer = bytearray(MAX_DATAGRAM)
        for _ in range(MAX_READY):
            try:
                size = self._receive_rtp(buffer)
            except OSError:
                break
            self._from_anyone(memoryview(buffer)[:size])
            if not self._connected:
                return
            if self.remote != address:
                self._disconnect()
                return
        self._hub.read(self._rtp, self._rtp.recv_into, self._on_packet)
        self.on_sender(self._rtp.send)

    def _disconnect(self) -> None:
        if not self._connected:
            return
        self._connected = False
        if _libc.connect(self._rtp.fileno(), _NOWHERE, len(_NOWHERE)):
            raise OSError(ctypes.get_errno(), "cannot dissolve the connection of an RTP socket")
        self._hub.read(self._rtp, self._receive_rtp, self._from_anyone)
        self.on_sender(self.send)

"""UDP and TCP sockets for SIP (RFC 3261 §18). They carry bytes and decide nothing about messages."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from itertools import count
from typing import Any

import structlog

from contactcenter.telephony.config import SipConfig
from contactcenter.telephony.resolver import Resolver, is_address
from contactcenter.telephony.sip.framing import PONG, FramingError, StreamFramer
from contactcenter.telephony.sip.layer import Peer

log = structlog.get_logger(__name__)
Receive = Callable[[bytes, Peer], None]
Failed = Callable[[Peer], None]
Broken = Callable[[FramingError, Peer], None]
CONNECT_TIMEOUT_S = 10.0
MAX_UNSENT = 262_144
MAX_WAITING = 64


class LocalAddresses:
    """Which of our addresses a peer sees, by asking the routing table (a connected UDP socket sends nothing)."""

    def __init__(self, bound: str, advertised: str | None) -> None:
        fixed = bound if is_address(bound) and not ipaddress.ip_address(bound).is_unspecified else None
        self._fixed = advertised or fixed
        self._seen: dict[str, str] = {}

    def towards(self, host: str) -> str:
        if self._fixed is not None:
            return self._fixed
        known = self._seen.get(host)
        if known is None:
            if len(self._seen) >= 4096:
                self._seen.clear()
            known = self._seen[host] = self._ask(host if is_address(host) else "192.0.2.1")
        return known

    @staticmethod
    def _ask(host: str) -> str:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((host, 9))
            except OSError:
                return "::1" if family == socket.AF_INET6 else "127.0.0.1"
            return str(probe.getsockname()[0])


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._receive(data, Peer("udp", addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        """An ICMP error names no request; the transaction's own timer ends it."""


class _Stream(asyncio.Protocol):
    """One TCP connection, accepted or made."""

    def __init__(self, owner: Transports, number: int) -> None:
        self._owner = owner
        self._framer = StreamFramer()
        self.number = number
        self.peer = Peer("tcp", "", 0, number)
        self.transport: asyncio.Transport | None = None
        self.last_used = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        address = transport.get_extra_info("peername")
        self.transport = transport
        if not address or not self._owner.opened(self, Peer("tcp", address[0], address[1], self.number)):
            transport.abort()

    def data_received(self, data: bytes) -> None:
        self.last_used = asyncio.get_running_loop().time()
        pings = self._framer.pings
        try:
            for message in self._framer.feed(data):
                self._owner.receive(message, self.peer)
        except FramingError as error:
            # Where the next message starts nobody can say.
            self._owner.broken(error, self.peer)
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


class Transports:
    """All sockets of one user agent. ``send`` never blocks and never raises; failures go to ``failed``."""

    def __init__(self, config: SipConfig, receive: Receive, failed: Failed, broken: Broken) -> None:
        self._config = config
        self.receive = receive
        self.broken = broken
        self._failed = failed
        self._udp: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None
        self._streams: dict[int, _Stream] = {}
        self._by_address: dict[tuple[str, int], _Stream] = {}
        self._waiting: dict[tuple[str, str, int], list[tuple[bytes, Peer]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = count(1)
        self._sweep: asyncio.TimerHandle | None = None
        self.port = 0
        self.resolver = Resolver(socket.AF_INET6 if ":" in config.host else socket.AF_INET)

    async def start(self) -> None:
        """Bind. Raises OSError when the port is taken."""
        for attempt in range(20):
            try:
                await self._bind()
                break
            except OSError:
                await self.stop()
                if self._config.port or attempt == 19:
                    raise
        self._sweep_later()

    async def _bind(self) -> None:
        loop = asyncio.get_running_loop()
        host, port = self._config.host, self._config.port
        if self._config.udp:
            sock = await _bound_udp(host, port)
            port = sock.getsockname()[1]
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            self._udp, _ = await loop.create_datagram_endpoint(lambda: _Udp(self.receive), sock=sock)
        if self._config.tcp:
            self._server = await loop.create_server(lambda: _Stream(self, next(self._numbers)), host, port)
            port = self._server.sockets[0].getsockname()[1]
        self.port = port

    async def stop(self) -> None:
        if self._sweep is not None:
            self._sweep.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close()
        for stream in list(self._streams.values()):
            stream.close()
        if self._udp is not None:
            self._udp.close()
        self._udp = self._server = None
        await asyncio.sleep(0)

    @property
    def connections(self) -> int:
        return len(self._streams)

    def send(self, data: bytes, peer: Peer) -> None:
        if not is_address(peer.host):
            known = self.resolver.known(peer.host)
            if known is None:
                return self._later(data, peer)
            peer = peer._replace(host=known)
        if peer.transport == "udp":
            if self._udp is None or self._udp.is_closing():
                self._failed(peer)
            else:
                self._udp.sendto(data, (peer.host, peer.port))
        else:
            stream = self._streams.get(peer.connection) or self._by_address.get((peer.host, peer.port))
            if stream is None or not stream.send(data):
                self._later(data, peer)

    def opened(self, stream: _Stream, peer: Peer) -> bool:
        """A connection stands; False when there are too many."""
        if len(self._streams) >= self._config.max_connections:
            return False
        stream.peer = peer
        stream.last_used = asyncio.get_running_loop().time()
        self._streams[stream.number] = stream
        self._by_address[(peer.host, peer.port)] = stream
        return True

    def closed(self, stream: _Stream) -> None:
        self._streams.pop(stream.number, None)
        if self._by_address.get(stream.peer[1:3]) is stream:
            del self._by_address[stream.peer[1:3]]

    def _later(self, data: bytes, peer: Peer) -> None:
        """Send once a name is resolved or a connection stands; messages for one address share one attempt."""
        key = peer[:3]
        waiting = self._waiting.get(key)
        if waiting is not None:
            if len(waiting) < MAX_WAITING:
                waiting.append((data, peer))
            return
        self._waiting[key] = [(data, peer)]
        task = asyncio.get_running_loop().create_task(self._reach(peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reach(self, peer: Peer) -> None:
        target: Peer | None = None
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                host = (await self.resolver.resolve(peer.host))[0]
                target = peer._replace(host=host, connection=0)
                if peer.transport == "tcp" and (host, peer.port) not in self._by_address:
                    loop = asyncio.get_running_loop()
                    await loop.create_connection(lambda: _Stream(self, next(self._numbers)), host, peer.port)
        except (OSError, TimeoutError) as error:
            log.info("sip.unreachable", transport=peer.transport, error=type(error).__name__)
            target = None
        finally:
            waiting = self._waiting.pop(peer[:3], [])
        for data, wanted in waiting:
            if target is None or not self._send_now(data, target):
                self._failed(wanted)

    def _send_now(self, data: bytes, target: Peer) -> bool:
        if target.transport == "tcp":
            stream = self._by_address.get(target[1:3])
            return stream is not None and stream.send(data)
        if self._udp is None or self._udp.is_closing():
            return False
        self._udp.sendto(data, target[1:3])
        return True

    def _sweep_later(self) -> None:
        idle = self._config.tcp_idle_s
        self._sweep = asyncio.get_running_loop().call_later(idle / 4, self._close_idle)

    def _close_idle(self) -> None:
        oldest = asyncio.get_running_loop().time() - self._config.tcp_idle_s
        for stream in list(self._streams.values()):
            if stream.last_used < oldest:
                stream.close()
        self._sweep_later()


async def _bound_udp(host: str, port: int) -> socket.socket:
    """A UDP socket, bound here because uvloop's own error does not say that the port is taken. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    family, kind, protocol, _, address = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock

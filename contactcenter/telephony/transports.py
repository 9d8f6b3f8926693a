"""UDP, TCP and TLS sockets for SIP (RFC 3261 §18). They carry bytes and decide nothing about messages."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable
from itertools import count
from typing import Any

import structlog

from contactcenter.telephony.config import SipConfig
from contactcenter.telephony.resolver import Resolver, is_address
from contactcenter.telephony.sip.framing import FramingError
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.streams import Stream
from contactcenter.telephony.tls import HANDSHAKE_S, ClientContexts, TlsError

log = structlog.get_logger(__name__)
Receive = Callable[[bytes, Peer], None]
Failed = Callable[[Peer], None]
Broken = Callable[[FramingError, Peer], None]
NamesOf = Callable[[str], frozenset[str]]
"""Of a host the names one of which its certificate must have."""
ServerContext = Callable[[], ssl.SSLContext]
CONNECT_TIMEOUT_S = 10.0
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


class Transports:
    """All sockets of one user agent. ``send`` never blocks and never raises; failures go to ``failed``.

    ``serve`` gives the context with which ``config.tls_port`` is listened on.
    """

    def __init__(
        self,
        config: SipConfig,
        receive: Receive,
        failed: Failed,
        broken: Broken,
        *,
        names_of: NamesOf = lambda host: frozenset((host.lower(),)),
        serve: ServerContext | None = None,
    ) -> None:
        self._config = config
        self.take = receive
        self.broke = broken
        self._failed = failed
        self._names_of = names_of
        self._serve = serve
        self._trusted = ClientContexts(config.tls_ca_file)
        self._udp: asyncio.DatagramTransport | None = None
        self._servers: list[asyncio.Server] = []
        self._streams: dict[int, Stream] = {}
        self._by_address: dict[tuple[str, str, int], Stream] = {}
        self._waiting: dict[tuple[str, str, int], list[tuple[bytes, Peer]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = count(1)
        self._sweep: asyncio.TimerHandle | None = None
        self.port = self.tls_port = 0
        self.resolver = Resolver(socket.AF_INET6 if ":" in config.host else socket.AF_INET)

    async def start(self) -> None:
        """Bind. Raises OSError when the port is taken."""
        for attempt in range(20):
            try:
                await self._bind()
                break
            except OSError:
                await self.stop()
                if self._config.port or self._config.tls_port or attempt == 19:
                    raise
        self._sweep_later()

    async def _bind(self) -> None:
        loop = asyncio.get_running_loop()
        host, port = self._config.host, self._config.port
        if self._config.udp:
            sock = await _bound_udp(host, port)
            port = sock.getsockname()[1]
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            self._udp, _ = await loop.create_datagram_endpoint(lambda: _Udp(self.take), sock=sock)
        if self._config.tcp:
            self._servers.append(await loop.create_server(lambda: Stream(self, next(self._numbers)), host, port))
            port = self._servers[-1].sockets[0].getsockname()[1]
        self.port = port
        if self._config.tls_port is not None and self._serve is not None:
            server = await loop.create_server(
                lambda: Stream(self, next(self._numbers), transport="tls"),
                host,
                self._config.tls_port,
                ssl=self._serve(),
                ssl_handshake_timeout=HANDSHAKE_S,
            )
            self._servers.append(server)
            self.tls_port = server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._sweep is not None:
            self._sweep.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for server in self._servers:
            server.close()
        for stream in list(self._streams.values()):
            stream.close()
        if self._udp is not None:
            self._udp.close()
        self._udp, self._servers = None, []
        await asyncio.sleep(0)

    @property
    def connections(self) -> int:
        return len(self._streams)

    def send(self, data: bytes, peer: Peer) -> None:
        host = peer.host if is_address(peer.host) else self.resolver.known(peer.host)
        if host is None:
            return self._later(data, peer)
        if peer.transport == "udp":
            if self._udp is None or self._udp.is_closing():
                self._failed(peer)
            else:
                self._udp.sendto(data, (host, peer.port))
        else:
            stream = self._streams.get(peer.connection) or self._standing(peer, host)
            if stream is None or not stream.send(data):
                self._later(data, peer)

    def _standing(self, peer: Peer, host: str) -> Stream | None:
        """A connection to ``host``, the peer's address, that may be used for this peer."""
        stream = self._by_address.get((peer.transport, host, peer.port))
        if stream is not None and peer.transport == "tls" and not stream.names & self._names_of(peer.host):
            # Another's at the same address: what it proved is not what this one must prove.
            return None
        return stream

    def opened(self, stream: Stream, peer: Peer) -> bool:
        """A connection stands; False when there are too many."""
        if len(self._streams) >= self._config.max_connections:
            return False
        stream.peer = peer
        stream.last_used = asyncio.get_running_loop().time()
        self._streams[stream.number] = stream
        self._by_address[peer[:3]] = stream
        return True

    def closed(self, stream: Stream) -> None:
        self._streams.pop(stream.number, None)
        if self._by_address.get(stream.peer[:3]) is stream:
            del self._by_address[stream.peer[:3]]

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
        host: str | None = None
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                host = (await self.resolver.resolve(peer.host))[0]
                if peer.reliable and self._standing(peer, host) is None:
                    await self._connect(peer, host)
        except (OSError, TimeoutError, TlsError) as error:
            # What TLS does not like is its own words ("certificate has expired"); nothing of ours is in them.
            detail = getattr(error, "verify_message", "") or (str(error) if isinstance(error, TlsError) else "")
            log.info("sip.unreachable", transport=peer.transport, error=type(error).__name__, detail=detail)
            host = None
        finally:
            waiting = self._waiting.pop(peer[:3], [])
        for data, wanted in waiting:
            if host is None or not self._send_now(data, wanted, host):
                self._failed(wanted)

    async def _connect(self, peer: Peer, host: str) -> None:
        loop = asyncio.get_running_loop()
        if peer.transport == "tcp":
            await loop.create_connection(lambda: Stream(self, next(self._numbers)), host, peer.port)
            return
        expected = self._names_of(peer.host)
        await loop.create_connection(
            lambda: Stream(self, next(self._numbers), transport="tls", expected=expected),
            host,
            peer.port,
            ssl=await asyncio.to_thread(self._trusted.context),
            # Which of several names a provider answers for (RFC 6066 §3).
            server_hostname=peer.host,
            ssl_handshake_timeout=HANDSHAKE_S,
        )

    def _send_now(self, data: bytes, peer: Peer, host: str) -> bool:
        if peer.reliable:
            stream = self._standing(peer, host)
            return stream is not None and stream.send(data)
        if self._udp is None or self._udp.is_closing():
            return False
        self._udp.sendto(data, (host, peer.port))
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

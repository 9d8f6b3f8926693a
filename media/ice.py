"""ICE (RFC 8445) by aioice, with our sockets: ports from the configured range, SRTP taken off before its parser.

aioice leaves no public way to choose addresses and ports or to see packets before its STUN parser and its queue;
both are done here by subclassing, and `check_libraries` says so clearly when a new version moves what is used.
"""

from __future__ import annotations

import asyncio
import errno
import functools
import ipaddress
import random
import socket
from collections.abc import Callable, Sequence
from typing import Any

import ifaddr
import structlog
from aioice import Candidate as AioiceCandidate
from aioice import ice
from aioice.candidate import candidate_foundation, candidate_priority
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcicetransport import parse_stun_turn_uri

from media.config import MediaConfig
from media.errors import MediaError
from media.sdp import Candidate

Address = tuple[str, int]

MAX_HOSTS = 8
"""Addresses offered at most: every one is a socket a leg and a check for the browser."""

_RECEIVE_BUFFER = 256 * 1024
STUN_TIMEOUT_S = 1.0
"""How long an answer waits for the STUN server at most."""

log = structlog.get_logger(__name__)


@functools.cache
def check_libraries() -> None:
    """Raise RuntimeError when the installed aioice or aiortc lacks what is used of their insides."""
    connection = ice.Connection(ice_controlling=False)
    used: list[tuple[object, str]] = [
        *((connection, name) for name in ("_nominated", "_protocols", "_remote_candidates", "_components")),
        *((ice.StunProtocol, name) for name in ("datagram_received", "close", "request")),
        *((ice.Connection, name) for name in ("get_component_candidates", "get_event")),
        *((RTCDtlsTransport, name) for name in ("_set_role", "_setup_srtp", "_recv_next", "_write_ssl")),
        (RTCCertificate, "_create_ssl_context"),
        (ice, "server_reflexive_candidate"),
    ]
    for owner, name in used:
        if not hasattr(owner, name):
            raise RuntimeError(
                f"The installed aioice or aiortc has no {name}, which browser legs need; "
                "install the versions pinned in pyproject.toml."
            )


def local_hosts(config: MediaConfig) -> tuple[str, ...]:
    """The addresses to gather on: the configured ones, else every local IPv4 address with loopback last."""
    if config.ice_hosts:
        return config.ice_hosts[:MAX_HOSTS]
    found = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    usable = [host for host in dict.fromkeys(found) if not host.startswith(("127.", "169.254."))]
    return (*usable[: MAX_HOSTS - 1], "127.0.0.1")


def stun_server(urls: Sequence[str]) -> Address | None:
    """The first STUN server among the configured URLs; ValueError for what is no stun: or turn: URL.

    TURN is for browsers: this side is a server with an address of its own, so those URLs are passed over.
    """
    for url in urls:
        parsed = parse_stun_turn_uri(url)
        if parsed["scheme"] == "stun":
            return parsed["host"], parsed["port"]
    return None


def public_candidate(candidates: Sequence[Candidate], public: str | None) -> tuple[Candidate, ...]:
    """Behind a one-to-one NAT the advertised address is ours too, on the same port, as SDP for RTP has it."""
    if public is None or not _is_address(public) or any(candidate.host == public for candidate in candidates):
        return ()
    for base in candidates:
        if base.type == "host" and not ipaddress.ip_address(base.host).is_loopback:
            foundation, priority = candidate_foundation("srflx", "udp", base.host), candidate_priority(1, "srflx")
            return (Candidate(foundation, priority, public, base.port, "srflx", 1, "udp", base.host, base.port),)
    return ()


class _Protocol(ice.StunProtocol):
    """Sorts datagrams by their first octet (RFC 7983 §7) before aioice parses anything."""

    receiver: IceConnection

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        if not data or isinstance(data, str):
            return  # an empty datagram would end aiortc's DTLS transport
        first = data[0]
        if 127 < first < 192:
            self.receiver.on_srtp(data)
        elif first < 4:
            super().datagram_received(data, addr)
        elif 19 < first < 64:
            self.receiver.dtls_received(data, (addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        """ICMP errors say nothing that consent checks will not."""


class IceConnection(ice.Connection):
    """One ICE session with the browser, always controlled. DTLS and SRTP go to the two handlers.

    DTLS is taken only from addresses that passed a check with our password, so that a stranger who guesses the
    port cannot disturb the handshake; SRTP authenticates itself.
    """

    def __init__(
        self, config: MediaConfig, *, on_srtp: Callable[[bytes], None], on_dtls: Callable[[bytes], None]
    ) -> None:
        super().__init__(
            ice_controlling=False,
            stun_server=stun_server(config.ice_servers),
            use_ipv6=any(":" in h for h in config.ice_hosts),
        )
        self.on_srtp = on_srtp
        self._on_dtls = on_dtls
        self._config = config

    def dtls_received(self, data: bytes, source: Address) -> None:
        """Pass a DTLS record on, unless it comes from an address that never passed a check."""
        if any((c.host, c.port) == source for c in self._remote_candidates):
            self._on_dtls(data)

    def data_received(self, data: bytes, component: int) -> None:
        """What begins like STUN but does not parse: dropped, aioice would keep it for nobody."""

    def send_now(self, data: bytes) -> bool:
        """Send through the pair nominated at this moment, never a remembered one; False when there is none."""
        pair = self._nominated.get(1)
        if pair is None:
            return False
        pair.protocol.transport.sendto(data, pair.remote_addr)
        return True

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109 - aioice's signature
    ) -> list[AioiceCandidate]:
        """Open a socket in the port range on each of our own addresses; `addresses` and `timeout` are aioice's."""
        protocols = []
        for rank, host in enumerate(local_hosts(self._config)):
            sock = _bind(host, self._config)
            if sock is None:
                continue
            _, protocol = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Protocol(self), sock=sock)
            protocol.local_candidate = AioiceCandidate(
                foundation=candidate_foundation("host", "udp", host),
                component=component,
                transport="udp",
                # RFC 8445 §5.1.2.2: each address its own preference
                priority=candidate_priority(component, "host", 65535 - rank),
                host=host,
                port=sock.getsockname()[1],
                type="host",
            )
            self._protocols.append(protocol)
            protocols.append(protocol)
        found = [protocol.local_candidate for protocol in protocols]
        return found + await self._reflexive(protocols)

    async def gather(self) -> tuple[Candidate, ...]:
        """Open the sockets and list the candidates to announce; raises MediaError("no-ports") when none opens."""
        await self.gather_candidates()
        if not self._protocols:
            raise MediaError("no-ports", "No UDP port could be opened for the browser; widen the range or end calls.")
        candidates = [_announced(candidate) for candidate in self.local_candidates]
        return (*candidates, *public_candidate(candidates, self._config.advertised_host))

    async def _reflexive(self, protocols: list[_Protocol]) -> list[AioiceCandidate]:
        if self.stun_server is None:
            return []
        # a loopback socket cannot reach a server elsewhere: asking would only cost the time-out
        server_is_local = self.stun_server[0].startswith("127.")
        tasks = [
            asyncio.create_task(ice.server_reflexive_candidate(protocol, self.stun_server))
            for protocol in protocols
            if ipaddress.ip_address(protocol.local_candidate.host).is_loopback == server_is_local
        ]
        if not tasks:
            return []
        done, late = await asyncio.wait(tasks, timeout=STUN_TIMEOUT_S)
        for task in late:
            task.cancel()
        results = await asyncio.gather(*done, *late, return_exceptions=True)
        failed = sum(isinstance(result, BaseException) for result in results)
        if failed:
            log.warning("ice.stun_server_silent", addresses=failed)
        return [result[0] for result in results if not isinstance(result, BaseException)]


def _bind(host: str, config: MediaConfig) -> socket.socket | None:
    """A UDP socket on `host` at a free port of the range, begun at random; None when there is none."""
    ports = range(config.rtp_port_min, config.rtp_port_max + 1)
    start = random.randrange(len(ports))
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    for step in range(len(ports)):
        try:
            sock.bind((host, ports[(start + step) % len(ports)]))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            log.warning("ice.address_unusable", reason=error.strerror)
            break
        return sock
    sock.close()
    return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _announced(candidate: AioiceCandidate) -> Candidate:
    return Candidate(
        foundation=candidate.foundation,
        priority=candidate.priority,
        host=candidate.host,
        port=candidate.port,
        type=candidate.type,
        related_host=candidate.related_address,
        related_port=candidate.related_port,
    )

"""The asyncio driver of the SIP endpoint."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, cast

import structlog

from contactcenter.telephony.calls import Call
from contactcenter.telephony.config import SipConfig
from contactcenter.telephony.origin import Origin, Trunks
from contactcenter.telephony.registrar import AccountLookup, Contact, Gatekeeper, Registrar
from contactcenter.telephony.registration import Registration
from contactcenter.telephony.resolver import is_loopback
from contactcenter.telephony.route import Route
from contactcenter.telephony.sip.auth import Credentials
from contactcenter.telephony.sip.buckets import SourceBuckets
from contactcenter.telephony.sip.dialog import uri_peer
from contactcenter.telephony.sip.endpoint import Endpoint, IncomingCall, SessionEvent
from contactcenter.telephony.sip.framing import FramingError
from contactcenter.telephony.sip.incoming import IncomingSession
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import Request, Response
from contactcenter.telephony.sip.outgoing import options_request
from contactcenter.telephony.sip.session import Session
from contactcenter.telephony.sip.uri import SipUri, UriError
from contactcenter.telephony.tls import SIPS_PORT
from contactcenter.telephony.transports import LocalAddresses, ServerContext, Transports

log = structlog.get_logger(__name__)
OnCall = Callable[[Call], None]
BURST = 10
"""Seconds whose requests may come at once: telephones of an office come back together."""


class UserAgent:
    """Server and client for calls and registrations over UDP, TCP and TLS.

    ``on_call`` gets each incoming call on the event loop; it may act at once or later. ``serve_tls`` gives the context
    with which ``config.tls_port`` is listened on.
    """

    def __init__(
        self,
        config: SipConfig,
        *,
        accounts: AccountLookup | None = None,
        trunks: Trunks | None = None,
        on_call: OnCall | None = None,
        serve_tls: ServerContext | None = None,
    ) -> None:
        self.config = config
        self.trunks = trunks
        self.on_call = on_call
        self._calls: set[Call] = set()
        self._on_trunks: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._dispatching = self._dispatch_soon = self._stopping = False
        self._idle = asyncio.Event()
        self._local = LocalAddresses(config.host, config.advertised_host)
        self._transports = Transports(
            config, self._receive, self._failed, self._broken, names_of=self._names_of, serve=serve_tls
        )
        self._gatekeeper = Gatekeeper(config, accounts, self._count, self._is_known)
        rate = config.requests_per_s
        self._requests = SourceBuckets(rate * BURST, rate) if rate is not None else None
        self.registrar = Registrar(config, self._gatekeeper, self.now)
        self.endpoint = Endpoint(
            self.local_address,
            timers=config.timers,
            limits=config.limits,
            guard_call=self._guard_call,
            flood=self._has_room_for if rate is not None else None,
            register=self.registrar.handle if accounts is not None else None,
        )

    async def start(self) -> None:
        """Bind the sockets. Raises OSError when the port is taken."""
        self._loop = asyncio.get_running_loop()
        await self._transports.start()

    async def stop(self, grace_s: float = 0.5) -> None:
        """Hang up what is left, wait for the answers at most ``grace_s`` seconds, close the sockets."""
        self.endpoint.accepting = False
        for call in list(self._calls):
            call.hangup()
        self._stopping = True
        self.wake()
        try:
            async with asyncio.timeout(grace_s):
                await self._idle.wait()
        except TimeoutError:
            log.info("sip.stopped_with_open_requests", requests=len(self.endpoint.layer.client))
        if self._timer is not None:
            self._timer.cancel()
        await self._transports.stop()

    @property
    def counters(self) -> Counter[str]:
        """Messages and incidents since the start."""
        return self.endpoint.counters

    @property
    def active_calls(self) -> int:
        return self.endpoint.active_calls

    @property
    def open_connections(self) -> int:
        """TCP and TLS connections standing now."""
        return self._transports.connections

    @property
    def port(self) -> int:
        """The bound port, the same for UDP and TCP."""
        return self._transports.port

    @property
    def addresses(self) -> list[str]:
        """Where we listen, as ``udp:host:port``, ``tcp:host:port`` and ``tls:host:port``."""
        ports = [("udp", self.port * self.config.udp), ("tcp", self.port * self.config.tcp), ("tls", self.tls_port)]
        return [f"{kind}:{self.config.host}:{port}" for kind, port in ports if port]

    @property
    def tls_port(self) -> int:
        """The bound port for TLS, 0 when there is none."""
        return self._transports.tls_port

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def host_towards(self, peer_host: str) -> str:
        """The address of this machine that a peer at ``peer_host`` reaches us by."""
        return self._local.towards(peer_host)

    def local_address(self, peer: Peer) -> tuple[str, int]:
        port = self._transports.tls_port or SIPS_PORT if peer.transport == "tls" else self._transports.port
        return self._local.towards(peer.host), port

    def invite(
        self,
        target_uri: str,
        *,
        from_uri: str,
        offer: str,
        display_name: str = "",
        headers: Iterable[tuple[str, str]] = (),
        credentials: Credentials | None = None,
        transport: str = "udp",
    ) -> Call:
        """Place a call. Raises UriError or HeaderError when an address cannot be used."""
        peer = uri_peer(target_uri, transport)
        if peer is None:
            raise UriError("The target is not a SIP address that can be reached by UDP, TCP or TLS.")
        return self._place(
            target_uri,
            peer,
            from_uri=from_uri,
            offer=offer,
            display_name=display_name,
            headers=headers,
            credentials=credentials,
        )

    def dial(self, route: Route, offer: str) -> Call:
        """Place a call through a trunk. Raises UriError or HeaderError when an address cannot be used."""
        return self._place(
            route.target_uri,
            Peer(route.transport, route.host, route.port),
            trunk=route.trunk,
            from_uri=route.from_uri,
            offer=offer,
            display_name=route.display_name,
            headers=route.headers,
            credentials=route.credentials,
        )

    def calls_on(self, trunk: str) -> int:
        """How many calls are on this trunk, in both directions."""
        return self._on_trunks[trunk]

    def invite_account(self, username: str, *, contact: Contact | None = None, **options: Any) -> Call | None:
        """Ring a registered phone (the latest registration, or ``contact``); None when none is registered.

        Options are those of ``invite`` without ``transport``.
        """
        if contact is None:
            contacts = self.registrar.contacts(username)
            if not contacts:
                return None
            contact = contacts[0]
        return self._place(contact.uri, contact.peer, keep_flow=True, **options)

    async def register(
        self, aor_uri: str, registrar_uri: str, credentials: Credentials, expires_s: int = 300
    ) -> Registration:
        """Register with a server and stay registered. Raises RegistrationError when it refuses or is silent."""
        registration = Registration(self, aor_uri, registrar_uri, credentials, expires_s)
        await registration.start()
        return registration

    async def options(self, uri: str, peer: Peer, from_uri: str, *, timeout_s: float = 5.0) -> int | None:
        """Ask whether somebody is there (RFC 3261 §11): the status of the answer, None for no answer in time."""
        answered: asyncio.Future[Response | None] = self._loop.create_future()

        def heard(response: Response | None, now: float) -> None:
            if not answered.done() and (response is None or response.status >= 200):
                answered.set_result(response)

        self.endpoint.request(options_request(uri, from_uri), peer, heard, self.now())
        self.wake()
        try:
            async with asyncio.timeout(timeout_s):
                response = await answered
        except TimeoutError:
            return None
        return None if response is None else response.status

    async def resolve(self, host: str) -> tuple[str, ...]:
        """The addresses of a host, at most a minute old. Raises OSError."""
        return await self._transports.resolver.resolve(host)

    def wake(self) -> None:
        """Send what is queued; report events soon, never from inside the application's own call."""
        self._flush()
        if self.endpoint.has_events and not self._dispatching and not self._dispatch_soon:
            self._dispatch_soon = True
            self._loop.call_soon(self._dispatch)

    def _place(self, target_uri: str, peer: Peer, *, trunk: str | None = None, **options: Any) -> Call:
        session = self.endpoint.invite(target_uri, peer, self.now(), **options)
        call = Call(self, session, Origin(trunk=trunk) if trunk is not None else None)
        self._begun(call)
        self.wake()
        return call

    def _begun(self, call: Call) -> None:
        self._calls.add(call)
        if call.trunk is not None:
            self._on_trunks[call.trunk] += 1

    def _over(self, call: Call) -> None:
        if call not in self._calls:
            return
        self._calls.discard(call)
        if call.trunk is not None:
            self._on_trunks[call.trunk] -= 1

    def _receive(self, data: bytes, peer: Peer) -> None:
        try:
            self.endpoint.receive(data, peer, self._loop.time())
        except Exception:
            # A fault of ours on one message must not take the socket down for all other calls.
            self._count("faults")
            log.exception("sip.fault")
        self._dispatch()

    def _broken(self, error: FramingError, peer: Peer) -> None:
        self.endpoint.refuse_frame(error.head, error.status, peer)
        self._flush()

    def _failed(self, peer: Peer) -> None:
        self.endpoint.transport_failed(peer, self.now())
        self.wake()

    def _tick(self) -> None:
        self._timer = None
        self.endpoint.tick(self._loop.time())
        self._dispatch()

    def _flush(self) -> None:
        """Hand queued bytes to the sockets and set the one timer."""
        send = self._transports.send
        for data, peer in self.endpoint.take_output():
            send(data, peer)
        deadline = self.endpoint.next_deadline()
        if deadline is not None and (self._timer is None or deadline < self._timer_at):
            if self._timer is not None:
                self._timer.cancel()
            self._timer_at = deadline
            self._timer = self._loop.call_at(deadline, self._tick)
        if self._stopping and not self.endpoint.waiting:
            self._idle.set()

    def _dispatch(self) -> None:
        """Report queued events until none is left; handlers may queue more."""
        self._dispatch_soon = False
        self._flush()
        if self._dispatching:
            return
        self._dispatching = True
        try:
            while events := self.endpoint.take_events():
                for item in events:
                    self._report(item)
                self._flush()
        finally:
            self._dispatching = False

    def _report(self, item: SessionEvent) -> None:
        session, event = item
        try:
            if isinstance(event, IncomingCall):
                call = Call(self, session, self._origin(session))
                self._begun(call)
                if self.on_call is None:
                    call.reject(480)
                else:
                    self.on_call(call)
                return
            call = cast(Call, session.user)
            if session.ended:
                self._over(call)
            call.on_event(event)
        except Exception:
            log.exception("sip.handler_failed", call_event=type(event).__name__)
            if not session.ended:
                session.hangup(self._loop.time())

    def _count(self, name: str) -> None:
        self.endpoint.count(name)

    def _guard_call(self, request: Request, source: Peer, now: float) -> Response | None:
        """A call that claims to come from one of our accounts must prove it. Callers from outside need not, unless
        only trunks and telephones may call."""
        if self.trunks is not None and (origin := self.trunks.origin(request, source)) is not None:
            return None if self.trunks.has_room(origin.trunk) else self._refused(request, 486, "trunk_full")
        strict = self.config.unknown_callers == "refuse"
        caller = request.from_.sip_uri
        if caller is not None and (strict or self._is_ours(caller, source)) and self.config.authenticate_accounts:
            username = caller.user_text
            if self._gatekeeper.account(username) is not None:
                return self._gatekeeper.check(request, source, username, now)
        return self._refused(request, 403, "unknown_caller") if strict else None

    def _has_room_for(self, host: str, now: float) -> bool:
        assert self._requests is not None
        return self._requests.take(host, now) or self._is_known(host) or is_loopback(host)

    def _is_known(self, host: str) -> bool:
        return self.trunks is not None and self.trunks.knows(host)

    def _refused(self, request: Request, status: int, counted: str) -> Response:
        self._count(counted)
        return request.response(status, to_tag=secrets.token_hex(8))

    def _origin(self, session: Session) -> Origin | None:
        if self.trunks is None or not isinstance(session, IncomingSession):
            return None
        return self.trunks.origin(session.invite, session.flow)

    def _names_of(self, host: str) -> frozenset[str]:
        own = frozenset((host.lower(),))
        return own if self.trunks is None else own | self.trunks.names_of(host)

    def _is_ours(self, uri: SipUri, source: Peer) -> bool:
        names = {
            self.config.domain.lower(),
            (self.config.advertised_host or "").lower(),
            self._local.towards(source.host),
        }
        return uri.host in names

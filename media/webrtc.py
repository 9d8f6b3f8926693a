"""A browser's media leg: ICE and DTLS by aioice and aiortc, the packets by us (RFC 8827, RFC 5764)."""

from __future__ import annotations

import asyncio
import datetime
import secrets
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal

import pylibsrtp
import structlog
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from OpenSSL import SSL

from media.config import MediaConfig
from media.errors import MediaError
from media.ice import IceConnection, check_libraries
from media.sdp import Candidate, Fingerprint, Negotiated, RemoteIce, answer_webrtc, read_webrtc

LostReason = Literal["ice", "dtls"]

CODECS = ("PCMU", "PCMA", "opus")
"""G.711 first: it is relayed to a telephone as it is, Opus must be transcoded."""

CONNECT_TIMEOUT_S = 15.0
LINGER_S = 2.0
"""How long the old pair is still heard after an ICE restart: packets already on their way."""

_RENEW_BEFORE = datetime.timedelta(days=7)
_MAX_QUEUED = 64

log = structlog.get_logger(__name__)


class _Certificate(RTCCertificate):
    """Builds its TLS context once: a handshake then costs 2.2 ms instead of 2.9."""

    _context: SSL.Context | None = None

    def _create_ssl_context(self, srtp_profiles: Any) -> SSL.Context:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
        return self._context


class _Certificates:
    """The process's certificate, made when first needed and renewed before its 30 days are over."""

    def __init__(self) -> None:
        self._current: _Certificate | None = None

    def current(self) -> _Certificate:
        """The certificate for a new leg; a leg keeps its own, browsers remember the fingerprint."""
        now = datetime.datetime.now(tz=datetime.UTC)
        if self._current is None or self._current.expires - now < _RENEW_BEFORE:
            self._current = _Certificate.generateCertificate()
        return self._current


_certificates = _Certificates()


class _Path:
    """What aiortc's DTLS transport reads and writes. It outlives ICE restarts, so DTLS does not notice them."""

    role = "controlled"

    def __init__(self) -> None:
        self.connection: IceConnection | None = None
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(_MAX_QUEUED)

    def put(self, data: bytes) -> None:
        """Queue a record; DTLS repeats what a full queue drops."""
        if not self._queue.full():
            self._queue.put_nowait(data)

    async def _recv(self) -> bytes:
        return await self._queue.get()

    async def _send(self, data: bytes) -> None:
        if self.connection is None or not self.connection.send_now(data):
            raise ConnectionError("no ICE pair is nominated")


class WebRtcTransport:
    """Carries plain RTP to and from one browser; `answer` its offers, `send` packets, take them by `on_packet`.

    `on_connected` is called when packets may flow; `on_lost` once when they no longer may, with "ice" (no checks
    answered for about 30 s, or never connected) or "dtls" (the browser closed, or the handshake failed). The owner
    then calls `close`; after "ice" it may instead wait for an offer that restarts ICE, which ends in
    `on_connected` again. All three are called on the event loop. `garbage` counts received packets that failed
    authentication, `dropped` packets that could not be sent.
    """

    def __init__(
        self,
        config: MediaConfig,
        *,
        on_packet: Callable[[bytes], None],
        on_connected: Callable[[], None],
        on_lost: Callable[[LostReason], None],
        codecs: Sequence[str] = CODECS,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        linger_s: float = LINGER_S,
    ) -> None:
        check_libraries()
        self.on_packet = on_packet
        self.negotiated: Negotiated | None = None
        self.garbage = 0
        self.dropped = 0
        self._config = config
        self._on_connected = on_connected
        self._on_lost = on_lost
        self._codecs = tuple(codecs)
        self._connect_timeout_s = connect_timeout_s
        self._linger_s = linger_s
        self._certificate = _certificates.current()
        self._path = _Path()
        self._dtls: RTCDtlsTransport | None = None
        self._protect: Callable[[bytes], bytes] | None = None
        self._unprotect: Callable[[bytes], bytes] | None = None
        self._answering = asyncio.Lock()
        self._remote: RemoteIce | None = None
        self._candidates: tuple[Candidate, ...] = ()
        self._newest: IceConnection | None = None
        self._connections: set[IceConnection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._session_id = str(secrets.randbits(62))
        self._version = 0
        self._lost = False
        self._closed = False

    @property
    def connected(self) -> bool:
        """Whether packets flow: ICE and DTLS are done and the leg is neither lost nor closed."""
        return self._protect is not None and not self._lost and not self._closed

    async def answer(self, offer: str) -> str:
        """Answer the browser's offer; connecting goes on behind.

        A changed ICE user name is an ICE restart under the same DTLS association, the same one a new direction
        or codec. Raises MediaError "not-acceptable", "no-ports" or, after `close`, "unknown-leg".
        """
        async with self._answering:
            self._check_open()
            _, remote = read_webrtc(offer, self._codecs)
            if self._remote is not None and remote.fingerprints != self._remote.fingerprints:
                raise MediaError("not-acceptable", "The browser's certificate changed; open a new leg for it.")
            restart = self._remote is None or (remote.ufrag, remote.pwd) != (self._remote.ufrag, self._remote.pwd)
            if restart:
                await self._gather(remote)
            return self._describe(offer)

    def send(self, packet: bytes) -> None:
        """Send one plain RTP packet; dropped before the handshake is done and while there is no path."""
        if self._protect is None or self._path.connection is None:
            return
        try:
            protected = self._protect(packet)
        except (pylibsrtp.Error, ValueError):
            self.dropped += 1
            return
        if not self._path.connection.send_now(protected):
            self.dropped += 1

    async def close(self) -> None:
        """Say goodbye to the browser and leave no socket and no task; idempotent."""
        if self._closed:
            return
        self._closed = True
        self._protect = self._unprotect = None
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._dtls is not None:
            pump = self._dtls._task
            await self._dtls.stop()
            if pump is not None:
                await asyncio.gather(pump, return_exceptions=True)
            self._dtls.remove_all_listeners()
        for connection in [*self._connections]:
            await self._drop(connection)

    def _check_open(self) -> None:
        if self._closed:
            raise MediaError("unknown-leg", "The browser's leg is already closed.")
        if self._dtls is not None and self._dtls.state in ("closed", "failed"):
            raise MediaError("unknown-leg", "The browser ended this connection; open a new leg.")

    async def _gather(self, remote: RemoteIce) -> None:
        connection = IceConnection(self._config, on_srtp=self._received, on_dtls=self._path.put)
        connection.remote_username, connection.remote_password = remote.ufrag, remote.pwd
        try:
            candidates = await connection.gather()
            self._check_open()
        except BaseException:  # a cancelled answer must leave no socket either
            await connection.close()
            raise
        self._connections.add(connection)
        self._candidates, self._newest, self._remote = candidates, connection, remote
        self._spawn(self._run(connection))

    def _describe(self, offer: str) -> str:
        assert self._newest is not None
        own = next(f for f in self._certificate.getFingerprints() if f.algorithm == "sha-256")
        self._version += 1
        text, self.negotiated, _ = answer_webrtc(
            offer,
            ufrag=self._newest.local_username,
            pwd=self._newest.local_password,
            fingerprint=Fingerprint(own.algorithm, own.value),
            candidates=self._candidates,
            codecs=self._codecs,
            version=self._version,
            session_id=self._session_id,
        )
        return text

    async def _run(self, connection: IceConnection) -> None:
        """One ICE session from its first check to its end."""
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                # The browser's candidates are not needed (mDNS names cost a second), its checks reveal them; and
                # without their end being signalled aioice goes on waiting for checks.
                await connection.connect()
        except (ConnectionError, TimeoutError):
            await self._ended(connection)
            return
        self._adopt(connection)
        await connection.get_event()
        await self._ended(connection)

    def _adopt(self, connection: IceConnection) -> None:
        if connection is not self._newest:
            return
        self._path.connection = connection
        for other in self._connections - {connection}:
            self._spawn(self._retire(other))
        if self._dtls is None:
            self._dtls = self._new_dtls()
            self._spawn(self._handshake(self._dtls))
        elif self._lost and self._dtls.state == "connected":
            self._connect()

    def _connect(self) -> None:
        self._lost = False
        self._on_connected()

    async def _retire(self, connection: IceConnection) -> None:
        await asyncio.sleep(self._linger_s)
        await self._drop(connection)

    async def _ended(self, connection: IceConnection) -> None:
        """A session failed or lost consent: the leg is lost unless another session carries it or still may."""
        await self._drop(connection)
        if self._path.connection is connection:
            self._path.connection = None
        if self._path.connection is None and (connection is self._newest or not self._newest_alive()):
            self._lose("ice")

    def _newest_alive(self) -> bool:
        return self._newest in self._connections

    async def _drop(self, connection: IceConnection) -> None:
        await connection.close()
        self._connections.discard(connection)

    def _new_dtls(self) -> RTCDtlsTransport:
        # of an RTCIceTransport it uses _recv, _send and role, which _Path has
        dtls = RTCDtlsTransport(self._path, [self._certificate])  # type: ignore[arg-type]
        dtls._set_role("server")
        return dtls

    async def _handshake(self, dtls: RTCDtlsTransport) -> None:
        assert self._remote is not None
        fingerprints = [RTCDtlsFingerprint(f.algorithm, f.value) for f in self._remote.fingerprints]
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                await dtls.start(RTCDtlsParameters(fingerprints=fingerprints))
        except TimeoutError:
            self._lose("dtls")
            return
        if dtls.state != "connected":
            self._lose("dtls")
            return
        dtls.on("statechange", self._dtls_changed)
        self._protect, self._unprotect = dtls._tx_srtp.protect, dtls._rx_srtp.unprotect
        self._connect()

    def _dtls_changed(self) -> None:
        if self._dtls is not None and self._dtls.state in ("closed", "failed"):
            self._lose("dtls")

    def _lose(self, reason: LostReason) -> None:
        if not self._lost and not self._closed:
            self._lost = True
            log.info("webrtc.lost", reason=reason)
            self._on_lost(reason)

    def _received(self, data: bytes) -> None:
        # RFC 5761 §4: payload types 64 to 95 are SRTCP, whose reports nobody here reads
        if self._unprotect is None or len(data) < 12 or 63 < data[1] & 127 < 96:
            return
        try:
            packet = self._unprotect(data)
        except (pylibsrtp.Error, ValueError):
            self.garbage += 1
            return
        self.on_packet(packet)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("webrtc.failed", exc_info=error)
            self._lose("ice")

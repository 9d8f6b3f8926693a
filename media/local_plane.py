"""The media plane in this process: one event loop, one clock, no task per leg."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence

import structlog

from media import rtcp
from media.bridge import Bridges
from media.clock import TICKS_PER_SECOND, FrameClock
from media.config import MediaConfig
from media.errors import MediaError
from media.events import LegClosed, LegLost, MediaEvent, RemoteHeld
from media.leg import Leg
from media.mixer import Mixer
from media.plane import LegKind, Listener
from media.player import Player
from media.recorder import Recorder
from media.rtp_leg import RtpLeg, RtpLegState
from media.transport import PortPool, RtpTransport, SocketHub
from media.webrtc_leg import WebRtcLeg, load

CHECK_TICKS = 5

log = structlog.get_logger(__name__)


class LocalPlane:
    """MediaPlane over sockets of this process; see media.plane for what each request means."""

    def __init__(self, config: MediaConfig) -> None:
        self._config = config
        self._listeners: list[Listener] = []
        self._hub = SocketHub()
        self._ports = PortPool(config.bind_host, config.rtp_port_min, config.rtp_port_max)
        self._legs: dict[str, RtpLeg | WebRtcLeg] = {}
        self._sending_digits: dict[str, Leg] = {}
        self._mixer = Mixer()
        self._bridges = Bridges(self._mixer, self._send_digits)
        self._player = Player(self._emit)
        self._recorder = Recorder(self._emit, self._find)
        self._clock = FrameClock(self._tick)
        self._loading: asyncio.Future[None] | None = None
        self._totals = dict.fromkeys(("packets_received", "packets_sent", "packets_lost", "garbage"), 0)

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    async def start(self) -> None:
        self._hub.start()
        self._clock.start()
        self._loading = asyncio.get_running_loop().run_in_executor(None, load)

    async def loaded(self) -> None:
        """Wait until browser legs can be opened without stopping anything else."""
        if self._loading is not None:
            await asyncio.shield(self._loading)

    async def stop(self) -> None:
        if self._loading is not None:
            await asyncio.wait({self._loading})
        self._clock.stop()
        await self._recorder.stop_all()
        await asyncio.gather(*(self.close_leg(leg_id) for leg_id in list(self._legs)))
        self._hub.stop()

    async def open_leg(self, leg_id: str, *, kind: LegKind, offer: str | None = None, host: str | None = None) -> str:
        self._refuse_duplicate(leg_id)
        if kind == "webrtc":
            return await self._open_webrtc(leg_id, offer)
        opened = self._bind_leg(leg_id, self._sdp_host(host), None)
        try:
            text = opened.offer() if offer is None else opened.answer(offer)
        except BaseException:
            await opened.close()
            raise
        self._add(leg_id, opened)
        if offer is not None:
            opened.leg.waiting_since = self._hub.now
        return text

    async def accept_answer(self, leg_id: str, answer: str) -> None:
        opened = self._rtp(leg_id)
        codec, held = opened.leg.codec, opened.leg.held
        opened.accept(answer)
        self._negotiated(opened.leg, held=held, codec_changed=opened.leg.codec != codec)

    async def reoffer(self, leg_id: str) -> str:
        return self._rtp(leg_id).reoffer()

    async def renegotiate(self, leg_id: str, offer: str) -> str:
        opened = self._get(leg_id)
        codec, held = opened.leg.codec, opened.leg.held
        text = opened.answer(offer) if isinstance(opened, RtpLeg) else await opened.answer(offer)
        self._negotiated(opened.leg, held=held, codec_changed=opened.leg.codec != codec)
        return text

    async def connect(self, leg_a: str, leg_b: str) -> None:
        if leg_a == leg_b:
            raise MediaError("unknown-leg", "A leg cannot be bridged with itself.")
        first, second = self._get(leg_a).leg, self._get(leg_b).leg
        self._player.stop(leg_a)
        self._player.stop(leg_b)
        self._bridges.connect(first, second)

    async def disconnect(self, leg_id: str) -> None:
        self._bridges.disconnect(self._get(leg_id).leg)

    async def play(self, leg_id: str, play_id: str, files: Sequence[str], *, loop: bool = False) -> None:
        await self._player.play(self._get(leg_id).leg, play_id, files, loop=loop)

    async def stop_playing(self, leg_id: str) -> None:
        self._get(leg_id)
        self._player.stop(leg_id)

    async def send_digits(self, leg_id: str, digits: str) -> None:
        leg = self._get(leg_id).leg
        try:
            self._send_digits(leg, digits)
        except ValueError as error:
            raise MediaError("not-acceptable", f"These keys cannot be sent: {error}.") from None

    async def set_muted(self, leg_id: str, muted: bool) -> None:
        self._get(leg_id).leg.muted = muted

    async def start_recording(
        self,
        recording_id: str,
        path: str,
        left: str,
        right: str | None,
        *,
        silence_s: float | None = None,
        started_at: float | None = None,
    ) -> None:
        """As the protocol says; `started_at` (unix seconds) is when the file being continued began."""
        if started_at is None:
            self._get(left)
            if right is not None:
                self._get(right)
        await self._recorder.start(recording_id, path, left, right, silence_s=silence_s, started_at=started_at)

    async def pause_recording(self, recording_id: str, paused: bool) -> None:
        self._recorder.pause(recording_id, paused)

    def recording_started_at(self, recording_id: str) -> float | None:
        """When the recording's file began, in unix seconds; None when it is not running."""
        return self._recorder.started_at(recording_id)

    async def stop_recording(self, recording_id: str) -> None:
        await self._recorder.stop(recording_id)

    async def replace_recorded_leg(self, recording_id: str, old: str, new: str) -> None:
        self._get(new)
        self._recorder.replace_leg(recording_id, old, new)

    async def close_leg(self, leg_id: str) -> None:
        opened = self._legs.pop(leg_id, None)
        if opened is None:
            return
        leg = opened.leg
        self._bridges.disconnect(leg)
        self._player.stop(leg_id)
        self._sending_digits.pop(leg_id, None)
        self._recorder.leg_closed(leg)
        await opened.close()
        stats = leg.stats
        for name in self._totals:
            self._totals[name] += getattr(stats, name)
        self._emit(LegClosed(leg_id, stats))

    async def stats(self) -> Mapping[str, float]:
        totals: dict[str, float] = dict(self._totals)
        for opened in self._legs.values():
            stats = opened.leg.stats
            for name in totals:
                totals[name] += getattr(stats, name)
        losses = [leg.remote_loss for leg in self._legs.values() if isinstance(leg, RtpLeg)]
        totals |= {
            "remote_loss_max": max((loss for loss in losses if loss is not None), default=0.0),
            "legs": len(self._legs),
            "bridges": len(self._bridges),
            "mixed_legs": len(self._mixer),
            "playing": len(self._player),
            "recordings": len(self._recorder),
            "clock_skipped_ticks": self._clock.skipped,
            "loop_lag_s": self._clock.lag_s,
            "loop_lag_max_s": self._clock.max_lag_s,
        }
        self._clock.max_lag_s = 0.0
        return totals

    def leg_state(self, leg_id: str) -> RtpLegState | None:
        """What another process needs to reopen the leg; None for one that cannot be (webrtc)."""
        opened = self._get(leg_id)
        return opened.state if isinstance(opened, RtpLeg) else None

    async def restore_leg(self, leg_id: str, state: RtpLegState) -> None:
        """Reopen a leg of a process that died, on the same port. Raises "no-ports" when that is taken."""
        self._refuse_duplicate(leg_id)
        opened = self._bind_leg(leg_id, state.host, state.port)
        opened.restore(state)
        self._add(leg_id, opened)
        if state.negotiated is not None:
            opened.leg.waiting_since = self._hub.now

    async def _open_webrtc(self, leg_id: str, offer: str | None) -> str:
        if offer is None:
            raise MediaError("not-acceptable", "A browser leg needs the browser's offer.")
        await self.loaded()
        self._refuse_duplicate(leg_id)
        opened = WebRtcLeg(self._config, leg_id, self._hub, self._emit)
        self._legs[leg_id] = opened
        try:
            text = await opened.answer(offer)
        except BaseException:
            if self._legs.get(leg_id) is opened:
                del self._legs[leg_id]
                await opened.close()
            raise
        self._recorder.leg_opened(opened.leg)
        return text

    def _bind_leg(self, leg_id: str, host: str, port: int | None) -> RtpLeg:
        transport = RtpTransport(self._hub, *self._ports.bind(port))
        return RtpLeg(Leg(leg_id, "rtp", transport, self._hub, self._emit), transport, host)

    def _add(self, leg_id: str, opened: RtpLeg) -> None:
        self._legs[leg_id] = opened
        self._recorder.leg_opened(opened.leg)

    def _negotiated(self, leg: Leg, *, held: bool, codec_changed: bool) -> None:
        leg.waiting_since = self._hub.now
        if codec_changed:
            self._bridges.codec_changed(leg)
            self._recorder.leg_opened(leg)
        if leg.held != held:
            self._emit(RemoteHeld(leg.leg_id, leg.held))

    def _send_digits(self, leg: Leg, digits: str) -> None:
        leg.queue_digits(digits)
        self._sending_digits[leg.leg_id] = leg

    def _tick(self, now: float, tick: int) -> None:
        self._hub.now = now
        self._player.tick(now)
        self._mixer.tick(now)
        if self._sending_digits:
            for leg_id, leg in list(self._sending_digits.items()):
                if not leg.tick_digits(now):
                    del self._sending_digits[leg_id]
        self._recorder.tick(now, tick)
        if tick % CHECK_TICKS == 0:
            for opened in self._legs.values():
                opened.leg.expire_digit(now)
        if tick % TICKS_PER_SECOND == 0:
            self._check_silence(now)
            self._report(tick // TICKS_PER_SECOND)

    def _check_silence(self, now: float) -> None:
        limit = now - self._config.rtp_timeout_s
        for leg_id, opened in list(self._legs.items()):
            leg = opened.leg
            if isinstance(opened, RtpLeg):
                opened.check(now)
            if leg.waiting_since is None or not leg.expecting or leg.lost:
                continue
            if max(leg.rx.heard_at, leg.waiting_since) < limit:
                leg.lost = True
                self._emit(LegLost(leg_id, "rtp-timeout"))

    def _report(self, second: int) -> None:
        """RTCP, a fifth of the legs each second."""
        unix_now = time.time()
        for opened in self._legs.values():
            if isinstance(opened, RtpLeg) and (opened.transport.port // 2 + second) % rtcp.INTERVAL_S == 0:
                opened.report(unix_now)

    def _sdp_host(self, host: str | None) -> str:
        known = host or self._config.advertised_host
        if known is not None:
            return known
        return self._config.bind_host if self._config.bind_host != "0.0.0.0" else _own_address()  # noqa: S104

    def _refuse_duplicate(self, leg_id: str) -> None:
        if leg_id in self._legs:
            raise MediaError("not-acceptable", f"The leg {leg_id} is open already.")

    def _find(self, leg_id: str) -> Leg | None:
        opened = self._legs.get(leg_id)
        return opened.leg if opened is not None else None

    def _get(self, leg_id: str) -> RtpLeg | WebRtcLeg:
        opened = self._legs.get(leg_id)
        if opened is None:
            raise MediaError("unknown-leg", f"There is no open leg {leg_id}.")
        return opened

    def _rtp(self, leg_id: str) -> RtpLeg:
        opened = self._get(leg_id)
        if not isinstance(opened, RtpLeg):
            raise MediaError("not-acceptable", "Browser legs answer offers; they do not make them.")
        return opened

    def _emit(self, event: MediaEvent) -> None:
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                log.exception("media.listener_failed", media_event=type(event).__name__)


def _own_address() -> str:
    """The address of the default route's interface; no packet is sent (TEST-NET-1 of RFC 5737)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"

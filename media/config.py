"""Settings of one media plane."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaConfig:
    """Where media is bound, which addresses are told to the far end, and when a leg counts as lost.

    `bind_host` is the address RTP sockets bind; `advertised_host` the one written into SDP (None: taken from
    the `host` of the request, else `bind_host`). RTP uses the even ports of `rtp_port_min`..`rtp_port_max`
    (inclusive), RTCP the odd one above. `ice_hosts` are the addresses offered as ICE host candidates (empty:
    every local address, loopback included); `ice_servers` are STUN/TURN URLs. `rtp_timeout_s` is the silence,
    in seconds, after which an RTP leg counts as lost.
    """

    bind_host: str = "0.0.0.0"  # noqa: S104 - phones reach the media port from other hosts
    advertised_host: str | None = None
    rtp_port_min: int = 20000
    rtp_port_max: int = 29999
    ice_hosts: tuple[str, ...] = ()
    ice_servers: tuple[str, ...] = ()
    rtp_timeout_s: float = 30.0

    def __post_init__(self) -> None:
        if not 1024 <= self.rtp_port_min < self.rtp_port_max <= 65535:
            raise ValueError(f"rtp ports {self.rtp_port_min}-{self.rtp_port_max} are not a range within 1024-65535")
        if self.rtp_timeout_s <= 0:
            raise ValueError("rtp_timeout_s must be above 0")

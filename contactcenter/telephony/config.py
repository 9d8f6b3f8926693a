"""Settings of the SIP side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from contactcenter.telephony.sip.auth import Algorithm
from contactcenter.telephony.sip.endpoint import Limits
from contactcenter.telephony.sip.transaction import Timers


@dataclass(frozen=True, slots=True, kw_only=True)
class SipConfig:
    """Seconds throughout.

    ``advertised_host`` stands in Via and Contact; without it each peer sees the address that routes to it.
    ``realm`` is the digest realm, with which accounts must be hashed. ``digest_algorithms`` are offered in this
    order: MD5 first, because many phones read the first challenge only; a phone that comes back empty-handed gets
    MD5 alone. Leave "MD5" out to insist on SHA-256.
    ``unknown_callers``: "accept" lets everybody call, "refuse" only trunks and those who prove to be an account.
    ``authenticate_accounts`` challenges calls that claim to come from one of our own accounts.
    ``requests_per_s``: so many requests outside dialogs a source address may send, and ten times as many at once; None:
    without limit. Trunks and this machine are not counted.
    ``tls_port``: TLS is listened on there, None: nowhere. ``tls_ca_file`` (PEM) holds authorities trusted, beside the
    system's, where we connect by TLS.
    """

    host: str = "0.0.0.0"  # noqa: S104 - callers come from the network
    port: int = 5060
    domain: str = ""
    realm: str = "contactcenter"
    advertised_host: str | None = None
    udp: bool = True
    tcp: bool = True
    tls_port: int | None = None
    tls_ca_file: Path | None = None
    max_calls: int = 2_000
    max_transactions: int = 65_536
    max_connections: int = 2_000
    max_contacts: int = 10
    min_expires_s: int = 30
    max_expires_s: int = 3_600
    requests_per_s: float | None = None
    tcp_idle_s: float = 600.0
    authenticate_accounts: bool = True
    unknown_callers: Literal["accept", "refuse"] = "accept"
    digest_algorithms: tuple[Algorithm, ...] = ("MD5", "SHA-256")
    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0

    @property
    def timers(self) -> Timers:
        return Timers(self.t1, self.t2, self.t4)

    @property
    def limits(self) -> Limits:
        return Limits(self.max_calls, self.max_transactions)

"""Where a call to the outside goes: everything the user agent needs to place it through one trunk."""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.telephony.sip.auth import Credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`host`, `port` and `transport` ("udp", "tcp", "tls") are the next hop's, whatever host stands in `target_uri`.

    `trunk` is the trunk's id, `number` what is dialled there, as it stands in `target_uri`. `codecs` are those the
    trunk takes, the first best; empty: all of ours. `credentials` answer a challenge (401, 407).
    """

    trunk: str
    number: str
    target_uri: str
    from_uri: str
    host: str
    port: int = 5060
    transport: str = "udp"
    display_name: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    codecs: tuple[str, ...] = ()
    credentials: Credentials | None = None

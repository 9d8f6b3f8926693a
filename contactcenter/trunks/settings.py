"""What is said of a trunk, as people write it and as the dial plan reads it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from contactcenter.api.fields import Name, Settings

Kind = Literal["registering", "by-address"]
Transport = Literal["udp", "tcp", "tls"]
NumberFormat = Literal["e164", "e164-digits", "international", "national", "as-dialled"]
CallerIdIn = Literal["from", "p-asserted-identity", "p-preferred-identity", "remote-party-id"]
Codec = Literal["PCMA", "PCMU"]
CODECS: tuple[Codec, ...] = get_args(Codec)
SIP_PORT = 5060
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
_USER = re.compile(r"[A-Za-z0-9\-_.!~*'()&=+$,;?/@%]*")


def _host(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        pass
    if text and (not _HOST.fullmatch(text) or ".." in text):
        raise ValueError("must be a host name or an IP address, without sip: and without a port")
    return text.lower()


def _user(text: str) -> str:
    if not _USER.fullmatch(text):
        raise ValueError("must have only letters, digits and the signs of a SIP user, without spaces")
    return text


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip()))
    except ValueError:
        raise ValueError("must be an IP address or a network, as 203.0.113.7 or 203.0.113.0/28") from None


def _certificate_name(text: str) -> str:
    plain = text.lower().rstrip(".")
    if plain and not _HOST.fullmatch(plain.removeprefix("*.")):
        raise ValueError("must be a name as it stands in the certificate, as sip.example.com or *.example.com")
    return plain


def _prefix(text: str) -> str:
    """`+49`, `+4930`, digits for short numbers, or `*` for every number."""
    plain = re.sub(r"[\s().\-/]", "", text)
    if plain != "*" and not re.fullmatch(r"\+?[0-9]{1,15}", plain):
        raise ValueError("must be the beginning of numbers, as +49 or +4930, or * for every number")
    return plain


def _number(text: str) -> str:
    plain = re.sub(r"[\s().\-/]", "", text)
    if plain and not re.fullmatch(r"\+?[0-9*#]{1,32}", plain):
        raise ValueError("must be a telephone number, as +493012345")
    return plain


def _each_once(codecs: tuple[Codec, ...]) -> tuple[Codec, ...]:
    if len(set(codecs)) != len(codecs):
        raise ValueError("must name each codec once")
    return codecs


Host = Annotated[str, StringConstraints(strip_whitespace=True, max_length=253), AfterValidator(_host)]
CertificateName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=253), AfterValidator(_certificate_name)
]
SipUser = Annotated[str, StringConstraints(strip_whitespace=True, max_length=128), AfterValidator(_user)]
Network = Annotated[str, StringConstraints(max_length=64), AfterValidator(_network)]
Prefix = Annotated[str, StringConstraints(max_length=40), AfterValidator(_prefix)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), AfterValidator(_number)]


class TrunkSettings(Settings):
    """`host`, `port` and `transport`: the provider's proxy or registrar. `domain` stands in From, To and REGISTER when
    it is another than the host. By `tls` the certificate must name the host or the domain, or be for
    `certificate_name`, exactly as it stands there (a wildcard too: RFC 5922 lets it stand for nothing else); calls come
    in by TLS only.

    `registering`: we register there as `username` every half of `expires_s`. `by-address`: calls that come from
    `addresses` (and from where `host` points to) are the provider's. `position`: the lower one is tried first.

    `number_format` is how numbers are written towards the provider, with `dial_prefix` in front; `country` is whose
    national numbers it writes (empty: the house's). `caller_id`: the number shown; with `own_numbers` a call shows the
    number its caller had dialled instead, when that is one of this trunk's. `caller_id_in` is the header it goes into.

    `allowed`: beginnings of the numbers that may be called here, none at first; `denied` within them; the longest
    match decides. `max_calls` counts both directions; `calls_per_second` is about calls we place.
    `options_s`: an OPTIONS this often shows whether the other side is there; 0: never.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)

    name: Name
    kind: Kind
    enabled: bool = True
    position: int = Field(default=0, ge=0, le=10_000)
    host: Host = ""
    port: int = Field(default=SIP_PORT, ge=1, le=65_535)
    transport: Transport = "udp"
    domain: Host = ""
    certificate_name: CertificateName = ""
    username: SipUser = ""
    from_user: SipUser = ""
    expires_s: int = Field(default=300, ge=60, le=86_400)
    addresses: tuple[Network, ...] = Field(default=(), max_length=100)
    caller_id: Number = ""
    caller_id_in: CallerIdIn = "from"
    own_numbers: bool = True
    trust_identity: bool = True
    number_format: NumberFormat = "e164"
    dial_prefix: Annotated[str, StringConstraints(pattern=r"^[0-9*#]{0,8}$")] = ""
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    allowed: tuple[Prefix, ...] = Field(default=(), max_length=500)
    denied: tuple[Prefix, ...] = Field(default=(), max_length=500)
    max_calls: int | None = Field(default=None, ge=1, le=10_000)
    calls_per_second: float | None = Field(default=None, gt=0, le=1_000)
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1), AfterValidator(_each_once)] = CODECS
    options_s: int = Field(default=30, ge=0, le=3_600)

    @property
    def sip_domain(self) -> str:
        return self.domain or self.host


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """As the running server knows it: the settings with the secret opened."""

    id: str
    settings: TrunkSettings
    password: str = field(default="", repr=False)

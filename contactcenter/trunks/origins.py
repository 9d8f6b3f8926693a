"""By which trunk a call comes in, and from whom to whom, as its provider writes numbers. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from contactcenter.telephony import HeaderError, Origin
from contactcenter.telephony.sip.headers import NameAddr, parse_name_addr
from contactcenter.telephony.sip.message import Request
from contactcenter.telephony.sip.uri import SipUri
from contactcenter.trunks.formats import received
from contactcenter.trunks.settings import Trunk

LINE = "line"
"""The parameter of the Contact we register with: what a provider sends back in the Request-URI (Asterisk too)."""
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """A trunk as calls come in by it. `token` is in the Contact we registered; `resolved` are the host's addresses."""

    trunk: Trunk
    token: str = ""
    resolved: frozenset[str] = field(default=frozenset())

    @cached_property
    def networks(self) -> tuple[_Network, ...]:
        written = self.trunk.settings.addresses if self.trunk.settings.kind == "by-address" else ()
        return tuple(ipaddress.ip_network(each) for each in (*written, *self.resolved))

    def takes(self, transport: str) -> bool:
        """Where calls go out by TLS, what comes without it is somebody else's."""
        return transport == "tls" or self.trunk.settings.transport != "tls"

    def reach(self, host: str) -> int:
        """The length of the longest prefix this source lies in, -1 for none."""
        address = _address(host)
        if address is None:
            return -1
        lengths = (each.prefixlen for each in self.networks if each.version == address.version and address in each)
        return max(lengths, default=-1)


def entrance_of(invite: Request, host: str, entrances: Iterable[Entrance]) -> Entrance | None:
    """The trunk an INVITE from this address is of: the one whose registration it was sent to, else the one that names
    the address most exactly; among several of them the one whose account is called, then by position."""
    uri = invite.parsed_uri()
    token = uri.param(LINE) if isinstance(uri, SipUri) else None
    enabled = [each for each in entrances if each.trunk.settings.enabled]
    for entrance in enabled:
        if token and token == entrance.token:
            return entrance
    near = [(each.reach(host), each) for each in enabled]
    closest = max((reach for reach, _ in near), default=-1)
    if closest < 0:
        return None
    among = [each for reach, each in near if reach == closest]
    return min(among, key=lambda each: (uri.user_text not in _accounts(each.trunk), _order(each)))


def origin_of(invite: Request, entrance: Entrance, country: str) -> Origin:
    """Numbers canonical where they are numbers. `country` is the house's."""
    trunk, settings = entrance.trunk, entrance.trunk.settings
    home = settings.country or country
    caller, name = _caller(invite, trust=settings.trust_identity)
    return Origin(
        trunk=trunk.id,
        called=received(_called(invite, trunk), settings.number_format, home),
        caller=received(caller, settings.number_format, home),
        caller_name=name,
        codecs=settings.codecs,
    )


def _called(invite: Request, trunk: Trunk) -> str:
    """Providers send calls to the Contact we registered, whose user is our account: then the number is elsewhere
    (P-Called-Party-ID, RFC 7315 §4.2; else To)."""
    user = invite.parsed_uri().user_text
    if user and user not in _accounts(trunk):
        return user
    party = _address_in(invite, "p-called-party-id")
    for candidate in (party.uri.user_text if party else "", invite.to.uri.user_text):
        if candidate and candidate not in _accounts(trunk):
            return candidate
    return user or invite.to.uri.user_text


def _caller(invite: Request, *, trust: bool) -> tuple[str, str]:
    """Number and name: of P-Asserted-Identity where the provider is trusted with it and it may be shown (RFC 3325)."""
    private = "id" in (each.strip().lower() for value in invite.values("privacy") for each in value.split(";"))
    if private and trust:
        return "anonymous", ""
    asserted = _address_in(invite, "p-asserted-identity") if trust else None
    if asserted is not None and asserted.uri.user_text:
        return asserted.uri.user_text, asserted.display_name or invite.from_.display_name
    return invite.from_.uri.user_text, invite.from_.display_name


def _address_in(invite: Request, header: str) -> NameAddr | None:
    values = invite.values(header)
    try:
        return parse_name_addr(values[0], header) if values else None
    except HeaderError:
        return None


def _accounts(trunk: Trunk) -> tuple[str, ...]:
    settings = trunk.settings
    return tuple(each for each in (settings.username, settings.from_user) if each)


def _order(entrance: Entrance) -> tuple[int, str]:
    return entrance.trunk.settings.position, entrance.trunk.id


@lru_cache(maxsize=4096)
def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address

"""Which trunk a number is called by, and why none: pure, and asked anew for every call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contactcenter.telephony.route import Route
from contactcenter.telephony.sip.auth import Credentials
from contactcenter.telephony.sip.uri import bracketed, escape_user
from contactcenter.trunks.formats import canonical, written
from contactcenter.trunks.settings import Trunk, TrunkSettings


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is for programs: "no-number", "no-trunk", "not-allowed", "trunks-down", "trunks-full", "too-fast"."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A trunk as it stands now. `down` says why it cannot carry a call; `calls` are on it in both directions; `ready`:
    its rate allows one more call now."""

    trunk: Trunk
    down: str | None = None
    calls: int = 0
    ready: bool = True


def decide(
    number: str,
    standings: Sequence[Standing],
    *,
    country: str,
    shown: str = "",
    display_name: str = "",
    own: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[Route, ...] | Refusal:
    """The ways to this number, best first: trunks that may call it, that are up and have room, by position.

    `country` is the house's; `shown` the canonical number the called party shall see, where the trunk lets it be
    chosen: when it is among `own`, pairs of a trunk's id and a canonical number of it.
    """
    dialled = canonical(number, country)
    if dialled is None:
        return Refusal("no-number", f"{_quoted(number)} is no telephone number.")
    carrying = [each for each in standings if each.trunk.settings.enabled and each.trunk.settings.host]
    if not carrying:
        return Refusal("no-trunk", "There is no trunk that calls could be placed through: set one up under Trunks.")
    allowed = [each for each in carrying if may_call(each.trunk.settings, dialled)]
    if not allowed:
        names = ", ".join(each.trunk.settings.name for each in carrying)
        return Refusal("not-allowed", f"No trunk may call {dialled}: add its beginning to what {names} may call.")
    up = [each for each in allowed if each.down is None]
    if not up:
        why = "; ".join(f"{each.trunk.settings.name}: {each.down}" for each in allowed)
        return Refusal("trunks-down", f"No trunk that may call {dialled} is up. {why}")
    roomy = [each for each in up if not _full(each)]
    if not roomy:
        full = ", ".join(f"{each.trunk.settings.name} ({each.trunk.settings.max_calls})" for each in up)
        return Refusal("trunks-full", f"As many calls are on as allowed at once: {full}.")
    ready = [each for each in roomy if each.ready]
    if not ready:
        names = ", ".join(each.trunk.settings.name for each in roomy)
        return Refusal("too-fast", f"Too many calls are being placed in this second through {names}.")
    ordered = sorted(ready, key=lambda each: (each.trunk.settings.position, each.trunk.id))
    return tuple(
        route(each.trunk, dialled, country=country, shown=shown, display_name=display_name, own=own) for each in ordered
    )


def may_call(settings: TrunkSettings, number: str) -> bool:
    """Whether the longest of the prefixes that match is among the allowed; of equal length the denied one counts."""
    denied = max((_reach(prefix, number) for prefix in settings.denied), default=-1)
    return max((_reach(prefix, number) for prefix in settings.allowed), default=-1) > denied


def route(
    trunk: Trunk,
    number: str,
    *,
    country: str,
    shown: str = "",
    display_name: str = "",
    own: frozenset[tuple[str, str]] = frozenset(),
) -> Route:
    """The way to a canonical number through this trunk, whether or not it may be called."""
    settings = trunk.settings
    home = settings.country or country
    dialled = settings.dial_prefix + written(number, settings.number_format, home)
    domain = bracketed(settings.sip_domain)
    host = domain if settings.port == 5060 or settings.domain else f"{domain}:{settings.port}"
    from_user, headers = _identity(settings, _caller_id(settings, trunk.id, shown, own), home, display_name)
    return Route(
        trunk=trunk.id,
        number=dialled,
        target_uri=f"sip:{escape_user(dialled)}@{host}",
        from_uri=f"sip:{escape_user(from_user)}@{domain}",
        host=settings.host,
        port=settings.port,
        transport=settings.transport,
        display_name=display_name,
        headers=headers,
        codecs=settings.codecs,
        credentials=Credentials(settings.username, trunk.password) if settings.username else None,
    )


def _caller_id(settings: TrunkSettings, trunk_id: str, shown: str, own: frozenset[tuple[str, str]]) -> str:
    if settings.own_numbers and shown and (trunk_id, shown) in own:
        return shown
    return settings.caller_id


def _identity(
    settings: TrunkSettings, caller_id: str, country: str, display_name: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The user of From, and the header with the number shown where that is another (RFC 3325 §9, RFC 5876)."""
    shown = written(caller_id, settings.number_format, country)
    account = settings.from_user or settings.username
    if not shown or settings.caller_id_in == "from":
        return shown or account or "anonymous", ()
    identity = f"<sip:{escape_user(shown)}@{bracketed(settings.sip_domain)}>"
    if settings.caller_id_in == "remote-party-id":
        identity += ";party=calling;privacy=off;screen=yes"
    return account or shown, ((settings.caller_id_in, identity),)


def _full(standing: Standing) -> bool:
    most = standing.trunk.settings.max_calls
    return most is not None and standing.calls >= most


def _reach(prefix: str, number: str) -> int:
    """How much of the number this prefix matches, -1 for nothing."""
    if prefix == "*":
        return 0
    return len(prefix) if number.startswith(prefix) else -1


def _quoted(text: str) -> str:
    return f'"{text[:40]}"'

"""The registrar: who can be reached where (RFC 3261 §10.3), and who may claim to be whom."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from contactcenter.telephony.config import SipConfig
from contactcenter.telephony.sip.auth import Account, DigestServer, Verdict
from contactcenter.telephony.sip.buckets import SourceBuckets
from contactcenter.telephony.sip.headers import HeaderError, NameAddr, parse_name_addr
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import Request, Response
from contactcenter.telephony.sip.uri import SipUri

MAX_UNANSWERED = 10_000
GUESSES = 10
GUESS_EVERY_S = 6.0
"""So many wrong passwords an address may send at once, and one more each time this has passed."""


class AccountLookup(Protocol):
    """Where accounts come from."""

    def lookup(self, username: str) -> Account | None: ...


@dataclass(frozen=True, slots=True)
class Contact:
    """A place where an account can be reached. ``peer`` is where its REGISTER came from: calls go there, so
    that they pass address translation and reuse open connections. ``expires_at`` on the agent's clock. ``user_agent``
    is what the phone says it is."""

    uri: str
    peer: Peer
    expires_at: float
    call_id: str
    cseq: int
    user_agent: str = ""


class Gatekeeper:
    """Digest checks with a throttle for each source address; of an ``exempt`` one nothing is counted."""

    def __init__(
        self,
        config: SipConfig,
        accounts: AccountLookup | None,
        count: Callable[[str], None],
        exempt: Callable[[str], bool] = lambda host: False,
    ) -> None:
        self._digest = DigestServer(config.realm, config.digest_algorithms)
        self._accounts = accounts
        self._failed = SourceBuckets(GUESSES, 1 / GUESS_EVERY_S)
        self._exempt = exempt
        self._unanswered: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._count = count

    def account(self, username: str) -> Account | None:
        return self._accounts.lookup(username) if self._accounts is not None else None

    def check(self, request: Request, source: Peer, username: str, now: float) -> Response | None:
        """None when the request proves to come from this account, else the response that refuses it."""
        tag = secrets.token_hex(8)
        if self._failed.is_full(source.host, now):
            self._count("auth_throttled")
            return request.response(503, to_tag=tag, headers=[("retry-after", "60")])
        offered = self._digest.offered(request)
        verdict = Verdict.MISSING
        if offered is not None:
            verdict = self._digest.verify(request, offered, self.account(offered.get("username", "")), now)
        if verdict is Verdict.ACCEPTED:
            self._failed.empty(source.host)
            self._unanswered.pop((source.host, username), None)
            same = offered is not None and offered["username"] == username
            return None if same else request.response(403, to_tag=tag)
        if verdict is Verdict.WRONG:
            self._count("auth_failed")
            if not self._exempt(source.host):
                self._failed.fill(source.host, now)
        stale = verdict in (Verdict.STALE, Verdict.REPLAYED)
        baffled = offered is None and self._challenged_before(source.host, username)
        challenges = self._digest.challenges(now, stale=stale, md5_only=baffled)
        return request.response(401, to_tag=tag, headers=challenges)

    def _challenged_before(self, host: str, username: str) -> bool:
        """Whether this phone was challenged and came back without an answer; remembers it for the next time."""
        key = (host, username)
        known = key in self._unanswered
        self._unanswered[key] = None
        if len(self._unanswered) > MAX_UNANSWERED:
            self._unanswered.popitem(last=False)
        return known


class Registrar:
    """Answers REGISTER and keeps the bindings. ``now`` is the agent's clock, in seconds."""

    def __init__(self, config: SipConfig, gatekeeper: Gatekeeper, clock: Callable[[], float]) -> None:
        self._config = config
        self._gatekeeper = gatekeeper
        self._clock = clock
        self._bindings: dict[str, dict[str, Contact]] = {}
        self.on_change: Callable[[str], None] = lambda username: None
        """Told the account whose bindings are others now; not when one has run out."""

    def forget(self, username: str) -> None:
        """Drop every binding: the account is gone, or its password is another."""
        if self._bindings.pop(username, None) is not None:
            self.on_change(username)

    def contacts(self, username: str) -> list[Contact]:
        """Where this account is registered now, the latest registration first."""
        self._expire(username, self._clock())
        found = self._bindings.get(username, {}).values()
        return sorted(found, key=lambda contact: contact.expires_at, reverse=True)

    def count(self) -> int:
        """How many accounts are registered now."""
        return sum(1 for username in list(self._bindings) if self.contacts(username))

    def handle(self, request: Request, source: Peer, now: float) -> Response:
        """The response to a REGISTER."""
        tag = secrets.token_hex(8)
        aor = request.to.sip_uri
        if aor is None or not aor.user:
            return request.response(404, to_tag=tag)
        username = aor.user_text
        refusal = self._gatekeeper.check(request, source, username, now)
        if refusal is not None:
            return refusal
        try:
            contacts, wildcard = _contacts(request)
            refused = self._update(username, request, contacts, wildcard, source, now)
        except HeaderError:
            return request.response(400, to_tag=tag)
        if refused == 423:
            return request.response(423, to_tag=tag, headers=[("min-expires", str(self._config.min_expires_s))])
        if refused:
            return request.response(refused, to_tag=tag)
        return request.response(200, to_tag=tag, headers=self._listing(username, now))

    def _update(
        self, username: str, request: Request, contacts: list[NameAddr], wildcard: bool, source: Peer, now: float
    ) -> int:
        """Apply all bindings or none (RFC 3261 §10.3 step 7). Returns a refusing status, 0 when done."""
        self._expire(username, now)
        new = dict(self._bindings.get(username, {}))
        if wildcard:
            new.clear()
        for contact in contacts:
            uri = contact.sip_uri
            if uri is None:
                return 400
            seconds = self._expires(request, contact)
            if 0 < seconds < self._config.min_expires_s:
                return 423
            key = _binding_key(uri)
            old = new.get(key)
            if old is not None and old.call_id == request.call_id and request.cseq <= old.cseq:
                return 500
            if seconds == 0:
                new.pop(key, None)
            else:
                seconds = min(seconds, self._config.max_expires_s)
                new[key] = Contact(str(uri), source, now + seconds, request.call_id, request.cseq, _software(request))
        while len(new) > self._config.max_contacts:
            del new[min(new, key=lambda key: new[key].expires_at)]
        self._store(username, new)
        if contacts or wildcard:
            self.on_change(username)
        return 0

    def _store(self, username: str, bindings: dict[str, Contact]) -> None:
        if bindings:
            self._bindings[username] = bindings
        else:
            self._bindings.pop(username, None)

    def _expires(self, request: Request, contact: NameAddr) -> int:
        """Wanted lifetime in seconds; unreadable values count as an hour (RFC 3261 §10.2.1.1)."""
        text = contact.params.get("expires") or request.first("expires")
        if text is None:
            return self._config.max_expires_s
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 3_600

    def _expire(self, username: str, now: float) -> None:
        bindings = self._bindings.get(username)
        if bindings and any(contact.expires_at <= now for contact in bindings.values()):
            self._store(username, {key: value for key, value in bindings.items() if value.expires_at > now})

    def _listing(self, username: str, now: float) -> list[tuple[str, str]]:
        bindings = self._bindings.get(username, {})
        return [
            ("contact", f"<{contact.uri}>;expires={max(1, round(contact.expires_at - now))}")
            for contact in bindings.values()
        ]


def _contacts(request: Request) -> tuple[list[NameAddr], bool]:
    """The contacts to bind, or the ``*`` that removes all (RFC 3261 §10.2.2). Raises HeaderError."""
    values = request.values("contact")
    if "*" not in values:
        return [parse_name_addr(value, "Contact") for value in values], False
    if len(values) > 1 or request.first("expires") != "0":
        raise HeaderError("Contact * stands alone and with Expires 0")
    return [], True


def _software(request: Request) -> str:
    text = request.first("user-agent") or ""
    return "".join(sign for sign in text if sign.isprintable())[:120]


def _binding_key(uri: SipUri) -> str:
    """Contacts are equal when user, host, port and transport are (RFC 3261 §19.1.4, without rare parameters)."""
    return f"{uri.scheme}:{uri.user or ''}@{uri.host}:{uri.port or ''};{uri.transport or ''}"

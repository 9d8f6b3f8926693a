"""Digest authentication, both sides (RFC 3261 §22, RFC 7616, RFC 8760): SHA-256 and MD5, ``qop=auth``."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from contactcenter.telephony.sip.headers import HeaderError, parse_auth, quote_string
from contactcenter.telephony.sip.message import Request, Response

Algorithm = Literal["SHA-256", "MD5"]
ALGORITHMS: tuple[Algorithm, ...] = ("SHA-256", "MD5")
NONCE_LIFE_S = 300.0
MAX_NONCES = 20_000


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client proves it knows."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Account:
    """A registered user; only the digests of ``username:realm:password`` are kept, in hexadecimal."""

    username: str
    realm: str
    ha1_md5: str = field(repr=False)
    ha1_sha256: str = field(repr=False)

    def ha1(self, algorithm: Algorithm) -> str:
        return self.ha1_sha256 if algorithm == "SHA-256" else self.ha1_md5


def digest(algorithm: Algorithm, text: str) -> str:
    if algorithm == "SHA-256":
        return hashlib.sha256(text.encode()).hexdigest()
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def hash_account(username: str, realm: str, password: str) -> Account:
    """The account for a password, which itself is not kept."""
    text = f"{username}:{realm}:{password}"
    return Account(username, realm, digest("MD5", text), digest("SHA-256", text))


def digest_response(
    algorithm: Algorithm, ha1: str, *, method: str, uri: str, nonce: str, nc: str, cnonce: str, qop: str
) -> str:
    """The ``response`` parameter (RFC 7616 §3.4.1); without qop the RFC 2069 form."""
    ha2 = digest(algorithm, f"{method}:{uri}")
    middle = f"{nonce}:{nc}:{cnonce}:{qop}" if qop else nonce
    return digest(algorithm, f"{ha1}:{middle}:{ha2}")


class Verdict(Enum):
    ACCEPTED = "accepted"
    MISSING = "missing"  # no usable credentials: challenge
    STALE = "stale"  # right password, old nonce: challenge with stale=true
    WRONG = "wrong"  # wrong password or unknown user: challenge, count against the source
    REPLAYED = "replayed"  # nonce count did not rise: challenge with stale=true


class DigestServer:
    """Issues challenges and checks answers. Nonces carry their time and an HMAC, so none are stored until used."""

    def __init__(self, realm: str, algorithms: Sequence[Algorithm] = ALGORITHMS, secret: bytes | None = None) -> None:
        self.realm = realm
        self.algorithms = tuple(algorithms)
        self._secret = secret or secrets.token_bytes(32)
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._forgotten_at = 0.0

    def _nonce(self, stamp: str) -> str:
        mac = hmac.new(self._secret, f"{stamp}:{self.realm}".encode(), hashlib.sha256).hexdigest()[:32]
        return f"{stamp}.{mac}"

    def challenges(self, now: float, *, stale: bool = False, md5_only: bool = False) -> list[tuple[str, str]]:
        """WWW-Authenticate fields in the configured order (RFC 8760 §2.4).

        ``md5_only`` is for phones that give up when any challenge names another algorithm; it has no effect when
        MD5 is not allowed.
        """
        nonce = self._nonce(f"{int(now * 1000):x}-{secrets.token_hex(4)}")
        tail = ', qop="auth"' + (", stale=true" if stale else "")
        realm = quote_string(self.realm)
        return [
            ("www-authenticate", f'Digest realm={realm}, nonce="{nonce}", algorithm={algorithm}{tail}')
            for algorithm in self.algorithms
            if algorithm == "MD5" or not md5_only or "MD5" not in self.algorithms
        ]

    def offered(self, request: Request) -> dict[str, str] | None:
        """The Digest credentials for our realm, None when there are none that can be read."""
        for value in request.headers.get("authorization", ()):
            try:
                scheme, params = parse_auth(value, "Authorization")
            except HeaderError:
                continue
            if scheme == "digest" and params.get("realm") == self.realm:
                return params
        return None

    def verify(self, request: Request, params: dict[str, str], account: Account | None, now: float) -> Verdict:
        """Check credentials against an account; None for an unknown user, which takes the same time."""
        algorithm = next((a for a in self.algorithms if a == params.get("algorithm", "MD5").upper()), None)
        if algorithm is None or not self._well_formed(request, params):
            return Verdict.MISSING
        nonce = params["nonce"]
        issued = self._issued_at(nonce)
        if issued is None:
            return Verdict.MISSING
        expected = digest_response(
            algorithm,
            account.ha1(algorithm) if account else digest(algorithm, "nobody"),
            method=request.method,
            uri=params["uri"],
            nonce=nonce,
            nc=params["nc"],
            cnonce=params["cnonce"],
            qop="auth",
        )
        if not hmac.compare_digest(expected.encode(), params["response"].lower().encode()) or account is None:
            return Verdict.WRONG
        if not now - NONCE_LIFE_S <= issued <= now + 1 or issued <= self._forgotten_at:
            return Verdict.STALE
        return self._count(nonce, int(params["nc"], 16))

    @staticmethod
    def _well_formed(request: Request, params: dict[str, str]) -> bool:
        """Fields present, the nonce count a number, and the digest made for this very request."""
        if any(not params.get(name) for name in ("username", "nonce", "uri", "response", "cnonce", "nc")):
            return False
        nc = params["nc"]
        hexadecimal = len(nc) == 8 and all(char in "0123456789abcdefABCDEF" for char in nc)
        return hexadecimal and params.get("qop") == "auth" and params["uri"] == request.uri

    def _issued_at(self, nonce: str) -> float | None:
        stamp, _, _ = nonce.partition(".")
        if not hmac.compare_digest(nonce.encode(), self._nonce(stamp).encode()):
            return None
        return int(stamp.split("-", 1)[0], 16) / 1000

    def _count(self, nonce: str, nc: int) -> Verdict:
        if nc <= self._counts.get(nonce, 0):
            return Verdict.REPLAYED
        self._counts[nonce] = nc
        self._counts.move_to_end(nonce)
        if len(self._counts) > MAX_NONCES:
            # A forgotten nonce must not come back, so everything issued before it is stale from now on.
            oldest, _ = self._counts.popitem(last=False)
            self._forgotten_at = max(self._forgotten_at, self._issued_at(oldest) or 0.0)
        return Verdict.ACCEPTED


class DigestClient:
    """Answers challenges and keeps the nonce count, so that later requests authenticate at once."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._challenge: tuple[str, dict[str, str], Algorithm] | None = None
        self._nc = 0

    def challenged(self, response: Response) -> bool:
        """Take the first challenge that can be answered; False when there is none."""
        proxy = response.status == 407
        field_name = "proxy-authenticate" if proxy else "www-authenticate"
        for value in response.headers.get(field_name, ()):
            try:
                scheme, params = parse_auth(value, "challenge")
            except HeaderError:
                continue
            algorithm = next((a for a in ALGORITHMS if a == params.get("algorithm", "MD5").upper()), None)
            qops = [item.strip() for item in params["qop"].split(",")] if "qop" in params else []
            if scheme != "digest" or algorithm is None or "nonce" not in params or (qops and "auth" not in qops):
                continue
            self._challenge = ("proxy-authorization" if proxy else "authorization", params, algorithm)
            self._nc = 0
            return True
        return False

    def authorize(self, request: Request) -> None:
        """Put the credentials on a request; nothing happens before the first challenge."""
        if self._challenge is None:
            return
        field_name, params, algorithm = self._challenge
        self._nc += 1
        user, realm = self._credentials.username, params.get("realm", "")
        nc, cnonce = f"{self._nc:08x}", secrets.token_hex(8)
        qop = "auth" if "qop" in params else ""
        response = digest_response(
            algorithm,
            digest(algorithm, f"{user}:{realm}:{self._credentials.password}"),
            method=request.method,
            uri=request.uri,
            nonce=params["nonce"],
            nc=nc,
            cnonce=cnonce,
            qop=qop,
        )
        value = (
            f"Digest username={quote_string(user)}, realm={quote_string(realm)}, nonce={quote_string(params['nonce'])}"
            f', uri="{request.uri}", response="{response}", algorithm={algorithm}'
        )
        if "opaque" in params:
            value += f", opaque={quote_string(params['opaque'])}"
        if qop:
            value += f', qop=auth, nc={nc}, cnonce="{cnonce}"'
        request.headers[field_name] = [value]

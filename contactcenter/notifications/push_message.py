"""A push as its service and the browser take it: encrypted for the browser (RFC 8291), signed for the service (RFC
8292). Pure."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from yarl import URL

RECORD: Final = 4096
"""Octets of the one record; a push service need not take more (RFC 8291 §4)."""
LONGEST: Final = RECORD - 16 - 1 - 86
"""Octets of what is sent: without tag, delimiter and header."""
SIGNED_S: Final = 12 * 3600
"""How long a signature counts; at most a day (RFC 8292 §2)."""
_POINT, _SECRET = 65, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A browser: its public point on P-256, uncompressed, and its secret of 16 octets."""

    point: bytes
    secret: bytes

    @staticmethod
    def read(p256dh: str, auth: str) -> Receiver:
        """As browsers tell them. Raises ValueError."""
        point, secret = unwritten(p256dh), unwritten(auth)
        if len(point) != _POINT or len(secret) != _SECRET:
            raise ValueError("these are not the keys of a browser")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        return Receiver(point=point, secret=secret)


def written(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def unwritten(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key of a pair, uncompressed."""
    form = serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(serialization.Encoding.X962, form)


def encrypted(plain: bytes, receiver: Receiver, sender: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """`sender` is a pair made for this message, `salt` 16 random octets. Raises ValueError for too long a message."""
    if len(plain) > LONGEST:
        raise ValueError(f"a push has at most {LONGEST} octets")
    own = point_of(sender)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver.point)
    info = b"WebPush: info\x00" + receiver.point + own
    shared = _derived(sender.exchange(ec.ECDH(), theirs), receiver.secret, info, 32)
    key = _derived(shared, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + RECORD.to_bytes(4, "big") + len(own).to_bytes(1, "big") + own
    return header + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def authorization(endpoint: str, contact: str, key: ec.EllipticCurvePrivateKey, now: float) -> str:
    """The header by which a push service knows the sender; `contact` is an address where he is reached."""
    claims = {"aud": str(URL(endpoint).origin()), "exp": int(now) + SIGNED_S, "sub": contact}
    parts = [written(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims)]
    signed = ".".join(parts)
    halves = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = written(b"".join(half.to_bytes(32, "big") for half in halves))
    return f"vapid t={signed}.{signature}, k={written(point_of(key))}"

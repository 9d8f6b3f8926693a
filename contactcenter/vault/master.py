"""The master key: 256 bits that never reach the database. It wraps the data keys and seals nothing else."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contactcenter.vault.errors import VaultError

KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class MasterKey:
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise VaultError(f"A master key has {KEY_BYTES} bytes, this one {len(self.secret)}.")

    @staticmethod
    def new() -> MasterKey:
        return MasterKey(secrets.token_bytes(KEY_BYTES))

    @property
    def id(self) -> str:
        """16 hexadecimal digits that tell keys apart and give nothing away."""
        return hmac.new(self.secret, b"contactcenter master key", hashlib.sha256).hexdigest()[:16]

    @property
    def text(self) -> str:
        """The form it is kept in: base64."""
        return base64.b64encode(self.secret).decode()

    def wrap(self, secret: bytes, label: str) -> bytes:
        """`secret` under this key, to be unwrapped with the same `label` only (AES-256-GCM, NIST SP 800-38D)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.secret).encrypt(nonce, secret, label.encode())

    def unwrap(self, wrapped: bytes, label: str) -> bytes:
        """Raises VaultError when this is not what the key wrapped under `label`."""
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            return AESGCM(self.secret).decrypt(nonce, sealed, label.encode())
        except (InvalidTag, ValueError):
            raise VaultError(f"A data key ({label}) in the database is damaged; restore a backup.") from None


def parse(text: str, source: str) -> MasterKey:
    """32 bytes written as base64 or hexadecimal; raises VaultError, which names `source` and never the text."""
    compact = "".join(text.split())
    for decode in (_hexadecimal, _base64):
        secret = decode(compact)
        if secret is not None and len(secret) == KEY_BYTES:
            return MasterKey(secret)
    raise VaultError(
        f"{source} holds no master key: wanted are {KEY_BYTES} bytes as base64 or hexadecimal "
        "(one is made by `openssl rand -base64 32`)."
    )


def _hexadecimal(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else None
    except ValueError:
        return None


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None

"""Data keys in memory: what seals and opens, without I/O.

A sealed value is `version (1) | key id (8) | nonce (12) | AES-256-GCM ciphertext and tag (16)`. Its context, the place
it belongs to, is authenticated with it, so that it opens nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contactcenter.vault.errors import Damaged, UnknownKey

Purpose = Literal["values", "files", "index"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)

Context = tuple[str, ...]
"""Where a sealed thing belongs, as ("sip_accounts", "ha1_md5", "phone-7")."""

VERSION: Final = 1
PLAIN: Final = 0
"""The first octet of a value that waits to be sealed for the first time; never opened."""
ID_BYTES: Final = 8
_NONCE_BYTES = 12
_HEADER_BYTES = 1 + ID_BYTES + _NONCE_BYTES
OVERHEAD: Final = _HEADER_BYTES + 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that only the keyring can read."""

    raw: bytes

    @property
    def key_id(self) -> str:
        """Empty for a value that is not sealed yet."""
        return self.raw[1 : 1 + ID_BYTES].hex() if self.raw[:1] == bytes([VERSION]) else ""

    def __repr__(self) -> str:
        return f"Sealed({len(self.raw)} bytes under {self.key_id or 'no key'})"


@dataclass(frozen=True, slots=True)
class DataKey:
    """`id` is 16 hexadecimal digits, `secret` 32 octets."""

    id: str
    purpose: Purpose
    secret: bytes = field(repr=False)

    @staticmethod
    def new(purpose: Purpose) -> DataKey:
        return DataKey(secrets.token_hex(ID_BYTES), purpose, secrets.token_bytes(32))

    def derive(self, salt: bytes | None, info: bytes) -> bytes:
        """A key of 256 bits for one use (HKDF-SHA256, RFC 5869)."""
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(self.secret)


@dataclass(frozen=True, slots=True)
class Keyring:
    """`keys` by id; `active` is the id of the key that each purpose is sealed with from now on."""

    keys: Mapping[str, DataKey] = field(repr=False)
    active: Mapping[Purpose, str]

    def key(self, key_id: str, purpose: Purpose) -> DataKey:
        """Raises UnknownKey."""
        found = self.keys.get(key_id)
        if found is None or found.purpose != purpose:
            raise UnknownKey(key_id)
        return found

    def active_key(self, purpose: Purpose) -> DataKey:
        return self.keys[self.active[purpose]]

    def seal(self, plain: bytes, context: Context) -> Sealed:
        key = self.active_key("values")
        header = bytes([VERSION]) + bytes.fromhex(key.id) + secrets.token_bytes(_NONCE_BYTES)
        nonce = header[-_NONCE_BYTES:]
        return Sealed(header + AESGCM(key.secret).encrypt(nonce, plain, _associated(header, context)))

    def open(self, sealed: Sealed, context: Context) -> bytes:
        """Raises Damaged or UnknownKey."""
        raw = sealed.raw
        if len(raw) < OVERHEAD or raw[0] != VERSION:
            raise Damaged(f"The sealed value of {_place(context)} is damaged or was never sealed.")
        key = self.key(sealed.key_id, "values")
        header, body = raw[:_HEADER_BYTES], raw[_HEADER_BYTES:]
        try:
            return AESGCM(key.secret).decrypt(header[-_NONCE_BYTES:], body, _associated(header, context))
        except InvalidTag:
            raise Damaged(f"The sealed value of {_place(context)} was changed or belongs elsewhere.") from None

    def blind_index(self, field_name: str, value: str) -> str:
        """32 hexadecimal digits to look a sealed value up by: equal for equal values of one field, else unrelated.

        The caller brings values to one form first (an address in lower case, a number as E.164). Who reads the
        database sees which rows are equal, nothing more; do not index what has few possible values.
        """
        key = self.active_key("index").derive(None, encode(("blind index", field_name)))
        return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]


def encode(parts: Context) -> bytes:
    """Parts as octets, no two sequences alike: each with its length before it."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _associated(header: bytes, context: Context) -> bytes:
    return header + encode(("contactcenter value", *context))


def _place(context: Context) -> str:
    """Table and column; not the row, whose key may be a name."""
    return ".".join(context[:2])

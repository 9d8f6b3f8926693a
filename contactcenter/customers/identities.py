"""Numbers, addresses and handles in the one form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import phonenumbers

IdentityKind = Literal["phone", "email", "handle", "external"]
KINDS: tuple[IdentityKind, ...] = get_args(IdentityKind)
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@.]+")
_DIALLED = re.compile(r"\+?[0-9*#().\-/\s]+")
MAX_LENGTH = 320
SHORTEST = 5
"""Digits after the country's code; fewer are an extension in the house."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`channel` is that of a handle ("whatsapp") or the system of an external id ("crm"), else empty."""

    kind: IdentityKind
    channel: str
    value: str


class IdentityError(ValueError):
    """A sentence part that says what is wrong, to follow the name of the field."""


def normalised(kind: IdentityKind, text: str, channel: str, country: str) -> Identity:
    """`country` is the ISO 3166 code whose numbers may be written without +. Raises IdentityError."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > MAX_LENGTH:
        raise IdentityError("must have between 1 and 320 signs")
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in plain):
        raise IdentityError("must not hold control characters")
    if kind == "phone":
        return Identity(kind, "", _phone(plain, country))
    if kind == "email":
        if not _EMAIL.fullmatch(plain):
            raise IdentityError("is no email address")
        return Identity(kind, "", plain.lower())
    channel = channel.strip().lower()
    if not channel:
        what = "the channel, as whatsapp" if kind == "handle" else "the system that knows it, as crm"
        raise IdentityError(f"needs {what}")
    return Identity(kind, channel, plain.lower() if kind == "handle" else plain)


def _phone(text: str, country: str) -> str:
    found = e164(text, country)
    if found is None:
        hint = f" as it is dialled in {country}, or with + and the country" if country else "; write it with +"
        raise IdentityError(f"is no telephone number{hint}")
    return found


@lru_cache(maxsize=1024)
def e164(text: str, country: str) -> str | None:
    """`+49…`, or None for what cannot be a number that is called from outside."""
    if not _DIALLED.fullmatch(text):
        return None
    try:
        parsed = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or len(str(parsed.national_number)) < SHORTEST:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def caller_identities(address: str, country: str) -> list[Identity]:
    """What a caller's address may be among the identities of a customer: a number, or the SIP user as a handle."""
    plain = address.strip()
    if not plain or plain.lower() in ("anonymous", "unknown", "unavailable"):
        return []
    found: list[Identity] = []
    if number := e164(plain, country):
        found.append(Identity("phone", "", number))
    return [*found, Identity("handle", "sip", plain.lower()[:MAX_LENGTH])]


Normalise = Callable[[IdentityKind, str, str], Identity]
"""(kind, text, channel) for the house's country."""

"""Words a customer is found by. Every term is found by its beginning, so a number is kept from each digit on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from contactcenter.customers.identities import Identity

MAX_TERM = 64
SHORTEST_NUMBER = 3
"""Fewer last digits than these find nobody."""
SHORTEST_PREFIX = 2
MAX_WORDS = 6
_WORD = re.compile(r"\w+")
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
END = "\U0010ffff"
"""Greater than everything that a term can go on with."""


def folded(text: str) -> str:
    """Lower case without accents: "Müller" and "MULLER" are alike."""
    if text.isascii():
        return " ".join(text.lower().replace("\x00", "").split())
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(_LETTERS.get(sign, sign) for sign in plain if not unicodedata.combining(sign))
    return " ".join(kept.replace("\x00", "").split())


def name_words(name: str) -> list[str]:
    return [word[:MAX_TERM] for word in _WORD.findall(folded(name))]


def terms_of(names: Iterable[str], identities: Iterable[Identity]) -> set[str]:
    """Everything one customer is found by."""
    found: set[str] = set()
    for name in names:
        found.update(word for word in name_words(name))
    for identity in identities:
        if identity.kind == "phone":
            found |= _endings(identity.value.lstrip("+"))
        else:
            value = folded(identity.value)
            found.add(value[:MAX_TERM])
            found.update(word[:MAX_TERM] for word in _WORD.findall(value))
    found.discard("")
    return found


def _endings(digits: str) -> set[str]:
    return {digits[at:][:MAX_TERM] for at in range(max(1, len(digits) - SHORTEST_NUMBER + 1))}


def wanted(query: str) -> list[str]:
    """What a search asks for: terms that must begin so, the longest first. Empty when nothing in it can be found."""
    plain = folded(query)
    parts: list[str] = []
    if _NUMBER.fullmatch(plain):
        # National notation: the leading zero stands for the country.
        digits = re.sub(r"\D", "", plain)
        if digits.startswith("00"):
            digits = digits[2:]
        elif not plain.startswith("+"):
            digits = digits.lstrip("0") or digits
        parts = [digits]
    else:
        for word in plain.split():
            parts += [word] if "@" in word else _WORD.findall(word)
    fitting = {part[:MAX_TERM] for part in parts if len(part) >= SHORTEST_PREFIX}
    return sorted(fitting, key=lambda part: (-len(part), part))[:MAX_WORDS]


_NUMBER = re.compile(r"\+?[\d\s()/.\-]*\d[\d\s()/.\-]*")

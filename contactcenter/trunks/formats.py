"""Numbers in the one form in which they are compared (E.164), and as a provider wants them written."""

from __future__ import annotations

import re

import phonenumbers

from contactcenter.customers.identities import e164
from contactcenter.trunks.settings import NumberFormat

_SEPARATORS = re.compile(r"[\s().\-/]")
_DIALLED = re.compile(r"\+?[0-9*#]{1,32}")


def canonical(text: str, country: str) -> str | None:
    """`+49…` for what is called from outside, the bare digits (with * and #) of an extension or a short number; None
    for what cannot be dialled. `country` is whose national form may be written."""
    plain = _SEPARATORS.sub("", text.strip())
    if not _DIALLED.fullmatch(plain) or plain == "+":
        return None
    number = e164(plain, country)
    if number is not None:
        return number
    return None if plain.startswith("+") else plain


def written(number: str, form: NumberFormat, country: str) -> str:
    """A canonical number as it is dialled: `e164` +4930…, `e164-digits` 4930…, `international` 004930…, `national` 030…
    within `country` and 00… beyond it. Extensions stay as they are."""
    if not number.startswith("+") or form in ("e164", "as-dialled"):
        return number
    digits = number[1:]
    if form == "e164-digits":
        return digits
    if form == "national" and (national := _national(number, country)) is not None:
        return national
    return f"00{digits}"


def _national(number: str, country: str) -> str | None:
    """With the trunk prefix ("0" in most countries, none in some); None for a number of another country."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    if not country or parsed.country_code != phonenumbers.country_code_for_region(country):
        return None
    prefix = phonenumbers.ndd_prefix_for_region(country, True) or ""
    return prefix + phonenumbers.national_significant_number(parsed)


def received(text: str, form: NumberFormat, country: str) -> str:
    """A number as it came from a provider, canonical where it is one; anything else as it came."""
    plain = _SEPARATORS.sub("", text.strip())
    if form == "e164-digits" and plain.isascii() and plain.isdigit() and not plain.startswith("0"):
        try:
            parsed = phonenumbers.parse(f"+{plain}")
        except phonenumbers.NumberParseException:
            parsed = None
        if parsed is not None and phonenumbers.is_valid_number(parsed):
            return f"+{plain}"
    return canonical(plain, country) or text

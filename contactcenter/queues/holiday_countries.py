"""The countries whose public holidays are known, and their parts that have holidays of their own."""

from __future__ import annotations

import functools
import re

import holidays
from pydantic import BaseModel

from acd.calendar_holidays import countries

_ABBREVIATION = re.compile(r"[A-Z0-9]{1,3}")


class SubdivisionOut(BaseModel):
    """`code` is what a calendar keeps ("BY"); `name` is in the country's language ("Bayern"), else the code again."""

    code: str
    name: str


class CountryOut(BaseModel):
    """`code`: ISO 3166-1, two letters. Its name is left to whoever shows it, in the reader's language."""

    code: str
    subdivisions: list[SubdivisionOut]


class CountryList(BaseModel):
    items: list[CountryOut]


@functools.cache
def holiday_countries() -> CountryList:
    """By code; the subdivisions by name. Loads the data of all countries the first time, for about 0.1 s."""
    items = [CountryOut(code=code, subdivisions=_parts(code, parts)) for code, parts in countries().items()]
    return CountryList(items=items)


def _parts(country: str, codes: tuple[str, ...]) -> list[SubdivisionOut]:
    if not codes:
        return []
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    found = [SubdivisionOut(code=code, name=_name(code, aliases.get(code, []))) for code in codes]
    return sorted(found, key=lambda part: (part.name.casefold(), part.code))


def _name(code: str, aliases: list[str]) -> str:
    """The first alias that is no other abbreviation."""
    return next((alias for alias in aliases if not _ABBREVIATION.fullmatch(alias)), code)

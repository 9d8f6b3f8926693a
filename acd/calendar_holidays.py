"""Public holidays by country, from the `holidays` library, whose data is part of it."""

from __future__ import annotations

from collections.abc import Iterable

import holidays

from acd.calendar import Holiday

FIRST_YEAR = 1970
LAST_YEAR = 2100


def countries() -> dict[str, tuple[str, ...]]:
    """The countries known (ISO 3166-1, two letters), each with its subdivisions' codes."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(parts) for code, parts in sorted(known.items())}


def holiday_dates(
    country: str, subdivision: str | None, years: Iterable[int], *, language: str | None = None
) -> tuple[Holiday, ...]:
    """The public holidays of these years by date, their names in `language` where the library has it ("de", "en_US").

    Raises ValueError naming what is not known: country (two letters), subdivision ("BY" for Bavaria) or years.
    """
    known = countries()
    if country not in known:
        raise ValueError(f"country: no holidays are known for {country!r}")
    if subdivision is not None and subdivision not in known[country]:
        has = ", ".join(known[country]) or "none"
        raise ValueError(f"subdivision: {country} has no {subdivision!r}; known are {has}")
    wanted = sorted(set(years))
    if not all(FIRST_YEAR <= year <= LAST_YEAR for year in wanted):
        raise ValueError(f"years: must be from {FIRST_YEAR} to {LAST_YEAR}")
    if not wanted:
        return ()
    found = holidays.country_holidays(country, subdiv=subdivision, years=wanted, language=language)
    # Some holidays of a year are kept in the next or the one before: those of other years are not whole.
    return tuple(Holiday(day, name) for day, name in sorted(found.items()) if day.year in wanted)

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.trunks.formats import canonical, received, written
from contactcenter.trunks.settings import NumberFormat

FORMS: tuple[NumberFormat, ...] = ("e164", "e164-digits", "international", "national", "as-dialled")
REGIONS = ("DE", "FR", "US", "IT", "GB", "PL")
# What is sent can be read again; bare digits of another country cannot be told from a national number.
REVERSIBLE: tuple[NumberFormat, ...] = ("e164", "international", "national")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A valid number of some country, canonical."""
    example = phonenumbers.example_number(draw(st.sampled_from(REGIONS)))
    assert example is not None
    digits = str(example.national_number)
    tail = draw(st.integers(0, 999))
    example.national_number = int(f"{digits[:-3]}{tail:03d}")
    return str(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+49 30 1234567", "+49301234567"),
        ("(030) 123-45.67", "+49301234567"),
        ("0049301234567", "+49301234567"),
        ("1000", "1000"),
        ("*62#", "*62#"),
        ("110", "110"),
        ("", None),
        ("+", None),
        ("+1", None),
        ("anna", None),
        ("12;rm", None),
        ("030 1234567 ext 5", None),
    ],
)
def test_what_is_dialled_in_one_form(text: str, expected: str | None) -> None:
    assert canonical(text, "DE") == expected


@pytest.mark.parametrize(
    ("form", "at_home", "abroad"),
    [
        ("e164", "+49301234567", "+33123456789"),
        ("e164-digits", "49301234567", "33123456789"),
        ("international", "0049301234567", "0033123456789"),
        ("national", "0301234567", "0033123456789"),
        ("as-dialled", "+49301234567", "+33123456789"),
    ],
)
def test_as_a_provider_wants_it(form: NumberFormat, at_home: str, abroad: str) -> None:
    assert written("+49301234567", form, "DE") == at_home
    assert written("+33123456789", form, "DE") == abroad
    assert written("1000", form, "DE") == "1000"


def test_countries_without_a_leading_zero() -> None:
    assert written("+390612345678", "national", "IT") == "0612345678"
    assert written("+12015550123", "national", "US") == "12015550123"
    assert received("12015550123", "national", "US") == "+12015550123"


@given(numbers(), st.sampled_from(REVERSIBLE), st.sampled_from(("DE", "FR", "GB", "PL")))
def test_what_is_written_is_read_again(number: str, form: NumberFormat, country: str) -> None:
    assert received(written(number, form, country), form, country) == number


@given(numbers())
def test_digits_of_a_whole_number_are_read_as_such(number: str) -> None:
    parsed = phonenumbers.parse(number)
    if phonenumbers.is_valid_number(parsed):
        assert received(number[1:], "e164-digits", "DE") == number


@given(st.text(max_size=40), st.sampled_from(FORMS), st.sampled_from(("", "DE", "US")))
def test_nothing_that_comes_in_breaks_it(text: str, form: NumberFormat, country: str) -> None:
    found = canonical(text, country)
    assert found is None or (found and canonical(found, country) == found)
    received(text, form, country)
    if found is not None:
        assert written(found, form, country).lstrip("+").replace("*", "").replace("#", "").isdigit() or found

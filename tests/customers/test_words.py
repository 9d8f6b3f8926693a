"""How words are folded so that they are found however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.customers.words import folded


@pytest.mark.parametrize(
    ("written", "plain"),
    [("Müller", "muller"), ("MULLER", "muller"), ("  Straße\t12 ", "strasse 12"), ("a\x00b", "ab"), ("", "")],
)
def test_case_accents_and_blanks_make_no_difference(written: str, plain: str) -> None:
    assert folded(written) == plain


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_plain_letters_are_folded_as_among_others(text: str) -> None:
    assert folded(f"{text} ß") == f"{folded(text)} ss".strip()
    assert folded(folded(text)) == folded(text)

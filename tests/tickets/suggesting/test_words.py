"""Words and pieces of texts, and what is asked of arrays."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.tickets.suggesting import words
from contactcenter.tickets.suggesting.model import Head, Model, NotThisModel, guesses, packed, unpacked


def test_words_are_looked_up_in_one_spelling_and_shown_in_their_own() -> None:
    found = words.spelled("The INVOICE 4711, for Straße_7a — ﬁle: é")
    assert found == [
        ("the", "The"),
        ("invoice", "INVOICE"),
        ("for", "for"),
        ("strasse", "Straße"),
        ("0a", "7a"),
        ("file", "file"),
    ]


def test_a_word_comes_with_its_pieces() -> None:
    assert words.terms_of("ab") == ["=ab", " ab", "ab ", " ab "]
    assert words.terms_of("tone") == ["=tone", " to", "ton", "one", "ne ", " ton", "tone", "one ", " tone", "tone "]


@given(st.text(max_size=300))
def test_no_number_is_ever_a_term(text: str) -> None:
    terms = [term for word, _ in words.spelled(text) for term in words.terms_of(word)]
    assert not [term for term in terms if re.search(r"[1-9]", term)]
    assert not [term for term in terms if re.search(r"\d\d", term)]


def small() -> Model:
    terms = {"=refund": 0, "=parcel": 1, " par": 2}
    weights = np.array([[2, -1, 0], [-1, 1.5, 1]], np.float32)
    head = Head(values=("invoices", "delivery"), weights=weights, biases=np.array([0.1, 0.0], np.float32))
    return Model(terms=terms, rarity=np.ones(3, np.float32), heads={"category": head})


def test_the_words_of_the_text_itself_are_the_reason() -> None:
    found = guesses(small(), "Where is my PARCEL? Refund?", ["category", "priority"])
    assert set(found) == {"category"}
    assert (found["category"].value, found["category"].words) == ("delivery", ("PARCEL",))
    assert 0.5 < found["category"].confidence < 1
    assert guesses(small(), "Nothing of that", ["category"]) == {}
    assert guesses(small(), "", ["category"]) == {}


def test_what_is_kept_is_read_back_and_nothing_else_is() -> None:
    data = packed(small())
    read = unpacked(data)
    assert read.terms == small().terms
    assert read.heads["category"].values == ("invoices", "delivery")
    assert np.array_equal(read.heads["category"].weights, small().heads["category"].weights)
    for broken in (b"", data[:200], b"PK" + data, data.replace(b'"format":1', b'"format":9')):
        with pytest.raises(NotThisModel):
            unpacked(broken)
    wrong = Model(terms={"=a": 0}, rarity=np.ones(2, np.float32), heads={})
    with pytest.raises(NotThisModel, match="sizes"):
        unpacked(packed(wrong))


@given(st.binary(max_size=300))
def test_garbage_is_no_model(data: bytes) -> None:
    with pytest.raises(NotThisModel):
        unpacked(data)

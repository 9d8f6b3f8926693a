"""Learning: what is asked of the arrays is what the library would say, and only what many have written is kept."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from contactcenter.tickets.suggesting import words
from contactcenter.tickets.suggesting.examples import Example
from contactcenter.tickets.suggesting.fitting import ALIKE, head_of, learn
from contactcenter.tickets.suggesting.model import Model, guesses, likelihoods, packed, unpacked
from tests.tickets.suggesting.samples import FILLER, TOPICS, corpus, request

PHRASES = [phrase for topic in TOPICS.values() for phrase in topic] + list(FILLER)


def terms(text: str) -> list[str]:
    return [term for word, _ in words.spelled(text) for term in words.terms_of(word)]


class Pair:
    """A model of the library and the same as arrays, which have been kept and read back."""

    def __init__(self, values: int) -> None:
        chosen = [each for each in corpus(160) if each.labels["category"] in list(TOPICS)[:values]]
        self.vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=3)
        self.library = LogisticRegression(C=5.0, max_iter=40)
        self.library.fit(
            self.vectorizer.fit_transform([each.text for each in chosen]), [each.labels["category"] for each in chosen]
        )
        places = {term: int(place) for term, place in self.vectorizer.vocabulary_.items()}
        rarity = self.vectorizer.idf_.astype(np.float32)
        self.arrays = unpacked(packed(Model(terms=places, rarity=rarity, heads={"category": head_of(self.library)})))


@pytest.fixture(scope="module", params=[2, 4], ids=["two values", "four values"])
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(request.param)


@settings(max_examples=60)
@given(st.lists(st.one_of(st.sampled_from(PHRASES), st.text(max_size=20)), min_size=1, max_size=12).map(". ".join))
def test_arrays_say_what_the_library_says(pair: Pair, text: str) -> None:
    features = pair.vectorizer.transform([text])
    if features.nnz == 0:
        assert likelihoods(pair.arrays, text, "category") == {}
        return
    expected = dict(zip(pair.library.classes_, pair.library.predict_proba(features)[0], strict=True))
    found = likelihoods(pair.arrays, text, "category")
    assert found == pytest.approx(expected, abs=1e-5)
    (guess,) = guesses(pair.arrays, text, ["category"]).values()
    assert guess.confidence == pytest.approx(max(expected.values()), abs=1e-5)
    assert all(word in {written for _, written in words.spelled(text)} for word in guess.words)


def test_it_learns_and_says_how_well_on_what_it_has_not_seen() -> None:
    told: list[float] = []
    learned = learn(corpus(400), ["category", "priority", "type"], told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    trials = learned.report.trials
    category = trials["category"]
    assert (category.tickets, category.learned, category.held_out, category.values) == (400, 320, 80, 4)
    assert category.right > 65 > category.usual_right
    assert trials["priority"].right > 55
    assert (trials["type"].tickets, trials["type"].why) == (0, "few")
    assert sum(map(sum, category.confusion.rows)) == 80
    assert sum(row[at] for at, row in enumerate(category.confusion.rows)) == category.right
    assert category.cuts[0].shown == 80
    assert category.cuts[0].right == category.right
    assert [cut.shown for cut in category.cuts] == sorted((cut.shown for cut in category.cuts), reverse=True)
    assert learned.model is not None
    assert set(learned.model.heads) == {"category", "priority"}
    draw = random.Random(9)
    found = [
        guesses(learned.model, "\n".join(request(draw, "printers", "low")), ["category"])["category"] for _ in range(9)
    ]
    assert [each.value for each in found].count("printers") >= 8


def test_only_what_many_customers_have_written_is_kept() -> None:
    found = corpus(200)
    found = [
        Example(
            text=f"{each.text}. Yours, Wolkenstein 0171 23{at:04d}" if at % 4 == 0 else each.text,
            customer="wolkenstein" if at % 4 == 0 else each.customer,
            labels=each.labels,
        )
        for at, each in enumerate(found)
    ]
    learned = learn(found, ["category"])
    assert learned.model is not None
    kept = learned.model.terms
    assert not [term for term in kept if "wolken" in term or "stein" in term]
    assert not [term for term in kept if any(digit in term for digit in "123456789")]
    held = [(each, set(terms(each.text))) for each in found]
    for term in random.Random(2).sample(sorted(kept), 300):
        having = [each for each, there in held if term in there]
        assert len(having) >= ALIKE
        assert len({each.customer for each in having}) >= ALIKE


def test_what_cannot_be_learned_says_why() -> None:
    nobody = [Example(text=each.text, customer=None, labels=each.labels) for each in corpus(100)]
    assert learn(nobody, ["category"]).report.trials["category"].why == "wordless"
    assert learn(nobody, ["category"]).model is None
    one = [Example(text=each.text, customer=each.customer, labels={"category": "invoices"}) for each in corpus(100)]
    assert learn(one, ["category"]).report.trials["category"].why == "alike"
    assert learn([], ["category"]).report.trials["category"].why == "few"
    rare = [
        Example(text=each.text, customer=each.customer, labels={"category": "rare"} if at % 30 == 0 else each.labels)
        for at, each in enumerate(corpus(240))
    ]
    trial = learn(rare, ["category"]).report.trials["category"]
    assert (trial.why, trial.values, trial.left_out) == ("", 4, 1)


def test_empty_texts_are_learned_from_without_harm() -> None:
    found = [*corpus(100), *(Example(text="", customer="x", labels={"category": "invoices"}) for _ in range(30))]
    trial = learn(found, ["category"]).report.trials["category"]
    assert trial.held_out == 26
    assert trial.right == 0, "the newest say nothing, and of nothing nothing is suggested"

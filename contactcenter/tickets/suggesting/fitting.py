"""Learning from tickets, with scikit-learn; only ever in a process of its own (worker.py)."""

from __future__ import annotations

import warnings
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from contactcenter.tickets.suggesting import trial, words
from contactcenter.tickets.suggesting.examples import Example
from contactcenter.tickets.suggesting.model import Guess, Head, Model, softmax
from contactcenter.tickets.suggesting.settings import FieldName, Report, Trial

LEAST: Final = 50
"""Labelled tickets, below which nothing is tried."""
LEAST_OF_VALUE: Final = 10
HELD_OUT: Final = 5
"""The newest fifth is held out."""
ALIKE: Final = 5
"""A term is kept when so many tickets of as many different customers have it: what is left is nobody's."""
COMMON: Final = 0.5
"""What more than this share of the tickets has tells none from another."""
MOST_WORDS: Final = 10_000
MOST_PIECES: Final = 20_000
STRENGTH: Final = 5.0
"""Of the fit against the size of the weights (C)."""
ROUNDS: Final = 60
"""Steps of the solver; more make no suggestion another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """`model` None: there was nothing to learn."""

    model: Model | None
    report: Report


def learn(
    examples: Sequence[Example], fields: Collection[FieldName], told: Callable[[float], None] = lambda share: None
) -> Learned:
    """Tries each field on the newest fifth after learning from the rest, then learns from all. `told`: the share that
    is done. `report.seconds` is the caller's to fill in."""
    trials = _trials(examples, fields, told)
    wanted = [field for field in fields if not trials[field].why]
    report = Report(tickets=len(examples), trials=trials)
    if not wanted:
        return Learned(model=None, report=report)
    known, features = _Known.of(examples)
    told(0.65)
    heads: dict[str, Head] = {}
    for at, field in enumerate(wanted):
        if (head := _head(features, [each.labels.get(field) for each in examples])) is not None:
            heads[field] = head
        told(0.65 + 0.35 * (at + 1) / len(wanted))
    report.terms = len(known.terms)
    terms = {term: place for place, term in enumerate(known.terms)}
    rarity = known.weigh.idf_.astype(np.float32)
    return Learned(model=Model(terms=terms, rarity=rarity, heads=heads), report=report)


def _trials(
    examples: Sequence[Example], fields: Collection[FieldName], told: Callable[[float], None]
) -> dict[FieldName, Trial]:
    cut = len(examples) - len(examples) // HELD_OUT
    older, newer = examples[:cut], examples[cut:]
    known, seen = _Known.of(older)
    unseen = known.features(newer) if known.terms else None
    told(0.15)
    trials: dict[FieldName, Trial] = {}
    for at, field in enumerate(fields):
        trials[field] = _tried(older, newer, seen, unseen, field)
        told(0.15 + 0.35 * (at + 1) / len(fields))
    return trials


def _tried(older: Sequence[Example], newer: Sequence[Example], seen: Any, unseen: Any, field: FieldName) -> Trial:
    labels, truth = ([each.labels.get(field) for each in part] for part in (older, newer))
    counted = Counter(label for label in labels if label is not None)
    counts = {
        "tickets": sum(counted.values()) + sum(label is not None for label in truth),
        "learned": sum(counted.values()),
        "values": sum(count >= LEAST_OF_VALUE for count in counted.values()),
        "left_out": sum(count < LEAST_OF_VALUE for count in counted.values()),
    }
    rows = [at for at, label in enumerate(truth) if label is not None]
    if counts["tickets"] < LEAST or not rows:
        return Trial(why="few").model_copy(update=counts)
    if counts["values"] < 2:
        return Trial(why="alike").model_copy(update=counts)
    if unseen is None or (head := _head(seen, labels)) is None:
        return Trial(why="wordless").model_copy(update=counts)
    found = _found(head, unseen[rows])
    usual = counted.most_common(1)[0][0]
    return trial.judged([str(truth[at]) for at in rows], found, usual).model_copy(update=counts)


def _found(head: Head, features: Any) -> list[Guess | None]:
    likely = softmax(np.asarray(features @ head.weights.T.astype(np.float64)) + head.biases)
    knows = np.diff(features.indptr) > 0
    best = likely.argmax(axis=1)
    return [
        Guess(value=head.values[value], confidence=float(likely[row, value]), words=()) if knows[row] else None
        for row, value in enumerate(best)
    ]


def _head(features: Any, labels: Sequence[str | None]) -> Head | None:
    """None: fewer than two values have enough tickets."""
    counted = Counter(label for label in labels if label is not None)
    rows = [at for at, label in enumerate(labels) if label is not None and counted[label] >= LEAST_OF_VALUE]
    if len({labels[at] for at in rows}) < 2:
        return None
    # Without a copy where it can be: they are the greatest part of what it takes.
    chosen = features if len(rows) == len(labels) else features[rows]
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(chosen, [labels[at] for at in rows])
    return head_of(model)


def head_of(model: Any) -> Head:
    """Of a fitted LogisticRegression, which for two values knows the second alone."""
    weights, biases = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, biases = np.vstack([np.zeros_like(weights), weights]), np.concatenate([[0.0], biases])
    return Head(
        values=tuple(map(str, model.classes_)), weights=weights.astype(np.float32), biases=biases.astype(np.float32)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The terms that are kept, their places by the counter's ids, and how they are weighed."""

    terms: list[str]
    places: NDArray[np.int32]
    counter: _Counter
    weigh: TfidfTransformer

    @classmethod
    def of(cls, examples: Sequence[Example]) -> tuple[_Known, Any]:
        """What is known of these, and their features; None without a term."""
        counter = _Counter()
        docs, customers = counter.spread(examples)
        names = list(counter.ids)
        alike = np.flatnonzero((docs >= ALIKE) & (customers >= ALIKE) & (docs <= max(ALIKE, COMMON * len(examples))))
        often = alike[np.argsort(-docs[alike], kind="stable")]
        whole = np.array([names[each].startswith("=") for each in often], dtype=bool)
        kept = np.concatenate([often[whole][:MOST_WORDS], often[~whole][:MOST_PIECES]])
        places = np.full(len(names), -1, np.int32)
        places[kept] = np.arange(len(kept))
        terms = [names[each] for each in kept]
        known = cls(terms=terms, places=places, counter=counter, weigh=TfidfTransformer(sublinear_tf=True, norm="l2"))
        if not terms:
            return known, None
        counted = known._counted(examples)
        return known, known.weigh.fit(counted).transform(counted, copy=False)

    def features(self, examples: Sequence[Example]) -> Any:
        """A row for each example, a column for each term: TF-IDF of length one."""
        return self.weigh.transform(self._counted(examples), copy=False)

    def _counted(self, examples: Sequence[Example]) -> Any:
        columns, values, ends = array("i"), array("f"), [0]
        for each in examples:
            ids, counts = self.counter.of(each.text)
            there = ids < len(self.places)
            place, many = self.places[ids[there]], counts[there]
            columns.frombytes(place[place >= 0].tobytes())
            values.frombytes(many[place >= 0].astype(np.float32).tobytes())
            ends.append(len(columns))
        shape = (len(examples), len(self.terms))
        data, indices = np.frombuffer(values, np.float32), np.frombuffer(columns, np.int32)
        return csr_matrix((data, indices, np.array(ends, np.int32)), shape=shape)


class _Counter:
    """Terms by the order in which they came, and those of each word."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self._of_word: dict[str, NDArray[np.int64]] = {}

    def of(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The ids of its terms and how often each comes."""
        found = [self._word(word) for word, _ in words.spelled(text)]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return np.unique(np.concatenate(found), return_counts=True)

    def _word(self, word: str) -> NDArray[np.int64]:
        if (known := self._of_word.get(word)) is None:
            ids = self.ids
            known = np.array([ids.setdefault(term, len(ids)) for term in words.terms_of(word)], np.int64)
            self._of_word[word] = known
        return known

    def spread(self, examples: Sequence[Example]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """By term: in how many tickets it comes, and of how many customers."""
        docs, customers, last = (np.zeros(0, np.int64) for _ in range(3))
        order = sorted(range(len(examples)), key=lambda at: examples[at].customer or "")
        group, before = 0, object()
        for at in order:
            if examples[at].customer != before:
                group, before = group + 1, examples[at].customer
            ids, _ = self.of(examples[at].text)
            if len(self.ids) > len(docs):
                room = 2 * len(self.ids) - len(docs)
                docs, customers, last = (np.pad(each, (0, room)) for each in (docs, customers, last))
            docs[ids] += 1
            new = ids[last[ids] != group]
            customers[new] += 1
            last[new] = group
        size = len(self.ids)
        return docs[:size], customers[:size]

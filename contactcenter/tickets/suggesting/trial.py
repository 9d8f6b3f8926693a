"""How good a model is, on tickets it has not seen, and whether that is good enough. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from contactcenter.tickets.suggesting.model import Guess
from contactcenter.tickets.suggesting.settings import (
    TENTHS,
    Confusion,
    Cut,
    FieldName,
    Report,
    SuggesterBody,
    Trial,
    Why,
)

BIGGEST: Final = 6


def judged(truth: Sequence[str], found: Sequence[Guess | None], usual: str) -> Trial:
    """`truth` of each held-out ticket beside what was guessed, None: nothing. What is guessed of nothing counts as
    wrong. `usual`: the most frequent value of those it was learned from."""
    pairs = list(zip(truth, found, strict=True))
    return Trial(
        held_out=len(pairs),
        right=sum(_right(*pair) for pair in pairs),
        usual=usual,
        usual_right=sum(value == usual for value in truth),
        cuts=[_cut(pairs, tenth / TENTHS) for tenth in range(TENTHS)],
        confusion=_confusion(pairs),
    )


def _right(value: str, guess: Guess | None) -> bool:
    return guess is not None and guess.value == value


def _cut(pairs: Sequence[tuple[str, Guess | None]], least: float) -> Cut:
    sure = [pair for pair in pairs if pair[1] is not None and pair[1].confidence >= least]
    return Cut(shown=len(sure), right=sum(_right(*pair) for pair in sure))


def _confusion(pairs: Sequence[tuple[str, Guess | None]]) -> Confusion:
    biggest = [value for value, _ in Counter(value for value, _ in pairs).most_common(BIGGEST)]
    place = {value: at for at, value in enumerate(biggest)}
    rows = [[0] * (len(biggest) + 1) for _ in biggest]
    for value, guess in pairs:
        if value in place:
            column = len(biggest) if guess is None else place.get(guess.value, len(biggest))
            rows[place[value]][column] += 1
    return Confusion(values=biggest, rows=rows)


def verdict(settings: SuggesterBody, report: Report | None, field: FieldName) -> Why:
    """Why a field is not suggested; empty: it is."""
    if not getattr(settings, field):
        return "off"
    if report is None or (trial := report.trials.get(field)) is None:
        return "untrained"
    if trial.tickets < settings.least_tickets:
        return "few"
    if trial.why:
        return trial.why
    if trial.right <= trial.usual_right:
        return "baseline"
    if 100 * trial.right < settings.least_accuracy * trial.held_out:
        return "inaccurate"
    return ""

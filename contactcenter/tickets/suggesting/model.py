"""What has been learned, as arrays: asked without the library it was made with, kept without a pickle. No I/O."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from contactcenter.tickets.suggesting import words

Floats = NDArray[np.float32]
FORMAT: Final = 1
TOP: Final = 3
"""Words that are shown as the reason."""


class NotThisModel(ValueError):  # noqa: N818 - what it is not
    """Bytes that this version of the product cannot ask: made by another one, or no model at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """For one field: `weights` (values x terms) and `biases` (values), of a softmax over `values`."""

    values: tuple[str, ...]
    weights: Floats
    biases: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`terms`: the place of each; `rarity`: its inverse document frequency."""

    terms: Mapping[str, int]
    rarity: Floats
    heads: Mapping[str, Head]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """`confidence` from 0 to 1; `words` of the text itself that speak most for it, as they are written there."""

    value: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text as the model sees it. `written`: how each word stands in it; `held`: by word, how often which term comes
    of it; `counts` in the order of `places`; `features`: TF-IDF of length one."""

    written: Mapping[str, str]
    held: Mapping[str, Counter[int]]
    places: NDArray[np.int64]
    counts: NDArray[np.float64]
    features: NDArray[np.float64]


def _read(model: Model, text: str) -> _Text | None:
    """None: there is no word in it of which the model knows anything."""
    written: dict[str, str] = {}
    often: Counter[str] = Counter()
    for word, spelling in words.spelled(text):
        written.setdefault(word, spelling)
        often[word] += 1
    held: dict[str, Counter[int]] = {}
    counts: Counter[int] = Counter()
    for word, times in often.items():
        known = [place for term in words.terms_of(word) if (place := model.terms.get(term)) is not None]
        held[word] = Counter({place: many * times for place, many in Counter(known).items()})
        counts.update(held[word])
    if not counts:
        return None
    places = np.fromiter(counts, np.int64, len(counts))
    many = np.fromiter(counts.values(), np.float64, len(counts))
    # As scikit-learn's TfidfTransformer(sublinear_tf=True, norm="l2") weighs them.
    raw = (1.0 + np.log(many)) * model.rarity[places]
    return _Text(written=written, held=held, places=places, counts=many, features=raw / np.sqrt(raw @ raw))


def likelihoods(model: Model, text: str, name: str) -> dict[str, float]:
    """How probable each value of a field is; empty for a text of which the model knows no word."""
    if (read := _read(model, text)) is None:
        return {}
    head = model.heads[name]
    return dict(zip(head.values, _likely(head, read).tolist(), strict=True))


def guesses(model: Model, text: str, fields: Collection[str]) -> dict[str, Guess]:
    """The best value by field; of fields that were learned. Nothing for a text of which the model knows no word."""
    if (read := _read(model, text)) is None:
        return {}
    return {name: _guess(head, read) for name in fields if (head := model.heads.get(name)) is not None}


def _likely(head: Head, read: _Text) -> NDArray[np.float64]:
    return softmax(head.weights[:, read.places] @ read.features + head.biases)


def _guess(head: Head, read: _Text) -> Guess:
    likely = _likely(head, read)
    best = int(likely.argmax())
    weights = head.weights[:, read.places]
    # What each term adds to this value over what it adds to all, for every time it comes.
    gains = (weights[best] - weights.mean(axis=0)) * read.features / read.counts
    gain = dict(zip(read.places.tolist(), gains.tolist(), strict=True))
    spoke = {word: sum(gain[place] * times for place, times in there.items()) for word, there in read.held.items()}
    speaking = sorted((word for word, weight in spoke.items() if weight > 0), key=lambda word: -spoke[word])
    top = tuple(read.written[word] for word in speaking[:TOP])
    return Guess(value=head.values[best], confidence=float(likely[best]), words=top)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def packed(model: Model) -> bytes:
    """An archive of arrays (NPZ) that begins with what it is."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "words": words.VERSION,
        "terms": sorted(model.terms, key=lambda term: model.terms[term]),
        "values": {name: each.values for name, each in model.heads.items()},
    }
    arrays = {"head": np.frombuffer(orjson.dumps(head), np.uint8), "rarity": model.rarity}
    for name, each in model.heads.items():
        arrays |= {f"weights.{name}": each.weights, f"biases.{name}": each.biases}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)  # type: ignore[arg-type]  # its stub takes the names for its own
    return file.getvalue()


def unpacked(data: bytes) -> Model:
    """Raises NotThisModel."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            head = orjson.loads(arrays["head"].tobytes())
            if (head["format"], head["words"]) != (FORMAT, words.VERSION):
                raise NotThisModel("made by another version")
            terms = {term: place for place, term in enumerate(head["terms"])}
            model = Model(
                terms=terms,
                rarity=arrays["rarity"],
                heads={name: _head(arrays, name, values) for name, values in head["values"].items()},
            )
    except NotThisModel:
        raise
    except Exception as error:
        raise NotThisModel(f"{type(error).__name__} in {len(data)} bytes") from error
    if not _fits(model):
        raise NotThisModel("arrays of different sizes")
    return model


def _head(arrays: Any, name: str, values: list[str]) -> Head:
    return Head(values=tuple(values), weights=arrays[f"weights.{name}"], biases=arrays[f"biases.{name}"])


def _fits(model: Model) -> bool:
    size = len(model.terms)
    return model.rarity.shape == (size,) and all(
        each.weights.shape == (len(each.values), size) and each.biases.shape == (len(each.values),)
        for each in model.heads.values()
    )

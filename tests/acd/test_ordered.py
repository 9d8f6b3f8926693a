from bisect import insort

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.ordered import CHUNK_LIMIT, Ordered


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=60), st.data())
def test_it_behaves_like_a_sorted_list(pairs: list[tuple[int, int]], data: st.DataObject) -> None:
    ordered: Ordered[str] = Ordered()
    model: list[tuple[float, float, int, str]] = []
    for tie, (major, minor) in enumerate(pairs):
        entry = (float(major), float(minor), tie, f"item {tie}")
        ordered.add(entry)
        insort(model, entry)
        if data.draw(st.integers(0, 3)) == 0:
            gone = data.draw(st.sampled_from(model))
            ordered.remove(gone)
            model.remove(gone)
    check(ordered, model)


def test_it_behaves_like_a_sorted_list_over_many_chunks() -> None:
    ordered: Ordered[str] = Ordered()
    model: list[tuple[float, float, int, str]] = []
    for tie in range(CHUNK_LIMIT * 6):
        entry = (float(tie * 7919 % 401), float(tie % 5), tie, f"item {tie}")
        ordered.add(entry)
        insort(model, entry)
    check(ordered, model)
    for entry in model[::3]:
        ordered.remove(entry)
    del model[::3]
    check(ordered, model)
    for entry in list(model):
        ordered.remove(entry)
    check(ordered, [])


def test_removing_what_is_not_there_is_an_error() -> None:
    ordered: Ordered[str] = Ordered()
    ordered.add((1.0, 0.0, 1, "a"))
    for entry in [(0.0, 0.0, 1, "b"), (1.0, 0.0, 2, "c")]:
        with pytest.raises(KeyError):
            ordered.remove(entry)
        with pytest.raises(KeyError):
            ordered.rank(entry)


def check(ordered: Ordered[str], model: list[tuple[float, float, int, str]]) -> None:
    assert list(ordered) == [entry[3] for entry in model]
    assert len(ordered) == len(model)
    assert ordered.first() == (model[0][3] if model else None)
    for place in range(0, len(model), max(1, len(model) // 20)):
        assert ordered.rank(model[place]) == place
    for major in (-1.0, 0.0, 10.5, 400.0):
        assert list(ordered.iter_after(major)) == [entry[3] for entry in model if entry[0] > major]
    heads = {entry[0]: entry[3] for entry in reversed(model)}
    assert list(ordered.heads()) == [heads[major] for major in sorted(heads)]

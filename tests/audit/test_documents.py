from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.audit.documents import Difference, cleaned, decoded, differences, encoded

scalars = st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=4)
keys = st.sampled_from(["id", "name", "tier", "members", "password"])
documents = st.dictionaries(
    keys,
    st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)),
    max_size=4,
)


def holds(value: Any, key: str) -> bool:
    if isinstance(value, dict):
        return key in value or any(holds(item, key) for item in value.values())
    return isinstance(value, list) and any(holds(item, key) for item in value)


@given(documents, documents)
def test_what_differs_is_told_and_only_that(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert bool(differences(before, after)) is (encoded(before) != encoded(after))
    assert differences(before, before) == []


@given(documents, documents)
def test_secrets_are_in_neither_document(before: dict[str, Any], after: dict[str, Any]) -> None:
    clean_before, clean_after, hidden = cleaned(before, after, frozenset({"name"}))
    for key in ("password", "name"):
        assert not holds(clean_before, key)
        assert not holds(clean_after, key)
    assert cleaned(before, before, frozenset())[2] == []
    assert all("password" in path or "name" in path for path in hidden)


@given(documents)
def test_a_document_comes_back_from_its_text(document: dict[str, Any]) -> None:
    assert decoded(encoded(document)) == document
    assert encoded(dict(reversed(document.items()))) == encoded(document)


def test_items_of_a_list_are_told_apart_by_their_id() -> None:
    before = {"members": [{"agent_id": "anna", "tier": 1}, {"agent_id": "ben", "tier": 1}], "weight": 1, "on": True}
    after = {"members": [{"agent_id": "ben", "tier": 2}, {"agent_id": "cid", "tier": 1}], "weight": 1.5, "on": True}
    assert differences(before, after) == [
        Difference("members[anna]", {"agent_id": "anna", "tier": 1}, None),
        Difference("members[ben].tier", 1, 2),
        Difference("members[cid]", None, {"agent_id": "cid", "tier": 1}),
        Difference("weight", 1, 1.5),
    ]
    turned = [{"id": "a"}, {"id": "b"}]
    assert differences({"x": turned}, {"x": turned[::-1]}) == [Difference("x", ["a", "b"], ["b", "a"])]
    assert differences({"spans": [1, 2]}, {"spans": [1, 3]}) == [Difference("spans", [1, 2], [1, 3])]
    assert differences({"on": 1}, {"on": True}) == [Difference("on", 1, True)]
    assert cleaned({"password": "a"}, {"password": "b"}, frozenset()) == ({}, {}, ["password"])


def test_what_is_no_json_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError):
        encoded({"at": object()})

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, JsonValue

from contactcenter.api.fields import Settings
from contactcenter.configuration.files import Mistakes, read, write
from contactcenter.configuration.plan import apply, export, plan
from contactcenter.section import Document, Documents, Section


class Thing(Settings):
    name: str = ""
    number: float | None = None
    more: dict[str, JsonValue] = Field(default_factory=dict)


class Shelf:
    """A section in memory."""

    def __init__(self) -> None:
        self.things: dict[str, Document] = {}
        self.section = Section(
            name="things", title="Things", model=Thing, read=self.read, put=self.put, remove=self.remove
        )

    async def read(self) -> Documents:
        return dict(self.things)

    async def put(self, key: str, document: Document, there: bool) -> None:
        assert there == (key in self.things)
        self.things[key] = document

    async def remove(self, key: str) -> None:
        del self.things[key]


class Together:
    """As much of a database as applying needs."""

    dialect = SimpleNamespace(name="memory")

    def __init__(self) -> None:
        self.acts: list[str] = []

    def together(self) -> Together:
        return self

    transaction = together

    async def __aenter__(self) -> Together:
        return self

    async def __aexit__(self, *error: object) -> None: ...

    async def connection(self) -> Together:
        return self

    async def execute(self, insert: object, entries: list[dict[str, Any]]) -> None:
        self.acts += [each["act"] for each in entries]


# What YAML can hold: no surrogates, no control characters.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\u2028\u2029\ufffe\uffff"), max_size=20
)
# Settings have few digits: ruamel writes a float of 16 that it has read with one less.
NUMBERS = st.integers(-(2**30), 2**30) | st.integers(-(2**20), 2**20).map(lambda quarters: quarters / 4)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
THINGS = st.dictionaries(
    TEXTS.filter(bool),
    st.builds(
        lambda name, number, more: {"name": name, "number": number, "more": more},
        TEXTS,
        NUMBERS | st.none(),
        st.dictionaries(TEXTS, VALUES, max_size=3),
    ),
    max_size=4,
)


def alike(things: Mapping[str, Any]) -> dict[str, Any]:
    return {key: Thing.model_validate_json(json.dumps(each)).model_dump(mode="json") for key, each in things.items()}


@settings(max_examples=25)
@given(THINGS, THINGS)
async def test_exported_applied_elsewhere_and_exported_is_the_same(
    here: dict[str, Any], before: dict[str, Any]
) -> None:
    one, other = Shelf(), Shelf()
    one.things, other.things = dict(alike(here)), dict(alike(before))
    texts = await export([one.section])
    assert not await plan([one.section], texts, prune=True)
    planned, database = await plan([other.section], texts, prune=True), Together()
    await apply([other.section], planned, database, by=None)  # type: ignore[arg-type]
    assert database.acts == (["configuration.applied"] if planned else [])
    assert other.things == one.things
    assert await export([other.section]) == texts
    # Written over what was there, it says the same.
    over = write(one.section, one.things, write(one.section, alike(before)))
    assert read(one.section, over).documents == one.things


@given(st.text(max_size=60) | st.text("ab:-[]{}&*!|>'\"#%@, \n\t?", max_size=40))
def test_any_text_is_read_or_told(text: str) -> None:
    section = Shelf().section
    try:
        found = list(map(str, read(section, text).documents))
    except Mistakes as mistakes:
        found = [each.file for each in mistakes.found]
    assert all(found)


def test_comments_stay() -> None:
    section = Shelf().section
    text = "# all\nb:\n  # why\n  name: B # x\n  number: 1\na:\n  name: A\n"
    present = read(section, text).documents
    changed = {**present, "b": {**present["b"], "number": 2.0}, "c": present["a"]}
    written = write(section, changed, text)
    assert written.startswith("# all\nb:\n  # why\n  name: B # x\n  number: 2.0\n")
    assert written.index("\na:") < written.index("\nc:")
    with pytest.raises(Mistakes):
        read(section, "a: 1\na: 2\n")

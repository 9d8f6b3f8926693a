"""Fewer statements, the same rows: what a batch leaves behind does not depend on its being rearranged."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.queues.models import Disposition, Skill
from contactcenter.storage.base import Base
from contactcenter.storage.records import Insert, Record, Update, coalesce

Rows = dict[tuple[type[Base], str], dict[str, Any]]
keys = st.sampled_from(["a", "b", "c"])
models = st.sampled_from([Skill, Disposition])


def applied(records: list[Record], present: Rows, *, replaying: bool) -> Rows:
    """What a database would hold: an insert of a row that is there is left out when replaying."""
    rows = {key: dict(values) for key, values in present.items()}
    for record in records:
        if isinstance(record, Insert):
            key = (record.model, record.values["id"])
            assert replaying or key not in rows
            rows.setdefault(key, dict(record.values))
        elif (record.model, record.key) in rows:
            rows[record.model, str(record.key)].update(record.values)
    return rows


@st.composite
def batches(draw: st.DrawFn) -> list[Record]:
    """Each row is inserted at most once, and changed any number of times after that."""
    records: list[Record] = []
    inserted: set[tuple[type[Base], str]] = set()
    for _ in range(draw(st.integers(0, 12))):
        model, key, text = draw(models), draw(keys), draw(st.text(max_size=3))
        column = "name" if model is Skill else "label"
        if (model, key) not in inserted and draw(st.booleans()):
            inserted.add((model, key))
            records.append(Insert(model, {"id": key, column: text}))
        elif (model, key) in inserted:
            extra = {"position": draw(st.integers(0, 3))} if model is Disposition and draw(st.booleans()) else {}
            records.append(Update(model, key, {column: text, **extra}))
    return records


@given(batches(), st.sets(st.tuples(models, keys)), st.booleans())
def test_the_same_rows_remain(records: list[Record], there: set[tuple[type[Base], str]], replaying: bool) -> None:
    present: Rows = {key: {"id": key[1], "name": "old"} for key in there} if replaying else {}
    merged = coalesce(records, into_inserts=not replaying)
    assert applied(merged, present, replaying=replaying) == applied(records, present, replaying=replaying)


def test_a_row_begun_and_changed_in_one_batch_is_one_insert() -> None:
    records: list[Record] = [Insert(Skill, {"id": "a", "name": "x"}), Update(Skill, "a", {"name": "y"})]
    assert coalesce(records) == [Insert(Skill, {"id": "a", "name": "y"})]

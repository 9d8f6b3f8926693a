"""Records as lines of the journal's file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.storage.journal import Insert, Update
from contactcenter.storage.records import Record, UnreadableRecord, decode, encode

_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | _FLOATS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(_VALUES, st.datetimes(timezones=st.just(UTC)), st.text(min_size=1))
def test_records_survive_the_file(data: Any, moment: datetime, key: str) -> None:
    for record in (
        Insert(InteractionEvent, {"data": data, "at": moment, "sequence": 1}),
        Update(Interaction, key, {"data": data, "ended_at": moment}),
    ):
        assert decode(encode(record)) == record
        assert b"\n" not in encode(record)


@given(st.binary(max_size=60))
def test_any_line_is_a_record_or_unreadable(line: bytes) -> None:
    try:
        record: Record | None = decode(line)
    except UnreadableRecord:
        record = None
    assert record is None or isinstance(record, Insert | Update)

"""Ids that grow with time."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.storage.ids import time_ordered

MOMENTS = st.integers(0, 2**47)


@given(earlier=MOMENTS, later=MOMENTS)
def test_they_are_uuids_and_stand_in_the_order_of_time(earlier: int, later: int) -> None:
    first, second = time_ordered(earlier / 1000), time_ordered(later / 1000)
    assert all(uuid.UUID(each).version == 7 and uuid.UUID(each).variant == uuid.RFC_4122 for each in (first, second))
    assert abs((uuid.UUID(first).int >> 80) - earlier) <= 1
    if later - earlier > 1:
        assert first < second


def test_those_of_one_moment_are_different() -> None:
    assert len({time_ordered(1.0) for _ in range(1000)}) == 1000

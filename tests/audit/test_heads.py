from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.audit.chain import Head
from contactcenter.audit.heads import WHOLE_DAYS, HeadFile, Told, decode, encode, thinned

told = st.builds(
    Told,
    st.builds(Head, st.integers(0, 10**9), st.text("0123456789abcdef", min_size=4, max_size=4)),
    st.integers(0, 2 * 10**9).map(float),
)


@given(st.lists(told), st.text())
def test_lines_come_back_and_torn_ones_are_left_out(heads: list[Told], torn: str) -> None:
    lines = [encode(each) for each in heads]
    assert decode(lines) == heads
    assert decode([*lines, torn[:-1], '{"seq": 1}', "[]"])[: len(heads)] == heads


@given(st.lists(told), st.integers(0, 2 * 10**9))
def test_the_newest_head_and_all_recent_ones_stay(heads: list[Told], now: int) -> None:
    ordered = sorted(heads, key=lambda each: each.at)
    kept = thinned(ordered, now)
    assert {each.head for each in ordered[-1:]} <= {each.head for each in kept}
    recent = {each.head for each in ordered if each.at > now - WHOLE_DAYS * 86_400}
    assert recent <= {each.head for each in kept}


def test_a_file_thins_and_begins_anew(tmp_path: Path) -> None:
    file = HeadFile(tmp_path / "new" / "heads.jsonl")
    assert file.heads() == {}
    assert file.put_aside(0) is None
    for number in range(10):
        file.add(Told(Head(number, f"{number:04}"), number * 3600.0))
    file.add(Told(Head(4, "another"), 40_000.0))
    assert file.heads()[4] == "0004", "the first word counts"
    file.thin(now=10_000_000.0)
    assert file.heads() == {4: "another"}
    aside = file.put_aside(10_000_000.0)
    assert aside is not None
    assert aside.exists()
    assert file.heads() == {}

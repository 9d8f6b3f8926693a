from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.trunks.numbers import NumberRule, best, pattern_of

RULES = (
    NumberRule(id="all", pattern="*", flow="rest"),
    NumberRule(id="berlin", pattern="+4930*", flow="berlin"),
    NumberRule(id="berlin-main", pattern="+4930*", flow="main-berlin", trunk="main"),
    NumberRule(id="office", pattern="+493012345", flow="office"),
    NumberRule(id="short", pattern="1000", flow="short"),
    NumberRule(id="office-second", pattern="+493012345", flow="second", trunk="second"),
)


@pytest.mark.parametrize(
    ("number", "trunk", "flow"),
    [
        ("+493012345", None, "office"),
        ("+493012345", "main", "office"),
        ("+493012345", "second", "second"),
        ("+493099999", None, "berlin"),
        ("+493099999", "main", "main-berlin"),
        ("1000", None, "short"),
        ("10001", None, "rest"),
        ("sales", None, "rest"),
    ],
)
def test_the_most_exact_rule_takes_it(number: str, trunk: str | None, flow: str) -> None:
    found = best((number,), trunk, RULES)
    assert found is not None
    assert found.flow == flow


def test_no_rule_takes_nothing() -> None:
    assert best(("+33123456789",), None, RULES[1:]) is None


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("030 12345", "+493012345"),
        ("0049 30 12345", "+493012345"),
        ("+49 30*", "+4930*"),
        ("004930*", "+4930*"),
        ("*", "*"),
        ("1000", "1000"),
        ("sales", "sales"),
        ("a b!", None),
        ("+49*30", None),
        ("", None),
    ],
)
def test_patterns_in_one_form(text: str, pattern: str | None) -> None:
    assert pattern_of(text, "DE") == pattern


@given(st.text(max_size=70))
def test_a_pattern_is_its_own_form(text: str) -> None:
    pattern = pattern_of(text, "DE")
    assert pattern is None or pattern_of(pattern, "DE") == pattern


NUMBERS = st.text("0123456789+", min_size=1, max_size=6)
LISTS = st.lists(
    st.builds(
        NumberRule,
        id=st.text("abc", min_size=1, max_size=3),
        pattern=st.one_of(NUMBERS, NUMBERS.map(lambda stem: f"{stem}*"), st.just("*")),
        flow=st.just("f"),
        trunk=st.sampled_from((None, "a", "b")),
    ),
    max_size=8,
)


@given(NUMBERS, st.sampled_from((None, "a")), LISTS)
def test_nothing_more_exact_is_passed_over(number: str, trunk: str | None, rules: list[NumberRule]) -> None:
    found = best((number,), trunk, rules)
    fitting = [
        rule
        for rule in rules
        if rule.trunk in (None, trunk)
        and (rule.pattern == number or (rule.pattern.endswith("*") and number.startswith(rule.pattern[:-1])))
    ]
    assert (found is None) == (not fitting)
    if found is not None:
        assert found in fitting
        whole = any(not rule.pattern.endswith("*") for rule in fitting)
        assert whole == (not found.pattern.endswith("*"))
        same_kind = [rule for rule in fitting if rule.pattern.endswith("*") == found.pattern.endswith("*")]
        assert all(len(rule.pattern) <= len(found.pattern) for rule in same_kind)

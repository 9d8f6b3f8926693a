"""The engine's sentences with the names that people gave to skills."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from acd.eligibility import combine, describe
from acd.model import AllOf, AnyOf, Expression, Not, SkillRequirement
from contactcenter.interactions.names import Names

SKILLS = {"german": "Deutsch (Muttersprache)", "new-2": "Sales & more", "german-2": "Swiss German"}


def plain(given: str) -> str:
    return given


NAMES = Names(plain, plain, plain, lambda skill: SKILLS.get(skill, skill))


def test_skills_are_called_by_name() -> None:
    assert NAMES.sentence("the only ready agent with german≥2") == "the only ready agent with Deutsch (Muttersprache)≥2"
    assert NAMES.sentence("lacks (new-2≥1 or not german-2≥5)") == "lacks (Sales & more≥1 or not Swiss German≥5)"
    assert NAMES.sentence("lacks gone≥1") == "lacks gone≥1"
    assert NAMES.sentence("longest idle (12 s) of 4 ready agents") == "longest idle (12 s) of 4 ready agents"


def test_only_what_the_engine_said_is_rewritten_in_a_timeline() -> None:
    data = {"agent": {"id": "german≥1"}, "rule": "with german≥1", "eligible": 2, "note": "german≥1"}
    assert NAMES.told(data) == data | {"rule": "with Deutsch (Muttersprache)≥1"}
    assert NAMES.told({"asks": "new-2≥3", "step": 1}) == {"asks": "Sales & more≥3", "step": 1}
    assert NAMES.told({"asks": None}) == {"asks": None}


skills = st.builds(SkillRequirement, st.sampled_from([*SKILLS, "gone"]), st.integers(1, 5))
expressions: st.SearchStrategy[Expression] = st.recursive(
    skills,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


@given(st.lists(expressions, max_size=3))
def test_whatever_is_asked_for_no_id_is_left_that_has_a_name(asked: list[Expression]) -> None:
    numbered = Names(plain, plain, plain, lambda skill: f"<{list(SKILLS).index(skill)}>" if skill in SKILLS else skill)
    text = describe(combine(asked))
    told = numbered.sentence(text)
    assert told.count("≥") == text.count("≥")
    assert not any(f"{skill}≥" in told for skill in SKILLS)

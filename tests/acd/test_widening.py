"""What is asked for becomes less by time: relax steps, tiers, preferred agents; and expressions themselves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.commands import ConfigureAgent, RejectOffer
from acd.eligibility import combine, describe, meets, relax, skills_named, who_meets
from acd.events import ContactOffered, ContactRelaxed
from acd.model import AgentConfig, AllOf, AnyOf, Expression, Membership, Not, Presence, Refused, RelaxStep
from tests.acd.room import Room, max_wait, need, only, to

skills = st.sampled_from(["a", "b", "c"])
expressions: st.SearchStrategy[Expression] = st.recursive(
    st.builds(need, skills, st.integers(1, 5)),
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)
levels = st.dictionaries(skills, st.integers(1, 5))


def truth(held: dict[str, int], each: Expression) -> bool:
    match each:
        case AllOf(of):
            return all(truth(held, inner) for inner in of)
        case AnyOf(of):
            return any(truth(held, inner) for inner in of)
        case Not(of):
            return not truth(held, of)
        case _:
            return held.get(each.skill, 0) >= each.level


@given(st.lists(expressions, max_size=4), levels)
def test_a_combined_requirement_means_all_of_its_parts(parts: list[Expression], held: dict[str, int]) -> None:
    assert meets(held, combine(parts)) == all(truth(held, each) for each in parts)
    assert combine(parts) == combine(reversed(parts), combine(parts))


@given(st.lists(expressions, max_size=3), levels, st.integers(0, 4), st.lists(skills, max_size=2))
def test_relaxing_never_loses_an_agent(
    parts: list[Expression], held: dict[str, int], down: int, drop: list[str]
) -> None:
    requirement = combine(parts)
    relaxed = relax(requirement, down, drop)
    assert meets(held, relaxed) or not meets(held, requirement)
    assert relax(relaxed, down, drop) == relax(requirement, 2 * down, drop)


def test_expressions_in_words() -> None:
    wish = combine([need("english", 3), AnyOf((need("sales"), AllOf((need("support"), Not(need("trainee"))))))])
    assert describe(wish) == "english≥3 and (sales≥1 or (support≥1 and not trainee≥1))"
    assert skills_named(wish) == ["english", "sales", "support"]


def test_an_expression_chooses_among_agents() -> None:
    room = Room()
    room.queue(required_skills=(AnyOf((need("x", 3), need("y"))), Not(need("trainee"))))
    room.agent("weak", skills={"x": 2})
    room.agent("trainee", skills={"y": 5, "trainee": 1})
    room.call("c1")
    assert room.ringing("c1") == ""
    room.agent("able", skills={"y": 1})
    assert room.ringing("c1") == "able"


def test_steps_add_up_and_each_is_told() -> None:
    room = Room()
    room.queue(
        required_skills=(need("english", 4), need("sales", 2)),
        relax=(RelaxStep(after_s=10, level_down=1), RelaxStep(after_s=20, drop=("sales",), level_down=1)),
    )
    room.agent("ann", skills={"english": 2})
    room.call("c1")
    assert room.engine.contact_view("c1").asks == "with english≥4 and sales≥2"
    assert only(room.wait(10), ContactRelaxed).asks == "with english≥3 and sales≥1"
    assert room.ringing("c1") == ""
    events = room.wait(10)
    assert only(events, ContactRelaxed).asks == "with english≥2"
    assert only(events, ContactOffered).agent_id == "ann"


def test_a_contact_keeps_its_place_when_it_asks_for_less() -> None:
    room = Room()
    room.queue(required_skills=(need("x"),), relax=(RelaxStep(after_s=10, drop=("x",)),))
    room.call("first")
    room.wait(10)
    room.call("second")
    assert [view.contact_id for view in room.engine.waiting("sales")] == ["first", "second"]
    room.agent("able", skills={"x": 1})
    assert room.ringing("first") == "able"


def test_tiers_open_one_after_the_other() -> None:
    room = Room()
    room.queue(tier_delay_s=10, ring_timeout_s=100)
    room.agent("third", tier=3)
    room.agent("second", tier=2)
    room.call("c1")
    assert room.engine.contact_view("c1").asks == "in tiers up to 1"
    assert room.ringing("c1") == ""
    room.wait(10)
    assert room.ringing("c1") == "second"
    room.do(RejectOffer("c1", "second"))
    assert room.ringing("c1") == ""
    room.wait(10)
    assert room.ringing("c1") == "third"


def test_a_step_may_widen_the_reach_by_itself() -> None:
    room = Room()
    room.queue(relax=(RelaxStep(after_s=5, reach=2),))
    room.agent("second", tier=2)
    room.call("c1")
    assert room.ringing("c1") == ""
    room.wait(5)
    assert room.ringing("c1") == "second"


def test_an_agent_who_changes_tier_gets_what_it_now_reaches() -> None:
    room = Room()
    room.queue(tier_delay_s=60)
    room.agent("ann", tier=2)
    room.call("c1")
    room.do(ConfigureAgent(AgentConfig("ann", {}, {"sales": Membership(tier=1)})))
    assert room.ringing("c1") == "ann"


def test_overflowing_starts_the_steps_of_the_other_queue_anew() -> None:
    room = Room()
    room.queue("backup", required_skills=(need("x"),), relax=(RelaxStep(after_s=10, drop=("x",)),))
    room.queue("sales", overflow=max_wait(30, to("backup")))
    room.agent("bob", "backup")
    room.call("c1")
    room.wait(39)
    assert room.ringing("c1") == ""
    room.wait(1)
    assert room.ringing("c1") == "bob"


def test_the_preferred_agent_alone_within_the_limit_then_anybody() -> None:
    room = Room()
    room.queue()
    room.agent("ann")
    room.agent("bob")
    room.call("busy")
    room.accept("busy")
    room.call("c1", agent_id="ann", agent_wait_s=20)
    assert room.ringing("c1") == "", "ann is busy, and bob is not asked"
    room.wait(19)
    assert room.ringing("c1") == ""
    room.wait(1)
    assert room.ringing("c1") == "bob"


def test_the_preferred_agent_gets_it_when_free_and_needs_no_skill() -> None:
    room = Room()
    room.queue(required_skills=(need("x"),), wrap_up_s=0, wrap_up_forced=False)
    room.agent("ann")
    room.call("c1", agent_id="ann", agent_wait_s=20)
    assert room.ringing("c1") == "ann"


@pytest.mark.parametrize("presence", [Presence.OFF])
def test_a_preferred_agent_who_logs_off_releases_the_contact_at_once(presence: Presence) -> None:
    room = Room()
    room.queue()
    room.agent("ann")
    room.agent("bob")
    room.presence("ann", Presence.PAUSED)
    room.call("c1", agent_id="ann", agent_wait_s=60)
    assert room.ringing("c1") == ""
    room.presence("ann", presence)
    assert room.ringing("c1") == "bob"


def test_a_preferred_agent_who_logs_off_while_it_rings_passes_it_to_one_other() -> None:
    room = Room()
    room.queue()
    for name in ("ann", "bob", "cid"):
        room.agent(name)
    room.call("c1", agent_id="ann", agent_wait_s=60)
    room.presence("ann", Presence.OFF)
    assert room.ringing("c1") == "bob"


@pytest.mark.parametrize("agent_id", ["nobody", "off", "elsewhere"])
def test_a_preferred_agent_who_cannot_have_it_is_not_waited_for(agent_id: str) -> None:
    room = Room()
    room.queue()
    room.agent("off", presence=Presence.OFF)
    room.agent("elsewhere", "support")
    room.agent("bob")
    room.call("c1", agent_id=agent_id, agent_wait_s=60)
    assert room.ringing("c1") == "bob"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"relax": (RelaxStep(after_s=0, level_down=1),)}, "relax[0].after_s"),
        ({"relax": (RelaxStep(after_s=5, level_down=1), RelaxStep(after_s=5, drop=("x",)))}, "relax[1].after_s"),
        ({"relax": (RelaxStep(after_s=5),)}, "relax[0]: changes nothing"),
        ({"relax": (RelaxStep(after_s=5, level_down=-1),)}, "relax[0].level_down"),
        ({"relax": (RelaxStep(after_s=5, reach=0),)}, "relax[0].reach"),
        ({"required_skills": (AnyOf(()),)}, "required_skills: `any` of nothing"),
        ({"required_skills": (Not(need("x", 9)),)}, "required_skills: level 9"),
        ({"preferred_skills": (AllOf(()),)}, "preferred_skills: `all` of nothing"),
        ({"tier_delay_s": 0}, "tier_delay_s"),
    ],
)
def test_what_cannot_work_is_refused_naming_the_field(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        Room().queue(**settings)
    assert words in refused.value.sentence


@given(
    st.lists(st.dictionaries(skills, st.integers(1, 5)), max_size=6),
    st.lists(expressions, max_size=3).map(tuple),
)
def test_whole_sets_of_people_are_asked_alike(
    people: list[dict[str, int]], requirement: tuple[Expression, ...]
) -> None:
    by_level: dict[tuple[str, int], int] = {}
    for place, brings in enumerate(people):
        for skill, level in brings.items():
            for each in range(1, level + 1):
                by_level[skill, each] = by_level.get((skill, each), 0) | 1 << place
    found = sum(meets(brings, requirement) << place for place, brings in enumerate(people))
    assert who_meets(requirement, (1 << len(people)) - 1, by_level) == found

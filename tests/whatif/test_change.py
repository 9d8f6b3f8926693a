"""Changes on a scenario: what is meant changes, all else stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from acd.model import Order
from acd.scenario import Arrival, Constant, Empirical, Exponential, Lognormal, Scenario
from contactcenter.whatif.change import changed
from contactcenter.whatif.described import Changes
from contactcenter.whatif.files import load_scenario
from contactcenter.whatif.problems import Unusable
from tests.whatif.examples import SCENARIO


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    return load_scenario(tmp_path / "scenario.yaml")[1]


def after(scenario: Scenario, **changes: Any) -> Scenario:
    return changed(scenario, Changes.model_validate(changes))


def ids(scenario: Scenario) -> list[str]:
    return [staff.config.agent_id for staff in scenario.agents]


def test_no_change_changes_nothing(scenario: Scenario) -> None:
    assert after(scenario) == scenario


def test_agents_come_and_go(scenario: Scenario) -> None:
    more = after(scenario, agents={"add": [{"like": "sales", "count": 2}, {"id": "eve", "queues": ["sales"]}]})
    assert ids(more)[-3:] == ["new1-1", "new1-2", "eve"]
    assert more.agents[-3].config.skills == {"selling": 3}
    assert more.agents[-3].shifts == scenario.agents[0].shifts
    assert more.agents[-1].config.skills == {"selling": 2}
    fewer = after(scenario, agents={"remove": [{"queue": "sales", "count": 2}, {"agent": "guru"}]})
    assert ids(fewer) == ["sales-1", "sales-2", "sales-3"]
    none = after(scenario, agents={"remove": [{"agent": "sales"}]})
    assert ids(none) == ["both-1", "both-2", "guru"]


def test_skills_queues_and_shifts_of_agents_are_set(scenario: Scenario) -> None:
    change = {
        "skills": {"selling": 5},
        "queues": ["sales", "support"],
        "shifts": [{"from": "09:00", "to": "10:00"}],
    }
    new = after(scenario, agents={"set": {"sales-2": change}})
    assert new.agents[1].config.skills == {"selling": 5}
    assert list(new.agents[1].config.queues) == ["sales", "support"]
    assert (new.agents[1].shifts[0].from_s, new.agents[1].shifts[0].to_s) == (3600.0, 7200.0)
    assert new.agents[0] == scenario.agents[0]
    everyone = after(scenario, agents={"set": {"sales": {"skills": {"selling": 4}}}})
    assert [staff.config.skills["selling"] for staff in everyone.agents[:4]] == [4, 4, 4, 2]


def test_rules_that_are_not_given_stay(scenario: Scenario) -> None:
    overflow = [{"cause": "max-wait", "limit": 120, "to": {"kind": "queue", "value": "support"}}]
    relax = [{"after_s": 30, "level_down": 1}]
    new = after(scenario, queues={"sales": {"strategy": "best-skill", "overflow": overflow, "relax": relax}})
    sales = new.queues[0]
    assert (sales.strategy, sales.wrap_up_s) == ("best-skill", 30.0)
    assert sales.overflow[0].to.value == "support"
    assert sales.required_skills == scenario.queues[0].required_skills
    assert new.queues[1] == scenario.queues[1]
    assert after(scenario, order="c-mu").order is Order.C_MU


def test_factors_multiply(scenario: Scenario) -> None:
    new = after(scenario, arrivals={"all": 2, "sales": 1.5}, handling={"sales": 0.5}, patience={"all": 2})
    assert new.streams[0].per_hour == (60.0, 120.0, 180.0, 90.0)
    assert new.streams[1].per_hour == (20.0,)
    assert new.streams[2].patience == Exponential(7200.0)
    assert new.traits["sales"].handling == Lognormal(120.0, 1.2)
    assert new.traits["sales"].patience == Exponential(600.0)
    assert new.traits["support"].handling == Exponential(360.0)
    assert after(scenario, wrap_up={"sales": 0.5}).queues[0].wrap_up_s == 15.0


def test_recorded_contacts_are_doubled_or_left_out(scenario: Scenario) -> None:
    recorded = tuple(Arrival(at=float(at), queue_id="sales", handling_s=60.0) for at in range(1000))
    scenario = replace(scenario, arrivals=recorded)
    half, twice = after(scenario, arrivals={"all": 0.5}), after(scenario, arrivals={"sales": 2.0})
    assert 420 < len(half.arrivals) < 580
    assert set(half.arrivals) <= set(recorded)
    assert len(twice.arrivals) == 2000
    assert list(twice.arrivals) == sorted(twice.arrivals, key=lambda arrival: arrival.at)
    assert after(scenario, handling={"sales": 2.0}).arrivals[0].handling_s == 120.0
    assert after(scenario, arrivals={"all": 0.5}) == half


def test_every_distribution_can_be_scaled(scenario: Scenario) -> None:
    traits = scenario.traits["sales"]
    for before, expected in ((Constant(10.0), Constant(20.0)), (Empirical((1.0, 2.0)), Empirical((2.0, 4.0)))):
        given = replace(scenario, traits={"sales": replace(traits, handling=before)})
        assert after(given, handling={"sales": 2.0}).traits["sales"].handling == expected


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"queues": {"sails": {}}}, "queues", "did you mean `sales`?"),
        ({"arrivals": {"sails": 2}}, "arrivals", "did you mean `sales`?"),
        ({"agents": {"set": {"gurus": {}}}}, "agents.set.gurus", "did you mean `guru`?"),
        ({"agents": {"remove": [{"queue": "sales", "count": 9}]}}, "agents.remove.0.count", "has 5 agents"),
        ({"agents": {"add": [{"id": "guru", "like": "guru"}]}}, "agents.add.0.id", "already"),
        ({"agents": {"add": [{"queues": ["sails"]}]}}, "agents.add.0.queues", "did you mean `sales`?"),
        ({"queues": {"sales": {"required_skills": {"singing": 1}}}}, "queues.sales.required_skills", "singing"),
        ({"queues": {"sales": {"strategy": "quickest"}}}, "queues.sales", "quickest"),
    ],
)
def test_what_cannot_be_changed_is_said(scenario: Scenario, changes: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(Unusable) as refused:
        after(scenario, **changes)
    assert refused.value.field == field
    assert said in refused.value.sentence


def test_a_day_on_which_nobody_served_a_queue_can_be_changed_all_the_same(scenario: Scenario) -> None:
    alone = replace(scenario, agents=scenario.agents[-1:])
    assert len(after(alone, agents={"add": [{"like": "guru"}]}).agents) == 2

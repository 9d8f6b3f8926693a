"""Scenario files: what they mean, and what is said of those that cannot be used."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.model import AnyOf, Membership, SkillRequirement
from acd.scenario import Arrival, Constant, Exponential, Lognormal, Pause, Shift, Stream
from contactcenter.whatif.files import FileUnusable, load_changes, load_scenario, read_arrivals
from contactcenter.whatif.times import after, clock_text
from tests.whatif.examples import CHANGES, SCENARIO


def written(folder: Path, text: str, name: str = "scenario.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(FileUnusable) as error:
        load_scenario(written(folder, text))
    return [str(problem).removeprefix(str(folder / "scenario.yaml")) for problem in error.value.problems]


def test_a_scenario_file_means_what_it_says(tmp_path: Path) -> None:
    title, scenario = load_scenario(written(tmp_path, SCENARIO))
    assert title == "A Monday"
    assert scenario.duration_s == 4 * 3600.0
    sales, support = scenario.queues
    assert sales.required_skills == (SkillRequirement("selling", 2),)
    assert (sales.wrap_up_s, sales.service_level_target_s, sales.strategy) == (30.0, 20.0, "longest-idle")
    assert support.required_skills == (AnyOf((SkillRequirement("tech"), SkillRequirement("guru"))),)
    assert [staff.config.agent_id for staff in scenario.agents] == [
        "sales-1",
        "sales-2",
        "sales-3",
        "both-1",
        "both-2",
        "guru",
    ]
    assert scenario.agents[0].shifts == (
        Shift(from_s=0.0, to_s=12600.0, pauses=(Pause(from_s=7200.0, to_s=8100.0, reason="break"),)),
    )
    assert scenario.agents[3].config.queues == {"sales": Membership(tier=2), "support": Membership()}
    assert scenario.streams == (
        Stream(queue_id="sales", per_hour=(20.0, 40.0, 60.0, 30.0), interval_s=3600.0),
        Stream(queue_id="support", per_hour=(10.0,)),
        Stream(queue_id="support", per_hour=(5.0,), channel="email", priority=-1, patience=Exponential(3600.0)),
    )
    assert scenario.traits["sales"].handling == Lognormal(240.0, 1.2)
    assert scenario.traits["sales"].patience == Exponential(300.0)
    assert scenario.traits["support"].patience is None
    assert scenario.answering.delay == Exponential(3.0)


def test_json_is_read_as_well(tmp_path: Path) -> None:
    text = '{"queues": {"sales": {"arrivals": {"per_hour": 10}, "handling": {"constant": "90s"}}},'
    text += ' "agents": [{"id": "anna", "queues": ["sales"]}], "to": "20:00"}'
    _, scenario = load_scenario(written(tmp_path, text))
    assert scenario.duration_s == 12 * 3600.0
    assert scenario.traits["sales"].handling == Constant(90.0)


def test_agents_without_skills_have_what_their_queues_ask_for(tmp_path: Path) -> None:
    text = SCENARIO.replace(", skills: {selling: 2, tech: 2}}", "}")
    _, scenario = load_scenario(written(tmp_path, text))
    assert scenario.agents[3].config.skills == {"selling": 2, "tech": 1, "guru": 1}


def test_a_night_goes_past_midnight(tmp_path: Path) -> None:
    text = SCENARIO.replace('from: "08:00"\nto: "12:00"', 'from: "22:00"\nto: "02:00"')
    text = text.replace('{from: "08:00", to: "11:30"', '{from: "23:00", to: "01:30"')
    text = text.replace('{from: "10:00", to: "10:15"', '{from: "00:15", to: "00:30"')
    _, scenario = load_scenario(written(tmp_path, text))
    shift = Shift(from_s=3600.0, to_s=12600.0, pauses=(Pause(from_s=8100.0, to_s=9000.0, reason="break"),))
    assert scenario.agents[0].shifts == (shift,)
    assert scenario.duration_s == 4 * 3600.0


def test_a_shift_that_is_on_at_the_begin_is_there_from_it_on(tmp_path: Path) -> None:
    text = SCENARIO.replace('{from: "08:00", to: "11:30"', '{from: "06:00", to: "11:30"')
    text = text.replace('{from: "10:00", to: "10:15"', '{from: "07:50", to: "08:10"')
    _, scenario = load_scenario(written(tmp_path, text))
    first, following = scenario.agents[0].shifts
    assert first == Shift(from_s=0.0, to_s=12600.0, pauses=(Pause(from_s=0.0, to_s=600.0, reason="break"),))
    assert following.from_s == 22 * 3600.0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("patience: 5m", "patence: 5m", ":11:5: error: `patence` is no setting here (did you mean `patience`?)"),
        ("interval: 1h", "interval: soon", "interval: write a time as 90s, 5m or 1h30m"),
        ("per_hour: 10", "per_hour: many", "per_hour: input should be a valid number"),
        ('to: "12:00"', 'to: "25:00"', ":4:5: error: to: write a time of day as 08:30"),
        ("scv: 1.2", "scv: -1", "scv: input should be greater than 0"),
        ("{mean: 4m, scv: 1.2}", "{mean: 4m, constant: 5m}", "give one of mean, constant and values"),
        ("queues: [sales]", "queues: [salse]", "There is no queue salse; did you mean `sales`?"),
        ("{selling: 2}", "{seling: 2}", "No agent has the skill seling; did you mean `selling`?"),
        ("{selling: 2}", "{selling: 9}", "9"),
        ("wrap_up_s: 30s", "strategy: fastest", "fastest"),
        ("[20, 40, 60, 30]", "[20, 40]", "2 rates of 3600 s do not cover the run: give 4, or one."),
        ("count: 3", "count: 0", "count: input should be greater than or equal to 1"),
        ("id: guru", "id: both-1", "The agent both-1 is there twice."),
        ("miss: 0.02", "miss: 1", "miss: input should be less than 1"),
        ('to: "11:30"', 'to: "10:05"', "A pause must lie within its shift."),
        ("answering:", "recorded: none.csv\nanswering:", "the file cannot be read: No such file"),
        ("scenario: A Monday", "\tscenario: A Monday", "a tab indents this line"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SCENARIO
    problems = refused(tmp_path, SCENARIO.replace(old, new, 1))
    assert any(said in problem for problem in problems), problems


def test_files_that_are_no_scenarios_are_said(tmp_path: Path) -> None:
    assert "is empty" in refused(tmp_path, "")[0]
    assert "must be a mapping" in refused(tmp_path, "- 1\n- 2")[0]
    with pytest.raises(FileUnusable, match="cannot be read"):
        load_scenario(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileUnusable, match="not UTF-8"):
        load_scenario(tmp_path / "bytes.yaml")


@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_refused_in_a_sentence(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.yaml"
        path.write_bytes(raw)
        with pytest.raises(FileUnusable):
            load_scenario(path)


def test_changes_are_placed_in_their_own_file(tmp_path: Path) -> None:
    _, scenario = load_scenario(written(tmp_path, SCENARIO))
    title, changed = load_changes(written(tmp_path, CHANGES, "changes.yaml"), scenario)
    assert title == "Two more"
    assert len(changed.agents) == len(scenario.agents) + 2
    with pytest.raises(
        FileUnusable, match=r"changes.yaml:4:16: .*There is no agent or group sails; did you mean `sales`"
    ):
        load_changes(written(tmp_path, CHANGES.replace("like: sales", "like: sails"), "changes.yaml"), scenario)


def test_recorded_arrivals_are_read(tmp_path: Path) -> None:
    rows = "at,queue,handling_s,patience_s,priority\n08:00:30,sales,120,,2\n09:00,sales,,45,\n7200,support,60,,\n"
    written(tmp_path, rows, "calls.csv")
    _, scenario = load_scenario(written(tmp_path, SCENARIO + "recorded: calls.csv\n"))
    assert scenario.arrivals == (
        Arrival(at=30.0, queue_id="sales", priority=2, handling_s=120.0),
        Arrival(at=3600.0, queue_id="sales", patience_s=45.0),
        Arrival(at=7200.0, queue_id="support", handling_s=60.0),
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("queue\nsales\n", ":1:1: error: the column `at` is missing"),
        ("at,queue,handling\n1,sales,2\n", "`handling` is no known column (did you mean `handling_s`?)"),
        ("at,queue\nsoon,sales\n", ":2:1: error: this row is no arrival"),
        ("at,queue\n1,sales\n25:99,sales\n", ":3:1: error: this row is no arrival"),
        ("", "the column `at` is missing"),
    ],
)
def test_bad_rows_are_said_with_their_line(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(FileUnusable) as error:
        list(read_arrivals(written(tmp_path, rows, "calls.csv"), 0.0))
    assert said in str(error.value)


def test_times_of_day() -> None:
    assert [clock_text(seconds) for seconds in (0, 59, 8.5 * 3600, 86399, 86400)] == [
        "00:00",
        "00:00",
        "08:30",
        "23:59",
        "00:00",
    ]
    assert after(22 * 3600, 2 * 3600) == 4 * 3600
    assert after(8 * 3600, 8 * 3600) == 0
    assert after(8 * 3600, 8 * 3600, end=True) == 86400

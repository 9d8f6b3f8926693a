"""Every section there is, over the services of a whole house."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import orjson
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as checked

from contactcenter.app import App
from contactcenter.config_command import _sections
from contactcenter.configuration.files import Mistakes
from contactcenter.configuration.plan import apply, export, plan
from contactcenter.section import Section
from tests.fakes.center import populate, settings

NAMES = (
    "agents",
    "calendars",
    "customer-fields",
    "customer-segments",
    "dispositions",
    "pause-reasons",
    "queues",
    "retention",
    "roles",
    "routing",
    "routing-profiles",
    "skills",
    "teams",
    "users",
)
AGENTS = ("anna@example.com", "ben@example.com")
COLLEAGUES = ("sue@example.com", "new@example.com", "other@example.com")


@dataclass(frozen=True)
class House:
    app: App
    sections: Sequence[Section]

    async def run(self, files: dict[str, Any], *, prune: bool = False) -> set[tuple[str, str, str]]:
        texts = {
            f"{name}.yaml": text if isinstance(text, str) else orjson.dumps(text).decode()
            for name, text in files.items()
        }
        planned = await plan(self.sections, texts, prune=prune)
        await apply(self.sections, planned, self.app.database, by=None)
        return {(change.what, change.section, change.id) for change in planned.changes}

    async def mistakes(self, files: dict[str, Any]) -> list[str]:
        before = await export(self.sections)
        with pytest.raises(Mistakes) as caught:
            await self.run(files)
        assert await export(self.sections) == before
        return [str(each) for each in caught.value.found]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    config = settings(tmp_path)
    await populate(config)
    async with _sections(config) as (app, sections):
        yield House(app, sections)


def some(ids: Sequence[str], most: int = 3) -> st.SearchStrategy[list[str]]:
    """In any order, each once."""
    return st.lists(st.sampled_from(ids), max_size=most, unique=True)


def by_id(ids: Sequence[str], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of some of these ids, named after them."""

    def named(chosen: dict[str, dict[str, Any]]) -> dict[str, Any]:
        return {key: {"name": f"The {key}", **values} for key, values in chosen.items()}

    return st.dictionaries(st.sampled_from(ids), st.fixed_dictionaries({}, optional=fields), max_size=3).map(named)


WHERE = (
    st.none()
    | st.fixed_dictionaries({"queues": st.just(["sales"])})
    | st.fixed_dictionaries(
        {"teams": st.sampled_from((["north"], ["south", "north"])), "queues": some(("sales", "help"), 2)}
    )
)
TEAMS = {"north": {"name": "North"}, "south": {"name": "South", "parent_id": "north"}, "east": {"name": "East"}}
ROLES = {"watcher": {"name": "Watcher"}, "editor-in-chief": {"name": "Chief", "permissions": ["customers.view"]}}


@st.composite
def users(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    leaders = iter(draw(st.permutations(list(TEAMS))))
    for email in draw(some(COLLEAGUES)):
        held = draw(some(("supervisor", "quality", "watcher", "editor-in-chief")))
        document = {
            "name": email.partition("@")[0].title(),
            "disabled": draw(st.booleans()),
            "roles": [{"role": role, "where": draw(WHERE)} for role in held],
            "teams": draw(some(list(TEAMS))),
            # Given to all of them, so that what one leads another does not lead any more.
            "leads": [next(leaders)] if draw(st.booleans()) else [],
        }
        found[email] = document
    if found:
        missing = {email: {"name": "Away"} for email in COLLEAGUES if email not in found}
        found |= missing
    return found


VALUES = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["gold", "7", ""])
FIELDS = {"grade": {"name": "Grade", "type": "text"}, "since": {"name": "Since", "type": "date", "position": 3}}
FILES = st.fixed_dictionaries(
    {
        "skills": by_id(("selling", "english", "german")),
        "teams": by_id(("north", "south", "east", "west"), parent_id=st.none()).map(lambda made: TEAMS | made),
        "roles": by_id(
            ("watcher", "clerk"), permissions=some(("customers.view", "customers.manage", "audit.view"))
        ).map(lambda made: ROLES | made),
        "users": users(),
        "customer-fields": by_id(
            ("meter", "plan"),
            type=st.just("choice"),
            choices=st.sampled_from((["b"], ["b", "a"], ["c", "a", "b"])),
            required=st.booleans(),
        ).map(lambda made: FIELDS | {key: {"type": "choice", "choices": ["a"]} | each for key, each in made.items()}),
        "customer-segments": by_id(
            ("best", "abroad"),
            filter=st.fixed_dictionaries(
                {},
                optional={
                    "vip": st.booleans(),
                    "tag": st.just("gold"),
                    "fields": st.fixed_dictionaries({}, optional={"grade": VALUES}),
                },
            ),
        ),
        "retention": st.dictionaries(
            st.sampled_from(("recordings", "interactions")),
            st.fixed_dictionaries(
                {},
                optional={
                    "days": st.none() | st.integers(1, 99),
                    "queues": st.fixed_dictionaries({}, optional={"sales": st.none() | st.integers(1, 99)}),
                },
            ),
        ),
        "calendars": by_id(
            ("week", "nights"),
            zone=st.sampled_from(("Europe/Berlin", "UTC")),
            weekly=st.permutations([{"day": day, "start": "08:00", "end": "12:00"} for day in (0, 3, 6)]),
            exceptions=some(("2026-12-25", "2026-12-24")).map(lambda days: [{"date": day} for day in days]),
        ).map(
            lambda made: {
                key: {"weekly": [{"day": 1, "start": "09:00", "end": "10:00"}]} | each for key, each in made.items()
            }
        ),
        "queues": by_id(
            ("sales", "help", "late"),
            position=st.integers(0, 5),
            ring_timeout_s=st.integers(5, 60),
            wrap_up_s=st.integers(0, 90),
        ).map(lambda made: {"sales": {"name": "Sales"}, "help": {"name": "Help"}} | made),
        "pause-reasons": st.dictionaries(
            st.sampled_from(("break", "lunch")), st.fixed_dictionaries({"label": st.uuids().map(str)})
        ),
        "dispositions": st.dictionaries(
            st.sampled_from(("sold", "moved")),
            st.fixed_dictionaries({"label": st.uuids().map(str)}, optional={"note_required": st.booleans()}),
        ),
        "agents": st.dictionaries(
            st.sampled_from(AGENTS),
            st.fixed_dictionaries(
                {},
                optional={
                    "skills": st.just([{"skill_id": "selling", "level": 4}]),
                    "queues": some(("sales", "help"), 2).map(lambda ids: [{"queue_id": each} for each in ids]),
                    "misses_before_not_responding": st.integers(1, 5),
                },
            ),
        ),
    }
)


@given(files=FILES)
@checked(
    max_examples=4, deadline=None, phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_what_is_applied_is_there_and_changes_nothing_again(house: House, files: dict[str, Any]) -> None:
    await house.run(files)
    assert await house.run(files) == set()
    written = await export(house.sections)
    assert not await plan(house.sections, written, prune=True)
    assert await export(house.sections, written) == written


async def test_an_empty_house_becomes_the_same(house: House, tmp_path: Path) -> None:
    await house.run({"teams": TEAMS, "roles": ROLES, "customer-fields": FIELDS, "queues": {"help": {"name": "Help"}}})
    await house.run({"agents": {"dora@example.com": {"device": "browser"}}})
    people = {"sue@example.com": {"name": "Sue", "roles": [{"role": "supervisor", "where": {"teams": ["north"]}}]}}
    await house.run({"users": people, "retention": {"recordings": {"days": 90, "queues": {"help": 7}}}})
    written = await export([section for section in house.sections if section.name in NAMES])
    assert {name.removesuffix(".yaml") for name in written} == set(NAMES)
    other = tmp_path / "other"
    other.mkdir()
    async with _sections(settings(other)) as (app, sections):
        again = House(app, [section for section in sections if section.name in NAMES])
        await again.run({name.removesuffix(".yaml"): text for name, text in written.items()})
        assert await export(again.sections, written) == written


async def test_people_teams_and_roles(house: House) -> None:
    people = {
        "new@example.com": {
            "name": "New",
            "roles": [{"role": "watcher", "where": {"queues": ["sales"]}}, {"role": "agent"}],
            "teams": ["south"],
            "leads": ["north"],
        }
    }
    agents = {"new@example.com": {"skills": [{"skill_id": "selling", "level": 3}], "queues": [{"queue_id": "sales"}]}}
    done = await house.run({"teams": TEAMS, "roles": ROLES, "users": people, "agents": agents})
    assert {("create", "users", "new@example.com"), ("create", "teams", "south")} <= done
    written = await export(house.sections)
    assert "leads:\n    - north" in written["users.yaml"]
    assert "password" not in written["users.yaml"]
    lead = {"sue@example.com": {"name": "Sue", "leads": ["north"]}, "new@example.com": {"name": "New"}}
    await house.run({"users": lead})
    assert (await export(house.sections))["users.yaml"].count("north") == 1
    assert await house.mistakes(
        {
            "users": {
                "sue@example.com": {"name": "Sue", "leads": ["north"]},
                "new@example.com": {"name": "N", "leads": ["north"]},
            }
        }
    ) == ["users.yaml:1: new@example.com: leads: sue@example.com leads 'north' already."]
    assert (await house.mistakes({"users": "Sue@example.com:\n  name: Sue\n"}))[0].startswith("users.yaml:1: ")
    assert (await house.mistakes({"users": "sue@example.com:\n  name: Sue\n  teams:\n    - west\n"})) == [
        "users.yaml:4: sue@example.com: teams.0: there is no 'west' in teams.yaml."
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("skills", "English!:\n  name: English\n", "skills.yaml:1: English!: String should match pattern"),
        ("retention", "letters:\n  days: 3\n", "retention.yaml:1: letters: there is no such kind"),
        (
            "retention",
            "recordings:\n  queues:\n    gone: 3\n",
            "retention.yaml:3: recordings: queues.gone: there is no",
        ),
        ("roles", "clerk:\n  name: Clerk\n  permissions: [fly]\n", "roles.yaml:3: clerk: permissions.0: there is no"),
        ("customer-fields", "a:\n  name: A\n  type: choice\n", "customer-fields.yaml:1: a: choices: a field of type"),
        ("customer-segments", "a:\n  name: A\n  filter: {fields: {b: 1}}\n", "customer-segments.yaml:3: a: filter."),
    ],
)
async def test_what_cannot_be_is_told_with_its_line(house: House, name: str, text: str, told: str) -> None:
    assert (await house.mistakes({name: text}))[0].startswith(told)

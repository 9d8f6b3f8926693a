from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from contactcenter.agents import configuration as of_agents
from contactcenter.configuration.files import Mistakes
from contactcenter.configuration.plan import apply, export, ordered, plan
from contactcenter.queues import configuration as of_queues
from contactcenter.section import Section
from tests.fakes.office import Office, open_office

QUEUES = """\
# Ours.
sales:
  name: Sales  # the first
  position: 1
  required_skills:
    - type: skill
      skill: selling
      level: 3
first:
  name: First
  overflow:
    - cause: max-wait
      limit: 30
      to: {kind: queue, value: second}
second:
  name: Second
  calendar_id: week
  overflow:
    - cause: max-wait
      limit: 30
      to: {kind: queue, value: sales}
"""
CALENDARS = """\
week:
  name: Week
  zone: Europe/Berlin
  weekly:
    - {day: 0, start: 08:00, end: "17:00"}
  exceptions:
    - date: 2026-12-24
      name: Christmas Eve
"""
REASONS = "lunch:\n  label: Lunch\n  paid: false\n"


def sections_of(office: Office) -> list[Section]:
    return ordered([*of_queues.sections(office.set_up), *of_agents.sections(office.set_up)])


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.e2e)])
def url(request: pytest.FixtureRequest) -> str | None:
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgres" else None


@pytest.fixture
async def office(url: str | None, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, url=url) as office:
        yield office


async def run(office: Office, files: dict[str, str], *, prune: bool = False) -> list[tuple[str, str, str]]:
    sections = sections_of(office)
    planned = await plan(sections, files, prune=prune)
    await apply(sections, planned, office.database, by=None)
    return [(change.what, change.section, change.id) for change in planned.changes]


async def mistakes(office: Office, files: dict[str, str], *, prune: bool = False) -> list[str]:
    """Of files that cannot be applied, and have changed nothing."""
    before = await export(sections_of(office))
    entries = await count(office)
    with pytest.raises(Mistakes) as caught:
        await run(office, files, prune=prune)
    assert await export(sections_of(office)) == before
    assert await count(office) == entries
    return [str(each) for each in caught.value.found]


async def count(office: Office) -> int:
    async with office.database.session() as session:
        return int(await session.scalar(text("SELECT count(*) FROM audit_entries")) or 0)


async def test_what_is_exported_changes_nothing(office: Office) -> None:
    files = await export(sections_of(office))
    assert set(files) == {
        f"{name}.yaml"
        for name in (
            "skills",
            "routing-profiles",
            "calendars",
            "queues",
            "dispositions",
            "pause-reasons",
            "routing",
            "agents",
        )
    }
    assert not await plan(sections_of(office), files, prune=True)
    assert await export(sections_of(office), files) == files


async def test_applied_once_is_applied(office: Office) -> None:
    files = {"queues.yaml": QUEUES, "calendars.yaml": CALENDARS, "pause-reasons.yaml": REASONS}
    done = await run(office, files)
    assert sorted(done) == [
        ("change", "queues", "sales"),
        ("create", "calendars", "week"),
        ("create", "pause-reasons", "lunch"),
        ("create", "queues", "first"),
        ("create", "queues", "second"),
    ]
    assert done.index(("create", "calendars", "week")) < done.index(("create", "queues", "second"))
    assert await run(office, files) == []
    assert office.queue_config("first").overflow[0].to.value == "second"
    assert office.queue_config("sales").required_skills[0].level == 3  # type: ignore[union-attr] # it is a skill
    assert office.queues.get("help") is not None
    exported = await export(sections_of(office), files)
    assert "# Ours." in exported["queues.yaml"]
    assert "name: Sales  # the first" in exported["queues.yaml"]
    assert not await plan(sections_of(office), exported, prune=True)
    assert await count(office) >= 5


async def test_ways_are_turned_round(office: Office) -> None:
    files = {"queues.yaml": QUEUES, "calendars.yaml": CALENDARS}
    await run(office, files)
    turned = QUEUES.replace("value: second", "value: sales").replace("value: sales}\nsecond", "value: sales}\nsecond")
    turned = turned[: turned.rindex("value: sales")] + "value: first}\n"
    await run(office, files | {"queues.yaml": turned})
    assert office.queue_config("second").overflow[0].to.value == "first"


async def test_pruned(office: Office) -> None:
    files = await export(sections_of(office))
    files["queues.yaml"] = QUEUES.replace("  calendar_id: week\n", "")
    planned = await plan(sections_of(office), files)
    assert planned.kept == 1
    done = await run(office, files, prune=True)
    assert ("remove", "queues", "help") in done
    assert office.queues.get("help") is None
    assert await run(office, files, prune=True) == []


async def test_what_is_wrong_is_told_with_its_line(office: Office) -> None:
    assert await mistakes(office, {"queues.yaml": QUEUES}) == [
        "queues.yaml:17: second: calendar_id: there is no 'week' in calendars.yaml."
    ]
    assert await mistakes(office, {"queues.yaml": "sales:\n  name: Sales\n  cots: 3\n"}) == [
        "queues.yaml:3: sales: cots: Extra inputs are not permitted."
    ]
    assert await mistakes(office, {"queues.yaml": "sales:\n  name: [\n"}) == [
        "queues.yaml:3: expected the node content, but found '<stream end>'."
    ]
    assert (await mistakes(office, {"qeues.yaml": ""}))[0].startswith("qeues.yaml: there is no such section; there are")
    assert await mistakes(office, {"queues.yaml": "- a\n"}) == [
        "queues.yaml:1: the file must hold documents by their ids, as `sales:` with fields below."
    ]
    assert await mistakes(office, {"skills.yaml": "english: {name: English}\n"}, prune=True) == [
        "queues.yaml: sales: required_skills.0.skill: there is no 'selling' in skills.yaml."
    ]


async def test_all_or_nothing(office: Office) -> None:
    """What a service refuses in the middle takes back what was done before, in the engine as well."""
    files = {
        "calendars.yaml": CALENDARS,
        "queues.yaml": QUEUES + "zz:\n  name: Sales\n",
        "skills.yaml": "swimming:\n  name: Swimming\n",
    }
    found = await mistakes(office, files)
    assert found[0].startswith("queues.yaml:23: zz: ")
    assert office.queues.get("first") is None
    assert office.queue_config("sales").required_skills[0].level == 2  # type: ignore[union-attr] # it is a skill
    assert (await export(sections_of(office)))["skills.yaml"].count("Swimming") == 0


async def test_agents_by_email(office: Office) -> None:
    text = "anna@example.com:\n  skills: [{skill_id: english, level: 4}]\n  queues: [{queue_id: help}]\n"
    assert await run(office, {"agents.yaml": text}) == [("change", "agents", "anna@example.com")]
    assert office.agent_config("anna").skills == {"english": 4}
    found = await mistakes(office, {"agents.yaml": text + "nobody@example.com: {}\n"})
    assert found[0].startswith("agents.yaml:4: nobody@example.com: ")

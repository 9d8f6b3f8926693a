"""Service levels as files name people by their email, and put back they are the same."""

from __future__ import annotations

from pathlib import Path

from contactcenter.tickets.configuration import POLICIES, sections
from contactcenter.tickets.settings import PolicyBody
from tests.tickets.desk import desk


async def test_people_are_known_by_email_in_files(tmp_path: Path) -> None:
    async with desk(tmp_path) as house:
        step = {"clock": "resolution", "percent": 100, "assign_user": "bert", "notify": ["assignee", "anna"]}
        mine = {"all": [{"field": "assignee", "op": "in", "value": ["anna", None]}]}
        shown = house.set_up.shown().policies[0].model_dump(exclude={"id", "version"})
        await house.set_up.put_policy(
            "standard", PolicyBody.model_validate(shown | {"chain": [step], "conditions": mine})
        )
        section = next(each for each in sections(house.set_up) if each.name == POLICIES)
        document = (await section.read())["standard"]
        assert document["chain"][0]["assign_user"] == "bert@example.com"
        assert document["chain"][0]["notify"] == ["assignee", "anna@example.com"]
        assert document["conditions"]["all"][0]["value"] == ["anna@example.com", None]
        assert {each.id for each in section.references(document) if each.section == "users"} == {
            "anna@example.com",
            "bert@example.com",
        }
        assert section.put is not None
        await section.put("standard", document, True)
        (policy,) = house.set_up.shown().policies
        assert (policy.version, policy.chain[0].assign_user, policy.chain[0].notify) == (
            3,
            "bert",
            ["assignee", "anna"],
        )
        assert await section.read() == {"standard": document}

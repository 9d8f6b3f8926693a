"""The same on PostgreSQL: rows locked instead of turns taken, several tickets at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from contactcenter.identity.models import TeamMember
from contactcenter.tickets.automation.settings import RuleBody, RunFilter
from tests.tickets.desk import desk


@pytest.mark.e2e
async def test_rules_act_once_and_in_turn(tmp_path: Path, postgres_url: str) -> None:
    async with desk(tmp_path, postgres_url) as house:
        automation = house.helpdesk.automation
        async with house.database.transaction() as session:
            session.add_all(TeamMember(team_id="north", user_id=user) for user in ("anna", "bert"))
        turn = {"do": "assign", "how": "turn", "team": "north"}
        late = {"since": "state", "hours": 2, "states": ["open"]}
        for values in ({"name": "turn", "events": ["made"], "actions": [turn]}, {"name": "late", "timer": late}):
            body = {"actions": [{"do": "tags", "add": ["late"]}], **values}
            await automation.book.put(None, RuleBody.model_validate(body))
        made = await asyncio.gather(*(house.make() for _ in range(6)))
        await automation.runner.drain()
        seen = [await house.look(each) for each in made]
        assert sorted(each.assignee.id for each in seen if each.assignee) == ["anna"] * 3 + ["bert"] * 3
        house.pass_hours(2)
        assert (await automation.timed.sweep(), await automation.timed.sweep()) == (6, 0)
        assert [(await house.look(each)).tags for each in made] == [["late"]] * 6
        await automation.runner.remember()
        await automation.runner.remember()
        assert await automation.runner.catch_up() == 0
        await automation.timed.forget()
        assert len((await automation.runs(RunFilter())).items) == 12

"""A rule that names what has gone is shown as one that cannot work, until it can again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contactcenter.api.problems import Problem
from contactcenter.identity.events import AccessChanged
from contactcenter.identity.models import User
from contactcenter.tickets.automation.settings import RuleBody
from contactcenter.tickets.settings import CategoryBody
from tests.tickets.desk import desk


async def test_a_rule_that_gives_tickets_to_who_has_left_is_shown_as_broken(tmp_path: Path) -> None:
    async with desk(tmp_path) as house:
        book = house.helpdesk.automation.book
        give = {"do": "assign", "how": "user", "user": "bert", "team": None}
        rule = {"name": "To Bert", "events": ["made"], "actions": [give]}
        await book.put(None, RuleBody.model_validate(rule))
        assert [each.broken for each in book.shown()] == [""]
        for left_at, sentence in (
            (datetime(2026, 3, 2, tzinfo=UTC), "actions.0.user: there is no user 'bert'."),
            (None, ""),
        ):
            async with house.database.transaction() as session:
                (await session.get_one(User, "bert")).disabled_at = left_at
            house.bus.publish(AccessChanged(None))
            await house.bus.drain()
            assert [each.broken for each in book.shown()] == [sentence]


async def test_no_rule_gives_tickets_what_is_retired(tmp_path: Path) -> None:
    async with desk(tmp_path) as house:
        await house.set_up.put("categories", None, CategoryBody(name="Old", retired=True), "old")
        sets = [{"do": "set", "field": "category", "value": "old"}]
        body = RuleBody.model_validate({"name": "Sets", "events": ["made"], "actions": sets})
        with pytest.raises(Problem, match="the category 'Old' is no longer in use"):
            await house.helpdesk.automation.book.put(None, body)

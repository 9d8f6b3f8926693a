"""What tickets are set up with: service levels that were retired, and brought back."""

from __future__ import annotations

from pathlib import Path

from contactcenter.tickets.settings import PolicyBody, plain
from tests.tickets.desk import desk


async def test_a_retired_service_level_holds_for_nothing_and_can_be_brought_back(tmp_path: Path) -> None:
    async with desk(tmp_path) as house:
        shown = house.set_up.shown().policies[0]
        document = {name: value for name, value in plain(shown).items() if name not in ("id", "version")}
        await house.set_up.put_policy(shown.id, PolicyBody.model_validate(document | {"retired": True}))
        retired = house.set_up.shown().policies
        assert [(each.id, each.version, each.retired) for each in retired] == [(shown.id, 2, True)]
        assert (await house.make()).policy is None
        await house.set_up.put_policy(shown.id, PolicyBody.model_validate(document))
        assert [each.retired for each in house.set_up.shown().policies] == [False]
        ticket = await house.make()
        assert ticket.policy is not None
        assert ticket.policy.id == shown.id

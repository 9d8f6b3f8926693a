"""A user who is forgotten: the name goes from his account, from events and from simulations; his work stays."""

from __future__ import annotations

import json
from pathlib import Path

from contactcenter.identity.models import User
from contactcenter.privacy.settings import RequestBody, SubjectBody
from tests.privacy.house import house


async def test_a_users_name_is_forgotten_and_his_work_stays(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        moment = center.privacy.ground.moment()
        async with center.database.transaction() as session:
            for name in ("anna", "boss"):
                session.add(User(id=name, email=f"{name}-x@example.com", name="", password_hash="x", created_at=moment))
        await center.call("c1", "+4930123456", agent="anna")
        (tmp_path / "simulations").mkdir()
        for name, agents in (("mine", {"anna": "Anna Agent"}), ("other", {"ben": "Ben"})):
            (tmp_path / "simulations" / f"{name}.json").write_text(json.dumps({"agents": agents, "report": {}}))
        center.pass_days(0.1)
        body = RequestBody(subject=SubjectBody(users=["anna"]))
        asked = await center.privacy.requests.ask("erase", body)
        assert asked.counts == {"users": 1, "interactions": 1, "simulations": 1}
        await center.privacy.runner.run_waiting()
        assert (await center.privacy.requests.one(asked.id)).state == "done"
        after = await center.everything()
        for word in ("Anna Agent", "anna-x@example.com"):
            assert word not in after
        assert "Secret of c1" in after
        assert [path.name for path in (tmp_path / "simulations").iterdir()] == ["other.json"]

"""A user who is forgotten leaves no name beside what he did; what he did stays."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from contactcenter.actor import Actor, acting
from contactcenter.customers.merge import Merges
from contactcenter.customers.models import CustomerConsent, CustomerMerge, CustomerNote
from contactcenter.customers.segments import Segments
from contactcenter.customers.settings import ConsentBody, CustomerBody, MergeBody, NoteBody, SegmentBody
from contactcenter.flows.models import FlowVersion
from contactcenter.flows.versions import FlowVersions
from contactcenter.identity.models import User
from contactcenter.identity.users import FORMER
from contactcenter.privacy.settings import HoldBody, InteractionsHeld, RequestBody, SubjectBody
from tests.privacy.house import House, house

ANNA = Actor(kind="user", id="anna", name="Anna Agent")
BEN = Actor(kind="user", id="ben", name="Ben Berg")


async def work(center: House, who: Actor) -> None:
    with acting(who):
        made = await center.customers.make(CustomerBody(name=f"Of {who.id}"))
        other = await center.customers.make(CustomerBody(name=f"Other of {who.id}"))
        await center.customers.note(made.id, NoteBody(text=f"Written by {who.id}"))
        await center.customers.consent(made.id, ConsentBody(kind="marketing", given=True, channel="voice"))
        await Merges(center.customers).merge(made.id, MergeBody(merged_id=other.id))
        await Segments(center.database).make(SegmentBody.model_validate({"name": "Mine", "own": True}))
        async with center.database.transaction() as session:
            await FlowVersions(center.database, lambda: center.now).keep(session, "main.yaml", None, f"Of {who.id}")
        held = await center.privacy.holds.set(
            HoldBody(reason="Court", interactions=InteractionsHeld(interaction="none"))
        )
        await center.privacy.holds.release(held.id)


async def test_names_beside_what_was_done_are_forgotten(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        moment = center.privacy.ground.moment()
        async with center.database.transaction() as session:
            for name in ("anna", "ben", "boss"):
                session.add(User(id=name, email=f"{name}-x@example.com", name="", password_hash="x", created_at=moment))
        await work(center, ANNA)
        await work(center, BEN)
        asked = await center.privacy.requests.ask("erase", RequestBody(subject=SubjectBody(users=["anna"])))
        assert asked.counts == {"users": 1, "customer-authors": 4, "flow-authors": 1}
        await center.privacy.runner.run_waiting()
        done = await center.privacy.requests.one(asked.id)
        assert (done.state, done.done["customer-authors"]) == ("done", 4)
        after = await center.everything()
        assert "Written by anna" in after
        async with center.database.session() as session:
            notes = {row.author_id: row.author_name for row in await session.scalars(select(CustomerNote))}
            consents = {row.recorded_by_id: row.recorded_by for row in await session.scalars(select(CustomerConsent))}
            merges = {row.by_id: row.by_name for row in await session.scalars(select(CustomerMerge))}
            flows = {row.by_id: row.by_name for row in await session.scalars(select(FlowVersion))}
        for names in (notes, consents, merges, flows):
            assert names == {"anna": FORMER, "ben": "Ben Berg"}
        holds = (await center.privacy.holds.every()).items
        assert sorted((hold.by, hold.released_by) for hold in holds) == [("Ben Berg", "Ben Berg"), (FORMER, FORMER)]
        with acting(BEN):
            assert len((await Segments(center.database).all()).items) == 1
        with acting(ANNA):
            assert (await Segments(center.database).all()).items == []

"""The tree of results an agent may give a contact, replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.queues.acts import DISPOSITIONS_CHANGED
from contactcenter.queues.fields import Id, Name, Ref, Settings, Whole, bad
from contactcenter.queues.models import Disposition, Queue
from contactcenter.queues.set_up import SetUp

MOST = 2000
DEEPEST = 6


class DispositionIs(Settings):
    """`queue_id` null: in every queue; what stands below a queue's own result is that queue's too. `note_required`
    counts for results without others below them, for only they can be given."""

    id: Id
    label: Name
    parent_id: Ref | None = None
    queue_id: Ref | None = None
    note_required: bool = False
    position: Whole = 0


class DispositionSettings(Settings):
    items: list[DispositionIs] = Field(max_length=MOST)


class DispositionSetUp:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    def all(self) -> DispositionSettings:
        return _settings(self._set_up.queues.dispositions(None))

    async def put(self, body: DispositionSettings) -> DispositionSettings:
        """All results there are from now on. One left out is no longer offered, but past contacts keep its label.
        Raises Problem 422."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                check(body.items, set(await session.scalars(select(Queue.id))))
                rows = {row.id: row for row in await session.scalars(select(Disposition))}
                ordered = sorted(rows.values(), key=lambda row: (row.position, row.id))
                before = _settings([row for row in ordered if not row.retired])
                await _replace(session, rows, body.items)
                act = Act(
                    kind=DISPOSITIONS_CHANGED,
                    subject=Subject("dispositions", "all"),
                    before=before.model_dump(),
                    after=body.model_dump(),
                )
                await record(session, act)
            await self._set_up.settle("dispositions")
        return self.all()


async def _replace(session: AsyncSession, rows: dict[str, Disposition], items: Sequence[DispositionIs]) -> None:
    for row in rows.values():
        row.retired = True
    for item in items:
        row = rows.get(item.id) or Disposition(id=item.id, label=item.label)
        row.label, row.queue_id, row.position = item.label, item.queue_id, item.position
        row.note_required, row.retired = item.note_required, False
        if item.id not in rows:
            session.add(row)
            rows[item.id] = row
    # A child may be listed ahead of its parent, which must be there before it is named.
    await session.flush()
    for item in items:
        rows[item.id].parent_id = item.parent_id


def check(items: Sequence[DispositionIs], queues: set[str]) -> None:
    """Raises Problem 422 for what is no tree, or would show a result without its way there."""
    by_id: dict[str, DispositionIs] = {}
    for place, item in enumerate(items):
        if item.id in by_id:
            raise bad(f"items.{place}.id", f"{item.id!r} is in the list already.")
        by_id[item.id] = item
    labels: set[tuple[str | None, str]] = set()
    for place, item in enumerate(items):
        if item.parent_id is not None and item.parent_id not in by_id:
            raise bad(f"items.{place}.parent_id", f"there is no result {item.parent_id!r}.")
        if item.queue_id is not None and item.queue_id not in queues:
            raise bad(f"items.{place}.queue_id", f"there is no queue {item.queue_id!r}.")
        if (item.parent_id, item.label.casefold()) in labels:
            raise bad(f"items.{place}.label", f"{item.label!r} stands there already.")
        labels.add((item.parent_id, item.label.casefold()))
        _check_way(place, item, by_id)


def _check_way(place: int, item: DispositionIs, by_id: dict[str, DispositionIs]) -> None:
    step, depth = item, 1
    while step.parent_id is not None and step.parent_id in by_id:
        step, depth = by_id[step.parent_id], depth + 1
        if depth > DEEPEST:
            why = "a result cannot stand below itself." if step.id == item.id else f"at most {DEEPEST} levels."
            raise bad(f"items.{place}.parent_id", why)
        if step.id == item.id:
            raise bad(f"items.{place}.parent_id", "a result cannot stand below itself.")
        if step.queue_id is not None and step.queue_id != item.queue_id:
            raise bad(f"items.{place}.queue_id", f"what stands below {step.label!r} is of the same queue.")


def _settings(rows: Sequence[Disposition]) -> DispositionSettings:
    return DispositionSettings.model_construct(
        items=[
            DispositionIs.model_construct(
                id=row.id,
                label=row.label,
                parent_id=row.parent_id,
                queue_id=row.queue_id,
                note_required=row.note_required,
                position=row.position,
            )
            for row in rows
        ]
    )

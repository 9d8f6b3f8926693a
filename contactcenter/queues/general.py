"""What holds for all queues: strategies to choose from, reasons to pause, the order across queues."""

from __future__ import annotations

from pydantic import BaseModel, Field
from sqlalchemy import delete, select

from acd.model import Order
from acd.strategies import RULES
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.queues.acts import ORDER_CHANGED, PAUSE_REASONS_CHANGED
from contactcenter.queues.fields import Id, Name, Settings, Whole, bad
from contactcenter.queues.models import PauseReason, RoutingSetting
from contactcenter.queues.set_up import SetUp


class StrategyOut(BaseModel):
    """`rule`: which agent gets a contact, exactly, with its tie-break."""

    name: str
    title: str
    rule: str


class StrategyList(BaseModel):
    items: list[StrategyOut]


class ReasonIs(Settings):
    """`paid`: for the time sheet. `occupancy`: a pause for it counts as staffed time in occupancy."""

    id: Id
    label: Name
    paid: bool = True
    occupancy: bool = False
    position: Whole = 0


class ReasonSettings(Settings):
    items: list[ReasonIs] = Field(max_length=200)


class OrderIs(Settings):
    """Which queue's first contact an agent gets: the one of the highest priority, or the one whose waiting costs most
    (generalised c-mu)."""

    order: Order


def strategies() -> StrategyList:
    return StrategyList(
        items=[
            StrategyOut(name=name, title=name.replace("-", " ").capitalize(), rule=rule) for name, rule in RULES.items()
        ]
    )


class GeneralSetUp:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    def reasons(self) -> ReasonSettings:
        rows = self._set_up.queues.pause_reasons()
        return ReasonSettings.model_construct(items=[_reason(row) for row in rows])

    async def put_reasons(self, body: ReasonSettings) -> ReasonSettings:
        """All reasons there are from now on. Raises Problem 422 for two of one id or label."""
        _check(body.items)
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                rows = await session.scalars(select(PauseReason).order_by(PauseReason.position, PauseReason.id))
                before = {"items": [_reason(row).model_dump() for row in rows]}
                await session.execute(delete(PauseReason))
                session.add_all(PauseReason(**reason.model_dump()) for reason in body.items)
                subject = Subject("pause_reasons", "all")
                await record(
                    session,
                    Act(kind=PAUSE_REASONS_CHANGED, subject=subject, before=before, after=body.model_dump()),
                )
            await self._set_up.settle("pause-reasons")
        return self.reasons()

    def order(self) -> OrderIs:
        return OrderIs(order=self._set_up.queues.order)

    async def put_order(self, body: OrderIs) -> OrderIs:
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                row = await session.get(RoutingSetting, "order")
                before = {"order": self.order().order.value if row is None else row.value}
                if row is None:
                    session.add(RoutingSetting(name="order", value=body.order.value))
                else:
                    row.value = body.order.value
                after, subject = {"order": body.order.value}, Subject("routing_order", "all")
                await record(session, Act(kind=ORDER_CHANGED, subject=subject, before=before, after=after))
            await self._set_up.settle("order")
        return self.order()


def _reason(row: PauseReason) -> ReasonIs:
    return ReasonIs.model_construct(
        id=row.id, label=row.label, paid=row.paid, occupancy=row.occupancy, position=row.position
    )


def _check(items: list[ReasonIs]) -> None:
    ids: set[str] = set()
    labels: set[str] = set()
    for place, reason in enumerate(items):
        if reason.id in ids:
            raise bad(f"items.{place}.id", f"{reason.id!r} is in the list already.")
        if reason.label.casefold() in labels:
            raise bad(f"items.{place}.label", f"{reason.label!r} is in the list already.")
        ids.add(reason.id)
        labels.add(reason.label.casefold())

"""What tickets are set up with: read into a Catalog, changed as people ask, each change recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.calendar import Calendar
from contactcenter.api.fields import new_id
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.recorder import record
from contactcenter.bus import Bus
from contactcenter.queues.calendars import Calendars, of_snapshot
from contactcenter.storage.database import Database
from contactcenter.tickets import acts
from contactcenter.tickets.catalog import Catalog, policy_of, version_id, workflow_of
from contactcenter.tickets.events import TicketSetUpChanged
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.set_up_checks import (
    CHECKS,
    References,
)
from contactcenter.tickets.set_up_rows import FILL, OUT
from contactcenter.tickets.settings import SetUpOut, plain
from contactcenter.tickets.setup_models import (
    TicketCategory,
    TicketField,
    TicketSlaPolicy,
    TicketState,
    TicketType,
)

TABLES: Final[Mapping[str, Any]] = {
    "types": TicketType,
    "states": TicketState,
    "categories": TicketCategory,
    "fields": TicketField,
}
NAMED_AT_MOST: Final = 5
USED: Final = {"types": Ticket.type_id, "states": Ticket.state, "categories": Ticket.category_id}


class Uses(Protocol):
    """What names this part, in words; `acting`: only what would put it into tickets."""

    async def __call__(self, session: AsyncSession, what: str, key: str, /, *, acting: bool = False) -> list[str]: ...


class SetUp:
    """`catalog` is what holds now; `reload` at the start and after changes by others. `now` gives unix seconds."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        calendars: Calendars,
        references: Callable[[AsyncSession], Awaitable[References]],
        now: Callable[[], float],
        uses: Uses | None = None,
    ) -> None:
        """`uses` tells who else names a part of it."""
        self._uses = uses
        self.catalog = Catalog()
        self.database = database
        self._bus = bus
        self._calendars = calendars
        self._references = references
        self._now = now

    async def reload(self) -> None:
        """Raises StorageUnavailable."""
        async with self.database.session() as session:
            self.catalog = await self._read(session)

    async def _read(self, session: AsyncSession) -> Catalog:
        rows = {name: list(await session.scalars(select(table))) for name, table in TABLES.items()}
        by_id = {
            name: {row.id: row for row in sorted(found, key=lambda row: (row.position, row.name))}
            for name, found in rows.items()
        }
        versions = list(await session.scalars(select(TicketSlaPolicy).order_by(TicketSlaPolicy.version)))
        newest = {row.id: row for row in versions}
        held = [row for row in newest.values() if not row.retired]
        return Catalog(
            **by_id,
            policies=tuple(sorted(held, key=lambda row: (row.position, row.name))),
            promises={version_id(row): row for row in versions},
            versions={version_id(row): policy_of(row, self._calendar(row)) for row in versions},
            workflows={key: workflow_of(row, by_id["states"]) for key, row in by_id["types"].items()},
        )

    def _calendar(self, row: TicketSlaPolicy) -> Calendar | None:
        if row.calendar is None:
            return None
        return of_snapshot(row.calendar, range(row.made_at.year - 1, self._moment().year + 3))

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    def shown(self) -> SetUpOut:
        catalog = self.catalog
        return SetUpOut(
            types=[OUT["types"](row, catalog) for row in catalog.types.values()],
            states=[OUT["states"](row, catalog) for row in catalog.states.values()],
            categories=[OUT["categories"](row, catalog) for row in catalog.categories.values()],
            fields=[OUT["fields"](row, catalog) for row in catalog.fields.values()],
            policies=[OUT["policies"](row, catalog) for row in catalog.policies_shown],
        )

    async def put(self, what: str, key: str | None, body: BaseModel, asked: str | None = None) -> Any:
        """`key` None: a new one, under the id `asked` or one made from its name. Raises Problem 404, 409, 422."""
        async with self.database.writing() as session:
            catalog = await self._read(session)
            present: Mapping[str, Any] = getattr(catalog, what)
            if key is not None and key not in present:
                raise not_found(what.removesuffix("s"))
            CHECKS[what](body, key, catalog, await self._references(session))
            others = {each: row.name for each, row in present.items() if each != key}
            made = new_id(asked, body.name, others) if key is None else key  # type: ignore[attr-defined]
            row = present[key] if key is not None else TABLES[what](id=made)
            if key is not None and body.retired and not row.retired:  # type: ignore[attr-defined]
                await self._refuse_uses(session, what, key, acting=True)
            before = None if key is None else plain(OUT[what](row, catalog))
            FILL[what](row, body)
            session.add(row)
            await session.flush()
            after = OUT[what](row, await self._read(session))
            await record(session, acts.set_up_act(what, made, row.name, before, plain(after)))
        await self._changed()
        return after

    async def remove(self, what: str, key: str) -> None:
        """Raises Problem 404, and 409 while anything names it: then it can only be retired."""
        async with self.database.writing() as session:
            catalog = await self._read(session)
            row = getattr(catalog, what).get(key)
            if row is None:
                raise not_found(what.removesuffix("s"))
            await self._check_unused(session, what, key, catalog)
            before = plain(OUT[what](row, catalog))
            await session.execute(delete(TABLES[what]).where(TABLES[what].id == key))
            await record(session, acts.set_up_act(what, key, row.name, before, None))
        await self._changed()

    async def _refuse_uses(self, session: AsyncSession, what: str, key: str, *, acting: bool = False) -> None:
        if self._uses is not None and (said := await self._uses(session, what, key, acting=acting)):
            raise in_use(told(said))

    async def _check_unused(self, session: AsyncSession, what: str, key: str, catalog: Catalog) -> None:
        await self._refuse_uses(session, what, key)
        by_tickets = USED.get(what)
        if by_tickets is not None and await session.scalar(select(Ticket.id).where(by_tickets == key).limit(1)):
            raise in_use("Tickets name it; retire it instead, so that it is no longer chosen.")
        if what == "fields" and any(key == each["field"] for row in catalog.types.values() for each in row.form):
            raise in_use("It stands in the form of a type; take it out there first.")
        if what == "states" and any(_names_state(row, key) for row in catalog.types.values()):
            raise in_use("The workflow of a type leads through it; change that first.")
        if what == "categories" and any(row.parent_id == key for row in catalog.categories.values()):
            raise in_use("Other categories lie below it.")

    async def put_policy(self, key: str | None, body: Any, asked: str | None = None) -> Any:
        """A new version. Raises Problem 404, 409, 422."""
        async with self.database.writing() as session:
            catalog = await self._read(session)
            present = {row.id: row for row in await session.scalars(_newest_first())}
            if key is not None and key not in present:
                raise not_found("policy")
            CHECKS["policies"](body, key, catalog, await self._references(session))
            others = {each: row.name for each, row in present.items() if each != key}
            made = new_id(asked, body.name, others) if key is None else key
            old = present.get(made)
            row = TicketSlaPolicy(id=made, version=1 if old is None else old.version + 1, made_at=self._moment())
            FILL["policies"](row, body)
            row.calendar = self._calendars.snapshot(row.calendar_id) if row.calendar_id else None
            session.add(row)
            before = None if old is None else plain(OUT["policies"](old, catalog))
            after = OUT["policies"](row, catalog)
            await record(session, acts.set_up_act("policies", made, row.name, before, plain(after)))
        await self._changed()
        return after

    async def follow_calendars(self) -> bool:
        """Calendars have changed: policies that go by one of them get a version with it. Whether any did."""
        async with self.database.writing() as session:
            newest = {row.id: row for row in await session.scalars(_newest_first())}
            stale = [row for row in newest.values() if row.calendar_id and not row.retired and self._is_stale(row)]
            for old in stale:
                columns = {column.key: getattr(old, column.key) for column in TicketSlaPolicy.__mapper__.columns}
                fresh = {"version": old.version + 1, "made_at": self._moment()}
                calendar = self._calendars.snapshot(old.calendar_id or "")
                session.add(TicketSlaPolicy(**(columns | fresh | {"calendar": calendar})))
        if stale:
            await self._changed()
        return bool(stale)

    def _is_stale(self, row: TicketSlaPolicy) -> bool:
        held = self._calendars.snapshot(row.calendar_id or "")
        return held is not None and held != row.calendar

    async def _changed(self) -> None:
        await self.reload()
        self._bus.publish(TicketSetUpChanged())


def told(said: Sequence[str]) -> str:
    """As one sentence: "The rule “Mark” and the macro “Up” name it; change them first."."""
    some = [*said[:NAMED_AT_MOST], *([f"{len(said) - NAMED_AT_MOST} more"] if len(said) > NAMED_AT_MOST else [])]
    listed = some[0] if len(some) == 1 else f"{', '.join(some[:-1])} and {some[-1]}"
    names = "names it; change that first." if len(said) == 1 else "name it; change them first."
    return f"{listed[0].upper()}{listed[1:]} {names}"


def _newest_first() -> Any:
    """So that a dict by id keeps the newest version of each."""
    return select(TicketSlaPolicy).order_by(TicketSlaPolicy.version)


def _names_state(row: TicketType, state: str) -> bool:
    named = {each["target"] for each in row.transitions} | {one for each in row.transitions for one in each["sources"]}
    return state == row.initial_state or state in named


def in_use(sentence: str) -> Problem:
    return Problem(409, "in-use", "In use", sentence)

"""An import at work: ticket after ticket, each in a transaction with how far it is, so that none is taken twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.bus import Bus
from contactcenter.customers.service import Customers
from contactcenter.storage.database import Database
from contactcenter.tickets.events import TicketsImported
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.importing import own, shown
from contactcenter.tickets.importing.incoming import Incoming
from contactcenter.tickets.importing.mapping import Choices, Mapping_, Refused, Remark, Wanted, wanted
from contactcenter.tickets.importing.models import TicketImport, TicketImportRemark, TicketOrigin
from contactcenter.tickets.importing.people import People, choices
from contactcenter.tickets.importing.reading import Unreadable, Upload
from contactcenter.tickets.importing.settings import PreviewOut, RemarkOut
from contactcenter.tickets.importing.stage import Stage
from contactcenter.tickets.importing.survey import incoming_of
from contactcenter.tickets.importing.taking import Taking, taken_before
from contactcenter.tickets.model import LinkKind
from contactcenter.tickets.models import Ticket, TicketLink
from contactcenter.tickets.service import Tickets

BATCH: Final = 25
"""Tickets that are in memory at once."""
LOOKED: Final = 300
SAMPLES: Final = 10
MOST_REMARKS: Final = 50_000
"""Kept of one import; further ones are counted."""
UNDOCUMENTED: Final = "It has not the form that is documented."


@dataclass(frozen=True, slots=True)
class Read:
    """A ticket of the file; `fault`: what is wrong with it."""

    position: int
    place: str
    record: str
    incoming: Incoming | None


class Run:
    """One pass over one file."""

    def __init__(
        self,
        row: TicketImport,
        paths: tuple[Path, Path],
        tickets: Tickets,
        customers: Customers,
        files: TicketFiles,
        bus: Bus,
    ) -> None:
        self._row = row
        self._upload_path, self._stage_path = paths
        self._tickets = tickets
        self._customers = customers
        self._files = files
        self._bus = bus
        self._mapping: Mapping_ = shown.as_mapping(row)
        self._own = row.source == own.NAME
        self._remarks = row.remarks

    @property
    def _database(self) -> Database:
        return self._tickets.database

    # -- looking -----------------------------------------------------------------------------------------------

    async def preview(self, here: Choices) -> PreviewOut:
        stage = await self._stage()
        try:
            rows = await asyncio.to_thread(self._batch, stage, 0, LOOKED)
        finally:
            await asyncio.to_thread(stage.close)
        made: list[tuple[str, Wanted]] = []
        remarks: list[RemarkOut] = []
        for row in rows:
            want, told = self._wanted(row, here)
            remarks += [shown.told(row.place, row.record, each, refused=want is None) for each in told]
            if want is not None:
                made.append((row.place, want))
        async with self._database.session() as session:
            ids = [want.external_id for _, want in made]
            known = await taken_before(session, self._mapping.origin, ids, own=self._own)
        names = {target: dict(each) for target, each in here.names.items()}
        samples = [shown.sample(place, want, known, names) for place, want in made[:SAMPLES]]
        return PreviewOut(
            looked=len(rows),
            known=len(known),
            refused=len(rows) - len(made),
            samples=samples,
            remarks=[each.model_copy(update={"id": place}) for place, each in enumerate(remarks[:100], 1)],
        )

    def _wanted(self, row: Read, here: Choices) -> tuple[Wanted | None, list[Remark]]:
        if row.incoming is None:
            return None, [Remark("", "", UNDOCUMENTED)]
        try:
            want = wanted(row.incoming, self._mapping, here, self._tickets.set_up.catalog, self._tickets.moment())
        except Refused as refused:
            return None, [refused.remark]
        return want, want.remarks

    async def _stage(self) -> Stage:
        if not await asyncio.to_thread(self._stage_path.exists):
            raise Unreadable("What was read of its file is no longer there; upload it again.")
        return await asyncio.to_thread(Stage, self._stage_path)

    def _batch(self, stage: Stage, after: int, limit: int) -> list[Read]:
        found = []
        for position, place, document in stage.tickets(after, limit):
            try:
                incoming: Incoming | None = incoming_of(self._row.source, document, place, stage)
            except (TypeError, ValueError, KeyError, AttributeError):
                incoming = None
            found.append(Read(position, place[:300], str(document.get("id", ""))[:120], incoming))
        return found

    # -- taking ------------------------------------------------------------------------------------------------

    async def go(self, stopped: Callable[[], bool]) -> bool:
        """Whether it has come to the end. Raises Unreadable, StorageUnavailable, OSError, VaultError."""
        stage = await self._stage()
        try:
            upload = await asyncio.to_thread(Upload, self._upload_path)
            try:
                return await self._go(stage, upload, stopped)
            finally:
                await asyncio.to_thread(upload.close)
        finally:
            await asyncio.to_thread(stage.close)

    async def _go(self, stage: Stage, upload: Upload, stopped: Callable[[], bool]) -> bool:
        people = People(self._customers, self._mapping.origin)
        async with self._database.session() as session:
            here = await choices(session, self._tickets.set_up.catalog)
            await people.prepare(session)
            row = await session.get_one(TicketImport, self._row.id)
            position, self._remarks = row.position, row.remarks
        taking = Taking(
            import_id=self._row.id,
            tickets=self._tickets,
            people=people,
            files=self._files,
            mapping=self._mapping,
            choices=here,
        )
        if position == 0:
            await self._tell_faults(stage)
        done = await asyncio.to_thread(stage.at, position)
        while rows := await asyncio.to_thread(self._batch, stage, done, BATCH):
            for each in rows:
                if stopped():
                    return False
                await self._one(each, taking, upload)
            done = rows[-1].position
            self._bus.publish(TicketsImported(import_id=self._row.id))
        await self._link(stage)
        return True

    async def _tell_faults(self, stage: Stage) -> None:
        faults = await asyncio.to_thread(stage.faults)
        async with self._database.writing() as session:
            told = [(place, Remark("", "", f"This record {reason}.")) for place, reason in faults]
            for place, remark in told:
                self._tell(session, place, "", remark, refused=True)
            change = update(TicketImport).where(TicketImport.id == self._row.id)
            await session.execute(change.values(remarks=TicketImport.remarks + len(told)))

    async def _one(self, row: Read, taking: Taking, upload: Upload) -> None:
        want, told = self._wanted(row, taking.choices)
        if want is None:
            await self._count(row, "refused", told)
            return
        async with self._database.session() as session:
            known = await taken_before(session, self._mapping.origin, [want.external_id], own=self._own)
        if known:
            await self._count(row, "known", [])
            return
        attached = await taking.bring(want, row.position, upload.content)
        serial, number = await self._tickets.number(want.made_at)
        try:
            async with self._database.writing() as session:
                await taking.write(session, want, serial, number, row.position, attached)
                await self._counted(session, row, "taken", want.external_id, want.remarks)
        except (IntegrityError, DataError, OverflowError):
            # One that no database takes must not stop the rest.
            await self._count(row, "refused", [Remark("", "", "The database does not take it.")])

    async def _count(self, row: Read, what: str, remarks: Sequence[Remark]) -> None:
        async with self._database.writing() as session:
            await self._counted(session, row, what, row.record, remarks)

    async def _counted(
        self, session: AsyncSession, row: Read, what: str, record: str, remarks: Sequence[Remark]
    ) -> None:
        for each in remarks:
            self._tell(session, row.place, record, each, refused=what == "refused")
        counts: dict[str, Any] = {what: getattr(TicketImport, what) + 1}
        change = update(TicketImport).where(TicketImport.id == self._row.id)
        total = TicketImport.remarks + len(remarks)
        await session.execute(change.values(position=TicketImport.position + 1, remarks=total, **counts))

    def _tell(self, session: AsyncSession, place: str, record: str, remark: Remark, *, refused: bool) -> None:
        self._remarks += 1
        if self._remarks > MOST_REMARKS:
            return
        session.add(
            TicketImportRemark(
                import_id=self._row.id,
                place=place[:300],
                record=record[:120],
                refused=refused,
                field=remark.field[:80],
                value=remark.value[:300],
                reason=remark.reason[:500],
            )
        )

    # -- links -------------------------------------------------------------------------------------------------

    async def _link(self, stage: Stage) -> None:
        """Once all are there; again it changes nothing."""
        done = 0
        while rows := await asyncio.to_thread(self._batch, stage, done, BATCH * 4):
            done = rows[-1].position
            linked = [each.incoming for each in rows if each.incoming is not None and each.incoming.links]
            if linked:
                async with self._database.writing() as session:
                    await self._link_some(session, linked)

    async def _link_some(self, session: AsyncSession, linked: Sequence[Incoming]) -> None:
        named = {str(each.values.get("id")) for each in linked} | {other for each in linked for other, _ in each.links}
        query = select(TicketOrigin.external_id, TicketOrigin.ticket_id, TicketOrigin.import_id)
        query = query.where(TicketOrigin.origin == self._mapping.origin, TicketOrigin.external_id.in_(named))
        found = {row.external_id: row for row in await session.execute(query)}
        for each in linked:
            one = found.get(str(each.values.get("id")))
            # Those of earlier imports are as people have left them since.
            if one is None or one.import_id != self._row.id:
                continue
            for other, kind in each.links:
                if other in found and found[other].ticket_id != one.ticket_id:
                    await _join(session, one.ticket_id, found[other].ticket_id, kind)


async def _join(session: AsyncSession, one: str, other: str, kind: str) -> None:
    if kind == "merged":
        change = update(Ticket).where(Ticket.id == one, Ticket.merged_into.is_(None))
        await session.execute(change.values(merged_into=other))
        return
    first, second = (other, one) if kind in ("child", "duplicated") else (one, other)
    plain = {"child": "parent", "duplicated": "duplicate"}.get(kind, kind)
    if plain not in set(LinkKind):
        return
    there = [await session.get(TicketLink, pair) for pair in ((first, second), (second, first))]
    if not any(there):
        session.add(TicketLink(ticket_id=first, other_id=second, kind=plain))
        await session.flush()

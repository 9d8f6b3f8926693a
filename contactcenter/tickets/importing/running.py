"""An import at work: ticket after ticket, each in a transaction with how far it is, so that none is taken twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

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
from contactcenter.tickets.importing.taking import Item, Taking, in_turns, item_of, taken_before
from contactcenter.tickets.model import LinkKind
from contactcenter.tickets.models import Ticket, TicketLink
from contactcenter.tickets.service import Tickets

BATCH: Final = 50
"""Tickets that are in memory at once, and written together."""
MOST_SAID: Final = 200
MOST_SIGNS: Final = 1_000_000
"""With so many messages, or so long ones, fewer tickets are taken at once."""
LOOKED: Final = 300
SAMPLES: Final = 10
MOST_REMARKS: Final = 50_000
"""Kept of one import; further ones are counted."""
UNTAKEN: Final = (IntegrityError, DataError, OverflowError)
"""What a database raises for values that it does not take."""
UNDOCUMENTED: Final = "It has not the form that is documented."


@dataclass(frozen=True, slots=True)
class Read:
    """A ticket of the file; `fault`: what is wrong with it."""

    position: int
    place: str
    record: str
    incoming: Incoming | None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What becomes of one: taken, known or refused. `before`: what there was to say of it before it was written."""

    row: Read
    what: str
    want: Wanted | None = None
    item: Item | None = None
    remarks: list[Remark] = field(default_factory=list)
    before: tuple[Remark, ...] = ()

    def start_anew(self) -> None:
        """After a transaction that has failed: its row has been part of it."""
        if self.want is None or self.item is None:
            return
        self.want.remarks = self.remarks = list(self.before)
        old = self.item
        self.item = item_of(self.want, old.row.serial, old.row.number, old.position, old.attached)


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
            rows = await asyncio.to_thread(self._batch, stage, 0, LOOKED, whole=True)
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

    def _batch(self, stage: Stage, after: int, limit: int, *, whole: bool = False) -> list[Read]:
        """So many, or fewer where much is said in them and it need not be the `whole`."""
        found: list[Read] = []
        said = signs = 0
        for position, place, document in stage.tickets(after, limit):
            try:
                incoming: Incoming | None = incoming_of(self._row.source, document, place, stage)
            except (TypeError, ValueError, KeyError, AttributeError):
                incoming = None
            found.append(Read(position, place[:300], str(document.get("id", ""))[:120], incoming))
            if incoming is not None:
                said += len(incoming.messages)
                signs += sum(len(each.text) for each in incoming.messages)
            if not whole and (said >= MOST_SAID or signs >= MOST_SIGNS):
                break
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
            if stopped():
                return False
            taken = await self._some(rows, taking, upload)
            done = rows[-1].position
            self._bus.publish(TicketsImported(import_id=self._row.id, ticket_ids=taken))
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

    async def _some(self, rows: Sequence[Read], taking: Taking, upload: Upload) -> tuple[str, ...]:
        """The tickets that are new."""
        outcomes = [self._outcome(row, taking) async for row in in_turns(rows)]
        await self._sort_known(outcomes)
        async for each in in_turns(outcomes):
            if each.what == "taken" and each.want is not None:
                attached = await taking.bring(each.want, each.row.position, upload.content)
                serial, number = await self._tickets.number(each.want.made_at)
                each.item = item_of(each.want, serial, number, each.row.position, attached)
            each.before = tuple(each.remarks)
        await self._write_all(outcomes, taking)
        return tuple(each.item.row.id for each in outcomes if each.what == "taken" and each.item is not None)

    async def _write_all(self, outcomes: Sequence[Outcome], taking: Taking) -> None:
        """Together where nothing is wrong with any, else in halves, so that one does not stop the rest."""
        try:
            return await self._write(outcomes, taking)
        except UNTAKEN:
            taking.people.forget()
        for each in outcomes:
            each.start_anew()
        if len(outcomes) > 1:
            middle = len(outcomes) // 2
            await self._write_all(outcomes[:middle], taking)
            await self._write_all(outcomes[middle:], taking)
        else:
            outcomes[0].what, outcomes[0].remarks = "refused", [Remark("", "", "The database does not take it.")]
            await self._write(outcomes, taking)

    def _outcome(self, row: Read, taking: Taking) -> Outcome:
        want, told = self._wanted(row, taking.choices)
        if want is None:
            return Outcome(row=row, what="refused", remarks=told)
        return Outcome(row=row, what="taken", want=want, remarks=want.remarks)

    async def _sort_known(self, outcomes: Sequence[Outcome]) -> None:
        """Those that are here already, or twice in the file."""
        ids = [each.want.external_id for each in outcomes if each.want is not None]
        async with self._database.session() as session:
            known = await taken_before(session, self._mapping.origin, ids, own=self._own)
        for each in outcomes:
            if each.want is not None:
                if each.want.external_id in known:
                    each.what, each.remarks = "known", []
                known.add(each.want.external_id)

    async def _write(self, outcomes: Sequence[Outcome], taking: Taking) -> None:
        async with self._database.writing() as session:
            await taking.write(session, [each.item for each in outcomes if each.what == "taken" and each.item])
            counts = {what: sum(each.what == what for each in outcomes) for what in ("taken", "known", "refused")}
            told = 0
            for each in outcomes:
                record = each.want.external_id if each.want is not None else each.row.record
                for remark in each.remarks:
                    self._tell(session, each.row.place, record, remark, refused=each.what == "refused")
                told += len(each.remarks)
            values = {what: getattr(TicketImport, what) + count for what, count in counts.items() if count}
            change = update(TicketImport).where(TicketImport.id == self._row.id)
            moved = {"position": TicketImport.position + len(outcomes), "remarks": TicketImport.remarks + told}
            await session.execute(change.values(**values, **moved))

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
                    joined = await self._link_some(session, linked)
                self._bus.publish(TicketsImported(import_id=self._row.id, ticket_ids=tuple(joined)))

    async def _link_some(self, session: AsyncSession, linked: Sequence[Incoming]) -> list[str]:
        """The tickets that have links now."""
        named = {str(each.values.get("id")) for each in linked} | {other for each in linked for other, _ in each.links}
        query = select(TicketOrigin.external_id, TicketOrigin.ticket_id, TicketOrigin.import_id)
        query = query.where(TicketOrigin.origin == self._mapping.origin, TicketOrigin.external_id.in_(named))
        found = {row.external_id: row for row in await session.execute(query)}
        joined: list[str] = []
        for each in linked:
            one = found.get(str(each.values.get("id")))
            # Those of earlier imports are as people have left them since.
            if one is None or one.import_id != self._row.id:
                continue
            joined.append(one.ticket_id)
            for other, kind in each.links:
                if other in found and found[other].ticket_id != one.ticket_id:
                    await _join(session, one.ticket_id, found[other].ticket_id, kind)
        return joined


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

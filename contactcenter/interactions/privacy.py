"""What interactions know about people: found, taken out, forgotten. Figures stay, by nobody in particular."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, cast, false, func, not_, or_, select, true, update

from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.moments import iso
from contactcenter.plugin import Aged, Cut, Exported, Held, Person, PersonalData, RetentionKind
from contactcenter.storage.database import Database

ERASED: Final = "erased"
"""Instead of a caller's address, once he is forgotten."""
_SEPARATORS: Final = (" ", "-", "(", ")", "/", ".")
_KEPT: Final = frozenset(
    {"queue", "agent", "from", "again", "rule", "outcome", "kind", "step", "priority", "key_name", "reason"}
)
"""Of an event only what figures and explanations are made of."""
_BATCH: Final = 500

Condition = ColumnElement[bool]


def about(person: Person) -> Condition:
    """Interactions with this person as the customer."""
    called: ColumnElement[str] = func.lower(Interaction.caller_address)
    for sign in _SEPARATORS:
        called = func.replace(called, sign, "")
    wanted: list[Condition] = []
    if person.addresses:
        wanted.append(called.in_(sorted(person.addresses)))
    if person.customers:
        wanted.append(Interaction.customer_id.in_(sorted(person.customers)))
    if not wanted:
        return false()
    until = true() if person.until is None else Interaction.started_at <= person.until
    return and_(or_(*wanted), until, known())


def plain_address(text: str) -> str:
    """As addresses of a Person are compared."""
    text = text.lower()
    for sign in _SEPARATORS:
        text = text.replace(sign, "")
    return text


def under(held: Sequence[Held]) -> Condition:
    """Interactions that one of these holds keeps."""
    return or_(false(), *(_one(hold) for hold in held))


def _one(hold: Held) -> Condition:
    if hold.person is not None:
        return or_(about(hold.person), Interaction.agent_id.in_(sorted(hold.person.users)))
    given: list[Condition] = []
    for column, value in (
        (Interaction.id, hold.interaction),
        (Interaction.queue_id, hold.queue),
        (Interaction.agent_id, hold.agent),
    ):
        if value is not None:
            given.append(column == value)
    if hold.since is not None:
        given.append(Interaction.started_at >= hold.since)
    if hold.until is not None:
        given.append(Interaction.started_at < hold.until)
    return and_(*given) if given else true()


def older(cut: Cut) -> Condition:
    """Over, older than the cut, of its queues, not held."""
    conditions = [Interaction.state == "ended", Interaction.started_at < cut.before, not_(under(cut.held))]
    if cut.queue is not None:
        conditions.append(Interaction.queue_id == cut.queue)
    elif cut.other_than:
        others = Interaction.queue_id.not_in(sorted(cut.other_than))
        conditions.append(or_(Interaction.queue_id.is_(None), others))
    return and_(*conditions)


class InteractionPrivacy:
    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def personal(self) -> PersonalData:
        return PersonalData(
            kind="interactions",
            words="Interactions",
            count=self.count,
            held=self.held,
            export=self.export,
            erase=self.erase,
        )

    @property
    def retention(self) -> RetentionKind:
        return RetentionKind(
            kind="interactions",
            words="Who called, notes and data of interactions",
            count_older=self.count_older,
            delete_older=self.delete_older,
        )

    async def count(self, person: Person) -> int:
        return await self._count(or_(about(person), self._named(person)))

    async def held(self, person: Person, holds: tuple[Held, ...]) -> int:
        return await self._count(and_(about(person), under(holds)))

    async def _count(self, condition: Condition) -> int:
        async with self._database.session() as session:
            return await session.scalar(select(func.count()).select_from(Interaction).where(condition)) or 0

    async def ids(self, person: Person) -> list[str]:
        """Of all that are still this person's."""
        async with self._database.session() as session:
            return list(await session.scalars(select(Interaction.id).where(about(person))))

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        """A customer's with everything that happened, a user's own work without the customers."""
        async for row in self._rows(about(person)):
            async with self._database.session() as session:
                events = await session.scalars(
                    select(InteractionEvent)
                    .where(InteractionEvent.interaction_id == row.id)
                    .order_by(InteractionEvent.sequence)
                )
                yield Exported(document=_document(row, list(events)))
        if person.users:
            async for row in self._rows(Interaction.agent_id.in_(sorted(person.users))):
                yield Exported(document=_work(row))

    async def _rows(self, condition: Condition) -> AsyncIterator[Interaction]:
        last = ""
        while True:
            async with self._database.session() as session:
                query = select(Interaction).where(condition, Interaction.id > last).order_by(Interaction.id)
                rows = (await session.scalars(query.limit(_BATCH))).all()
            for row in rows:
                yield row
            if len(rows) < _BATCH:
                return
            last = rows[-1].id

    async def erase(self, person: Person, limit: int) -> int:
        over = and_(about(person), Interaction.state == "ended")
        return await self._forget(over, limit) or await self._forget_names(person, limit)

    async def count_older(self, cut: Cut) -> Aged:
        oldest = select(func.count(), func.min(Interaction.started_at)).where(known(), older(cut))
        async with self._database.session() as session:
            count, since = (await session.execute(oldest)).one()
        return Aged(count=count, oldest=since)

    async def delete_older(self, cut: Cut, limit: int) -> int:
        return await self._forget(and_(known(), older(cut)), limit)

    async def _forget(self, condition: Condition, limit: int) -> int:
        """Rows with a recording wait until that is gone: they name its file."""
        async with self._database.transaction() as session:
            query = select(Interaction.id).where(condition, Interaction.recording.is_(None)).limit(limit)
            ids = (await session.scalars(query)).all()
            if not ids:
                return 0
            nothing: dict[str, Any] = {
                "caller_address": ERASED,
                "caller_name": None,
                "customer_id": None,
                "note": "",
                "data": [],
            }
            await session.execute(update(Interaction).where(Interaction.id.in_(ids)).values(nothing))
            for event in await session.scalars(
                select(InteractionEvent).where(InteractionEvent.interaction_id.in_(ids))
            ):
                kept = _figures(event.data)
                if kept != event.data:
                    event.data = kept
        return len(ids)

    def _named(self, person: Person) -> Condition:
        """Interactions in whose events a user is named."""
        if not person.users:
            return false()
        return Interaction.id.in_(select(InteractionEvent.interaction_id).where(_names(person)))

    async def _forget_names(self, person: Person, limit: int) -> int:
        if not person.users:
            return 0
        async with self._database.transaction() as session:
            query = select(InteractionEvent).where(_names(person)).limit(limit)
            events = (await session.scalars(query)).all()
            for event in events:
                event.data = _nameless(event.data, person.users)
        return len(events)


def known() -> Condition:
    """Interactions of which nobody has been forgotten yet."""
    return Interaction.caller_address != ERASED


def _names(person: Person) -> Condition:
    """Events with the user's id and a name beside it."""
    text = cast(InteractionEvent.data, String)
    begins = [f'"id": "{each}", "name": "' for each in sorted(person.users)]

    def named(begin: str) -> Condition:
        return and_(text.contains(begin, autoescape=True), not_(text.contains(begin + '"', autoescape=True)))

    return or_(false(), *map(named, begins))


def _nameless(value: Any, users: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        if value.get("id") in users and "name" in value:
            # In this order: it is how the events that are done are told from the others.
            return {"id": value["id"], "name": ""}
        return {key: _nameless(item, users) for key, item in value.items()}
    return [_nameless(item, users) for item in value] if isinstance(value, list) else value


def _figures(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key in _KEPT}


def _document(row: Interaction, events: Sequence[InteractionEvent]) -> dict[str, Any]:
    columns = ("id", "channel", "direction", "outcome", "caller_address", "caller_name", "note", "data", "talk_s")
    return {
        **{name: getattr(row, name) for name in columns},
        **_times(row),
        "has_recording": row.recording is not None,
        "events": [{"at": iso(event.at.timestamp()), "type": event.type, "data": event.data} for event in events],
    }


def _work(row: Interaction) -> dict[str, Any]:
    columns = ("id", "channel", "direction", "outcome", "queue_id", "talk_s")
    return {"handled": True, **{name: getattr(row, name) for name in columns}, **_times(row)}


def _times(row: Interaction) -> dict[str, str | None]:
    names = ("started_at", "answered_at", "ended_at")
    return {name: iso(moment.timestamp()) if (moment := getattr(row, name)) else None for name in names}

"""Queues, calendars, results, pause reasons and the order across queues as files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from pydantic import BaseModel, Field

from contactcenter.queues.calendar_set_up import CalendarSetUp
from contactcenter.queues.calendar_settings import CalendarBody, ChangedCalendar, NewCalendar
from contactcenter.queues.dispositions import DispositionIs, DispositionSettings, DispositionSetUp
from contactcenter.queues.events import What
from contactcenter.queues.fields import Name, Ref, Settings, Whole
from contactcenter.queues.general import GeneralSetUp, OrderIs, ReasonIs, ReasonSettings
from contactcenter.queues.queue_set_up import QueueSetUp
from contactcenter.queues.set_up import SetUp
from contactcenter.queues.settings import ChangedQueue, NewQueue, QueueBody
from contactcenter.section import Document, Documents, Reference, Section


class DispositionDocument(Settings):
    """A result without its id; see dispositions.DispositionIs."""

    label: Name
    parent_id: Ref | None = None
    queue_id: Ref | None = None
    note_required: bool = False
    position: Whole = 0


class ReasonDocument(Settings):
    """A pause reason without its id; see general.ReasonIs."""

    label: Name
    paid: bool = True
    occupancy: bool = Field(False)
    position: Whole = 0


def sections(set_up: SetUp) -> tuple[Section, ...]:
    return (_calendars(set_up), _queues(set_up), _dispositions(set_up), _reasons(set_up), _routing(set_up))


def dumped(model: type[BaseModel], values: Any) -> dict[str, Any]:
    """The fields of `model` that `values` (an instance with at least those) has, as JSON's types."""
    return model.model_validate(values.model_dump(mode="json", include=set(model.model_fields))).model_dump(mode="json")


def settle(set_up: SetUp, what: What) -> partial[Any]:
    return partial(set_up.settle, what, agents=True)


def _calendars(set_up: SetUp) -> Section:
    calendars = CalendarSetUp(set_up)

    async def read() -> Documents:
        return {each.id: dumped(CalendarBody, each) for each in calendars.all().items}

    async def put(calendar_id: str, document: Document, there: bool) -> None:
        if there:
            await calendars.change(calendar_id, ChangedCalendar.model_validate(document))
        else:
            await calendars.make(NewCalendar.model_validate({**document, "id": calendar_id}))

    return Section(
        name="calendars",
        title="Calendars",
        model=CalendarBody,
        read=read,
        put=put,
        remove=calendars.remove,
        settle=settle(set_up, "calendar"),
    )


def _queues(set_up: SetUp) -> Section:
    queues = QueueSetUp(set_up)

    async def read() -> Documents:
        return {each.id: dumped(QueueBody, await queues.get(each.id)) for each in set_up.queues.all()}

    async def put(queue_id: str, document: Document, there: bool) -> None:
        if there:
            await queues.change(queue_id, ChangedQueue.model_validate(document))
        else:
            await queues.make(NewQueue.model_validate({**document, "id": queue_id}))

    return Section(
        name="queues",
        title="Queues",
        after=("skills", "calendars"),
        model=QueueBody,
        read=read,
        put=put,
        remove=queues.remove,
        references=_of_queue,
        first=lambda document: {**document, "overflow": []},
        settle=settle(set_up, "queue"),
    )


def _of_queue(document: Document) -> Iterator[Reference]:
    if document["calendar_id"] is not None:
        yield Reference(("calendar_id",), "calendars", document["calendar_id"])
    for field in ("required_skills", "preferred_skills"):
        yield from _of_expressions((field,), document[field])
    for place, step in enumerate(document["relax"]):
        for position, skill in enumerate(step["drop"]):
            yield Reference(("relax", place, "drop", position), "skills", skill)
    for place, rule in enumerate(document["overflow"]):
        if rule["to"]["kind"] == "queue" and rule["to"]["value"] is not None:
            yield Reference(("overflow", place, "to", "value"), "queues", rule["to"]["value"])


def _of_expressions(path: tuple[str | int, ...], expressions: list[dict[str, Any]]) -> Iterator[Reference]:
    for place, each in enumerate(expressions):
        at = (*path, place)
        if each["type"] == "skill":
            yield Reference((*at, "skill"), "skills", each["skill"])
        elif each["type"] == "not":
            for found in _of_expressions((), [each["of"]]):
                yield Reference((*at, "of", *found.path[1:]), found.section, found.id)
        else:
            yield from _of_expressions((*at, "of"), each["of"])


def _dispositions(set_up: SetUp) -> Section:
    service = DispositionSetUp(set_up)

    async def read() -> Documents:
        return {each.id: dumped(DispositionDocument, each) for each in service.all().items}

    async def replace(documents: Documents) -> None:
        items = [DispositionIs.model_validate({**each, "id": key}) for key, each in documents.items()]
        await service.put(DispositionSettings(items=items))

    def references(document: Document) -> Iterator[Reference]:
        for field, section in (("parent_id", "dispositions"), ("queue_id", "queues")):
            if document[field] is not None:
                yield Reference((field,), section, document[field])

    return Section(
        name="dispositions",
        title="Results of contacts",
        after=("queues",),
        model=DispositionDocument,
        read=read,
        replace=replace,
        references=references,
        settle=settle(set_up, "dispositions"),
    )


def _reasons(set_up: SetUp) -> Section:
    service = GeneralSetUp(set_up)

    async def read() -> Documents:
        return {each.id: dumped(ReasonDocument, each) for each in service.reasons().items}

    async def replace(documents: Documents) -> None:
        items = [ReasonIs.model_validate({**each, "id": key}) for key, each in documents.items()]
        await service.put_reasons(ReasonSettings(items=items))

    return Section(
        name="pause-reasons",
        title="Pause reasons",
        model=ReasonDocument,
        read=read,
        replace=replace,
        settle=settle(set_up, "pause-reasons"),
    )


def _routing(set_up: SetUp) -> Section:
    """One document, `queues`: what holds across all of them."""
    service = GeneralSetUp(set_up)

    async def read() -> Documents:
        return {"queues": service.order().model_dump(mode="json")}

    async def put(key: str, document: Document, there: bool) -> None:
        await service.put_order(OrderIs.model_validate(document))

    return Section(
        name="routing",
        title="Order across queues",
        after=("queues",),
        model=OrderIs,
        read=read,
        put=put,
        settle=settle(set_up, "order"),
    )

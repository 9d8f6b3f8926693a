"""Custom fields of customers and the segments of everybody as files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from contactcenter.api.fields import Name, Settings
from contactcenter.customers.fields import FieldSetUp
from contactcenter.customers.segments import Segments
from contactcenter.customers.settings import FieldBody, NewField, SegmentBody, SegmentFilter
from contactcenter.section import Document, Documents, Reference, Section
from contactcenter.storage.database import Database


class SegmentDocument(Settings):
    name: Name
    filter: Annotated[SegmentFilter, Field(default_factory=SegmentFilter)]


def sections(database: Database) -> tuple[Section, ...]:
    return (_fields(FieldSetUp(database)), _segments(Segments(database), FieldSetUp(database)))


def _fields(fields: FieldSetUp) -> Section:
    async def read() -> Documents:
        return {each.id: each.model_dump(mode="json", exclude={"id"}) for each in (await fields.all()).items}

    async def put(field_id: str, document: Document, there: bool) -> None:
        if there:
            await fields.change(field_id, FieldBody.model_validate(document))
        else:
            await fields.make(NewField.model_validate({**document, "id": field_id}))

    return Section(
        name="customer-fields",
        title="Custom fields of customers",
        model=FieldBody,
        read=read,
        put=put,
        remove=fields.remove,
    )


def _segments(segments: Segments, fields: FieldSetUp) -> Section:
    async def read() -> Documents:
        known = {each.id for each in (await fields.all()).items}
        found = {}
        for each in (await segments.all()).items:
            if each.own:
                continue
            # What asks for a field that is not there any more asks for nothing.
            asked = {name: value for name, value in each.filter.fields.items() if name in known}
            document = SegmentDocument(name=each.name, filter=each.filter.model_copy(update={"fields": asked}))
            found[each.id] = document.model_dump(mode="json")
        return found

    async def put(segment_id: str, document: Document, there: bool) -> None:
        body = SegmentBody.model_validate(document)
        if there:
            await segments.change(segment_id, body)
        else:
            await segments.make(body, segment_id)

    def references(document: Document) -> Iterator[Reference]:
        for name in document["filter"]["fields"]:
            yield Reference(("filter", "fields", name), "customer-fields", name)

    return Section(
        name="customer-segments",
        title="Segments of customers",
        after=("customer-fields",),
        model=SegmentDocument,
        read=read,
        put=put,
        remove=segments.remove,
        references=references,
    )

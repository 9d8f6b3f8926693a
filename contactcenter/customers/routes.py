"""Customers over HTTP."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import Any

from aiohttp import web

from contactcenter.api.routes import Call, Route
from contactcenter.api.uploads import received
from contactcenter.audit.acts import Act, NotAudited, Subject
from contactcenter.audit.recorder import note
from contactcenter.customers import acts, duplicates, permissions, search
from contactcenter.customers.fields import FieldSetUp, definitions
from contactcenter.customers.importing import SHEET, ImportBody, Importer, ImportOut, sheet_as_csv
from contactcenter.customers.merge import Merges
from contactcenter.customers.models import Customer
from contactcenter.customers.rows_out import columns_of, line_of
from contactcenter.customers.segments import Segments
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import (
    ConsentBody,
    CountOut,
    CustomerBody,
    CustomerFilter,
    CustomerOut,
    CustomerPage,
    DuplicateList,
    FieldBody,
    FieldList,
    FieldOrder,
    FieldOut,
    FieldUse,
    MergeBody,
    NewField,
    NoteBody,
    SegmentBody,
    SegmentFilter,
    SegmentList,
    SegmentOut,
    SensitiveOut,
    TagList,
)
from contactcenter.customers.shown import whole

VIEW, MANAGE, MERGE = permissions.CUSTOMERS_VIEW, permissions.CUSTOMERS_MANAGE, permissions.CUSTOMERS_MERGE
PATH, ONE = "/api/v1/customers", "/api/v1/customers/{id}"
BATCH = 500


def routes(customers: Customers) -> list[Route]:
    return [
        _export(customers),
        _import(Importer(customers)),
        _sheet(),
        *_customers(customers),
        *_attached(customers),
        *_merges(customers),
        *_segments(Segments(customers.database)),
        *_fields(FieldSetUp(customers.database)),
    ]


def _customers(customers: Customers) -> list[Route]:
    async def page(call: Call) -> CustomerPage:
        return await customers.page(call.query(CustomerFilter))

    async def get(call: Call) -> CustomerOut:
        return await customers.get(call.path("id"))

    async def make(call: Call) -> CustomerOut:
        return await customers.make(call.body(CustomerBody))

    async def change(call: Call) -> CustomerOut:
        return await customers.change(call.path("id"), call.body(CustomerBody))

    async def remove(call: Call) -> None:
        await customers.remove(call.path("id"))

    async def reveal(call: Call) -> SensitiveOut:
        return SensitiveOut(fields=await customers.reveal(call.path("id")))

    gone, body = permissions.CUSTOMERS_REMOVE, CustomerBody
    out: dict[str, Any] = {"response": CustomerOut}
    made, changed, removed = (acts.CUSTOMER_MADE,), (acts.CUSTOMER_CHANGED,), (acts.CUSTOMER_REMOVED,)
    return [
        Route(
            "GET",
            PATH,
            page,
            VIEW,
            "Customers by name",
            query=CustomerFilter,
            response=CustomerPage,
            description="`q` finds beginnings of words in names and addresses, and numbers from any digit on.",
            errors=(404,),
        ),
        Route("POST", PATH, make, MANAGE, "Add a customer", body=body, status=201, audited=made, **out),
        Route("GET", ONE, get, VIEW, "One customer with everything known", response=CustomerOut),
        Route("PUT", ONE, change, MANAGE, "Change a customer", body=body, audited=changed, **out),
        Route("DELETE", ONE, remove, gone, "Remove a customer and all merged into it", audited=removed),
        Route(
            "GET",
            f"{ONE}/sensitive",
            reveal,
            permissions.CUSTOMERS_REVEAL,
            "Values of sensitive fields; that they were read is recorded",
            response=SensitiveOut,
            audited=(acts.CUSTOMER_REVEALED,),
        ),
    ]


def _attached(customers: Customers) -> list[Route]:
    async def add_note(call: Call) -> CustomerOut:
        return await customers.note(call.path("id"), call.body(NoteBody))

    async def remove_note(call: Call) -> None:
        await customers.remove_note(call.path("id"), call.path("note"))

    async def consent(call: Call) -> CustomerOut:
        return await customers.consent(call.path("id"), call.body(ConsentBody))

    async def tags(call: Call) -> TagList:
        return await customers.tags()

    noted, out = (acts.CUSTOMER_NOTED,), CustomerOut
    return [
        Route(
            "POST",
            f"{ONE}/notes",
            add_note,
            MANAGE,
            "Write a note",
            body=NoteBody,
            response=out,
            status=201,
            audited=noted,
        ),
        Route("DELETE", f"{ONE}/notes/{{note}}", remove_note, MANAGE, "Remove a note", audited=noted),
        Route(
            "POST",
            f"{ONE}/consents",
            consent,
            MANAGE,
            "Record a consent given or withdrawn",
            body=ConsentBody,
            response=out,
            status=201,
            audited=(acts.CUSTOMER_CONSENT,),
        ),
        Route("GET", "/api/v1/customer-tags", tags, VIEW, "Tags in use", response=TagList),
    ]


def _merges(customers: Customers) -> list[Route]:
    merges = Merges(customers)

    async def merge(call: Call) -> CustomerOut:
        return await merges.merge(call.path("id"), call.body(MergeBody))

    async def undo(call: Call) -> CustomerOut:
        return await merges.undo(call.path("id"), call.path("merge"))

    async def of_one(call: Call) -> DuplicateList:
        async with customers.database.session() as session:
            return await duplicates.of_customer(session, call.path("id"))

    async def everywhere(call: Call) -> DuplicateList:
        async with customers.database.session() as session:
            return await duplicates.everywhere(session)

    return [
        Route(
            "POST",
            f"{ONE}/merges",
            merge,
            MERGE,
            "Merge another customer into this one",
            body=MergeBody,
            response=CustomerOut,
            status=201,
            audited=(acts.CUSTOMERS_MERGED,),
            errors=(404,),
        ),
        Route(
            "DELETE",
            f"{ONE}/merges/{{merge}}",
            undo,
            MERGE,
            "Undo a merge: both are as they were",
            response=CustomerOut,
            audited=(acts.CUSTOMERS_UNMERGED,),
            errors=(404, 409),
        ),
        Route("GET", f"{ONE}/duplicates", of_one, VIEW, "Whom this customer may also be", response=DuplicateList),
        Route("GET", "/api/v1/customer-duplicates", everywhere, MERGE, "Pairs that may be one", response=DuplicateList),
    ]


def _segments(segments: Segments) -> list[Route]:
    async def every(call: Call) -> SegmentList:
        return await segments.all()

    async def count(call: Call) -> CountOut:
        return await segments.count(call.body(SegmentFilter))

    async def make(call: Call) -> SegmentOut:
        return await segments.make(call.body(SegmentBody))

    async def change(call: Call) -> SegmentOut:
        return await segments.change(call.path("id"), call.body(SegmentBody))

    async def remove(call: Call) -> None:
        await segments.remove(call.path("id"))

    path, one = "/api/v1/customer-segments", "/api/v1/customer-segments/{id}"
    out: dict[str, Any] = {
        "body": SegmentBody,
        "response": SegmentOut,
        "errors": (409,),
        "audited": (acts.SEGMENT_SET,),
    }
    return [
        Route("GET", path, every, VIEW, "Segments: saved filters", response=SegmentList),
        Route(
            "POST",
            f"{path}/count",
            count,
            VIEW,
            "How many customers a filter finds",
            body=SegmentFilter,
            response=CountOut,
            audited=NotAudited("it changes nothing"),
        ),
        Route("POST", path, make, MANAGE, "Save a filter as a segment", status=201, **out),
        Route("PUT", one, change, MANAGE, "Change a segment", **out),
        Route("DELETE", one, remove, MANAGE, "Remove a segment", audited=(acts.SEGMENT_SET,)),
    ]


def _fields(fields: FieldSetUp) -> list[Route]:
    async def every(call: Call) -> FieldList:
        return await fields.all()

    async def make(call: Call) -> FieldOut:
        return await fields.make(call.body(NewField))

    async def change(call: Call) -> FieldOut:
        return await fields.change(call.path("id"), call.body(FieldBody))

    async def arrange(call: Call) -> FieldList:
        return await fields.arrange(call.body(FieldOrder))

    async def use(call: Call) -> FieldUse:
        return await fields.use(call.path("id"))

    async def remove(call: Call) -> None:
        await fields.remove(call.path("id"))

    path, one, may = "/api/v1/customer-fields", "/api/v1/customer-fields/{id}", permissions.CUSTOMERS_SET_UP
    out: dict[str, Any] = {"response": FieldOut, "errors": (409,), "audited": (acts.FIELD_SET,)}
    return [
        Route("GET", path, every, VIEW, "Custom fields of customers", response=FieldList),
        Route("POST", path, make, may, "Make a custom field", body=NewField, status=201, **out),
        Route(
            "PUT",
            "/api/v1/customer-field-order",
            arrange,
            may,
            "Put the custom fields in order",
            body=FieldOrder,
            response=FieldList,
            audited=(acts.FIELD_SET,),
        ),
        Route("GET", f"{one}/use", use, may, "Who uses a custom field", response=FieldUse),
        Route("PUT", one, change, may, "Change a custom field", body=FieldBody, **out),
        Route(
            "DELETE", one, remove, may, "Remove a custom field and its values", errors=(409,), audited=(acts.FIELD_SET,)
        ),
    ]


def _export(customers: Customers) -> Route:
    async def export(call: Call) -> web.StreamResponse:
        asked = call.query(CustomerFilter)
        filtered = sorted(asked.model_dump(exclude_defaults=True))
        act = Act(kind=acts.CUSTOMERS_EXPORTED, subject=Subject("customers", "all"), after={"filtered_by": filtered})
        await note(customers.database, act)
        return await _stream(customers, call, asked)

    return Route(
        "GET",
        f"{PATH}/export",
        export,
        permissions.CUSTOMERS_EXPORT,
        "Customers as CSV, as an import takes them; sensitive fields are left out",
        query=CustomerFilter,
        media_type="text/csv",
        errors=(404,),
        audited=(acts.CUSTOMERS_EXPORTED,),
    )


def _import(importer: Importer) -> Route:
    async def take(call: Call) -> ImportOut:
        return await importer.take(call.body(ImportBody))

    return Route(
        "POST",
        f"{PATH}/import",
        take,
        permissions.CUSTOMERS_IMPORT,
        "Bring in part of a file of customers, or preview it",
        body=ImportBody,
        response=ImportOut,
        audited=(acts.CUSTOMERS_IMPORTED, acts.CUSTOMER_MADE, acts.CUSTOMER_CHANGED),
    )


def _sheet() -> Route:
    async def read(call: Call) -> web.Response:
        form = await received(call, SHEET)
        text = await asyncio.to_thread(sheet_as_csv, form.files[0].data)
        return web.Response(text=text, content_type="text/csv", charset="utf-8")

    return Route(
        "POST",
        f"{PATH}/import/sheet",
        read,
        permissions.CUSTOMERS_IMPORT,
        "The first sheet of an XLSX as CSV, to be brought in part by part",
        upload=SHEET,
        media_type="text/csv",
        errors=(413,),
        audited=NotAudited("nothing is kept; what is brought in then is recorded"),
    )


async def _stream(customers: Customers, call: Call, asked: CustomerFilter) -> web.StreamResponse:
    response = web.StreamResponse(headers=call.headers)
    response.content_type, response.charset = "text/csv", "utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="customers.csv"'
    async with customers.database.session() as session:
        known = await definitions(session)
        columns = columns_of(known)
        rows = await search.every(session, asked, None, BATCH)
        await response.prepare(call.request)
        await response.write(_csv([columns]))
        while rows:
            lines = [line_of(await whole(session, row), columns) for row in rows]
            await response.write(_csv(lines))
            last: Customer = rows[-1]
            session.expunge_all()
            rows = await search.every(session, asked, last, BATCH)
        await response.write_eof()
    return response


def _csv(lines: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()

"""Customers over HTTP: what is taken and what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from contactcenter.api.fields import Name, Named, Ref, Settings, Text, Whole, _printable
from contactcenter.customers.identities import IdentityKind

Kind = Literal["person", "organisation"]
FieldType = Literal["text", "number", "date", "choice", "yes-no"]
FieldId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_printable)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), AfterValidator(_printable)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), AfterValidator(_printable)]
Channel = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32), AfterValidator(_printable)]
Language = Annotated[str, StringConstraints(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4})?$", max_length=35)]
Priority = Annotated[int, Field(ge=-1000, le=1000)]
FieldValue = str | float | bool | None


def _zone(name: str) -> str:
    if name and name not in available_timezones():
        raise ValueError("must be an IANA time zone, as Europe/Berlin")
    return name


Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_zone)]


class IdentityBody(Settings):
    """`value` as a person writes it; it is brought to one form. `channel` of a handle or an external id only."""

    kind: IdentityKind
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)]
    channel: Channel = ""
    label: Label = ""


class Address(Settings):
    label: Label = ""
    lines: Text = ""
    postcode: Label = ""
    city: Short = ""
    region: Short = ""
    country: Short = ""


class CustomerBody(Settings):
    """`fields` by the id of the custom field. A sensitive one that is left out stays; None removes it."""

    kind: Kind = "person"
    name: Name
    called: Short = ""
    language: Language = ""
    timezone: Zone = ""
    organisation_id: Ref | None = None
    vip: bool = False
    priority: Priority = 0
    identities: Annotated[list[IdentityBody], Field(max_length=100)] = Field(default=[])
    addresses: Annotated[list[Address], Field(max_length=20)] = Field(default=[])
    tags: Annotated[list[Tag], Field(max_length=100)] = Field(default=[])
    fields: Annotated[dict[FieldId, FieldValue], Field(max_length=200)] = Field(default={})


class IdentityOut(BaseModel):
    id: str
    kind: IdentityKind
    value: str
    shown: str
    channel: str
    label: str


class NoteOut(BaseModel):
    id: str
    text: str
    at: datetime
    author: Named | None


class ConsentOut(BaseModel):
    id: str
    kind: str
    given: bool
    at: datetime
    channel: str
    text_version: str
    recorded_by: str


class MergeOut(BaseModel):
    """A customer that is now part of this one; `survivor_id` is whom it was merged into, on the way here."""

    id: str
    survivor_id: str
    merged: Named
    at: datetime
    by: str


class CustomerRow(BaseModel):
    """One line of the list."""

    id: str
    kind: Kind
    name: str
    organisation: Named | None
    vip: bool
    priority: int
    language: str
    phone: str | None
    email: str | None
    tags: list[str]
    changed_at: datetime


class CustomerOut(BaseModel):
    """`fields` without sensitive ones; `sensitive` names those that have a value. `people` work at an organisation."""

    id: str
    kind: Kind
    name: str
    called: str
    language: str
    timezone: str
    organisation: Named | None
    vip: bool
    priority: int
    identities: list[IdentityOut]
    addresses: list[Address]
    tags: list[str]
    fields: dict[str, FieldValue]
    sensitive: list[str]
    notes: list[NoteOut]
    consents: list[ConsentOut]
    merges: list[MergeOut]
    people: list[Named]
    created_at: datetime
    changed_at: datetime


class CustomerPage(BaseModel):
    """`next_cursor` None: that is all of them."""

    items: list[CustomerRow]
    next_cursor: str | None


class CustomerFilter(BaseModel):
    """`q` finds parts of names, numbers from any digit on, addresses; `segment` is an id and adds its filter."""

    q: Annotated[str, Field(max_length=200)] = ""
    kind: Kind | None = None
    tag: Annotated[str, Field(max_length=64)] | None = None
    vip: bool | None = None
    language: Annotated[str, Field(max_length=35)] | None = None
    organisation: str | None = None
    segment: str | None = None
    cursor: Annotated[str, Field(max_length=600)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class SegmentFilter(Settings):
    """What a segment saves; `fields`: custom fields that must have this value."""

    q: Annotated[str, Field(max_length=200)] = ""
    kind: Kind | None = None
    tag: Tag | None = None
    vip: bool | None = None
    language: Language | None = None
    organisation: Ref | None = None
    fields: Annotated[dict[FieldId, FieldValue], Field(max_length=200)] = Field(default={})


class SegmentBody(Settings):
    """`own`: nobody else sees it."""

    name: Name
    filter: SegmentFilter = SegmentFilter()
    own: bool = False


class SegmentOut(SegmentBody):
    id: str


class SegmentList(BaseModel):
    items: list[SegmentOut]


class CountOut(BaseModel):
    count: int


class FieldBody(Settings):
    """`choices` of type choice only. What is `sensitive` is sealed, not searched and shown on demand."""

    name: Name
    type: FieldType
    required: bool = False
    sensitive: bool = False
    choices: Annotated[list[Name], Field(max_length=200)] = Field(default=[])
    position: Whole = 0


class NewField(FieldBody):
    id: FieldId | None = None


class FieldOut(FieldBody):
    id: str


class FieldList(BaseModel):
    items: list[FieldOut]


class FieldOrder(Settings):
    """Ids of all fields there are, in the order in which they are shown."""

    ids: Annotated[list[FieldId], Field(max_length=200)]


class FieldUse(BaseModel):
    """How many `customers` have a value, and the `segments` that ask for one."""

    customers: int
    segments: list[str]


class NoteBody(Settings):
    text: Annotated[Text, Field(min_length=1)]


class ConsentBody(Settings):
    """`kind` as marketing or recording; `at` is now when left out; `text_version` names the words agreed to."""

    kind: Annotated[Label, Field(min_length=1)]
    given: bool
    channel: Annotated[Channel, Field(min_length=1)]
    text_version: Label = ""
    at: AwareDatetime | None = None


class TagList(BaseModel):
    items: list[str]


class SensitiveOut(BaseModel):
    fields: dict[str, FieldValue]


class MergeValues(Settings):
    """What the survivor takes over; what is left out stays the survivor's."""

    name: Name | None = None
    called: Short | None = None
    kind: Kind | None = None
    language: Language | None = None
    timezone: Zone | None = None
    organisation_id: Ref | None = None
    vip: bool | None = None
    priority: Priority | None = None
    fields: Annotated[dict[FieldId, FieldValue], Field(max_length=200)] = Field(default={})


class MergeBody(Settings):
    merged_id: Ref
    values: MergeValues = MergeValues()


class DuplicateOut(BaseModel):
    """`reasons` are machine words (same-phone, same-email, same-handle, same-external, same-name, similar-name), the
    likeliest pair first; `score` between 0 and 1."""

    customer: CustomerRow
    other: CustomerRow
    reasons: list[str]
    score: float


class DuplicateList(BaseModel):
    items: list[DuplicateOut]


def plain(document: BaseModel) -> dict[str, Any]:
    return document.model_dump(mode="json")

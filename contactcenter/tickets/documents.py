"""Tickets over HTTP: what is taken and what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from contactcenter.api.fields import Name, Named, Ref, Settings, _lines, _printable
from contactcenter.tickets.model import Author, EntryKind, MessageKind, StateClass
from contactcenter.tickets.settings import FieldId, PriorityWord, Scalar
from contactcenter.tickets.sla import ClockKind

Subject = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_printable)
]
Words = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(_lines)]
Said = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000), AfterValidator(_lines)
]
"""Something, and not only blanks."""
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), AfterValidator(_printable)]
Tags = Annotated[list[Tag], Field(max_length=100)]
Language = Annotated[str, StringConstraints(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4})?$", max_length=35)]
Channel = Literal["agent", "api", "portal", "voice", "chat", "email", "message", "social", "rule"]
FieldValue = Scalar | Annotated[list[Name], Field(max_length=200)]
Fields = Annotated[dict[FieldId, FieldValue], Field(max_length=200)]
Attachments = Annotated[list[Ref], Field(max_length=50)]


class NewTicket(Settings):
    """What is left out is as the type sets it up. `description` is what the customer wants, in `voice` "note" in words
    that he does not read. `interaction_ids`: calls, chats and mails it comes from."""

    type: Ref = "question"
    subject: Subject
    description: Words = ""
    description_kind: Literal["public", "note"] = "public"
    category: Ref | None = None
    priority: PriorityWord | None = None
    state: Ref | None = None
    requester: Ref | None = None
    organisation: Ref | None = None
    queue: Ref | None = None
    team: Ref | None = None
    assignee: Ref | None = None
    language: Language = ""
    tags: Tags = Field(default=[])
    fields: Fields = Field(default={})
    channel: Channel = "agent"
    attachments: Attachments = Field(default=[])
    interaction_ids: Annotated[list[Ref], Field(max_length=50)] = Field(default=[])


class TicketPatch(Settings):
    """What is left out stays. `seen` is the `sequence` of the ticket as it was read: fields that somebody has changed
    since are not overwritten (409 says what they are now). Custom fields that are not named stay; null empties one.
    `children`: what becomes of open tickets below one that is to be done; left out, they keep it from that (409)."""

    seen: Annotated[int, Field(ge=0)] | None = None
    type: Ref | None = None
    subject: Subject | None = None
    category: Ref | None = None
    priority: PriorityWord | None = None
    state: Ref | None = None
    requester: Ref | None = None
    organisation: Ref | None = None
    queue: Ref | None = None
    team: Ref | None = None
    assignee: Ref | None = None
    language: Language | None = None
    tags: Tags | None = None
    fields: Fields | None = None
    children: Literal["leave", "resolve"] | None = None


class NewMessage(Settings):
    """`mentions`: ids of users who are told of it. `change` happens in the same step, as "send and resolve". Side
    conversations have routes of their own."""

    kind: Literal[MessageKind.PUBLIC, MessageKind.NOTE] = MessageKind.PUBLIC
    text: Said
    mentions: Annotated[list[Ref], Field(max_length=50)] = Field(default=[])
    attachments: Attachments = Field(default=[])
    change: TicketPatch | None = None


class ClockOut(BaseModel):
    """`state` as sla.State; seconds are open ones of the policy's calendar. `due_at`: when it breaks, or broke."""

    kind: ClockKind
    state: str
    counted_s: float
    target_s: float | None
    due_at: datetime | None
    done_at: datetime | None
    late: bool
    missed_before: int = 0


class Counterpart(Named):
    """Who asks: a customer by id, with the address to write to where there is one."""

    email: str | None = None
    phone: str | None = None


class TicketRow(BaseModel):
    """One line of a list. `due` is the clock that breaks first."""

    id: str
    number: str
    subject: str
    type: Named
    category: Named | None
    state: Named
    state_class: StateClass
    priority: PriorityWord
    channel: str
    language: str
    requester: Named | None
    organisation: Named | None
    queue: Named | None
    team: Named | None
    assignee: Named | None
    tags: list[str]
    fields: dict[str, Any]
    made_at: datetime
    changed_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    reopened: int
    sequence: int
    due: ClockOut | None


class AttachmentOut(BaseModel):
    id: str
    name: str
    media_type: str
    size: int
    scan: str


class MessageOut(BaseModel):
    id: int
    kind: MessageKind
    author: Author
    author_id: str
    author_name: str
    channel: str
    text: str
    html: str
    mentions: list[str]
    attachments: list[AttachmentOut]
    side_id: str | None
    at: datetime


class EntryOut(BaseModel):
    """Part of the history; of MADE `data` has the values, of CHANGED {"changes": {field: [before, after]}}."""

    sequence: int
    at: datetime
    kind: EntryKind
    author: Author
    author_id: str
    author_name: str
    data: dict[str, Any]


class LinkOut(BaseModel):
    """`kind` as read from this ticket: parent, child, duplicate, duplicated, related. `waits_for`: the state that
    somebody has to agree to first."""

    kind: str
    ticket: Named
    subject: str
    state: Named
    state_class: StateClass
    waits_for: Named | None = None


class ApprovalOut(BaseModel):
    """`children`: what becomes of open tickets below it once it is agreed to; None: nobody has said."""

    id: str
    target: Named
    approver: str
    asked_at: datetime
    asked_by: str
    agreed: bool | None
    decided_at: datetime | None
    decided_by: str
    reason: str
    children: Literal["leave", "resolve"] | None = None


class TicketOut(TicketRow):
    """`states`: those this reader may bring it to now. `merged_into`: the number of what it has become part of."""

    requester: Counterpart | None
    clocks: list[ClockOut]
    policy: Named | None
    watchers: list[Named]
    links: list[LinkOut]
    approvals: list[ApprovalOut]
    interactions: list[str]
    states: list[Named]
    merged_into: Named | None
    close_at: datetime | None


class MessageList(BaseModel):
    """Oldest first; `next_cursor` leads to later ones."""

    items: list[MessageOut]
    next_cursor: str | None


class EntryList(BaseModel):
    items: list[EntryOut]
    next_cursor: str | None


class WatchBody(Settings):
    """`user` left out: oneself."""

    user: Ref | None = None
    watch: bool = True


class Decision(Settings):
    """`children`: instead of what was said of them when it was asked for; without either, open ones below it keep it
    from being done (409)."""

    agreed: bool
    reason: Annotated[Words, StringConstraints(max_length=2000)] = ""
    children: Literal["leave", "resolve"] | None = None


class ChildrenMessage(Settings):
    """To everybody who asked in a ticket below this one that is not done; `note`: to their agents."""

    kind: Literal["public", "note"] = "public"
    text: Said


class LeftOut(BaseModel):
    ticket: Named
    why: str


class ChildrenTold(BaseModel):
    """`told`: tickets by number in which it stands now."""

    told: list[Named]
    left_out: list[LeftOut]


class LinkBody(Settings):
    """`ticket` by id or number; `kind` as read from this one: parent of, child of, duplicate of, related to."""

    ticket: Ref
    kind: Literal["parent", "child", "duplicate", "related"]


class MergeBody(Settings):
    into: Ref


class SplitBody(Settings):
    """`message`: the one the new ticket begins with; what is left out is as here."""

    message: int
    subject: Subject | None = None
    type: Ref | None = None

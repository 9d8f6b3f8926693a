"""Who is told of what has happened to a ticket. Pure: an entry of the history goes in, what is to be told comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from contactcenter.tickets import notices_kinds as kinds
from contactcenter.tickets.model import Author, EntryKind, StateClass

ASSIGNEE: Final = "assignee"
TEAM: Final = "team"
LEADER: Final = "leader"
WATCHERS: Final = "watchers"
ROLE: Final = "role:"
"""In front of a role's id: who has it."""
SIDE: Final = "side:"
"""In front of a side conversation's id: who of the house has written in it, else the assignee."""
Step = Literal["received", "answered", "solved", "reopened", "closed"]
"""What a customer is told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An entry of the history: `mentions` of its message; `chain` of the service level it goes by; `asked_by`: who
    had asked for what was decided."""

    kind: EntryKind
    author: Author
    author_id: str
    data: Mapping[str, Any]
    mentions: tuple[str, ...] = ()
    chain: Sequence[Mapping[str, Any]] = ()
    asked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """`hearers`: ids of users, or one of the words above. `state`: the one that it speaks of."""

    kind: str
    hearers: tuple[str, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    state: str | None = None


def told(by: Happening) -> Iterator[Tell]:
    """The weightiest first: of one happening, each person is told once. Who did it hears nothing of it."""
    if by.mentions:
        yield Tell(kind=kinds.MENTIONED.key, hearers=by.mentions)
    if by.kind is EntryKind.MADE:
        yield from _placed(by.data["values"].get("assignee"), by.data["values"].get("team"))
    elif by.kind is EntryKind.CHANGED:
        yield from _changed(by.data["changes"])
    elif by.kind is EntryKind.REPLIED and by.author is Author.CUSTOMER:
        yield Tell(kind=kinds.REPLIED.key, hearers=(ASSIGNEE, WATCHERS))
    elif by.kind is EntryKind.ASIDE and by.author is Author.PARTNER:
        # The address is known to the side conversation alone, where it can be forgotten.
        yield Tell(kind=kinds.OUTSIDE.key, hearers=(SIDE + by.author_id,), facts={"who": ""})
    elif by.kind is EntryKind.ASKED:
        yield Tell(kind=kinds.APPROVAL.key, hearers=(ROLE + by.data["approver"],), state=by.data["target"])
    elif by.kind is EntryKind.DECIDED:
        kind = kinds.AGREED if by.data["agreed"] else kinds.DENIED
        yield Tell(kind=kind.key, hearers=(by.asked_by,) if by.asked_by else (), state=by.data["target"])
    elif by.kind in (EntryKind.WARNED, EntryKind.BREACHED):
        yield _due(by)
    elif by.kind is EntryKind.NOTIFIED:
        yield Tell(kind=kinds.RULE.key, hearers=tuple(by.data["to"]), facts={"text": by.data["text"]})


def _placed(assignee: str | None, team: str | None) -> Iterator[Tell]:
    """`TEAM` is told as long as nobody in particular has it: that is how it stands when it is told."""
    if assignee:
        yield Tell(kind=kinds.ASSIGNED.key, hearers=(assignee,))
    elif team:
        yield Tell(kind=kinds.TEAM.key, hearers=(TEAM,))


def _changed(changes: Mapping[str, Sequence[Any]]) -> Iterator[Tell]:
    yield from _placed(*(changes.get(name, (None, None))[1] for name in ("assignee", "team")))
    if "state" in changes:
        yield Tell(kind=kinds.STATE.key, hearers=(WATCHERS,), state=changes["state"][1])


def _due(by: Happening) -> Tell:
    clock, percent = by.data["clock"], by.data["percent"]
    named = [
        hearer
        for step in by.chain
        if (step["clock"], step["percent"]) == (clock, percent)
        for hearer in step.get("notify", ())
    ]
    kind = kinds.BREACHED if by.kind is EntryKind.BREACHED else kinds.WARNED
    facts = {"clock": str(clock), "percent": str(percent)}
    return Tell(kind=kind.key, hearers=tuple(dict.fromkeys([ASSIGNEE, *named])), facts=facts)


def step_of(kind: EntryKind, author: Author, data: Mapping[str, Any]) -> Step | None:
    """What the customer is told of it. Of what he did himself, only that his request has arrived."""
    if kind is EntryKind.MADE:
        return "received" if data.get("public") or author is Author.CUSTOMER else None
    if author is Author.CUSTOMER:
        return None
    if kind is EntryKind.REPLIED:
        return "answered"
    if kind is not EntryKind.CHANGED or "state_class" not in data["changes"]:
        return None
    before, after = (StateClass(side) for side in data["changes"]["state_class"])
    if after is StateClass.CLOSED:
        return "closed"
    if after is StateClass.RESOLVED:
        return None if before.done else "solved"
    return "reopened" if before.done else None

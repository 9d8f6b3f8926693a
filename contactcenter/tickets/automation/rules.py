"""When a rule fires: decided on a ticket's history alone, whether it is happening now or is replayed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from contactcenter.tickets import conditions
from contactcenter.tickets.model import Author, EntryKind
from contactcenter.tickets.models import TicketEntry
from contactcenter.tickets.values import IMPORTED, Changes, Document

PEOPLE: Final = frozenset({Author.AGENT, Author.CUSTOMER, Author.PARTNER})
DEEPEST: Final = 10
"""So many rules may have led one to the other; a longer chain is taken for a loop."""
LOOPS: Final = 5
LOOPS_WITHIN_S: Final = 60.0
"""A rule that was stopped in a loop so often within so many seconds is turned off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """As settings.RuleBody has it, with `hours` as a length of time."""

    id: str
    name: str
    events: frozenset[str] = frozenset()
    became: tuple[Mapping[str, Any], ...] = ()
    clock: str | None = None
    since: str | None = None
    after: timedelta = timedelta()
    states: frozenset[str] = frozenset()
    conditions: Mapping[str, Any] = field(default_factory=dict)
    actions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One entry of a ticket's history as a trigger sees it. `cause`: the rules that led to it, the last one first."""

    ticket_id: str
    sequence: int
    event: str
    changes: Changes = field(default_factory=dict)
    clock: str | None = None
    cause: tuple[str, ...] = ()


def rule_of(rule_id: str, name: str, document: Mapping[str, Any]) -> Rule:
    timer = document.get("timer") or {}
    return Rule(
        id=rule_id,
        name=name,
        events=frozenset(document["events"]),
        became=tuple(document["became"]),
        clock=document["clock"],
        since=timer.get("since"),
        after=timedelta(hours=timer.get("hours", 0)),
        states=frozenset(timer.get("states", ())),
        conditions=document["conditions"],
        actions=tuple(document["actions"]),
    )


def concerns(rule: Rule, happened: Happened) -> bool:
    """Whether it is about such a thing at all, whatever the ticket is like."""
    if happened.event not in rule.events:
        return False
    if happened.event in ("warned", "breached") and rule.clock not in (None, happened.clock):
        return False
    return all(_became(each, happened.changes) for each in rule.became)


def _became(wanted: Mapping[str, Any], changes: Changes) -> bool:
    if wanted["field"] not in changes:
        return False
    pair = changes[wanted["field"]]
    return all(
        value is None or _is(held, value) for held, value in zip(pair, (wanted["before"], wanted["after"]), strict=True)
    )


def _is(held: Any, value: Any) -> bool:
    return value in held if isinstance(held, list) else bool(held == value)


def in_circle(rule: Rule, cause: Sequence[str]) -> bool:
    """Whether it would answer what it has led to itself."""
    return rule.id in cause or len(cause) >= DEEPEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """From the entry `mark` on."""

    mark: int
    at: datetime


@dataclass(slots=True)
class Standing:
    """A ticket after the entries shown to it so far: `values` as conditions take them."""

    values: Document = field(default_factory=dict)
    made: Since | None = None
    acted: Since | None = None
    customer_waits: Since | None = None
    we_wait: Since | None = None
    state_since: list[tuple[str, Since]] = field(default_factory=list)

    def take(self, entry: TicketEntry, number: str = "") -> Changes:
        """What the entry changed."""
        kind, here = EntryKind(entry.kind), Since(mark=entry.sequence, at=entry.at)
        before, changes = self.values, changes_of(entry)
        self.values = before | {name: pair[1] for name, pair in changes.items()} | {"changed_at": _iso(entry.at)}
        if kind is EntryKind.MADE:
            self.values |= {"number": number, "made_at": _iso(entry.at)}
        if IMPORTED in entry.data:
            # No rule of this house was to answer what has happened in another.
            return changes
        if kind is EntryKind.MADE:
            self.made = here
        if entry.author in PEOPLE:
            self.acted = here
        self._spoken(entry, kind, here)
        if "state" in changes:
            self.state_since.append((changes["state"][1], here))
        if "state_class" in changes:
            done = changes["state_class"][1] in ("resolved", "closed")
            was = changes["state_class"][0] in ("resolved", "closed")
            if done != was:
                self.values["resolved_at"] = _iso(entry.at) if done else None
        return changes

    def _spoken(self, entry: TicketEntry, kind: EntryKind, here: Since) -> None:
        public = kind is EntryKind.REPLIED or (kind is EntryKind.MADE and entry.data.get("public"))
        speaker = entry.data.get("speaker", entry.author)
        if public and speaker == Author.CUSTOMER:
            self.customer_waits, self.we_wait = self.customer_waits or here, None
        elif public and speaker == Author.AGENT:
            self.customer_waits, self.we_wait = None, here

    def since(self, what: str, states: Collection[str] = ()) -> Since | None:
        """From when the timer counts, None while it does not."""
        if what != "state":
            found: Since | None = getattr(self, what)
            return found
        began = None
        for state, here in reversed(self.state_since):
            if state not in states:
                break
            began = here
        return began


def _iso(at: datetime) -> str:
    return at.isoformat()


def changes_of(entry: TicketEntry) -> Changes:
    """A ticket that is made has changed from nothing."""
    if entry.kind == EntryKind.MADE:
        return {name: (None, value) for name, value in entry.data["values"].items() if value not in (None, "", [])}
    if entry.kind == EntryKind.CHANGED:
        return {name: (pair[0], pair[1]) for name, pair in entry.data["changes"].items()}
    return {}


def happened_in(entry: TicketEntry) -> Happened | None:
    """What triggers see of an entry; None: nothing. Of what caused it only the last rule is in the history."""
    event = None if IMPORTED in entry.data else _event_of(entry)
    if event is None:
        return None
    return Happened(
        ticket_id=entry.ticket_id,
        sequence=entry.sequence,
        event=event,
        changes=changes_of(entry),
        clock=entry.data.get("clock"),
        cause=(entry.author_id,) if entry.author == Author.RULE else (),
    )


def _event_of(entry: TicketEntry) -> str | None:
    kind = EntryKind(entry.kind)
    if kind is EntryKind.REPLIED:
        return {"agent": "agent_replied", "customer": "customer_replied"}.get(entry.author)
    if kind is EntryKind.ASIDE:
        return "partner_replied" if entry.author == Author.PARTNER else None
    plain = (EntryKind.MADE, EntryKind.CHANGED, EntryKind.NOTED, EntryKind.WARNED, EntryKind.BREACHED)
    return kind.value if kind in plain else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    at: datetime
    event: str


def touches(rule: Rule, entries: Iterable[TicketEntry], number: str, start: datetime, end: datetime) -> list[Touch]:
    """When the rule would have met this ticket from `start` to `end`, by the whole history of the ticket. What the rule
    would have changed is not part of it, and what it did itself is left out."""
    ordered = sorted(entries, key=lambda entry: entry.sequence)
    found = _by_time(rule, ordered, number, end) if rule.since is not None else _by_events(rule, ordered, number)
    return [each for each in found if start <= each.at <= end]


def _by_events(rule: Rule, entries: Sequence[TicketEntry], number: str) -> Iterator[Touch]:
    standing = Standing()
    for entry in entries:
        standing.take(entry, number)
        seen = happened_in(entry)
        if seen is None or in_circle(rule, seen.cause) or not concerns(rule, seen):
            continue
        if conditions.holds(rule.conditions, standing.values):
            yield Touch(at=entry.at, event=seen.event)


def _by_time(rule: Rule, entries: Sequence[TicketEntry], number: str, end: datetime) -> Iterator[Touch]:
    standing, fired = Standing(), None
    for place, entry in enumerate(entries):
        standing.take(entry, number)
        until = entries[place + 1].at if place + 1 < len(entries) else end
        since = standing.since(rule.since or "", rule.states)
        if since is None or since.mark == fired or since.at + rule.after > until:
            continue
        if conditions.holds(rule.conditions, standing.values):
            fired = since.mark
            yield Touch(at=max(since.at + rule.after, entry.at), event="timer")


def in_turn(members: Collection[str], last: str | None) -> str | None:
    """The one after `last`, in the order of ids and round again; None of nobody."""
    ordered = sorted(members)
    after = [each for each in ordered if last is None or each > last]
    return next(iter(after or ordered), None)


def least(members: Collection[str], open_tickets: Mapping[str, int], last: str | None) -> str | None:
    """Who has the fewest, among equals the next in turn."""
    fewest = min((open_tickets.get(each, 0) for each in members), default=0)
    return in_turn([each for each in members if open_tickets.get(each, 0) == fewest], last)

"""Figures reckoned the slow way, in Python over whole histories: what those of the database are held against."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contactcenter.tickets import sla
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.figures.settings import Group, Kept, Period, Times
from contactcenter.tickets.figures.spans import Stretch
from contactcenter.tickets.model import DONE, EntryKind, StateClass
from contactcenter.tickets.models import TicketEntry
from contactcenter.tickets.sla import ClockKind
from contactcenter.tickets.values import facts_of


@dataclass(slots=True, kw_only=True)
class Story:
    """One ticket, by its history alone. `moves`: (moment, whether it was done before, whether it is then)."""

    id: str
    values: dict[str, Any]
    made_at: datetime
    answered_at: datetime | None
    moves: list[tuple[datetime, bool, bool]]
    clocks: sla.Clocks

    @property
    def done(self) -> bool:
        return self.moves[-1][2] if self.moves else False

    @property
    def resolved_at(self) -> datetime | None:
        return max(at for at, _, now in self.moves if now) if self.done else None

    @property
    def came_back(self) -> bool:
        return any(before and not now for _, before, now in self.moves)

    def open_at(self, moment: datetime) -> bool:
        if self.made_at >= moment:
            return False
        earlier = [now for at, _, now in self.moves if at < moment]
        return not (earlier and earlier[-1])

    def counted(self, kind: ClockKind) -> float | None:
        clock = self.clocks[kind]
        return None if clock.state == "idle" else round(clock.counted_s, 3)

    def missed(self, kind: ClockKind) -> bool:
        clock = self.clocks[kind]
        return clock.state != "idle" and (clock.late_since is not None or clock.missed_before > 0)

    def met(self, kind: ClockKind) -> bool:
        return self.clocks[kind].state == "met" and not self.missed(kind)


def story(ticket_id: str, entries: Sequence[TicketEntry], catalog: Catalog, now: datetime) -> Story:
    values: dict[str, Any] = {}
    moves, answered, done = [], None, False
    for entry in entries:
        if entry.kind == EntryKind.MADE:
            values = dict(entry.data["values"])
        elif entry.kind == EntryKind.CHANGED:
            values |= {name: pair[1] for name, pair in entry.data["changes"].items()}
        elif entry.kind == EntryKind.REPLIED and entry.author == "agent":
            answered = answered or entry.at
        before, done = done, StateClass(values["state_class"]) in DONE
        if before != done:
            moves.append((entry.at, before, done))
    clocks = sla.reckon(facts_of(entries, catalog), catalog.versions, now.timestamp())
    return Story(id=ticket_id, values=values, made_at=entries[0].at, answered_at=answered, moves=moves, clocks=clocks)


def times(values: Iterable[float | None]) -> Times:
    found = sorted(value for value in values if value is not None)
    if not found:
        return Times()
    nth = {share: found[math.ceil(share * len(found)) - 1] for share in (0.5, 0.9)}
    return Times(count=len(found), median_s=nth[0.5], p90_s=nth[0.9])


def _seconds(earlier: datetime, later: datetime | None) -> float | None:
    return None if later is None else (later - earlier).total_seconds()


def _within(moment: datetime | None, part: Stretch) -> bool:
    return moment is not None and part.start <= moment < part.end


def _moved(stories: Iterable[Story], part: Stretch, *, done: bool) -> int:
    return sum(1 for each in stories for at, _, now in each.moves if now is done and _within(at, part))


def period(stories: Sequence[Story], part: Stretch, now: datetime) -> Period:
    made = [each for each in stories if _within(each.made_at, part)]
    return Period(
        first=part.first,
        last=part.last,
        made=len(made),
        resolved=_moved(stories, part, done=True),
        reopened=_moved(stories, part, done=False),
        backlog=sum(each.open_at(part.end) for each in stories) if part.start <= now else None,
        first_response=times(_seconds(each.made_at, each.answered_at) for each in made),
        resolution=times(
            _seconds(each.made_at, each.resolved_at) for each in stories if _within(each.resolved_at, part)
        ),
    )


def behind(figure: str, stories: Iterable[Story], part: Stretch) -> set[str]:
    """Ids of the tickets that a figure of these days is made of."""

    def moved(each: Story, *, done: bool) -> bool:
        return any(now is done and _within(at, part) for at, _, now in each.moves)

    def counts(each: Story) -> bool:
        made = _within(each.made_at, part)
        match figure:
            case "made":
                return made
            case "resolved" | "reopened":
                return moved(each, done=figure == "resolved")
            case "backlog":
                return each.open_at(part.end)
            case "open":
                return not each.done
            case "answered":
                return made and each.answered_at is not None
            case "done":
                return _within(each.resolved_at, part)
            case "came_back":
                return made and each.came_back
            case _:
                return made and each.missed(ClockKind(figure.removeprefix("missed_")))

    return {each.id for each in stories if counts(each)}


def group(key: str, stories: Sequence[Story], span: Stretch) -> Group:
    made = [each for each in stories if _within(each.made_at, span)]
    answered = [each for each in made if each.answered_at is not None]
    done = [each for each in stories if _within(each.resolved_at, span)]
    return Group(
        key=key,
        made=len(made),
        resolved=_moved(stories, span, done=True),
        reopened=_moved(stories, span, done=False),
        open=sum(not each.done for each in stories),
        first_response=times(_seconds(each.made_at, each.answered_at) for each in answered),
        first_response_open=times(each.counted(ClockKind.FIRST_RESPONSE) for each in answered),
        resolution=times(_seconds(each.made_at, each.resolved_at) for each in done),
        resolution_open=times(each.counted(ClockKind.RESOLUTION) for each in done),
        ended=sum(each.done or each.came_back for each in made),
        came_back=sum(each.came_back for each in made),
        met_first_response=_kept(made, ClockKind.FIRST_RESPONSE),
        met_next_response=_kept(made, ClockKind.NEXT_RESPONSE),
        met_resolution=_kept(made, ClockKind.RESOLUTION),
    )


def _kept(made: Sequence[Story], kind: ClockKind) -> Kept:
    met = sum(each.met(kind) for each in made)
    return Kept(decided=met + sum(each.missed(kind) for each in made), met=met)

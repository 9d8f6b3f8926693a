"""Which flow takes a call to a number. The matching is pure; `NumberPlan` keeps what the database says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from contactcenter.flows.model import Flow
from contactcenter.flows.store import FlowStore, UnknownFlow
from contactcenter.trunks.formats import canonical

log = structlog.get_logger(__name__)

PATTERN = re.compile(r"\+?[A-Za-z0-9_.#-]{1,63}\*?|\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """Calls to `pattern` (canonical; with * after it: to all that begin so) by `trunk` (None: any) go to `flow`."""

    id: str
    pattern: str
    flow: str
    trunk: str | None = None


def pattern_of(text: str, country: str) -> str | None:
    """A pattern in the form in which it is compared, None for none."""
    plain = re.sub(r"[\s()/]", "", text)
    if not PATTERN.fullmatch(plain):
        return None
    if plain == "*":
        return plain
    stem, star = (plain[:-1], "*") if plain.endswith("*") else (plain, "")
    if star:
        # The beginning of a number is none yet: only its written prefix can be made canonical.
        return (f"+{stem[2:]}" if stem.startswith("00") and len(stem) > 2 else stem) + star
    return canonical(stem, country) or stem


def best(called: Iterable[str], trunk: str | None, rules: Sequence[NumberRule]) -> NumberRule | None:
    """The most exact rule for any spelling of the number: a whole number before a beginning, a longer beginning before
    a shorter one; of equal ones that of the trunk before that of any."""
    spellings = tuple(dict.fromkeys(called))
    fitting = [
        rule
        for rule in rules
        if rule.trunk in (None, trunk) and any(_fits(rule.pattern, spelling) for spelling in spellings)
    ]
    return max(fitting, key=_exactness, default=None)


def _fits(pattern: str, number: str) -> bool:
    return number.startswith(pattern[:-1]) if pattern.endswith("*") else number == pattern


def _exactness(rule: NumberRule) -> tuple[bool, int, bool, str]:
    return not rule.pattern.endswith("*"), len(rule.pattern), rule.trunk is not None, rule.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What takes a call: `rule` is None for the settings file's; `flow` None: nothing does, the caller hears 404."""

    flow: str | None
    rule: NumberRule | None = None


class NumberPlan:
    """`fallback` are the numbers of the settings file (empty: every one), which reach `entry` where no rule fits."""

    def __init__(self, flows: FlowStore, *, fallback: Sequence[str], entry: str, country: str) -> None:
        self.fallback = tuple(fallback)
        self.entry = entry
        self.rules: tuple[NumberRule, ...] = ()
        self._flows = flows
        self._country = country

    def taken(self, number: str, trunk: str | None) -> Taken:
        spellings = [number]
        if other := canonical(number, self._country):
            spellings.append(other)
        if (rule := best(spellings, trunk, self.rules)) is not None:
            return Taken(flow=rule.flow, rule=rule)
        if not self.fallback or any(each in self.fallback for each in spellings):
            return Taken(flow=self.entry)
        return Taken(flow=None)

    def flow_for(self, number: str, trunk: str | None) -> Flow | None:
        """None: nobody takes this number. A flow that is gone is stood in for by the entry flow: better than 404."""
        name = self.taken(number, trunk).flow
        if name is None:
            return None
        try:
            return self._flows.flow(name)
        except UnknownFlow:
            log.error("number.flow_missing", flow=name)
            return self._flows.flow(self.entry)

    def own(self, trunks: Iterable[str]) -> frozenset[tuple[str, str]]:
        """Pairs of a trunk's id and a number that belongs to it."""
        ids = tuple(trunks)
        return frozenset(
            (trunk, rule.pattern)
            for rule in self.rules
            if not rule.pattern.endswith("*")
            for trunk in ((rule.trunk,) if rule.trunk is not None else ids)
        )

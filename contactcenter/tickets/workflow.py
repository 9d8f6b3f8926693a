"""Which states a ticket may go to: by whom, with which fields filled in, and with whose approval. Pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from contactcenter.tickets.model import StateClass

ASSIGNEE: Final = "assignee"
CUSTOMER: Final = "customer"
RULE: Final = "rule"
MOVERS: Final = frozenset({ASSIGNEE, CUSTOMER, RULE})
"""Who a transition may name beside the ids of roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A way to `target`. `sources` empty: from every state. `movers` empty: whoever may work on tickets, and rules;
    the customer only where he is named. `required`: fields that must have a value. `approver`: the role whose holder
    has to agree first."""

    target: str
    sources: frozenset[str] = frozenset()
    movers: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    approver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """Of one type of tickets. `classes`: every state there is, with its class."""

    initial: str
    classes: Mapping[str, StateClass]
    transitions: tuple[Transition, ...]

    def reachable(self, state: str, mover: Mover) -> list[str]:
        """Targets this mover may choose from `state`, in the order they are written, filled fields or not."""
        found = [each.target for each in self.transitions if _leads(each, state) and mover.among(each.movers)]
        return list(dict.fromkeys(found))

    def first_of(self, wanted: StateClass, state: str, mover: Mover) -> str | None:
        """The first reachable state of a class."""
        return next((each for each in self.reachable(state, mover) if self.classes[each] is wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """Who wants to change a state: staff with these roles (`assignee`: the ticket is theirs), customer or rule."""

    roles: frozenset[str] = frozenset()
    kind: str = "staff"
    assignee: bool = False

    def among(self, movers: frozenset[str]) -> bool:
        if self.kind == CUSTOMER:
            return CUSTOMER in movers
        if self.kind == RULE:
            return not movers or RULE in movers
        return not movers or bool(self.roles & movers) or (self.assignee and ASSIGNEE in movers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """It may go there. `approver`: once a holder of this role has agreed."""

    target: str
    approver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """It may not: `field` is what is wrong, `allowed` what would be right in its place."""

    field: str
    sentence: str
    allowed: tuple[str, ...] = ()


def decide(workflow: Workflow, state: str, target: str, mover: Mover, values: Mapping[str, Any]) -> Move | Refusal:
    """Whether a ticket with these field values may go from `state` to `target`. Several transitions may lead there:
    the first one that this mover may use with the values there are counts."""
    allowed = tuple(workflow.reachable(state, mover))
    if target not in workflow.classes:
        return Refusal(field="state", sentence=f"there is no state {target!r}", allowed=allowed)
    ways = [each for each in workflow.transitions if each.target == target and _leads(each, state)]
    mine = [each for each in ways if mover.among(each.movers)]
    if not mine:
        why = "you may not bring it there" if ways else f"a ticket in state {state!r} cannot go to {target!r}"
        return Refusal(field="state", sentence=why, allowed=allowed)
    for way in mine:
        if not _missing(way, values):
            return Move(target=target, approver=way.approver)
    missing = _missing(mine[0], values)[0]
    return Refusal(field=missing, sentence=f"must be filled in before it can go to {target!r}")


def _leads(transition: Transition, state: str) -> bool:
    return transition.target != state and (not transition.sources or state in transition.sources)


def _missing(transition: Transition, values: Mapping[str, Any]) -> list[str]:
    return [name for name in transition.required if values.get(name) in (None, "", [], ())]

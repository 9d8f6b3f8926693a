"""What tickets are set up with, as it stands: read once, then asked without I/O."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from contactcenter.tickets import conditions
from contactcenter.tickets.model import Priority, StateClass
from contactcenter.tickets.setup_models import (
    TicketCategory,
    TicketField,
    TicketSlaPolicy,
    TicketState,
    TicketType,
)
from contactcenter.tickets.sla import ClockKind, Policy, Targets
from contactcenter.tickets.workflow import Transition, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """By id, retired ones too: old tickets name them. `policies`: the newest version of each, in the order in which
    they are tried; by "id@version" all of them: `versions` as the clocks take them, `promises` as they were written."""

    types: Mapping[str, TicketType] = field(default_factory=dict)
    states: Mapping[str, TicketState] = field(default_factory=dict)
    categories: Mapping[str, TicketCategory] = field(default_factory=dict)
    fields: Mapping[str, TicketField] = field(default_factory=dict)
    policies: tuple[TicketSlaPolicy, ...] = ()
    versions: Mapping[str, Policy] = field(default_factory=dict)
    promises: Mapping[str, TicketSlaPolicy] = field(default_factory=dict)
    workflows: Mapping[str, Workflow] = field(default_factory=dict)

    @property
    def policies_shown(self) -> list[TicketSlaPolicy]:
        """The newest version of each, retired ones last: they hold for no ticket and can be brought back."""
        newest = {row.id: row for row in self.promises.values()}
        return [*self.policies, *sorted((row for row in newest.values() if row.retired), key=lambda row: row.name)]

    def class_of(self, state: str) -> StateClass:
        return StateClass(self.states[state].state_class)

    def policy_for(self, values: conditions.Values) -> str | None:
        """The version that holds for a ticket with these values: the first whose conditions are met."""
        for row in self.policies:
            if conditions.holds(row.conditions, values):
                return version_id(row)
        return None

    def path(self, category_id: str) -> list[str]:
        """The names from the root of the tree down to this category."""
        names: list[str] = []
        row = self.categories.get(category_id)
        while row is not None and len(names) < len(self.categories):
            names.insert(0, row.name)
            row = self.categories.get(row.parent_id or "")
        return names


def version_id(row: TicketSlaPolicy) -> str:
    return f"{row.id}@{row.version}"


def workflow_of(row: TicketType, states: Mapping[str, TicketState]) -> Workflow:
    classes = {key: StateClass(state.state_class) for key, state in states.items() if not state.retired}
    return Workflow(
        initial=row.initial_state,
        classes=classes,
        transitions=tuple(_transition(each) for each in row.transitions if each["target"] in classes),
    )


def _transition(document: Mapping[str, Any]) -> Transition:
    return Transition(
        target=document["target"],
        sources=frozenset(document["sources"]),
        movers=frozenset(document["movers"]),
        required=tuple(document["required"]),
        approver=document["approver"],
    )


def policy_of(row: TicketSlaPolicy, calendar: Any) -> Policy:
    targets: dict[Priority, Targets] = {
        Priority.of(word): {ClockKind(kind): seconds for kind, seconds in promised.items() if seconds is not None}
        for word, promised in row.targets.items()
    }
    points: Collection[float] = {step["percent"] / 100 for step in row.chain}
    return Policy(targets=targets, pauses=frozenset(row.pauses), calendar=calendar, points=frozenset(points))

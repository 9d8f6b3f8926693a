"""What leads to a flow, so that it must not go away."""

from __future__ import annotations

from collections.abc import Iterable

from contactcenter.flows.followups import TransferStep
from contactcenter.flows.settings import FlowUse
from contactcenter.flows.store import FlowStore


def flow_use(store: FlowStore, name: str, *, entry: str, numbers: Iterable[tuple[str, str]]) -> FlowUse:
    """`entry` is the flow calls start in, `numbers` pairs of a number (or its beginning with *) and a flow."""
    leading = [other for other in store.names if other != name and name in _transfers(store, other)]
    return FlowUse(entry=name == entry, numbers=[number for number, flow in numbers if flow == name], flows=leading)


def _transfers(store: FlowStore, name: str) -> set[str]:
    steps = store.flow(name).steps.values()
    return {step.transfer.flow for step in steps if isinstance(step, TransferStep) and step.transfer.flow is not None}

"""Whether a branch's condition holds. Pure; data that is not set is as if it were empty."""

from __future__ import annotations

from collections.abc import Mapping

from contactcenter.flows.hours import is_open
from contactcenter.flows.model import Condition, Flow, Test


def holds(condition: Condition, flow: Flow, data: Mapping[str, str], now: float) -> bool:
    """Every part written in `condition` is true. Unknown hours count as closed."""
    if condition.open is not None:
        hours = flow.hours.get(condition.open)
        if hours is None or not is_open(hours, now):
            return False
    if condition.data is not None and not all(
        passes(test, data.get(name, "")) for name, test in condition.data.items()
    ):
        return False
    if condition.all is not None and not all(holds(part, flow, data, now) for part in condition.all):
        return False
    if condition.any is not None and not any(holds(part, flow, data, now) for part in condition.any):
        return False
    return condition.negated is None or not holds(condition.negated, flow, data, now)


def passes(test: Test, value: str) -> bool:
    """Every comparison written in `test` is true; a value that is no number is neither greater nor less."""
    if test.present is not None and bool(value) != test.present:
        return False
    if test.equals is not None and value != test.equals:
        return False
    if test.one_of is not None and value not in test.one_of:
        return False
    if test.starts_with is not None and not value.startswith(test.starts_with):
        return False
    if test.greater is None and test.less is None:
        return True
    try:
        number = float(value)
    except ValueError:
        return False
    return (test.greater is None or number > test.greater) and (test.less is None or number < test.less)

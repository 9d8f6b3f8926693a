"""Whether a branch's condition holds. Pure; data that is not set is as if it were empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contactcenter.flows.model import Condition, Test


def holds(condition: Condition, data: Mapping[str, str], is_open: Callable[[str], bool | None]) -> bool:
    """Every part written in `condition` is true.

    `is_open` tells of hours by name whether they are open, None when nothing is known of them: then the condition does
    not hold, whichever way it asks.
    """
    return _holds(condition, data, is_open) is True


def _holds(condition: Condition, data: Mapping[str, str], is_open: Callable[[str], bool | None]) -> bool | None:
    """None: not known. What is false decides, whatever else is not known."""
    parts: list[bool | None] = []
    if condition.open is not None:
        parts.append(is_open(condition.open))
    if condition.data is not None:
        parts.append(all(passes(test, data.get(name, "")) for name, test in condition.data.items()))
    if condition.all is not None:
        parts += [_holds(part, data, is_open) for part in condition.all]
    if condition.any is not None:
        parts.append(_negated(_all([_negated(_holds(part, data, is_open)) for part in condition.any])))
    if condition.negated is not None:
        parts.append(_negated(_holds(condition.negated, data, is_open)))
    return _all(parts)


def _all(parts: list[bool | None]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _negated(part: bool | None) -> bool | None:
    return None if part is None else not part


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

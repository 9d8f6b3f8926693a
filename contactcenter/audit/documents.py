"""Documents before and after: what may be written of them, in one byte form, and what differs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import orjson

_SECRET = re.compile(r"passw|secret|token|^ha1|api_?key|private_?key|recovery_?code|credential", re.IGNORECASE)
_KEYS = ("id", "agent_id", "queue_id", "skill_id", "user_id", "name", "date")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs. `path` as in "members[anna].tier"; None: was not there, or is gone."""

    path: str
    before: Any
    after: Any


def cleaned(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, hidden: AbstractSet[str]
) -> tuple[dict[str, Any] | None, dict[str, Any] | None, list[str]]:
    """Both without the fields named in `hidden` and without secrets, and the paths of those that differed."""
    secret_before: dict[str, Any] = {}
    secret_after: dict[str, Any] = {}
    clean_before = None if before is None else _without(before, hidden, "", secret_before)
    clean_after = None if after is None else _without(after, hidden, "", secret_after)
    paths = secret_before.keys() | secret_after.keys()
    changed = sorted(path for path in paths if secret_before.get(path) != secret_after.get(path))
    return clean_before, clean_after, changed


def _without(value: Any, hidden: AbstractSet[str], path: str, found: dict[str, Any]) -> Any:
    if isinstance(value, Mapping):
        kept = {}
        for key, item in value.items():
            at = f"{path}.{key}" if path else str(key)
            if key in hidden or _SECRET.search(str(key)):
                found[at] = item
            else:
                kept[str(key)] = _without(item, hidden, at, found)
        return kept
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_without(item, hidden, f"{path}[{place}]", found) for place, item in enumerate(value)]
    return value


def encoded(document: Any) -> str:
    """JSON with sorted keys and without spaces: equal documents are equal texts. Raises TypeError for what is none."""
    try:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError as error:
        raise TypeError(f"this is no JSON document: {error}") from None


def decoded(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def differences(before: Any, after: Any) -> list[Difference]:
    """What differs, deepest first named. Items of a list are the same when they have the same id (or name, or date);
    lists of anything else are compared as a whole."""
    found: list[Difference] = []
    _compare(before, after, "", found)
    return found


def _compare(before: Any, after: Any, path: str, found: list[Difference]) -> None:
    if _same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            at = f"{path}.{key}" if path else key
            _compare(before.get(key, _MISSING), after.get(key, _MISSING), at, found)
        return
    if isinstance(before, list) and isinstance(after, list) and (key := _key_of(before, after)):
        olds, news = ({str(item[key]): item for item in items} for items in (before, after))
        for name in [*olds, *(name for name in news if name not in olds)]:
            _compare(olds.get(name, _MISSING), news.get(name, _MISSING), f"{path}[{name}]", found)
        if olds.keys() == news.keys() and list(olds) != list(news):
            found.append(Difference(path, list(olds), list(news)))
        return
    found.append(Difference(path, _shown(before), _shown(after)))


def _same(before: Any, after: Any) -> bool:
    """By their texts: Python takes 1 for True, a person who reads the difference does not."""
    if before is _MISSING or after is _MISSING:
        return before is after
    return encoded(before) == encoded(after)


def _shown(value: Any) -> Any:
    return None if value is _MISSING else value


def _key_of(*lists: list[Any]) -> str | None:
    """The field that tells the items of these lists apart."""
    items = [item for each in lists for item in each]
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    for key in _KEYS:
        if all(key in item for item in items) and all(
            len({str(item[key]) for item in each}) == len(each) for each in lists
        ):
            return key
    return None

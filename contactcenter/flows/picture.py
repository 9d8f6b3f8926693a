"""A flow as a picture: its steps, what each does in a few words, and where each way leads. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.flows.model import Flow, PromptItems, step_kind
from contactcenter.flows.outline import Exit, exits, prompts
from contactcenter.flows.source import SourceError, decode, parse, walk


@dataclass(frozen=True, slots=True)
class Way:
    """`label` is what leads there: a key and its choice, a condition's number, the name of the exit. `by`: the caller,
    the caller's silence, or nothing but the flow."""

    to: str
    label: str
    by: str
    line: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One step. `text`: what is said or done, in short. `row` and `column` place it: rows from the start downwards."""

    name: str
    kind: str
    text: str
    line: int
    row: int
    column: int
    reached: bool
    ways: tuple[Way, ...]


def drawn(flow: Flow, text: str) -> tuple[Drawn, ...]:
    """The steps of `text`, in which `flow` is written, in reading order."""
    try:
        root = parse(decode(text.encode()))
    except SourceError:
        root = None
    said = _said(flow)
    rows = _rows(flow)
    columns: dict[int, int] = {}
    found = []
    for name in sorted(flow.steps, key=lambda name: (rows.get(name, len(flow.steps)), list(flow.steps).index(name))):
        row = rows.get(name, max(rows.values()) + 1)
        column = columns.get(row, 0)
        columns[row] = column + 1

        def line_of(path: tuple[str | int, ...], *, on_key: bool = False) -> int:
            return walk(root, path, on_key=on_key).line if root is not None else 1

        ways = tuple(Way(way.target, _label(flow, way), way.by, line_of(way.path)) for way in exits(flow, name))
        kind = (step_kind(flow.steps[name]) or "").strip("<>")
        line = line_of(("steps", name), on_key=True)
        found.append(Drawn(name, kind, said.get(name, ""), line, row, column, name in rows, ways))
    return tuple(found)


def _rows(flow: Flow) -> dict[str, int]:
    """How many steps from the start, along the shortest way; of steps that are reached."""
    rows = {flow.start: 0}
    waiting = [flow.start]
    for name in waiting:
        for way in exits(flow, name):
            if way.target in flow.steps and way.target not in rows:
                rows[way.target] = rows[name] + 1
                waiting.append(way.target)
    return rows


def _said(flow: Flow) -> dict[str, str]:
    """What each step says first; of those that say nothing, what they do."""
    found: dict[str, str] = {}
    for path, items, _ in prompts(flow):
        found.setdefault(str(path[1]), _text(items))
    for name, step in flow.steps.items():
        values = getattr(step, "set", None)
        if isinstance(values, dict):
            found[name] = ", ".join(f"{key} = {value}" for key, value in values.items())
        queue = getattr(step, "queue", None)
        if queue is not None:
            found[name] = queue.queue
        hangup = getattr(step, "hangup", None)
        if hangup is not None:
            found[name] = f"{hangup.outcome}: {found[name]}" if found.get(name) else str(hangup.outcome)
    return found


def _text(items: PromptItems) -> str:
    return " ".join(item.text or (item.file or "").rpartition("/")[2] for item in items.items)


def _label(flow: Flow, way: Exit) -> str:
    """The last part of its path that says something: "1 Sales", "on_failure", "2" of a branch."""
    name, *rest = (str(part) for part in way.path[1:])
    if "choices" in rest:
        key = rest[rest.index("choices") + 1]
        choice = flow.steps[name].menu.choices[key]  # type: ignore[union-attr]  # only menus have choices
        return f"{key} {choice.label}"
    if "keys" in rest:
        return rest[rest.index("keys") + 1]
    if rest[0] == "branch":
        return str(int(rest[1]) + 1)
    return rest[-1] if rest[-1] != "next" else ""

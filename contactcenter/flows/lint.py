"""What a well-formed flow can still get wrong: names of nothing, dead ends, circles, texts that cannot be filled in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from contactcenter.flows import template
from contactcenter.flows.hours import StoredHours
from contactcenter.flows.model import (
    BUILT_IN_DATA,
    OPEN_DATA,
    QUEUE_WAYS,
    BranchStep,
    CollectStep,
    Condition,
    Flow,
    HangupStep,
    MenuStep,
    PromptItems,
    QueueStep,
    SayStep,
    SetStep,
)
from contactcenter.flows.problems import FlowProblem, Severity, did_you_mean
from contactcenter.flows.source import Node, Place, find, walk

Path = tuple[str | int, ...]
# How a step is left: by the caller's doing, by the caller doing nothing, or at once.
By = Literal["caller", "silence", "itself"]


@dataclass(frozen=True, slots=True)
class Exit:
    path: Path
    target: str
    by: By


def lint(
    flow: Flow,
    root: Node,
    source: list[str],
    file: str,
    *,
    known_queues: Collection[str] | None,
    known_calendars: Collection[str] | None,
) -> list[FlowProblem]:
    """Problems of a flow that is well-formed. `source` is its text in lines, to point into texts."""
    linter = _Linter(flow, root, source, file)
    linter.targets()
    linter.texts()
    linter.conditions()
    if known_queues is not None:
        linter.queues(known_queues)
    if known_calendars is not None:
        linter.calendars(known_calendars)
    if not linter.problems:
        linter.circles()
    linter.unreachable()
    linter.advice()
    return linter.problems


def exits(flow: Flow, name: str) -> list[Exit]:
    """Every way out of a step, with where it is written."""
    step = flow.steps[name]
    base: Path = ("steps", name)
    match step:
        case SayStep() | SetStep():
            return [Exit((*base, "next"), step.next, "itself")]
        case BranchStep():
            ways = [Exit((*base, "branch", i, "next"), way.next, "itself") for i, way in enumerate(step.branch)]
            return [*ways, Exit((*base, "else"), step.otherwise, "itself")]
        case MenuStep():
            choices = step.menu.choices.items()
            chosen = [Exit((*base, "menu", "choices", key, "next"), choice.next, "caller") for key, choice in choices]
            return [*chosen, Exit((*base, "on_failure"), step.on_failure, "silence")]
        case CollectStep():
            return [
                Exit((*base, "next"), step.next, "caller"),
                Exit((*base, "on_failure"), step.on_failure, "silence"),
            ]
        case QueueStep():
            named = tuple((name, getattr(step, name)) for name in QUEUE_WAYS)
            ways = [Exit((*base, "on", kind), target, "silence") for kind, target in step.on.items()]
            return [*ways, *(Exit((*base, key), target, "silence") for key, target in named if target is not None)]
        case HangupStep():
            return []


def prompts(flow: Flow) -> Iterator[tuple[Path, PromptItems, frozenset[str]]]:
    """Every prompt with its path and the names only it may use."""
    nothing: frozenset[str] = frozenset()
    for name, step in flow.steps.items():
        base: Path = ("steps", name)
        match step:
            case SayStep():
                yield (*base, "say"), step.say, nothing
            case MenuStep(menu=asked) | CollectStep(collect=asked):
                key = "menu" if isinstance(step, MenuStep) else "collect"
                for part in ("prompt", "no_input", "invalid"):
                    prompt = getattr(asked, part)
                    if prompt is not None:
                        yield (*base, key, part), prompt, nothing
                if isinstance(step, CollectStep) and isinstance(step.collect.confirm, PromptItems):
                    yield (*base, "collect", "confirm"), step.collect.confirm, frozenset({"value"})
            case QueueStep():
                if step.queue.announce is not None and step.queue.announce.prompt is not None:
                    yield (*base, "queue", "announce", "prompt"), step.queue.announce.prompt, nothing
            case HangupStep():
                if step.hangup.say is not None:
                    yield (*base, "hangup", "say"), step.hangup.say, nothing


def written_data(flow: Flow) -> Iterator[tuple[Path, str, str | None]]:
    """Every place data is written: its path, the name, and the text written (None for digits)."""
    for name, value in flow.data.items():
        yield ("data", name), name, value
    for step_name, step in flow.steps.items():
        base: Path = ("steps", step_name)
        match step:
            case SetStep():
                for name, value in step.set.items():
                    yield (*base, "set", name), name, value
            case MenuStep():
                for key, choice in step.menu.choices.items():
                    for name, value in choice.set.items():
                        yield (*base, "menu", "choices", key, "set", name), name, value
            case CollectStep():
                yield (*base, "collect", "into"), step.collect.into, None


class _Linter:
    def __init__(self, flow: Flow, root: Node, source: list[str], file: str) -> None:
        self.flow = flow
        self.problems: list[FlowProblem] = []
        self._root = root
        self._source = source
        self._file = file
        self._data = BUILT_IN_DATA | {name for _, name, _ in written_data(flow)}
        self._exits = {name: exits(flow, name) for name in flow.steps}

    def _add(self, path: Path, message: str, hint: str = "", *, on_key: bool = False) -> None:
        self._at(walk(self._root, path, on_key=on_key), message, hint)

    def _warn(self, path: Path, message: str, hint: str) -> None:
        self._at(walk(self._root, path, on_key=True), message, hint, "warning")

    def _at(self, place: Place, message: str, hint: str, severity: Severity = "error") -> None:
        self.problems.append(FlowProblem(self._file, place.line, place.column, message, hint, severity))

    def targets(self) -> None:
        if self.flow.start not in self.flow.steps:
            self._no_step(("start",), self.flow.start)
        for ways in self._exits.values():
            for way in ways:
                if way.target not in self.flow.steps:
                    self._no_step(way.path, way.target)

    def _no_step(self, path: Path, target: str) -> None:
        self._add(path, f"there is no step `{target}`", did_you_mean(target, self.flow.steps))

    def texts(self) -> None:
        for path, prompt, own in prompts(self.flow):
            for index, item in enumerate(prompt.items):
                if item.text is not None:
                    self._text((*path, index, "text"), item.text, own)
        for path, _, value in written_data(self.flow):
            if value is not None:
                self._text(path, value, frozenset())
        for name, step in self.flow.steps.items():
            if isinstance(step, QueueStep):
                self._text(("steps", name, "queue", "queue"), step.queue.queue, frozenset())
                if step.queue.agent is not None:
                    self._text(("steps", name, "queue", "agent", "id"), step.queue.agent.id, frozenset())

    def _text(self, path: Path, text: str, own: frozenset[str]) -> None:
        try:
            slots = template.slots(text)
        except template.TemplateError as error:
            self._at(self._inside(path, error.source), error.message, error.hint)
            return
        for slot in slots:
            if (asked := template.hours_filter(slot)) is not None:
                if slot.name not in self.flow.hours:
                    message = f"`{asked}` speaks opening hours, and there are no hours `{slot.name}`"
                    self._at(self._inside(path, slot.source), message, did_you_mean(slot.name, self.flow.hours))
            elif slot.name not in self._data | own and not slot.name.startswith(OPEN_DATA):
                hint = did_you_mean(slot.name, self._data | own, otherwise="no step sets it; `{{` means a brace")
                self._at(self._inside(path, slot.source), f"nothing is called `{slot.name}`", hint)

    def _inside(self, path: Path, fragment: str) -> Place:
        """Where a piece of a text stands; the text's own place when it is not found as written (escapes, folding)."""
        node = find(self._root, path)
        for line in range(node.line, min(node.end_line, len(self._source)) + 1):
            begin = node.column - 1 if line == node.line else 0
            column = self._source[line - 1].find(fragment, begin)
            if column >= 0:
                return Place(line, column + 1)
        return Place(node.line, node.column)

    def conditions(self) -> None:
        for name, step in self.flow.steps.items():
            if isinstance(step, BranchStep):
                for index, way in enumerate(step.branch):
                    self._condition(("steps", name, "branch", index, "when"), way.when)

    def _condition(self, path: Path, condition: Condition) -> None:
        if condition.open is not None and condition.open not in self.flow.hours:
            hint = did_you_mean(condition.open, self.flow.hours, otherwise="write them below `hours:`")
            self._add((*path, "open"), f"there are no hours `{condition.open}`", hint)
        for name in condition.data or {}:
            if name not in self._data and not name.startswith(OPEN_DATA):
                hint = did_you_mean(name, self._data)
                self._add((*path, "data", name), f"nothing is called `{name}`", hint, on_key=True)
        for key, inner in (("all", condition.all or ()), ("any", condition.any or ())):
            for index, part in enumerate(inner):
                self._condition((*path, key, index), part)
        if condition.negated is not None:
            self._condition((*path, "not"), condition.negated)

    def queues(self, known: Collection[str]) -> None:
        named: set[str] = set()
        for name, step in self.flow.steps.items():
            if isinstance(step, QueueStep):
                named.update(self._queue(("steps", name, "queue", "queue"), step.queue.queue, known))
        for path, name, value in written_data(self.flow):
            if name in named and value is not None:
                self._queue(path, value, known)

    def calendars(self, known: Collection[str]) -> None:
        for name, hours in self.flow.hours.items():
            if isinstance(hours, StoredHours) and hours.calendar not in known:
                message = f"there is no calendar `{hours.calendar}`"
                self._add(("hours", name, "calendar"), message, did_you_mean(hours.calendar, known))

    def _queue(self, path: Path, text: str, known: Collection[str]) -> set[str]:
        """Checks a queue written out; for one in braces, the names it comes from."""
        try:
            slots = template.slots(text)
        except template.TemplateError:
            return set()
        if not slots and text and text not in known:
            self._add(path, f"there is no queue `{text}`", did_you_mean(text, known))
        return {slot.name for slot in slots if slot.source == text}

    def circles(self) -> None:
        """Steps that follow each other for ever: an error without any wait, a warning without the caller acting."""
        endless = self._circle({"itself"})
        if endless:
            names = " → ".join(f"`{name}`" for name in [*endless, endless[0]])
            message = f"these steps go round for ever: {names}"
            self._add(("steps", endless[0]), message, "let one of them ask the caller, or hang up", on_key=True)
            return
        silent = self._circle({"itself", "silence"})
        if silent and not all(isinstance(self.flow.steps[name], QueueStep) for name in silent):
            names = " → ".join(f"`{name}`" for name in [*silent, silent[0]])
            message = f"a caller who presses nothing goes round for ever: {names}"
            self._warn(("steps", silent[0]), message, "let `on_failure` end somewhere else")

    def _circle(self, by: set[By]) -> list[str]:
        done: set[str] = set()
        for root in self.flow.steps:
            trail: list[str] = []
            stack = [(root, iter(self._exits[root]))] if root not in done else []
            while stack:
                name, ways = stack[-1]
                if len(trail) < len(stack):
                    trail.append(name)
                way = next((way for way in ways if way.by in by), None)
                if way is None:
                    done.add(name)
                    stack.pop()
                    trail.pop()
                elif way.target in trail:
                    return trail[trail.index(way.target) :]
                elif way.target not in done:
                    stack.append((way.target, iter(self._exits[way.target])))
        return []

    def unreachable(self) -> None:
        reached: set[str] = set()
        todo = [self.flow.start]
        while todo:
            name = todo.pop()
            if name in reached or name not in self.flow.steps:
                continue
            reached.add(name)
            todo.extend(way.target for way in self._exits[name])
        if self.flow.start in self.flow.steps:
            for name in self.flow.steps:
                if name not in reached:
                    message = f"no way leads to the step `{name}`"
                    self._warn(("steps", name), message, "name it in a `next`, or remove it")

    def advice(self) -> None:
        for name, step in self.flow.steps.items():
            if not isinstance(step, QueueStep):
                continue
            path: Path = ("steps", name, "queue")
            if step.queue.music is None:
                self._warn(path, "waiting callers hear silence", "add `music: …`")
            if step.on_max_wait is None and step.on_failure is None:
                message = "a caller who waits too long is cut off without a word"
                self._warn(path, message, "add `on_max_wait: …`")

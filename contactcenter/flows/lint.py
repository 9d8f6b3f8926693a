"""What a well-formed flow can still get wrong: names of nothing, dead ends, circles, texts that cannot be filled in."""

from __future__ import annotations

from collections.abc import Collection

from contactcenter.flows import template
from contactcenter.flows.followups import CallbackStep, TicketStep, TransferStep, VoicemailStep
from contactcenter.flows.hours import StoredHours
from contactcenter.flows.model import BUILT_IN_DATA, OPEN_DATA, BranchStep, Condition, Flow, QueueStep
from contactcenter.flows.outline import By, Path, exits, prompts, queues_named, recordings, texts, written_data
from contactcenter.flows.problems import FlowProblem, Severity, did_you_mean
from contactcenter.flows.source import Node, Place, find, walk


def lint(
    flow: Flow,
    root: Node,
    source: list[str],
    file: str,
    *,
    known_queues: Collection[str] | None,
    known_calendars: Collection[str] | None,
    known_flows: Collection[str] | None = None,
    known_prompts: Collection[str] | None = None,
    tickets: bool = True,
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
    if known_prompts is not None:
        linter.recordings(known_prompts)
    linter.transfers(known_flows)
    linter.followups(tickets=tickets)
    if not linter.problems:
        linter.circles()
    linter.unreachable()
    linter.advice()
    return linter.problems


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
        for path, text in texts(self.flow):
            self._text(path, text, frozenset())

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
        for path, text in queues_named(self.flow):
            named.update(self._queue(path, text, known))
        for path, name, value in written_data(self.flow):
            if name in named and value is not None:
                self._queue(path, value, known)

    def calendars(self, known: Collection[str]) -> None:
        for name, hours in self.flow.hours.items():
            if isinstance(hours, StoredHours) and hours.calendar not in known:
                message = f"there is no calendar `{hours.calendar}`"
                self._add(("hours", name, "calendar"), message, did_you_mean(hours.calendar, known))

    def recordings(self, known: Collection[str]) -> None:
        """Prompts named by their ids."""
        for path, prompt_id in recordings(self.flow):
            if prompt_id not in known:
                hint = did_you_mean(prompt_id, known, otherwise="record it under Prompts first")
                self._add(path, f"there is no recording of a prompt `{prompt_id}`", hint)

    def transfers(self, known: Collection[str] | None) -> None:
        """A flow may also go on in itself."""
        for name, step in self.flow.steps.items():
            if not isinstance(step, TransferStep) or step.transfer.flow is None or known is None:
                continue
            if step.transfer.flow not in {*known, self.flow.name}:
                message = f"there is no flow `{step.transfer.flow}`"
                self._add(("steps", name, "transfer", "flow"), message, did_you_mean(step.transfer.flow, known))

    def followups(self, *, tickets: bool) -> None:
        waits = any(isinstance(step, QueueStep) for step in self.flow.steps.values())
        for name, step in self.flow.steps.items():
            if isinstance(step, TicketStep) and not tickets:
                self._add(
                    ("steps", name, "ticket"),
                    "there are no tickets in this installation",
                    "leave a `voicemail` or a `message` instead",
                    on_key=True,
                )
            elif isinstance(step, VoicemailStep | CallbackStep) and not waits:
                kind, asked = _queued(step)
                if asked is None:
                    message = f"no queue is known here whose agents shall have this {kind}"
                    self._add(("steps", name, kind), message, "name it, as in `queue: sales`", on_key=True)

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


def _queued(step: VoicemailStep | CallbackStep) -> tuple[str, str | None]:
    if isinstance(step, VoicemailStep):
        return "voicemail", step.voicemail.queue
    return "callback", step.callback.queue

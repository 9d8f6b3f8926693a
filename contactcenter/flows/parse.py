"""From a flow file to a Flow, or to the list of all that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contactcenter.flows.explain import explain
from contactcenter.flows.lint import lint
from contactcenter.flows.model import Flow
from contactcenter.flows.problems import FlowError, FlowProblem
from contactcenter.flows.source import Node, SourceError, decode, parse, to_plain, walk


def load(
    path: Path, *, known_queues: Collection[str] | None = None, known_calendars: Collection[str] | None = None
) -> Flow:
    """The flow in a file. Raises FlowError with every problem, OSError when the file cannot be read."""
    flow, problems = examine(
        path.read_bytes(),
        str(path),
        directory=path.parent,
        known_queues=known_queues,
        known_calendars=known_calendars,
    )
    if flow is None:
        raise FlowError(problems)
    return flow


def check(
    path: Path,
    *,
    known_queues: Collection[str] | None = None,
    known_calendars: Collection[str] | None = None,
    known_flows: Collection[str] | None = None,
) -> list[FlowProblem]:
    """All problems of a file, errors and warnings, in the order of their lines. A file that cannot be read is one."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return [FlowProblem(str(path), 1, 1, f"the file cannot be read: {reason}")]
    _, problems = examine(
        raw,
        str(path),
        directory=path.parent,
        known_queues=known_queues,
        known_calendars=known_calendars,
        known_flows=known_flows,
    )
    return problems


def name_in(raw: bytes) -> str | None:
    """What the flow of a file is called, whatever else is wrong with it; None when it does not say so."""
    try:
        root = to_plain(parse(decode(raw)))
    except SourceError:
        return None
    name = root.get("flow") if isinstance(root, dict) else None
    return name if isinstance(name, str) else None


def examine(
    raw: bytes,
    file: str,
    *,
    directory: Path | None,
    known_queues: Collection[str] | None = None,
    known_calendars: Collection[str] | None = None,
    known_flows: Collection[str] | None = None,
    known_prompts: Collection[str] | None = None,
    tickets: bool = True,
) -> tuple[Flow | None, list[FlowProblem]]:
    """The flow, or None when there are errors; and all problems. Sound files are looked for in `directory`; with None
    they are not. Names of queues, calendars, other flows and prompts are checked against those known, where given.
    `tickets`: whether there are any here. Never raises."""
    try:
        root = parse(decode(raw))
    except SourceError as error:
        return None, [FlowProblem(file, error.line, error.column, error.message, error.hint)]
    if root.kind != "map":
        message = "a flow is a mapping of keys to values"
        return None, [FlowProblem(file, root.line, root.column, message, "begin with `flow: its_name`")]
    try:
        flow = Flow.model_validate(to_plain(root), context={"directory": directory})
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = [_problem(detail, root, file) for detail in details if not _follows(detail, details)]
        return None, _in_order(problems)
    source = decode(raw).splitlines()
    problems = lint(
        flow,
        root,
        source,
        file,
        known_queues=known_queues,
        known_calendars=known_calendars,
        known_flows=known_flows,
        known_prompts=known_prompts,
        tickets=tickets,
    )
    broken = any(problem.severity == "error" for problem in problems)
    return (None if broken else flow), _in_order(problems)


def _follows(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Whether a list is only found too short because what stands in it was refused."""
    path = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(path) and other["loc"][: len(path)] == path for other in details
    )


def _problem(detail: ErrorDetails, root: Node, file: str) -> FlowProblem:
    path: tuple[Any, ...] = detail["loc"]
    message, hint, on_key = explain(detail, root)
    place = walk(root, path, on_key=on_key)
    return FlowProblem(file, place.line, place.column, message, hint)


def _in_order(problems: list[FlowProblem]) -> list[FlowProblem]:
    return sorted(set(problems), key=lambda problem: (problem.line, problem.column, problem.message))

"""Scenario and change files: YAML or JSON, and CSV for recorded arrivals. What is wrong is said with its place."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from acd.scenario import Arrival, Scenario
from contactcenter.flows.problems import FlowProblem, did_you_mean
from contactcenter.flows.source import Node, SourceError, parse, to_plain, walk
from contactcenter.whatif import described
from contactcenter.whatif.build import scenario_of
from contactcenter.whatif.change import changed
from contactcenter.whatif.described import Changes, Generated
from contactcenter.whatif.problems import Unusable
from contactcenter.whatif.times import after, clock_seconds

M = TypeVar("M", bound=BaseModel)
MAX_BYTES = 2 * 1024 * 1024
MAX_ARRIVALS = 1_000_000
COLUMNS = ("at", "queue", "channel", "priority", "handling_s", "patience_s", "waited_s")


class FileUnusable(ValueError):  # noqa: N818 - a refusal, not a failure
    """Every problem found, each with file, line and column."""

    def __init__(self, *problems: FlowProblem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def load_scenario(path: Path) -> tuple[str, Scenario]:
    """Name and scenario of a file. Raises FileUnusable."""
    root, model = _read(path, Generated)
    arrivals: list[Arrival] = []
    if model.recorded is not None:
        arrivals = list(read_arrivals(path.parent / model.recorded, model.opens))
    try:
        return model.scenario, scenario_of(model, arrivals)
    except Unusable as error:
        raise FileUnusable(_placed(path, root, error)) from error


def load_changes(path: Path, scenario: Scenario) -> tuple[str, Scenario]:
    """Name and changed scenario. Raises FileUnusable."""
    root, model = _read(path, Changes)
    try:
        return model.changes, changed(scenario, model)
    except Unusable as error:
        raise FileUnusable(_placed(path, root, error)) from error


def _read(path: Path, model: type[M]) -> tuple[Node, M]:
    file = str(path)
    try:
        root = parse(_text(path))
    except SourceError as error:
        # Hints of the flow language say what a flow looks like.
        hint = "" if "flow" in error.hint else error.hint
        raise FileUnusable(FlowProblem(file, error.line, error.column, error.message, hint)) from error
    if root.kind != "map":
        raise FileUnusable(FlowProblem(file, root.line, root.column, "the file must be a mapping of keys to values"))
    try:
        return root, model.model_validate(to_plain(root))
    except ValidationError as error:
        problems = [_problem(file, root, detail) for detail in error.errors(include_url=False)]
        raise FileUnusable(*problems) from error


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileUnusable(FlowProblem(str(path), 1, 1, f"the file cannot be read: {reason}")) from error
    if len(raw) > MAX_BYTES:
        raise FileUnusable(FlowProblem(str(path), 1, 1, f"the file has more than {MAX_BYTES} bytes"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnusable(FlowProblem(str(path), 1, 1, "the file is not UTF-8 text")) from error


def _problem(file: str, root: Node, detail: ErrorDetails) -> FlowProblem:
    unknown = detail["type"] == "extra_forbidden"
    place = walk(root, detail["loc"], on_key=unknown)
    field = next((part for part in reversed(detail["loc"]) if isinstance(part, str)), "")
    if unknown:
        return FlowProblem(
            file, place.line, place.column, f"`{field}` is no setting here", did_you_mean(field, _known())
        )
    message = detail["msg"].removeprefix("Value error, ")
    return FlowProblem(file, place.line, place.column, f"{field}: {message[:1].lower()}{message[1:]}")


def _known() -> Iterator[str]:
    for model in vars(described).values():
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from (field.alias or name for name, field in model.model_fields.items())


def _placed(path: Path, root: Node, error: Unusable) -> FlowProblem:
    place = walk(root, error.path)
    return FlowProblem(str(path), place.line, place.column, str(error))


def read_arrivals(path: Path, opens: float) -> Iterator[Arrival]:
    """Rows of a CSV file with a header of COLUMNS, of which `at` and `queue` are needed. `at` is a time of day
    (08:30:15) or seconds from the begin. Raises FileUnusable."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            _check_header(path, list(rows.fieldnames or []))
            for number, row in enumerate(rows):
                if number >= MAX_ARRIVALS:
                    raise FileUnusable(FlowProblem(str(path), rows.line_num, 1, f"more than {MAX_ARRIVALS} arrivals"))
                yield _arrival(path, rows.line_num, row, opens)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileUnusable(FlowProblem(str(path), 1, 1, f"the file cannot be read: {reason}")) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileUnusable(FlowProblem(str(path), 1, 1, f"the file is no CSV text in UTF-8: {error}")) from error


def _check_header(path: Path, header: list[str]) -> None:
    for column in header:
        if column not in COLUMNS:
            raise FileUnusable(
                FlowProblem(str(path), 1, 1, f"`{column}` is no known column", did_you_mean(column, COLUMNS))
            )
    for column in ("at", "queue"):
        if column not in header:
            raise FileUnusable(FlowProblem(str(path), 1, 1, f"the column `{column}` is missing"))


def _arrival(path: Path, line: int, row: dict[str, str | None], opens: float) -> Arrival:
    def number(column: str) -> float | None:
        text = (row.get(column) or "").strip()
        return float(text) if text else None

    try:
        at = (row["at"] or "").strip()
        return Arrival(
            at=after(opens, clock_seconds(at)) if ":" in at else float(at),
            queue_id=(row["queue"] or "").strip(),
            channel=(row.get("channel") or "").strip() or "voice",
            priority=int(number("priority") or 0),
            handling_s=number("handling_s"),
            patience_s=number("patience_s"),
            waited_s=number("waited_s"),
        )
    except (TypeError, ValueError, KeyError) as error:
        raise FileUnusable(FlowProblem(str(path), line, 1, f"this row is no arrival: {error}")) from error

"""`contactcenter simulate`: a scenario or a recorded day, run on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from contactcenter.flows.cli import render, source_of
from contactcenter.storage.database import Database
from contactcenter.whatif.files import FileUnusable, load_changes, load_scenario
from contactcenter.whatif.outcome import Comparison, Question, answer, to_json
from contactcenter.whatif.problems import Unusable
from contactcenter.whatif.recorded import question_of
from contactcenter.whatif.report import figures_for_console, html_of

__all__ = ["FileUnusable", "Unusable", "question_of_day", "question_of_file", "run", "told"]


async def question_of_day(database_url: str, day: date, changes: Path | None, runs: int) -> Question:
    """Raises Unusable, FileUnusable, StorageUnavailable."""
    database = Database(database_url)
    try:
        question = await question_of(database, day)
    finally:
        await database.stop()
    return _with_changes(replace(question, runs=runs), changes)


def question_of_file(path: Path, changes: Path | None, runs: int) -> Question:
    """Raises FileUnusable."""
    title, scenario = load_scenario(path)
    question = Question(title=title, scenario=scenario, runs=runs)
    return _with_changes(question, changes)


def _with_changes(question: Question, path: Path | None) -> Question:
    if path is None:
        return question
    title, scenario = load_changes(path, question.scenario)
    return replace(question, changes_title=title, changed=scenario)


def run(question: Question, folder: Path) -> None:
    """Shows progress and the totals; writes report.html and report.json into the folder."""
    errors = Console(stderr=True)
    columns = (TextColumn("Simulating"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task("", total=1.0)
        comparison = answer(question, lambda share: progress.update(task, completed=share))
    page, data = write(comparison, folder)
    console = Console(soft_wrap=True, highlight=False)
    console.print(_table(comparison))
    console.print(f"{page}\n{data}", markup=False)


def write(comparison: Comparison, folder: Path) -> tuple[Path, Path]:
    """Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    page, data = folder / "report.html", folder / "report.json"
    page.write_text(html_of(comparison), encoding="utf-8")
    data.write_bytes(to_json(comparison))
    return page, data


def _table(comparison: Comparison) -> Table:
    heads, rows = figures_for_console(comparison)
    table = Table(box=None)
    for index, head in enumerate(heads):
        table.add_column(head, justify="right" if index else "left")
    for row in rows:
        table.add_row(*row)
    return table


def told(error: FileUnusable) -> str:
    """Every problem in place, as compilers show it."""
    return "\n".join(render(problem, source_of(Path(problem.file))) for problem in error.problems)

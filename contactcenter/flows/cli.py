"""`contactcenter flow check FILE…`: what is wrong with flow files, shown in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from contactcenter.flows.parse import check as check_file
from contactcenter.flows.parse import name_in
from contactcenter.flows.problems import FlowProblem

flow_cli = typer.Typer(help="Work with flow files.", no_args_is_help=True)


@flow_cli.callback()
def _flow() -> None:
    """Work with flow files."""


@flow_cli.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Flow files, or folders of them.")],
    queue: Annotated[
        list[str] | None, typer.Option(help="A queue that exists; given once or more, queues are checked.")
    ] = None,
    calendar: Annotated[
        list[str] | None, typer.Option(help="A calendar that exists; given once or more, calendars are checked.")
    ] = None,
) -> None:
    """Check flow files; ends with 1 when one has errors."""
    raise typer.Exit(check_command(files, known_queues=queue or None, known_calendars=calendar or None))


def check_command(
    paths: Iterable[Path],
    *,
    known_queues: Sequence[str] | None = None,
    known_calendars: Sequence[str] | None = None,
) -> int:
    """Writes every problem and a verdict for each file to standard output; 0 when there are only warnings. Flows that
    another one goes on in are looked for among the files and beside them."""
    failed = False
    files = _files(paths)
    flows = _flows_beside(files)
    for path in files:
        problems = check_file(path, known_queues=known_queues, known_calendars=known_calendars, known_flows=flows)
        for problem in problems:
            typer.echo(render(problem, source_of(path)))
        errors = sum(problem.severity == "error" for problem in problems)
        failed = failed or errors > 0
        typer.echo(_verdict(path, errors, len(problems) - errors))
    return int(failed)


def render(problem: FlowProblem, source: Sequence[str]) -> str:
    """A problem as compilers show it: where, the line, a caret, what to write instead."""
    number = str(problem.line)
    gutter = " " * len(number)
    lines = [f"{problem.severity}: {problem.message}", f"{gutter}--> {problem.file}:{problem.line}:{problem.column}"]
    if 0 < problem.line <= len(source):
        text = source[problem.line - 1]
        # Tabs are kept before the caret, so that it stands below its character however wide they are shown.
        pad = "".join("\t" if character == "\t" else " " for character in text[: problem.column - 1])
        pad = pad.ljust(problem.column - 1)
        lines += [f"{gutter} |", f"{number} | {text}", f"{gutter} | {pad}^"]
    if problem.hint:
        lines.append(f"{gutter} = help: {problem.hint}")
    return "\n".join(lines) + "\n"


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found.extend(sorted((*path.glob("*.yaml"), *path.glob("*.yml"))) if path.is_dir() else [path])
    return found


def _flows_beside(files: Iterable[Path]) -> set[str]:
    names: set[str] = set()
    for path in {*files, *_files({file.parent for file in files})}:
        with suppress(OSError):
            names.add(name_in(path.read_bytes()) or "")
    return names - {""}


def source_of(path: Path) -> list[str]:
    """The lines of a file for `render`; none when it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []


def _verdict(path: Path, errors: int, warnings: int) -> str:
    counts = [
        f"{count} {word}{'s' if count > 1 else ''}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return f"{path}: {', '.join(counts) or 'ok'}"

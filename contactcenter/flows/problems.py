"""What is wrong with a flow file, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class FlowProblem:
    """One finding. `line` and `column` count from 1; `hint` says what to write instead, or is empty."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}{tail}"


class FlowError(ValueError):
    """A flow cannot be used. Carries every problem found, warnings included, in file order."""

    def __init__(self, problems: Iterable[FlowProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """A hint naming the nearest known word, else all known words when they are few, else `otherwise`."""
    names = sorted(set(known))
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if not near:
        near = [name for name in names if name.lower() == word.lower()][:1]
    if near:
        return f"did you mean `{near[0]}`?"
    if otherwise:
        return otherwise
    if 0 < len(names) <= 12:
        return "known here: " + ", ".join(f"`{name}`" for name in names)
    return ""

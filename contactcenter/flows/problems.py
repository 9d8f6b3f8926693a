"""What is wrong with a flow file, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from contactcenter.hints import did_you_mean as did_you_mean

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

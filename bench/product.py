"""Benches measure the code that the product would run here: compiled where it can be compiled."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from contactcenter import compiled_engine
from tools import compile_engine

ROOT = Path(__file__).resolve().parent.parent


def as_the_product(module: str) -> None:
    """Begin `module` anew with what is compiled, unless it is so already, cannot be, or CONTACTCENTER_COMPILE is 0."""
    if compiled_engine.kind() == "compiled" or os.environ.get(compiled_engine.SWITCH) == "0":
        return
    try:
        folder = compile_engine.compiled()
    except compile_engine.CompileError as error:
        print(f"Engine: {error}", file=sys.stderr)
        return
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    os.execve(sys.executable, [sys.executable, "-P", "-m", module, *sys.argv[1:]], environment)

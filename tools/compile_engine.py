"""The engine's hot modules as machine code: `python tools/compile_engine.py [FOLDER]` (mypyc and a C compiler needed).

Makes FOLDER/acd: a copy of acd/ with extension modules beside the sources. What stands before the sources on the path
(PYTHONPATH=FOLDER) is used; nothing is ever written into the source tree, where it would outlive a changed source.
The same engine runs with and without: classes that msgspec makes stay as they are, and tests/acd pass both ways.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "compiled"
HOT = (
    *("agents", "capacity", "cells", "contacts", "eligibility", "engine", "estimates", "floor", "line", "matching"),
    *("offers", "order", "ordered", "overflow", "presence", "refusals", "seats", "state", "strategies", "timers"),
    *("told", "widening", "wrap_up"),
)
"""Modules that define no msgspec Struct, along the way of a contact. Struct classes cannot be compiled."""

SETUP = """
from mypyc.build import mypycify
from setuptools import setup
options = ["--ignore-missing-imports", "--config-file=", *{files!r}]
setup(name="acd", py_modules=[], ext_modules=mypycify(options, opt_level="3", debug_level="0"))
"""


class CompileError(RuntimeError):
    """No compiled engine: a sentence that says why."""


def compiled(folder: Path = FOLDER, acd: Path = ROOT / "acd") -> Path:
    """The folder to put before the sources, compiled anew unless its stamp says it is of the present ones."""
    wanted = fingerprint(acd)
    stamp = folder / ".stamp"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    if obstacle := missing():
        raise CompileError(obstacle)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(acd, folder / "acd", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "setup.py").write_text(SETUP.format(files=[f"acd/{name}.py" for name in HOT]), encoding="utf-8")
    run([sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"], folder)
    shutil.rmtree(folder / "build", ignore_errors=True)
    (folder / "setup.py").unlink()
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def extensions(folder: Path) -> list[Path]:
    """What a package needs of a compiled folder besides the sources."""
    return sorted(path for path in folder.rglob("*") if path.suffix in (".so", ".pyd"))


def missing() -> str:
    """What stands in the way, as a sentence; nothing when all is there."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"there is no C compiler ({compiler})."
    if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        return "Python's headers are not installed (python3-dev)."
    absent = [name for name in ("mypyc", "setuptools") if importlib.util.find_spec(name) is None]
    if absent:
        return f"{' and '.join(absent)} is not installed: pip install mypy setuptools."
    return ""


def fingerprint(acd: Path) -> str:
    """Of all sources, of this file and of the Python they are compiled for."""
    digest = hashlib.sha256(f"{sysconfig.get_config_var('EXT_SUFFIX')} {sys.version}".encode())
    for path in [*sorted(acd.glob("*.py")), Path(__file__)]:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise CompileError("compiling failed:\n" + "\n".join(done.stdout.splitlines()[-30:]))


def main() -> int:
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else FOLDER
    try:
        sys.stdout.write(f"{compiled(folder)}\n")
    except CompileError as error:
        sys.stderr.write(f"Engine: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

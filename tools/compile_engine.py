"""The hot modules of engine and relay as machine code: `python tools/compile_engine.py [--if-possible]` (mypyc and a C
compiler needed). Prints the folder: a copy of acd/ and media/ with extension modules beside the sources, named by their
content.

What stands before the sources on the path is used (contactcenter/compiled_engine.py); nothing is ever written into the
source tree, where it would outlive a changed source. The same code runs with and without: classes that msgspec makes
stay as they are, and tests/acd and tests/media pass both ways.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
DAY_S = 86400.0
ENGINE = (
    *("agents", "capacity", "cells", "contacts", "eligibility", "engine", "estimates", "floor", "line", "matching"),
    *("offers", "order", "ordered", "overflow", "presence", "refusals", "seats", "state", "strategies", "timers"),
    *("told", "widening", "wrap_up"),
)
"""Modules that define no msgspec Struct, along the way of a contact. Struct classes cannot be compiled."""
RELAY = ("leg", "rtp", "tape", "transport")
"""The way of a packet."""
HOT = (*(f"acd/{name}.py" for name in ENGINE), *(f"media/{name}.py" for name in RELAY))

SETUP = """
from mypyc.build import mypycify
from setuptools import setup
options = ["--ignore-missing-imports", "--config-file=", *{files!r}]
setup(name="hot", py_modules=[], ext_modules=mypycify(options, opt_level="3", debug_level="0"))
"""


class CompileError(RuntimeError):
    """No compiled engine: a sentence that says why."""


def load(path: Path) -> ModuleType:
    """A module by its file, without the packages around it: a package build has none of what those need."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


chosen: ModuleType = load(ROOT / "contactcenter" / "compiled_engine.py")


def compiled(root: Path = ROOT, built: Path = chosen.BUILT) -> Path:
    """The folder to put before the sources, compiled unless there is one of them as they are. Raises CompileError."""
    folder: Path = built / chosen.fingerprint(root)
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    stamp = folder / ".recipe"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == recipe:
        return folder
    if obstacle := missing():
        raise CompileError(obstacle)
    built.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=built) as scratch:
        made = Path(scratch) / "made"
        compile_into(made, root)
        if chosen.fingerprint(made) != folder.name:
            raise CompileError("the sources were changed meanwhile.")
        (made / ".recipe").write_text(recipe, encoding="utf-8")
        if folder.exists():
            folder.rename(Path(scratch) / "former")
        made.rename(folder)
    forget_old(built, folder)
    return folder


def compile_into(folder: Path, root: Path) -> None:
    for package in chosen.PACKAGES:
        shutil.copytree(root / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "setup.py").write_text(SETUP.format(files=list(HOT)), encoding="utf-8")
    run([sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"], folder)
    shutil.rmtree(folder / "build", ignore_errors=True)
    shutil.rmtree(folder / ".mypy_cache", ignore_errors=True)
    (folder / "setup.py").unlink()


def forget_old(built: Path, present: Path) -> None:
    """A server may still run from one made a little earlier."""
    for path in built.iterdir():
        if path != present and path.stat().st_mtime < time.time() - DAY_S:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def missing() -> str:
    """What stands in the way, as a sentence; nothing when all is there."""
    absent = [name for name in ("mypyc", "setuptools") if importlib.util.find_spec(name) is None]
    if absent:
        return no_compiler() or f"{' and '.join(absent)} is not installed: pip install mypy setuptools."
    return no_compiler()


def no_compiler() -> str:
    """The same of what pip cannot install."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"there is no C compiler ({compiler})."
    if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        return "Python's headers are not installed (python3-dev)."
    return ""


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise CompileError("compiling failed:\n" + "\n".join(done.stdout.splitlines()[-30:]))


def main() -> int:
    parser = argparse.ArgumentParser(description="Compile the routing engine and the relay of packets.")
    parser.add_argument("--if-possible", action="store_true", help="not an error where it cannot be compiled")
    asked = parser.parse_args()
    if asked.if_possible and os.environ.get(chosen.SWITCH) == "0":
        return 0
    try:
        sys.stdout.write(f"{compiled()}\n")
    except CompileError as error:
        sys.stderr.write(f"Engine: {error}\n")
        return 0 if asked.if_possible else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

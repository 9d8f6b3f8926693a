"""Which engine runs, beside a make-believe one: its module says who it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contactcenter import compiled_engine
from contactcenter.compiled_engine import PACKAGES, fingerprint

ASK = """
from contactcenter import compiled_engine
compiled_engine.prefer()
import acd.engine, os, subprocess, sys
print(acd.engine.WHO, acd.words.WHO)
child = "import acd.engine; print(acd.engine.WHO)"
print(subprocess.run([sys.executable, "-P", "-c", child], capture_output=True, text=True).stdout.strip())
"""
SOURCE = "from acd import words\nWHO = {!r}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout whose engine has been compiled."""
    (tmp_path / "contactcenter").mkdir()
    # Else an installed package of the name comes before it.
    (tmp_path / "contactcenter" / "__init__.py").touch()
    shutil.copy(str(compiled_engine.__file__), tmp_path / "contactcenter")
    sources = tmp_path / "acd"
    sources.mkdir()
    (sources / "__init__.py").touch()
    (sources / "words.py").write_text("WHO = 'words'\n")
    (sources / "engine.py").write_text(SOURCE.format("interpreted"))
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "__init__.py").touch()
    (tmp_path / "media" / "rtp.py").touch()
    made = tmp_path / "build" / "compiled" / fingerprint(tmp_path)
    for package in PACKAGES:
        shutil.copytree(tmp_path / package, made / package)
    (made / "acd" / "engine.py").write_text(SOURCE.format("compiled"))
    return tmp_path


def who(root: Path, **environment: str) -> list[str]:
    """Its engine, and that of a process it starts."""
    run = subprocess.run(
        [sys.executable, "-P", "-c", ASK],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()


def test_what_is_compiled_from_the_sources_as_they_are_runs(root: Path) -> None:
    assert who(root) == ["compiled words", "compiled"]


def test_an_edited_source_runs_at_once_and_the_compiled_one_when_it_is_taken_back(root: Path) -> None:
    words = root / "acd" / "words.py"
    words.write_text("WHO = 'other words'\n")
    assert who(root) == ["interpreted other words", "interpreted"]
    words.write_text("WHO = 'words'\n")
    assert who(root) == ["compiled words", "compiled"]


def test_what_cannot_be_loaded_is_left_alone(root: Path) -> None:
    made = next((root / "build" / "compiled").iterdir())
    (made / "acd" / "engine.py").write_text("from acd import words\nraise ImportError('of another machine')\n")
    assert who(root) == ["interpreted words", "interpreted"]


def test_it_can_be_switched_off(root: Path) -> None:
    assert who(root, CONTACTCENTER_COMPILE="0") == ["interpreted words", "interpreted"]


def test_an_installed_package_brings_its_own(root: Path) -> None:
    (root / "build" / "compiled").rename(root / "contactcenter" / "compiled_engines")
    assert who(root) == ["compiled words", "compiled"]


def test_the_name_follows_names_and_contents(root: Path) -> None:
    sources = root / "acd"
    names = {fingerprint(root)}
    (sources / "words.py").rename(sources / "other.py")
    names.add(fingerprint(root))
    (sources / "other.py").write_text("WHO = 1\n")
    names.add(fingerprint(root))
    (root / "media" / "codecs").mkdir()
    (root / "media" / "codecs" / "deep.py").touch()
    names.add(fingerprint(root))
    assert len(names) == 4

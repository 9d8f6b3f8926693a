"""Which routing engine runs, and which relay of packets: machine code compiled from exactly these sources where there
is any, else the sources.

What is compiled (tools/compile_engine.py) lies in a folder named by the content of the sources it was made from, in
`build/compiled` of a checkout or inside an installed package. Whoever edits a source therefore runs the source at once.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
import sysconfig
from collections.abc import MutableMapping
from pathlib import Path

SWITCH = "CONTACTCENTER_COMPILE"
"""In the environment: "0" never compiles nor uses what is compiled, "1" makes a package build fail where it cannot."""

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("acd", "media")
"""What is compiled in part, and copied whole."""
BUILT = ROOT / "build" / "compiled"
PACKAGED = Path(__file__).resolve().parent / "compiled_engines"


def fingerprint(root: Path = ROOT) -> str:
    """Of all sources and of the kind of Python that they are compiled for."""
    digest = hashlib.sha256(str(sysconfig.get_config_var("EXT_SUFFIX")).encode())
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def built() -> Path | None:
    """The folder to put before the sources on the path; None where nothing was compiled from them as they are."""
    name = fingerprint()
    return next((place / name for place in (BUILT, PACKAGED) if (place / name / "acd").is_dir()), None)


def prefer(environment: MutableMapping[str, str] = os.environ) -> None:
    """From now on `acd` and `media` are the compiled ones, in this process and in those it starts. To be called before
    anything imports them; without effect where there are none, or where they cannot be loaded."""
    late = any(package in sys.modules for package in PACKAGES)
    folder = None if environment.get(SWITCH) == "0" or late else built()
    if folder is None:
        return
    sys.path.insert(0, str(folder))
    try:
        importlib.import_module("acd.engine")
        importlib.import_module("media.rtp")
    except ImportError:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
            del sys.modules[name]
        return
    inherited = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = f"{folder}{os.pathsep}{inherited}" if inherited else str(folder)


def kind() -> str:
    """ "compiled" or "interpreted": the engine of this process."""
    return "interpreted" if str(importlib.import_module("acd.engine").__file__).endswith(".py") else "compiled"

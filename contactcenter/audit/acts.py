"""What is recorded: acts, each of a declared kind, on a subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class ActKind:
    """`name` is "<what>.<done to it>" ("queue.changed"); `summary` a short sentence part for people."""

    name: str
    summary: str

    def __post_init__(self) -> None:
        if self.name.count(".") < 1 or len(self.name) > 64:
            raise ValueError(f"an act is named <what>.<done to it>, not {self.name!r}")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class NotAudited:
    """In place of kinds: what a route or live command does leaves no entry, and why not."""

    why: str

    def __post_init__(self) -> None:
        if not self.why:
            raise ValueError("say why it is not audited")


Audited = tuple[ActKind, ...] | NotAudited
"""What a route or live command may record."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What was acted upon. `name` as people knew it then; empty where it would be a customer's."""

    kind: str
    id: str
    name: str = ""


Document = Mapping[str, Any]
"""A thing as its form takes it, in JSON's types: putting it back restores it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something done. `before` and `after` are the whole document (None: there was none, or nothing is left);
    of the fields in `hidden`, at any depth, it is recorded only that they changed, and so of everything that looks
    like a secret. With equal documents nothing has been done and nothing is recorded."""

    kind: ActKind
    subject: Subject
    before: Document | None = None
    after: Document | None = None
    hidden: frozenset[str] = frozenset()


AUDIT_CUT: Final = ActKind("audit.cut", "Old entries of the audit trail removed")
AUDIT_ACCEPTED: Final = ActKind("audit.accepted", "A gap in the audit trail accepted")
AUDIT_EXPORTED: Final = ActKind("audit.exported", "Audit trail exported")
AUDIT_VERIFIED: Final = ActKind("audit.verified", "Audit trail verified")
SERVER_STARTED: Final = ActKind("server.started", "Server started")
SERVER_STOPPED: Final = ActKind("server.stopped", "Server stopped")
TRAIL: Final = Subject("audit", "trail")
OWN_ACTS: Final = (AUDIT_CUT, AUDIT_ACCEPTED, AUDIT_EXPORTED, AUDIT_VERIFIED, SERVER_STARTED, SERVER_STOPPED)

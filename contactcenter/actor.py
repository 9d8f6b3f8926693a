"""Who is acting, and from where: known to whatever is done on their behalf, without being passed through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Literal

ActorKind = Literal["user", "key", "customer", "partner", "anonymous", "system", "cli"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` and `name` are of the user or key, empty for the others; `partner` is somebody outside who was asked and
    has a link. `address` is the client's, where there is one."""

    kind: ActorKind
    id: str = ""
    name: str = ""
    address: str = ""
    session_id: str = ""
    request_id: str = ""


SYSTEM: Final = Actor(kind="system")

_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


def current() -> Actor:
    """Who is acting in this task; the system itself when nobody else is."""
    return _actor.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Within the block, and in tasks begun there, `actor` is who acts."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)

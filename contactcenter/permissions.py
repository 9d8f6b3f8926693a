"""What may be done, by whom and where. Whatever no slice has declared, or no role gives, is denied.

Each slice declares constants in its own `permissions.py`; `Catalogue` holds all of them; a `Principal` is what roles
have made of one signed-in person.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal


class Role(StrEnum):
    """The ready-made roles. Own roles have other ids and stand in the database."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    QUALITY = "quality"
    PLANNER = "planner"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


STAFF: Final = frozenset(Role) - {Role.CUSTOMER}


@dataclass(frozen=True, slots=True, eq=False)
class Permission:
    """`roles` are the ready-made roles that have it; administrators have every one without being named.

    `scoped`: what it opens belongs to a queue or a team, so a role held for some of them gives it for those.
    `own`: it opens only what is the holder's own or nobody's in particular, so a role held anywhere gives it.
    Neither: only a role held everywhere gives it. `dangerous`: asks for a fresh sign-in where that is set up.
    """

    name: str
    summary: str
    roles: AbstractSet[Role] = frozenset()
    scoped: bool = False
    own: bool = False
    dangerous: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(self.roles) | {Role.ADMINISTRATOR})

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role counts: for what belongs to one of these teams or to one of these queues; both None: everywhere."""

    teams: frozenset[str] | None = None
    queues: frozenset[str] | None = None

    @property
    def everywhere(self) -> bool:
        return self.teams is None and self.queues is None

    def includes(self, queues: Iterable[str] = (), teams: Iterable[str] = ()) -> bool:
        """Whether something that belongs to these queues and teams lies within."""
        if self.everywhere:
            return True
        own_queues, own_teams = self.queues or (), self.teams or ()
        return any(queue in own_queues for queue in queues) or any(team in own_teams for team in teams)

    def covers(self, other: Scope) -> bool:
        """Whether everything within `other` lies within this one."""
        if self.everywhere or other.everywhere:
            return self.everywhere
        return (other.teams or frozenset()) <= (self.teams or frozenset()) and (other.queues or frozenset()) <= (
            self.queues or frozenset()
        )

    def __or__(self, other: Scope) -> Scope:
        if self.everywhere or other.everywhere:
            return EVERYWHERE
        none: frozenset[str] = frozenset()
        return Scope((self.teams or none) | (other.teams or none), (self.queues or none) | (other.queues or none))


EVERYWHERE: Final = Scope()


@dataclass(frozen=True, slots=True)
class Holding:
    """One role a person has: its id, what it gives by name, and where."""

    role: str
    permissions: frozenset[str]
    scope: Scope = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: a signed-in user in one session. `grants` is where each permission counts, by its name.

    `kind` "key": a program with an API key, whose id is in `user_id`; it has no session. "customer": somebody in the
    portal; `user_id` is the id of the account, `customer_id` whose it is. `authenticated_at` is when the person last
    proved who it is, in unix seconds.
    """

    user_id: str
    email: str
    name: str
    roles: tuple[str, ...]
    session_id: str
    grants: Mapping[str, Scope] = field(default_factory=dict)
    kind: Literal["user", "key", "customer"] = "user"
    authenticated_at: float = math.inf
    customer_id: str = ""

    def may(self, permission: Permission, queue: str | None = None, team: str | None = None) -> bool:
        """Whether this is allowed for what belongs to `queue` or `team`; with neither, whether it is anywhere."""
        scope = self.grants.get(permission.name)
        if scope is None:
            return False
        if queue is None and team is None:
            return True
        return scope.includes(() if queue is None else (queue,), () if team is None else (team,))

    def scope(self, permission: Permission) -> Scope | None:
        """Where this is allowed, or None for nowhere."""
        return self.grants.get(permission.name)


class Catalogue:
    """Every permission there is. Slices add theirs while the application is put together."""

    def __init__(self, *permissions: Permission) -> None:
        self._permissions: dict[str, Permission] = {}
        self.add(*permissions)

    def add(self, *permissions: Permission) -> None:
        """Raises ValueError for a name that is declared already, by another constant."""
        for permission in permissions:
            if self._permissions.setdefault(permission.name, permission) is not permission:
                raise ValueError(f"permission {permission.name} is declared twice")

    def __iter__(self) -> Iterator[Permission]:
        return iter(self._permissions.values())

    def __len__(self) -> int:
        return len(self._permissions)

    def get(self, name: str) -> Permission | None:
        return self._permissions.get(name)

    def of_role(self, role: str) -> frozenset[str]:
        """Names of what a ready-made role may; of any other id nothing."""
        return frozenset(permission.name for permission in self if role in permission.roles)

    def grants(self, holdings: Collection[Holding]) -> dict[str, Scope]:
        """Where each permission counts for somebody with these roles. A name that nobody declares gives nothing."""
        given: dict[Scope, set[str]] = {}
        for holding in holdings:
            given.setdefault(holding.scope, set()).update(holding.permissions)
        held: dict[str, list[Scope]] = {}
        for scope, names in given.items():
            for name in names:
                held.setdefault(name, []).append(scope)
        # Roles mostly give many permissions in the same places: those places are put together once.
        together: dict[tuple[int, ...], Scope] = {}
        grants: dict[str, Scope] = {}
        for name, scopes in held.items():
            key = tuple(map(id, scopes))
            if key not in together:
                together[key] = _union(scopes)
            permission = self._permissions.get(name)
            counts = None if permission is None else _counts(permission, together[key])
            if counts is not None:
                grants[name] = counts
        return grants


def _union(scopes: Collection[Scope]) -> Scope:
    if any(scope.everywhere for scope in scopes):
        return EVERYWHERE
    none: frozenset[str] = frozenset()
    return Scope(
        none.union(*(scope.teams or none for scope in scopes)), none.union(*(scope.queues or none for scope in scopes))
    )


def _counts(permission: Permission, scope: Scope) -> Scope | None:
    if scope.everywhere or permission.own:
        return EVERYWHERE
    return scope if permission.scoped else None
